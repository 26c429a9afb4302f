"""What follows of a webhook's answer: it is told from now on, put in the slow queue, paused or erased."""

import hashlib
import json
import sqlite3
from datetime import datetime, timedelta

from portal.domain.times import from_text, to_text
from portal.notify.channel import Later, Refused, Result, Sent
from portal.store import outbox, subscribers, webhooks
from portal.verbs.subscribing import enrol, forget

PAUSE_AFTER = timedelta(days=5)
"""A webhook that has failed for so long is not asked again until its owner saves its choices."""
GONE = "HTTP 410"


def note_challenge(db: sqlite3.Connection, delivery: int, result: Result, moment: datetime) -> Result:
    """The answer to a challenge: its address follows from now on, or the button may be pressed again."""
    row = _challenged(db, delivery)
    if row is None:
        return result
    if not isinstance(result, Sent):
        webhooks.fail(db, row["id"])
        return Refused(result.said)
    if webhooks.by_url(db, row["url"]) is None:
        proof = f"answered a challenge, asked at {row['asked_at']}"
        now = to_text(moment)
        number = enrol(db, name_of(row["url"]), json.loads(row["choices"]), proof, now)
        subscribers.change(db, number, now, token=row["token"])
        webhooks.add(db, number, row["url"], row["signing_secret"])
    webhooks.drop(db, row)
    return result


def note_answer(db: sqlite3.Connection, number: int, result: Result, moment: datetime) -> Result:
    """The answer to news. 410 ends the subscription; all else that is no 2xx is tried again, in the slow queue."""
    row, person = webhooks.by_subscriber(db, number), subscribers.by_id(db, number)
    if row is None or person is None:
        return result
    now = to_text(moment)
    if isinstance(result, Sent):
        if row["failing_since"] is not None:
            webhooks.note_answer(db, number, None)
        return result
    if isinstance(result, Refused) and result.bounced:
        forget(db, person, "left", now)
        return Refused(GONE)
    since = row["failing_since"] or now
    webhooks.note_answer(db, number, since)
    if moment - from_text(since) > PAUSE_AFTER:
        reason = f"It has failed since {since[:10]}, the last time with: {result.said}"[:300]
        subscribers.change(db, number, now, paused_at=now, pause_reason=reason)
    return Later(result.said)


def name_of(url: str) -> str:
    """What stands for an address on the web where others have their mail address; no two have the same."""
    return f"webhook {hashlib.sha256(url.encode()).hexdigest()}"


def _challenged(db: sqlite3.Connection, delivery: int) -> sqlite3.Row | None:
    event = outbox.of_delivery(db, delivery)
    return webhooks.sign_up_by_id(db, json.loads(event["details"])["sign_up"]) if event else None
