"""Announcement windows: launch days, with who looks after them."""

import sqlite3
from typing import Any

from portal.store.rows import insert, one, update


def insert_window(db: sqlite3.Connection, **columns: Any) -> int:
    return insert(db, "announcement_window", **columns)


def update_window(db: sqlite3.Connection, window_id: int, now: str, **columns: Any) -> None:
    update(db, "announcement_window", window_id, updated_at=now, **columns)


def window_by_id(db: sqlite3.Connection, window_id: int) -> sqlite3.Row | None:
    return one(db, "SELECT * FROM announcement_window WHERE id = ?", (window_id,))


def all_windows(db: sqlite3.Connection) -> list[sqlite3.Row]:
    """The one that starts last first."""
    return db.execute("SELECT * FROM announcement_window ORDER BY starts_at DESC, id DESC").fetchall()


def windows_at(db: sqlite3.Connection, now: str) -> list[sqlite3.Row]:
    """Those that a moment lies in, the one that started first first."""
    return db.execute(
        "SELECT * FROM announcement_window WHERE cancelled_at IS NULL AND ends_at > ?1 AND starts_at <= ?1"
        " ORDER BY starts_at, id",
        (now,),
    ).fetchall()


def uncalled(db: sqlite3.Connection) -> list[int]:
    """Open incidents that everybody inside may know of and that marketing was not called to yet."""
    rows = db.execute(
        "SELECT id FROM incident WHERE resolved_at IS NULL AND state = 'active' AND security = 0 AND kind = 'incident'"
        " AND NOT EXISTS (SELECT 1 FROM outbox WHERE key = 'marketing_called:' || incident.id) ORDER BY id"
    )
    return [row[0] for row in rows]
