"""The timeline: what people add to it, and reading it."""

import json
import sqlite3
from typing import Any

from portal.domain.errors import Invalid
from portal.store import timelines
from portal.verbs.access import find_incident, ref_of
from portal.verbs.commands import AddTimeline
from portal.verbs.context import Actor, Context, Written
from portal.verbs.moments import past
from portal.verbs.paging import LIMIT, check_limit, from_cursor, to_cursor

PARTS = ("did", "result", "next")
"""of an update"""


def add_timeline(context: Context, actor: Actor, ref: str, command: AddTimeline) -> Written:
    """Append a line; it may have happened before now. Lines are never changed or removed. An update may come in three
    parts: what was done, what came of it, what is next."""
    text, parts = _words(command)
    with context.write(actor) as write:
        incident = find_incident(write.db, actor, ref)
        at = past(write, command.happened_at, "happened_at") if command.happened_at else None
        row_id = write.timeline(incident["id"], command.kind, text, happened_at=at, details=parts or None)
        write.audit("timeline.add", ref_of(incident["id"]), {"id": row_id, "kind": command.kind})
        return write.written(_answer(timelines.timeline_row(write.db, row_id)))


def _words(command: AddTimeline) -> tuple[str, dict[str, str]]:
    """The line's text and the parts that it is made of, if any. Raises Invalid when there is nothing or too much."""
    parts = {name: said for name in PARTS if (said := getattr(command, name)) is not None}
    if parts and command.kind != "update":
        raise Invalid("Only an update has three parts.", {name: ['Send this with "kind": "update".'] for name in parts})
    if parts and command.text is not None:
        raise Invalid("An update is a text or its three parts.", {"text": ["Leave this out, or the three parts."]})
    if parts:
        return "\n".join(f"{name.capitalize()}: {said}" for name, said in parts.items()), parts
    if command.text is None:
        raise Invalid("Say what happened.", {"text": ["This field is needed."]})
    return command.text, {}


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
