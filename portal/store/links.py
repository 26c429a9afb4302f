"""Issues, chat rooms and dashboards that belong to an incident."""

import sqlite3

from portal.store.rows import one


def save_link(
    db: sqlite3.Connection,
    incident_id: int,
    url: str,
    *,
    kind: str,
    title: str | None,
    state: str | None,
    actor: str,
    now: str,
) -> sqlite3.Row:
    """Add a link, or bring the one with the same address up to date."""
    db.execute(
        "INSERT INTO link (incident_id, url, kind, title, state, created_by, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (incident_id, url) DO UPDATE SET kind = excluded.kind,"
        " title = coalesce(excluded.title, title), state = coalesce(excluded.state, state)",
        (incident_id, url, kind, title, state, actor, now),
    )
    row = one(db, "SELECT * FROM link WHERE incident_id = ? AND url = ?", (incident_id, url))
    assert row is not None  # noqa: S101
    return row


def links_of(db: sqlite3.Connection, incident_id: int) -> list[sqlite3.Row]:
    return db.execute("SELECT * FROM link WHERE incident_id = ? ORDER BY id", (incident_id,)).fetchall()
