"""Links from an incident to issues, chat rooms and dashboards. Staff only."""

import sqlite3
from typing import Any

from portal.store import links as store
from portal.verbs.access import find_incident, ref_of
from portal.verbs.commands import AddLink
from portal.verbs.context import Actor, Context, Written
from portal.verbs.paging import LIMIT, page_of


def add_link(context: Context, actor: Actor, ref: str, command: AddLink) -> Written:
    """Link an address; the same address again brings its title and state up to date."""
    with context.write(actor) as write:
        incident = find_incident(write.db, actor, ref)
        row = store.save_link(
            write.db,
            incident["id"],
            command.url,
            kind=command.kind,
            title=command.title,
            state=command.state,
            actor=actor.name,
            now=write.now,
        )
        write.timeline(incident["id"], "link", f"Linked {command.kind}: {command.url}")
        write.audit("link.add", ref_of(incident["id"]), {"id": row["id"], "kind": command.kind})
        return write.written(_answer(row))


def list_links(
    context: Context, actor: Actor, ref: str, limit: int = LIMIT, cursor: str | None = None
) -> dict[str, Any]:
    with context.database.snapshot() as db:
        rows = store.links_of(db, find_incident(db, actor, ref)["id"])
    return page_of([_answer(row) for row in rows], limit, cursor)


def _answer(row: sqlite3.Row) -> dict[str, Any]:
    return {name: row[name] for name in ("id", "url", "kind", "title", "state", "created_by", "created_at")}
