"""Who owns a component and who changed it last; and whom to ask when rolling back does not help."""

import sqlite3
from datetime import timedelta
from typing import Any

from portal.domain.errors import NotFound
from portal.domain.names import Permission, RoleName
from portal.domain.times import to_text
from portal.store import components, owners
from portal.store import posts as post_rows
from portal.verbs.access import find_incident, require
from portal.verbs.commands_room import RecordChange, SetOwner
from portal.verbs.context import Actor, Context, Write, Written
from portal.verbs.moments import past
from portal.verbs.paging import LIMIT, page_of
from portal.verbs.roles import known_as
from portal.verbs.rota import person_on_call

RECENT = timedelta(days=14)
"""Whoever changed a component longer ago is not asked first."""


def set_owner(context: Context, actor: Actor, slug: str, command: SetOwner) -> Written:
    """Name who owns a component, for people inside; it is never public."""
    require(actor, Permission.ADMIN, "name owners")
    with context.write(actor) as write:
        row = _component(write.db, slug)
        owner = known_as(write, command.owner) if command.owner else None
        owners.set_owner(write.db, row["id"], owner)
        write.audit("component.owner", slug, {"owner": owner})
        return write.written({"slug": row["slug"], "owner": owner})


def record_change(context: Context, actor: Actor, slug: str, command: RecordChange) -> Written:
    """Record that something of a component was changed, such as a deploy: the first to ask when it breaks."""
    require(actor, Permission.RESPONDER, "record changes")
    with context.write(actor) as write:
        row = _component(write.db, slug)
        change_id = owners.insert_change(
            write.db,
            row["id"],
            happened_at=past(write, command.happened_at, "happened_at") if command.happened_at else write.now,
            person=known_as(write, command.person) if command.person else actor.name,
            what=command.what,
            url=command.url,
            recorded_by=actor.name,
        )
        write.audit("component.changed", slug, {"id": change_id})
        return write.written(_change(_found(write, change_id)))


def list_changes(
    context: Context, actor: Actor, slug: str, limit: int = LIMIT, cursor: str | None = None
) -> dict[str, Any]:
    """What was changed of a component, newest first."""
    require(actor, Permission.RESPONDER, "list changes")
    with context.database.snapshot() as db:
        rows = owners.changes_of(db, _component(db, slug)["id"])
    return page_of([_change(row) for row in rows], limit, cursor)


def suggested_owners(context: Context, actor: Actor, ref: str) -> dict[str, Any]:
    """Whom to ask when rolling back does not help: who changed it last, who owns it, who is on call."""
    with context.database.snapshot() as db:
        incident = find_incident(db, actor, ref)
        items = suggestions(db, context, incident["id"])
    return {"items": items, "next_cursor": None}


def suggestions(db: sqlite3.Connection, context: Context, incident_id: int) -> list[dict[str, Any]]:
    """The answer's items: each person once, for the best of their reasons. On call: the rotas that are named after the
    components, then the lead's."""
    since = to_text(context.now() - RECENT)
    named = post_rows.named_components(db, incident_id)
    changes = [row for one in named for row in owners.changes_of(db, one["id"], since, 1)]
    changes.sort(key=lambda row: row["happened_at"], reverse=True)
    found = [
        {"person": row["person"], "reason": "changed", "component": row["slug"], "what": row["what"], "url": row["url"]}
        | {"at": row["happened_at"]}
        for row in changes
    ]
    owned = owners.owners_of(db, [one["id"] for one in named])
    nothing = {"what": None, "url": None, "at": None}
    found += [
        {"person": owned[one["id"]], "reason": "owns", "component": one["slug"], **nothing}
        for one in named
        if one["id"] in owned
    ]
    for name in (*(one["slug"] for one in named), RoleName.LEAD):
        person = person_on_call(db, name, context.now())
        if person is not None:
            found.append({"person": person, "reason": "on_call", "component": None, **nothing, "what": f"rota {name}"})
    once: dict[str, dict[str, Any]] = {}
    for one in found:
        once.setdefault(one["person"], one)
    return list(once.values())


def _component(db: sqlite3.Connection, slug: str) -> sqlite3.Row:
    row = components.component_by_slug(db, slug)
    if row is None:
        raise NotFound(f"There is no component {slug[:80]}.")
    return row


def _found(write: Write, change_id: int) -> sqlite3.Row:
    row = owners.change_by_id(write.db, change_id)
    assert row is not None  # noqa: S101
    return row


def _change(row: sqlite3.Row) -> dict[str, Any]:
    said = {"id": row["id"], "component": row["slug"]}
    return said | {name: row[name] for name in ("happened_at", "person", "what", "url", "recorded_by")}
