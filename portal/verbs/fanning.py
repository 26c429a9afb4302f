"""From an event to a delivery for everybody whom it concerns, a chunk at a time; and from a sign-up to its one mail."""

import json
import secrets
import sqlite3
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from typing import Any

from portal.domain.names import Kind
from portal.domain.times import to_text
from portal.notify.mime import address_of
from portal.store import deliveries, incidents, outbox, people, roles, subscribers, webhooks
from portal.store.deliveries import Audience
from portal.store.followups import article_is_public
from portal.store.ledger import record_event
from portal.verbs.announcing import may_hear
from portal.verbs.context import Context

CHUNK = 5_000
"""Subscribers per transaction: some 50 ms, so that a post that comes meanwhile does not wait."""
SWEEP = 5_000
ANNOUNCE = "announce"
"""Chats and push services of people who work here; the recipient is the name of a channel."""
HUB = "hub"
"""Whoever passes on that feeds have changed."""
DIRECT = "direct"
"""Mail to people who work here, and confirmations: it does not wait behind the subscribers' (`mail`)."""
NETWORK_HOURLY = 20
"""Confirmations that one network (IPv4 /24, IPv6 /48) gets in an hour; what is more waits."""
MAILBOX_DAILY = 3
"""Confirmations that the addresses of one mailbox (`ada+1@`, `ada+2@`, ...) get in a day; what is more waits."""
HOURLY = 1_000
"""Confirmations in an hour, over all."""
HOST_HOURLY = 10
"""Challenges that one host on the web gets in an hour, whoever asks for them."""
SIGN_UP_LASTS = timedelta(hours=48)
KEPT = timedelta(days=90)
"""How long it is known who was told of what."""
KINDS = {Kind.INCIDENT: "incidents", Kind.ADVISORY: "advisories", Kind.MAINTENANCE: "maintenances"}


def fan_out_once(context: Context) -> bool:
    """One step of the event that waits longest: its next chunk of subscribers. False when none is due."""
    now = to_text(context.now())
    with context.database.snapshot() as db:
        if outbox.due(db, now) is None:
            return False
    with context.database.transaction() as db:
        event = outbox.due(db, now)
        if event is not None:
            _step(db, event, now, context.settings.announce.channels)
    return True


def sweep_once(context: Context) -> bool:
    """End what waits of an event that was withdrawn, a chunk at a time; False when nothing does."""
    now = to_text(context.now())
    with context.database.snapshot() as db:
        event = outbox.to_sweep(db)
    if event is None:
        return False
    with context.database.transaction() as db:
        because = event["withdrawn_because"] or "withdrawn"
        if deliveries.withdraw_waiting(db, event["id"], now, because, SWEEP) < SWEEP:
            outbox.swept(db, event["id"], now)
    return True


def confirm_once(context: Context) -> bool:
    """File the confirmation of the sign-up that has waited longest and may be mailed now; False when there is none."""
    moment = context.now()
    with context.database.snapshot() as db:
        if not subscribers.waiting_sign_ups(db):
            return False
    now = to_text(moment)
    with context.database.transaction() as db:
        row = subscribers.next_sign_up(
            db,
            hour_ago=to_text(moment - timedelta(hours=1)),
            day_ago=to_text(moment - timedelta(hours=24)),
            network_most=NETWORK_HOURLY,
            mailbox_most=MAILBOX_DAILY,
            most=HOURLY,
        )
        if row is None:
            return False
        key = f"confirmation:{row['id']}:{now}"
        record_event(db, "confirmation", key, at=now, not_before=now, details={"sign_up": row["id"]})
        subscribers.mailed(db, row["id"], now)
    return True


def challenge_once(context: Context) -> bool:
    """File the challenge of the webhook that has waited longest and may be asked now; False when there is none."""
    moment = context.now()
    with context.database.snapshot() as db:
        if not webhooks.waiting(db):
            return False
    now, hour_ago = to_text(moment), to_text(moment - timedelta(hours=1))
    limits = {"network_most": NETWORK_HOURLY, "host_most": HOST_HOURLY, "most": HOURLY}
    with context.database.transaction() as db:
        row = webhooks.next_sign_up(db, hour_ago=hour_ago, **limits)
        if row is None:
            return False
        if webhooks.by_url(db, row["url"]) is not None:
            webhooks.fail(db, row["id"])
            return True
        word = secrets.token_urlsafe(24)
        webhooks.challenge(db, row, word, now)
        record_event(db, "challenge", f"challenge:{word}", at=now, not_before=now, details={"sign_up": row["id"]})
    return True


def forget_once(context: Context) -> None:
    """Delete sign-ups that nobody confirmed, and who was told of what three months ago."""
    moment = context.now()
    with context.database.transaction() as db:
        subscribers.forget_sign_ups(db, to_text(moment - SIGN_UP_LASTS))
        webhooks.forget(db, to_text(moment - SIGN_UP_LASTS), to_text(moment - timedelta(hours=1)))
        deliveries.forget(db, to_text(moment - KEPT), SWEEP)


def _step(db: sqlite3.Connection, event: sqlite3.Row, now: str, channels: Collection[str]) -> None:
    if event["event"] in _AUDIENCES:
        audience = audience_of(db, event)
        if audience is None:
            outbox.withdraw(db, event["id"], now, "not public any more")
            return
        upto = deliveries.fan_out(db, event["id"], audience, after=event["fanned_to"], most=CHUNK, now=now)
        if upto is not None:
            outbox.fanned(db, event["id"], to=upto, at=None)
            return
        if event["event"] == "post_published" and webhooks.are_there(db):
            _file_moves(db, event, now)
    elif event["event"] == "present_state":
        number = json.loads(event["details"])["subscriber"]
        incident = event["incident_id"]
        queue = webhooks.queue_of(db, number)
        deliveries.add(db, event["id"], str(number), now, channel=queue, subscriber_id=number, incident_id=incident)
    elif event["event"] == "confirmation":
        number = json.loads(event["details"])["sign_up"]
        deliveries.add(db, event["id"], f"sign-up {number}", now, channel=DIRECT)
    elif event["event"] == "feeds_changed":
        deliveries.add(db, event["id"], "hub", now, channel=HUB)
    elif event["event"] == "challenge":
        deliveries.add(db, event["id"], "challenge", now, channel=webhooks.LATE)
    else:
        for address in _inside(db, event):
            deliveries.add(db, event["id"], address, now, channel=DIRECT)
        for name in _channels(db, event, channels):
            deliveries.add(db, event["id"], name, now, channel=ANNOUNCE, incident_id=event["incident_id"])
    outbox.fanned(db, event["id"], to=event["fanned_to"], at=now)


def audience_of(db: sqlite3.Connection, event: Any) -> Audience | None:
    """Whom an event for subscribers concerns; None when the public may not read of it any more."""
    return _AUDIENCES[event["event"]](db, event)


def let_go(db: sqlite3.Connection, number: int, now: str) -> None:
    """End what waits for a subscriber who has chosen otherwise since."""
    for row in deliveries.idle_of(db, number):
        event = outbox.by_id(db, row["outbox_id"])
        if event is None or event["event"] not in _AUDIENCES:
            continue
        audience = audience_of(db, event)
        if audience is None or not deliveries.concerns(db, audience, number):
            deliveries.finish(db, [row["id"]], "withdrawn", now, "not wanted any more")


def _of_post(db: sqlite3.Connection, event: sqlite3.Row) -> Audience | None:
    post = outbox.public_post(db, event["post_id"])
    if post is None:
        return None
    first = outbox.corrected_by(db, post["id"])
    begins = first == post["first_id"] or outbox.state_before(db, first) == "resolved"
    ends = begins or post["state"] in ("resolved", "completed", "in_progress")
    kind = KINDS[Kind(post["kind"])]
    return Audience(kind, ends, outbox.components_of(db, post["incident_id"]), post["incident_id"])


def _file_moves(db: sqlite3.Connection, event: sqlite3.Row, now: str) -> None:
    """What programs are told beside a post: which components it changed."""
    for component in outbox.moved_components(db, event["post_id"]):
        record_event(
            db,
            "component_changed",
            f"component:{event['post_id']}:{component}",
            at=event["at"],
            not_before=now,
            incident_id=event["incident_id"],
            post_id=event["post_id"],
            details={"component": component},
        )


def _of_move(db: sqlite3.Connection, event: sqlite3.Row) -> Audience | None:
    audience = _of_post(db, event)
    component = json.loads(event["details"])["component"]
    if audience is None or component not in outbox.moved_components(db, event["post_id"]):
        return None
    return replace(audience, components=(component,), webhooks_alone=True)


def _of_reminder(db: sqlite3.Connection, event: sqlite3.Row) -> Audience | None:
    if not outbox.still_ahead(db, event["incident_id"]):
        return None
    components = outbox.components_of(db, event["incident_id"])
    return Audience("maintenances", False, components, event["incident_id"])


def _of_postmortem(db: sqlite3.Connection, event: sqlite3.Row) -> Audience | None:
    if not article_is_public(db, event["incident_id"]):
        return None
    return Audience("postmortems", True, outbox.components_of(db, event["incident_id"]), event["incident_id"])


_AUDIENCES = {
    "post_published": _of_post,
    "component_changed": _of_move,
    "maintenance_reminder": _of_reminder,
    "postmortem_published": _of_postmortem,
}


def _inside(db: sqlite3.Connection, event: sqlite3.Row) -> list[str]:
    """Addresses of people who work here out of the event's `to`."""
    found: dict[str, None] = {}
    for word in json.loads(event["details"]).get("to") or []:
        for who in _persons(db, event, *str(word).partition(":")):
            person = people.person_called(db, who)
            address = address_of(person["email"] if person else who)
            if address is not None:
                found.setdefault(address)
    return list(found)


def _persons(db: sqlite3.Connection, event: sqlite3.Row, kind: str, colon: str, name: str) -> list[str]:
    """Whom a word such as `role:lead`, `team:support` or `permission:security` stands for now. A `channel:` has no mail
    address."""
    if not colon:
        return [kind]
    if kind == "role":
        holder = roles.holder(db, event["incident_id"] or 0, name)
        return [holder["person"]] if holder else []
    living = [row for row in people.people(db) if row["disabled_at"] is None]
    if kind == "team":
        return [row["email"] for row in living if (row["team"] or "").casefold() == name.casefold()]
    return [row["email"] for row in living if kind == "permission" and name in row["permissions"].split(",")]


def _channels(db: sqlite3.Connection, event: sqlite3.Row, known: Collection[str]) -> list[str]:
    """Channels that an event's `to` asks for: by name, as a team's, as those of the security people, and for pages a
    person's own. A private incident has no channel but `security`."""
    found: dict[str, None] = {}
    for word in json.loads(event["details"]).get("to") or []:
        kind, colon, name = str(word).partition(":")
        if colon and kind in ("channel", "team", "permission"):
            found.setdefault(name)
        elif event["event"] == "person_paged":
            for who in _persons(db, event, kind, colon, name):
                found.setdefault(who)
    incident = incidents.incident_by_id(db, event["incident_id"]) if event["incident_id"] else None
    return [name for name in found if name in known and may_hear(db, incident, name)]
