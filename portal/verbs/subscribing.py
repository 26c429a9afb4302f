"""Following by mail, as anybody does it: ask, confirm, change, leave. Whoever has a token is who the mail went to."""

import hashlib
import ipaddress
import json
import secrets
import sqlite3
from typing import Any

from portal.domain.errors import Invalid, NotFound
from portal.domain.times import to_text
from portal.language import N_
from portal.notify.mime import address_of
from portal.store import outbox, subscribers, webhooks
from portal.store.ledger import record_event
from portal.verbs.choices import columns_of, stored_choices
from portal.verbs.commands_subscriptions import ChangeSubscription, Choices, Subscribe
from portal.verbs.context import Context
from portal.verbs.fanning import KINDS as KIND_OF
from portal.verbs.fanning import let_go

WAITING_MOST = 20_000
"""Sign-ups that wait for their mail; while there are so many, more are not kept."""
WAITING_NETWORK = 200
NO_ADDRESS = N_("Write one mail address, such as ada@example.com.")
NOTHING = "Choose at least one kind of news."
OVER = "This link is not valid any more. Subscribe again, and take the link of the new mail."


def subscribe(context: Context, command: Subscribe, client: str) -> None:
    """Keep what was asked for until its address confirms it. What anybody learns of it is the same for every address,
    and so is the work. Invalid for what is no address, no component and no public incident."""
    email = address_of(command.email)
    if email is None or "." not in email.rpartition("@")[2]:
        raise Invalid(NO_ADDRESS, {"email": [NO_ADDRESS]})
    with context.database.snapshot() as db:
        choices = stored_choices(db, command)
        if not command.kinds and command.incident is None:
            raise Invalid(NOTHING, {"kinds": [NOTHING]})
        network = network_of(db, client)
        full = subscribers.waiting_sign_ups(db) >= WAITING_MOST
        full = subscribers.waiting_sign_ups(db, network) >= WAITING_NETWORK or full
    if command.website or full:
        return
    with context.database.transaction() as db:
        subscribers.ask(db, email, new_token(), choices, network=network, now=to_text(context.now()))


def asked_for(context: Context, token: str) -> dict[str, Any]:
    """What a confirmation would start: {email, choices, done}. NotFound for a link that is over."""
    with context.database.snapshot() as db:
        row = subscribers.asked(db, token)
        if row is None or row["mailed_at"] is None:
            raise NotFound(OVER)
        known = subscribers.by_email(db, row["email"])
        choices = json.loads(row["choices"])
        token = known["token"] if known is not None else ""
        return {"email": row["email"], "choices": choices, "done": "done" in choices and bool(token), "token": token}


def confirm(context: Context, token: str) -> str:
    """The address has said yes; it hears the present state of what is open. Answers the token of its own page."""
    with context.database.transaction() as db:
        row = subscribers.asked(db, token)
        if row is None or row["mailed_at"] is None:
            raise NotFound(OVER)
        choices = json.loads(row["choices"])
        known = subscribers.by_email(db, row["email"])
        if "done" in choices:
            if known is None:
                raise NotFound(OVER)
            return str(known["token"])
        now = to_text(context.now())
        number = enrol(db, row["email"], choices, f"confirmed by mail, asked at {row['asked_at']}", now)
        subscribers.settle(db, row["id"])
        found = subscribers.by_id(db, number)
        assert found is not None  # noqa: S101
        return str(found["token"])


def enrol(db: sqlite3.Connection, email: str, choices: dict[str, Any], proof: str, now: str) -> int:
    """Make an address a subscriber, or give the one that it is these choices; answers its number."""
    known = subscribers.by_email(db, email)
    incident = subscribers.public_incident(db, choices["incident"]) if choices.get("incident") else None
    before = _followed(db, known) if known is not None else set()
    if known is None:
        number = subscribers.add(
            db,
            email=email,
            token=new_token(),
            after_event=outbox.newest(db),
            proof=proof,
            confirmed_at=now,
            updated_at=now,
            **columns_of(choices),
        )
    else:
        number = known["id"]
        changed = {} if choices.get("incident") else columns_of(choices)
        subscribers.change(db, number, now, paused_at=None, pause_reason=None, **changed)
        subscribers.forgive(db, number)
    if incident is not None:
        subscribers.follow_incidents(db, number, [incident["id"]])
    elif not choices.get("incident"):
        subscribers.follow(db, number, _component_ids(db, choices.get("components", [])))
    let_go(db, number, now)
    subscribers.unsuppress(db, email)
    found = subscribers.by_id(db, number)
    assert found is not None  # noqa: S101
    for one in sorted(_followed(db, found) - before):
        key = f"present:{number}:{one}:{now}"
        details = {"subscriber": number}
        record_event(db, "present_state", key, at=now, not_before=now, incident_id=one, details=details)
    return number


def subscription(context: Context, token: str) -> dict[str, Any]:
    """What the owner of a token follows. NotFound for one who left."""
    with context.database.snapshot() as db:
        return told(db, _found(db, token))


def change_subscription(context: Context, token: str, command: ChangeSubscription) -> dict[str, Any]:
    """Follow this instead, from now on; what waits and is not wanted any more is not sent."""
    with context.database.transaction() as db:
        row = _found(db, token)
        choices = stored_choices(db, command)
        single = command.incidents_too and subscribers.incidents_of(db, row["id"])
        if not command.kinds and not single:
            raise Invalid(NOTHING, {"kinds": [NOTHING]})
        now = to_text(context.now())
        subscribers.change(db, row["id"], now, paused_at=None, pause_reason=None, **columns_of(choices))
        subscribers.forgive(db, row["id"])
        subscribers.follow(db, row["id"], _component_ids(db, command.components))
        if not command.incidents_too:
            subscribers.leave_incidents(db, row["id"])
        let_go(db, row["id"], now)
        return told(db, _found(db, token))


def leave(context: Context, token: str) -> None:
    """Forget whoever has this token but for a salted hash; nothing happens when that is so already."""
    with context.database.transaction() as db:
        row = subscribers.by_token(db, token)
        if row is not None:
            forget(db, row, "left", to_text(context.now()))


def forget(db: sqlite3.Connection, row: sqlite3.Row, reason: str, now: str) -> None:
    """Erase a subscriber, and keep a hash so that no import mails the address again."""
    subscribers.suppress(db, row["email"], reason, now)
    webhooks.erase(db, row)
    subscribers.erase(db, row["id"], now)


def told(db: sqlite3.Connection, row: sqlite3.Row) -> dict[str, Any]:
    """A subscriber's choices as the public names them."""
    names = ("email", "language", "updates", "confirmed_at", "paused_at", "pause_reason")
    return {
        **{name: row[name] for name in names},
        "kinds": row["kinds"].split(),
        "digest": bool(row["digest"]),
        "components": [one["slug"] for one in subscribers.components_of(db, row["id"])],
        "every_component": bool(row["every_component"]),
        "incidents": [one["title"] for one in subscribers.incidents_of(db, row["id"])],
    }


def new_token() -> str:
    return secrets.token_urlsafe(24)


def network_of(db: sqlite3.Connection, client: str) -> str:
    """A salted hash of the network (IPv4 /24, IPv6 /48) that a request came from."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return subscribers.hashed(db, "nowhere")
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    width = 24 if address.version == 4 else 48
    network = ipaddress.ip_network(f"{address}/{width}", strict=False)
    return hashlib.sha256(subscribers.hashed(db, str(network)).encode()).hexdigest()[:32]


def _found(db: sqlite3.Connection, token: str) -> sqlite3.Row:
    row = subscribers.by_token(db, token)
    if row is None:
        raise NotFound("Nobody follows by this link any more.")
    return row


def _component_ids(db: sqlite3.Connection, slugs: list[str]) -> list[int]:
    return [row["id"] for row in subscribers.public_components(db) if row["slug"] in set(slugs)]


def _followed(db: sqlite3.Connection, row: sqlite3.Row) -> set[int]:
    """Open incidents that somebody hears of."""
    single = {one["id"] for one in subscribers.incidents_of(db, row["id"])}
    mine = {one["id"] for one in subscribers.components_of(db, row["id"])}
    found = set()
    for one in subscribers.open_incidents(db):
        named = {int(number) for number in (one["components"] or "").split(",") if number}
        wanted = KIND_OF[one["kind"]] in row["kinds"].split() and (row["every_component"] or named & mine)
        if wanted or one["id"] in single:
            found.add(one["id"])
    return found


__all__ = ["Choices", "asked_for", "change_subscription", "confirm", "enrol", "leave", "subscribe", "subscription"]
