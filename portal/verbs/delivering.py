"""Deliveries, one at a time: claimed with a lease, in order, and what became of each written down at once."""

import json
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from portal.domain.times import from_text, to_text
from portal.notify.channel import Later, Refused, Result, Sent, Unreachable
from portal.store import deliveries, incidents, outbox, subscribers, webhooks
from portal.verbs.access import may_be_told
from portal.verbs.announcing import may_hear, note_told
from portal.verbs.context import Context
from portal.verbs.fanning import ANNOUNCE
from portal.verbs.webhook_answers import note_answer, note_challenge

LEASE = timedelta(minutes=5)
"""More than one delivery can take; whoever holds one that ended may still have sent it."""
FAR = timedelta(hours=2)
"""Longer than anything is put off; what waits longer was put off by a clock that has been set back since."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
GIVE_UP, GIVE_UP_ATTEMPTS = timedelta(hours=48), 12
"""Both must be reached, so that a clock that jumps does not end anything."""
STALE = timedelta(hours=72)
"""What is older is no news, as after a restore of an old backup."""
STALE_INSIDE = timedelta(hours=12)
"""What people inside were to be told of is somebody else's work by then."""
DIGEST = timedelta(hours=1)
BOUNCES, BOUNCES_IN = 3, timedelta(days=30)
LOOKED_AT = 50


@dataclass(frozen=True)
class Claimed:
    """A delivery whose lease is ours, with all that goes in the same mail."""

    id: int
    ids: tuple[int, ...]
    """Itself and those that go with it."""
    events: tuple[sqlite3.Row, ...]
    """The events of `ids`, in their order."""
    channel: str
    to: str
    token: str
    language: str
    subscriber: int | None
    choices: str | None
    """Of a sign-up: what was asked for."""
    attempts: int
    first_tried_at: str | None
    previous: str
    """The key of the last mail about this incident that this recipient has got; empty when there is none."""

    @property
    def event(self) -> sqlite3.Row:
        return self.events[0]

    @property
    def key(self) -> str:
        """Names this mail at every try, and no other: not one that tells more, nor one of a number that was given
        again after a restore. Who has seen it before may drop it."""
        return _name(self.events[-1], self.to)


@dataclass(frozen=True)
class Ended:
    """What became of a delivery that was claimed; `jitter` (0 to 1) spreads the next try."""

    claimed: Claimed
    result: Result
    jitter: float


def start_delivering(context: Context) -> None:
    """Give back the leases of whoever delivered before; for one who knows that nobody delivers now."""
    with context.database.transaction() as db:
        deliveries.release_all(db)


def give_back(context: Context, holder: str, busy: Collection[int]) -> None:
    """Give back the leases of a holder that has only `busy` in hand, as after a claim that was written perhaps."""
    with context.database.transaction() as db:
        deliveries.release_others(db, holder, tuple(busy))


def claim(
    context: Context, channels: Sequence[str], holder: str, busy: Collection[int], *, likely: bool = False
) -> Claimed | None:
    """Take the lease of the delivery that is due longest, of the first channel that has one; None when none is. `busy`
    are those that this program has in hand, whatever the clock says about their leases; `likely`: there is one, so it
    is not worth looking before the database is locked."""
    moment = context.now()
    if not likely:
        with context.database.snapshot() as db:
            if not any(deliveries.due(db, one, to_text(moment), _limits(moment), 1) for one in channels):
                return None
    with context.database.transaction() as db:
        return _next(db, channels, holder, busy, moment)


def record(context: Context, ended: Ended, holder: str) -> None:
    """Write down what became of a delivery."""
    with context.database.transaction() as db:
        _record(db, ended, holder, context.now())
    claimed = ended.claimed
    if claimed.channel == ANNOUNCE and isinstance(ended.result, Sent):
        note_told(context, claimed.event, claimed.to)


def record_and_claim(
    context: Context, ended: Ended, channels: Sequence[str], holder: str, busy: Collection[int]
) -> Claimed | None:
    """Both in one transaction, since what costs is its end; when anything is raised, neither was done. Not for
    announcements, of which more is to be recorded."""
    moment = context.now()
    with context.database.transaction() as db:
        _record(db, ended, holder, moment)
        return _next(db, channels, holder, busy, moment)


def withdraw(context: Context, claimed: Claimed, because: str) -> None:
    """End a claimed delivery that is not to be sent any more."""
    with context.database.transaction() as db:
        deliveries.finish(db, claimed.ids, "withdrawn", to_text(context.now()), because)


def pause(attempts: int, jitter: float) -> timedelta:
    """How long after that many tries the next one comes: doubling to an hour, a quarter more or less."""
    doubled: timedelta = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(attempts, 12))
    return doubled * (0.75 + jitter / 2)


def note_bounce(
    db: sqlite3.Connection, subscriber: int, delivery: int | None, moment: datetime, *, permanent: bool, said: str
) -> bool:
    """Record a bounce; the third permanent one in 30 days pauses the address. False when it was recorded before."""
    kind = "permanent" if permanent else "temporary"
    columns = {"subscriber_id": subscriber, "delivery_id": delivery, "kind": kind, "said": said[:300]}
    if not deliveries.bounced(db, **columns, at=to_text(moment)):
        return False
    since = to_text(moment - BOUNCES_IN)
    if permanent and subscribers.bounces_since(db, subscriber, since) >= BOUNCES:
        reason = f"{BOUNCES} mails came back, the last one with: {said}"[:300]
        subscribers.change(db, subscriber, to_text(moment), paused_at=to_text(moment), pause_reason=reason)
    return True


def _record(db: sqlite3.Connection, ended: Ended, holder: str, moment: datetime) -> None:
    claimed, result, now = ended.claimed, ended.result, to_text(moment)
    if claimed.event["event"] == "challenge":
        result = note_challenge(db, claimed.id, result, moment)
    elif claimed.channel != "mail" and claimed.subscriber is not None:
        result = note_answer(db, claimed.subscriber, result, moment)
    if isinstance(result, Sent):
        deliveries.finish(db, claimed.ids, "sent", now, result.said)
    elif isinstance(result, Refused):
        deliveries.finish(db, claimed.ids, "refused", now, result.said, holder=holder)
        if result.bounced and claimed.subscriber is not None:
            note_bounce(db, claimed.subscriber, claimed.id, moment, permanent=True, said=result.said)
    elif isinstance(result, Later):
        first = from_text(claimed.first_tried_at) if claimed.first_tried_at else moment
        if moment - first > GIVE_UP and claimed.attempts >= GIVE_UP_ATTEMPTS:
            said = f"given up after {claimed.attempts + 1} tries: {result.said}"
            deliveries.finish(db, claimed.ids, "refused", now, said, holder=holder)
        else:
            at = to_text(moment + pause(claimed.attempts, ended.jitter))
            deliveries.try_again(db, claimed.id, holder, at=at, now=now, answer=result.said)
    elif isinstance(result, Unreachable):
        deliveries.release(db, claimed.id, holder)


def _next(
    db: sqlite3.Connection, channels: Sequence[str], holder: str, busy: Collection[int], moment: datetime
) -> Claimed | None:
    now = to_text(moment)
    for channel in channels:
        for most in (1, LOOKED_AT):
            rows = deliveries.due(db, channel, now, _limits(moment), most + len(busy))
            for row in rows:
                if row["id"] not in busy and (claimed := _claim(db, row, holder, moment)):
                    return claimed
            if len(rows) < most + len(busy):
                break
    return None


def _limits(moment: datetime) -> tuple[str, str]:
    return to_text(moment + FAR), to_text(moment + LEASE + timedelta(minutes=1))


def _claim(db: sqlite3.Connection, row: sqlite3.Row, holder: str, moment: datetime) -> Claimed | None:
    """The lease of a delivery that is due; None after it was put off or withdrawn instead."""
    now = to_text(moment)
    event = outbox.by_id(db, row["outbox_id"])
    assert event is not None  # noqa: S101
    if event["withdrawn_at"] is not None:
        deliveries.finish(db, [row["id"]], "withdrawn", now, event["withdrawn_because"] or "withdrawn")
        return None
    inside = row["subscriber_id"] is None and event["event"] not in ("confirmation", "challenge")
    if from_text(event["at"]) < moment - (STALE_INSIDE if inside else STALE):
        deliveries.finish(db, [row["id"]], "withdrawn", now, "too old to be news")
        return None
    person = _person(db, row, event)
    if person is None:
        deliveries.finish(db, [row["id"]], "withdrawn", now, "nobody to send it to")
        return None
    ids, events, previous = [row["id"]], [event], None
    if row["incident_id"] is not None:
        if first := deliveries.before(db, row):
            soon = to_text(moment + timedelta(seconds=1))
            deliveries.put_off(db, row["id"], max(first["next_at"], soon))
            return None
        previous = deliveries.last_sent(db, row)
        if person["digest"] and _is_news(event):
            wait = from_text(previous["done_at"]) + DIGEST if previous else moment
            if moment < wait <= moment + DIGEST:
                deliveries.put_off(db, row["id"], to_text(wait))
                return None
            for other in deliveries.following(db, row):
                told = outbox.by_id(db, other["outbox_id"])
                if told is None or not _is_news(told) or told["withdrawn_at"] is not None:
                    break
                ids.append(other["id"])
                events.append(told)
    deliveries.lease(db, row["id"], holder, to_text(moment + LEASE))
    return Claimed(
        id=row["id"],
        ids=tuple(ids),
        events=tuple(events),
        channel=row["channel"],
        to=person["email"],
        token=person["token"],
        language=person["language"],
        subscriber=row["subscriber_id"],
        choices=person["choices"],
        attempts=row["attempts"],
        first_tried_at=row["first_tried_at"],
        previous=_name(previous, person["email"]) if previous else "",
    )


def _name(event: sqlite3.Row, to: str) -> str:
    return f"{event['key']} {event['at']} {to.lower()}"


def _is_news(event: sqlite3.Row) -> bool:
    return bool(event["event"] == "post_published")


def _person(db: sqlite3.Connection, row: sqlite3.Row, event: sqlite3.Row) -> "sqlite3.Row | dict[str, Any] | None":
    """Whoever a delivery is for, if they are still there, not paused, and may still read of it."""
    if event["event"] == "challenge":
        return webhooks.to_be_challenged(db, json.loads(event["details"])["sign_up"])
    if row["subscriber_id"] is not None and row["channel"] != webhooks.MAIL:
        return webhooks.to_be_told(db, row["subscriber_id"])
    if row["subscriber_id"] is not None:
        return subscribers.to_be_told(db, row["subscriber_id"])
    if event["event"] == "confirmation":
        return subscribers.to_be_asked(db, json.loads(event["details"])["sign_up"])
    incident = incidents.incident_by_id(db, event["incident_id"]) if event["incident_id"] else None
    may = may_hear if row["channel"] == ANNOUNCE else may_be_told
    if incident is not None and not may(db, incident, row["recipient"]):
        return None
    return {"email": row["recipient"], "token": "", "language": "en", "digest": 0, "choices": None}
