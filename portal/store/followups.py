"""Follow-ups of incidents."""

import sqlite3
from typing import Any

from portal.store.rows import insert, one, update


def insert_followup(db: sqlite3.Connection, **columns: Any) -> int:
    return insert(db, "followup", **columns)


def update_followup(db: sqlite3.Connection, followup_id: int, now: str, **columns: Any) -> None:
    update(db, "followup", followup_id, updated_at=now, **columns)


def followup_by_id(db: sqlite3.Connection, followup_id: int) -> sqlite3.Row | None:
    return one(db, "SELECT * FROM followup WHERE id = ?", (followup_id,))


def followups_of(db: sqlite3.Connection, incident_id: int) -> list[sqlite3.Row]:
    return db.execute("SELECT * FROM followup WHERE incident_id = ? ORDER BY id", (incident_id,)).fetchall()


def article_is_public(db: sqlite3.Connection, incident_id: int) -> bool:
    """Whether the public reads this incident's postmortem, and with it its public follow-ups."""
    return one(db, "SELECT 1 FROM public_postmortem WHERE incident_id = ?", (incident_id,)) is not None
