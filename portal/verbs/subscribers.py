"""Subscribers as staff see them: listed, asked, removed, brought in and taken out, and what came back of their mail."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from portal.domain.errors import Conflict, Invalid
from portal.domain.names import Permission
from portal.language import SOURCE, languages
from portal.notify.bounces import Bounce, proof_of
from portal.notify.mime import address_of
from portal.notify.reports import Report
from portal.store import deliveries, outbox
from portal.store import subscribers as store
from portal.verbs.access import require
from portal.verbs.choices import columns_of, stored_choices
from portal.verbs.commands_subscriptions import KINDS, AddSubscriber, NoteBounce
from portal.verbs.context import PORTAL, Actor, Context, Write, Written
from portal.verbs.delivering import note_bounce
from portal.verbs.paging import LIMIT, check_limit, from_cursor, to_cursor
from portal.verbs.subscribing import NO_ADDRESS, NOTHING, forget, network_of, new_token, told

CHUNK = 500


@dataclass(frozen=True)
class Known:
    """A subscriber of another system. `proof`: how it is known that they asked; empty: it is not."""

    email: str
    proof: str
    components: Sequence[str] = ()
    """Names or slugs; none means all. Those that this page does not have are left out."""
    kinds: Sequence[str] = ()
    updates: str = "all"
    digest: bool = False
    language: str = ""
    unfit: str = ""
    """Why it can't be brought along whoever it is, such as a telephone number."""


def list_subscribers(
    context: Context, actor: Actor, limit: int = LIMIT, cursor: str | None = None, q: str | None = None
) -> dict[str, Any]:
    """In the order in which they confirmed; `q` is a part of the address."""
    require(actor, Permission.ADMIN, "see subscribers")
    position = from_cursor(cursor)
    with context.database.snapshot() as db:
        rows = store.listed(db, q=q, after=position[1] if position else 0, limit=check_limit(limit) + 1)
        items = [_answer(db, row) for row in rows[:limit]]
    more = len(rows) > limit
    return {"items": items, "next_cursor": to_cursor("", rows[limit - 1]["id"]) if more else None}


def add_subscriber(context: Context, actor: Actor, command: AddSubscriber) -> Written:
    """Ask an address whether it wants to follow: it gets the same mail as if it had asked itself. Conflict when it
    follows already, or has left."""
    require(actor, Permission.ADMIN, "add subscribers")
    email = address_of(command.email)
    if email is None:
        raise Invalid(NO_ADDRESS, {"email": [NO_ADDRESS]})
    if not command.kinds:
        raise Invalid(NOTHING, {"kinds": [NOTHING]})
    with context.write(actor) as write:
        choices = stored_choices(write.db, command)
        if store.by_email(write.db, email) is not None:
            raise Conflict(f"{email} follows already.")
        if gone := store.suppressed(write.db, email):
            raise Conflict(
                f"{email} {_LEFT[gone['reason']]} on {gone['at'][:10]}, so it is not asked again from here;"
                " its owner can do that on the public page."
            )
        network = network_of(write.db, f"staff {actor.name}")
        store.ask(write.db, email, new_token(), choices, network=network, now=write.now)
        write.audit("subscriber.ask", store.hashed(write.db, email)[:16])
        return write.written({"email": email, "asked_at": write.now})


def remove_subscriber(context: Context, actor: Actor, email: str) -> Written:
    """Erase an address, and what waits for it. Conflict when it does not follow."""
    require(actor, Permission.ADMIN, "remove subscribers")
    with context.write(actor) as write:
        row = store.by_email(write.db, address_of(email) or email)
        if row is None:
            raise Conflict(f"{email[:80] or 'That address'} does not follow this page, so there is nothing to erase.")
        forget(write.db, row, "removed", write.now)
        write.audit("subscriber.remove", store.hashed(write.db, row["email"])[:16])
        return Written({"email": row["email"], "removed_at": write.now}, None)  # a kept answer would keep the address


def import_subscribers(context: Context, actor: Actor, known: Iterable[Known]) -> Iterator[tuple[str, str, str]]:
    """(address, what became of it, why) for each: created, unchanged or skipped. Who has not proved that they asked, or
    has left here, is skipped. Repeating it changes nothing."""
    require(actor, Permission.ADMIN, "import subscribers")
    part: list[Known] = []
    for one in known:
        part.append(one)
        if len(part) == CHUNK:
            yield from _import(context, actor, part)
            part = []
    yield from _import(context, actor, part)


def export_subscribers(context: Context, actor: Actor) -> Iterator[dict[str, Any]]:
    """Every subscriber with choices and proof."""
    require(actor, Permission.ADMIN, "export subscribers")
    after = 0
    while True:
        with context.database.snapshot() as db:
            rows = store.listed(db, q=None, after=after, limit=CHUNK)
            items = [_answer(db, row) for row in rows]
        yield from items
        if len(rows) < CHUNK:
            return
        after = rows[-1]["id"]


def note_report(context: Context, actor: Actor, command: NoteBounce) -> Written:
    """What a mail provider reports: a bounce counts, a complaint ends the subscription at once."""
    require(actor, Permission.ADMIN, "report bounces")
    with context.write(actor) as write:
        row = store.by_email(write.db, address_of(command.email) or command.email)
        if row is None:
            said = f"{command.email[:80]} does not follow this page."
            raise Invalid(said, {"email": [said]})
        _came_back(write, row, command.kind, command.said or command.kind)
        after = store.by_id(write.db, row["id"])
        answer = {"email": row["email"], "kind": command.kind, "paused_at": after["paused_at"] if after else None}
        return write.written(answer) if after is not None else Written(answer, None)


def take_reports(context: Context, reports: Iterable[Report]) -> None:
    """Record what a mail provider's webhook says of addresses; of those that do not follow nothing is recorded."""
    with context.write(PORTAL) as write:
        for one in reports:
            row = store.by_email(write.db, address_of(one.email) or one.email)
            if row is not None:
                _came_back(write, row, one.kind, one.said or one.kind)


def take_bounce(context: Context, bounce: Bounce) -> str | None:
    """Record a bounce mail; a complaint ends the subscription. Answers the number of its subscriber; None when it is
    not about a mail of ours."""
    with context.write(PORTAL) as write:
        row = deliveries.by_id(write.db, bounce.delivery)
        person = store.by_id(write.db, row["subscriber_id"]) if row is not None and row["subscriber_id"] else None
        if person is None or proof_of(bounce.delivery, person["token"]) != bounce.proof:
            return None
        kind = "complaint" if bounce.complaint else "permanent" if bounce.permanent else "temporary"
        _came_back(write, person, kind, bounce.said, bounce.delivery)
        return str(person["id"])


_LEFT = {"left": "left", "removed": "was removed", "complained": "complained"}


def _came_back(write: Write, person: sqlite3.Row, kind: str, said: str, delivery: int | None = None) -> None:
    """A bounce counts, a complaint ends the subscription; what was recorded before leaves no second mark."""
    if kind == "complaint":
        forget(write.db, person, "complained", write.now)
    elif not note_bounce(write.db, person["id"], delivery, write.moment, permanent=kind == "permanent", said=said):
        return
    write.audit("subscriber.bounce", store.hashed(write.db, person["email"])[:16], {"kind": kind})


def _answer(db: sqlite3.Connection, row: sqlite3.Row) -> dict[str, Any]:
    return told(db, row) | {"id": row["id"], "proof": row["proof"]}


def _import(context: Context, actor: Actor, part: Sequence[Known]) -> list[tuple[str, str, str]]:
    if not part:
        return []
    with context.write(actor) as write:
        slugs = {row["slug"]: row for row in store.public_components(write.db)}
        named = {row["name"].casefold(): row for row in slugs.values()} | slugs
        said = [_import_one(write.db, one, named, write.now) for one in part]
        if any(status == "created" for _, status, _ in said):
            write.audit("subscriber.import", "subscribers", {"created": sum(one[1] == "created" for one in said)})
    return said


def _import_one(db: sqlite3.Connection, one: Known, named: dict[str, sqlite3.Row], now: str) -> tuple[str, str, str]:
    email = address_of(one.email)
    if one.unfit or email is None:
        return one.email[:80], "skipped", one.unfit or "it is no mail address"
    if store.by_email(db, email) is not None:
        return email, "unchanged", ""
    if not one.proof:
        return email, "skipped", "it has not confirmed there"
    if gone := store.suppressed(db, email):
        return email, "skipped", f"it {_LEFT[gone['reason']]} on {gone['at'][:10]}"
    chosen = [row for word in one.components if (row := named.get(word.strip().casefold()))]
    if one.components and not chosen:
        return email, "skipped", "none of its components is on this page"
    choices = {
        "kinds": [kind for kind in KINDS if kind in one.kinds] or list(KINDS),
        "components": [row["slug"] for row in chosen],
        "updates": "ends" if one.updates == "ends" else "all",
        "digest": one.digest,
        "language": one.language if one.language in languages() else SOURCE,
    }
    number = store.add(
        db,
        email=email,
        token=new_token(),
        after_event=outbox.newest(db),
        proof=one.proof[:300],
        confirmed_at=now,
        updated_at=now,
        **columns_of(choices),
    )
    store.follow(db, number, [row["id"] for row in chosen])
    missing = len(one.components) - len(chosen)
    return email, "created", f"{missing} of its components are not on this page" if missing else ""
