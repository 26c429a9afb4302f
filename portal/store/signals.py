"""What monitoring and people report from outside, until somebody has looked at it."""

import sqlite3
from typing import Any

from portal.store.rows import insert, one, update

_SELECT = "SELECT signal.*, (SELECT slug FROM component WHERE id = component_id) AS slug FROM signal"
_WAITS = "signal.incident_id IS NULL AND settled_at IS NULL AND ended_at IS NULL"


def insert_signal(db: sqlite3.Connection, **columns: Any) -> int:
    return insert(db, "signal", **columns)


def update_signal(db: sqlite3.Connection, signal_id: int, **columns: Any) -> None:
    update(db, "signal", signal_id, **columns)


def signal_by_id(db: sqlite3.Connection, signal_id: int) -> sqlite3.Row | None:
    return one(db, f"{_SELECT} WHERE signal.id = ?", (signal_id,))


def live_signal(db: sqlite3.Connection, source: str, key: str) -> sqlite3.Row | None:
    """The alert that goes on under this key."""
    return one(db, f"{_SELECT} WHERE source = ? AND key = ? AND ended_at IS NULL AND settled_at IS NULL", (source, key))


def open_signals(db: sqlite3.Connection) -> list[sqlite3.Row]:
    """Those that belong to no incident and that nobody has dealt with, newest first."""
    return db.execute(
        f"{_SELECT} WHERE settled_at IS NULL AND signal.incident_id IS NULL ORDER BY signal.id DESC"
    ).fetchall()


def long_alerts(db: sqlite3.Connection, until: str) -> list[sqlite3.Row]:
    """Alerts of some weight that have gone on since `until` or longer, and belong to no incident."""
    return db.execute(
        f"{_SELECT} WHERE kind = 'alert' AND {_WAITS} AND severity <> 'none' AND started_at <= ?"
        " ORDER BY started_at, signal.id",
        (until,),
    ).fetchall()


def recent_reports(db: sqlite3.Connection, since: str) -> list[sqlite3.Row]:
    """Reports that came after `since` and belong to no incident."""
    return db.execute(
        f"{_SELECT} WHERE kind = 'report' AND {_WAITS} AND started_at > ? ORDER BY started_at, signal.id", (since,)
    ).fetchall()


def open_incident_on(db: sqlite3.Connection, component_id: int) -> sqlite3.Row | None:
    """The oldest open incident that concerns this component, of those that everybody inside may know of."""
    return one(
        db,
        "SELECT * FROM incident WHERE resolved_at IS NULL AND state IN ('triage', 'active') AND security = 0"
        " AND kind = 'incident' AND (EXISTS (SELECT 1 FROM impact WHERE incident_id = incident.id"
        " AND component_id = ?1 AND to_at IS NULL) OR EXISTS (SELECT 1 FROM signal"
        " WHERE signal.incident_id = incident.id AND signal.component_id = ?1)) ORDER BY id LIMIT 1",
        (component_id,),
    )


def settle_of(db: sqlite3.Connection, incident_id: int, *, at: str, by: str, reason: str) -> None:
    """Everything that an incident was made of has been dealt with."""
    db.execute(
        "UPDATE signal SET settled_at = ?, settled_by = ?, reason = ? WHERE incident_id = ? AND settled_at IS NULL",
        (at, by, reason, incident_id),
    )


_CLOSED = (
    "contact IS NOT NULL AND COALESCE(settled_at, (SELECT closed_at FROM incident WHERE id = incident_id)) <= ?",
    "reporter_contact IS NOT NULL AND closed_at <= ?",
    "contact IS NOT NULL AND told_at <= ?",
)
"""Which signals, incidents and requests for a postmortem hold the contact of somebody who was dealt with by then."""


def has_old_contacts(db: sqlite3.Connection, closed_by: str) -> bool:
    """Whether `forget_contacts` has something to do."""
    of_signals, of_incidents, of_requests = _CLOSED
    asked = (
        f"SELECT 1 FROM signal WHERE {of_signals} UNION ALL SELECT 1 FROM incident WHERE {of_incidents}"
        f" UNION ALL SELECT 1 FROM postmortem_request WHERE {of_requests} LIMIT 1"
    )
    return one(db, asked, (closed_by,) * 3) is not None


def forget_contacts(db: sqlite3.Connection, closed_by: str) -> int:
    """Erase how people outside can be reached whose reports were dealt with by then, or joined an incident that was
    closed by then, the reporters of such incidents, and who asked for a postmortem and was told by then; answers how
    many."""
    of_signals, of_incidents, of_requests = _CLOSED
    said = db.execute(f"UPDATE signal SET contact = NULL WHERE {of_signals}", (closed_by,))
    declared = db.execute(f"UPDATE incident SET reporter_contact = NULL WHERE {of_incidents}", (closed_by,))
    asked = db.execute(f"UPDATE postmortem_request SET contact = NULL WHERE {of_requests}", (closed_by,))
    return said.rowcount + declared.rowcount + asked.rowcount
