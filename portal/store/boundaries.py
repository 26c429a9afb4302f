"""Where the passing of time changes what the public sees: promises that pass, maintenances that come near."""

import sqlite3

_OPEN_PROMISE = "SELECT {} FROM public_incident WHERE resolved_at IS NULL AND next_update_due > ?"
_PLANNED = "SELECT {} FROM public_incident WHERE kind = 'maintenance' AND resolved_at IS NULL AND scheduled_for > ?"


def promised_between(db: sqlite3.Connection, first: str, last: str) -> list[int]:
    """The ids of open incidents whose promise of a next update lies after `first`, at `last` at the latest."""
    rows = db.execute(f"{_OPEN_PROMISE.format('id')} AND next_update_due <= ?", (first, last))
    return [row[0] for row in rows]


def planned_between(db: sqlite3.Connection, first: str, last: str) -> list[int]:
    """The ids of maintenances that are to start after `first`, at `last` at the latest."""
    return [row[0] for row in db.execute(f"{_PLANNED.format('id')} AND scheduled_for <= ?", (first, last))]


def next_promise(db: sqlite3.Connection, after: str) -> str | None:
    """The first promise of an open incident after a moment."""
    found: str | None = db.execute(_OPEN_PROMISE.format("min(next_update_due)"), (after,)).fetchone()[0]
    return found


def next_start(db: sqlite3.Connection, after: str) -> str | None:
    """The first start of a planned maintenance after a moment."""
    found: str | None = db.execute(_PLANNED.format("min(scheduled_for)"), (after,)).fetchone()[0]
    return found
