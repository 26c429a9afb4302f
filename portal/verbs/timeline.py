"""The timeline: what people add to it, and reading it."""

import json
import sqlite3
from typing import Any

from portal.store import timelines
from portal.verbs.access import find_incident, ref_of
from portal.verbs.commands import AddTimeline
from portal.verbs.context import Actor, Context, Written
from portal.verbs.moments import past
from portal.verbs.paging import LIMIT, check_limit, from_cursor, to_cursor


def add_timeline(context: Context, actor: Actor, ref: str, command: AddTimeline) -> Written:
    """Append a line; it may have happened before now. Lines are never changed or removed."""
    with context.write(actor) as write:
        incident = find_incident(write.db, actor, ref)
        at = past(write, command.happened_at, "happened_at") if command.happened_at else None
        row_id = write.timeline(incident["id"], command.kind, command.text, happened_at=at)
        write.audit("timeline.add", ref_of(incident["id"]), {"id": row_id, "kind": command.kind})
        return write.written(_answer(timelines.timeline_row(write.db, row_id)))


def list_timeline(
    context: Context, actor: Actor, ref: str, limit: int = LIMIT, cursor: str | None = None
) -> dict[str, Any]:
    """In the order in which things happened."""
    check_limit(limit)
    with context.database.snapshot() as db:
        incident = find_incident(db, actor, ref)
        rows = timelines.timeline_page(db, incident["id"], after=from_cursor(cursor), limit=limit + 1)
    more = rows[limit - 1] if len(rows) > limit else None
    return {
        "items": [_answer(row) for row in rows[:limit]],
        "next_cursor": to_cursor(more["happened_at"], more["id"]) if more else None,
    }


def _answer(row: sqlite3.Row) -> dict[str, Any]:
    said = {name: row[name] for name in ("id", "happened_at", "recorded_at", "actor", "kind", "text")}
    return said | {"details": json.loads(row["details"]) if row["details"] else None}
