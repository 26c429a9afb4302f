"""Who was called to an incident, and who answered."""

import sqlite3

from portal.store.rows import insert, one, update


def insert_call(
    db: sqlite3.Connection,
    incident_id: int,
    *,
    person: str | None,
    team: str | None,
    called_by: str,
    now: str,
    reason: str | None,
) -> int:
    return insert(
        db,
        "call",
        incident_id=incident_id,
        person=person,
        team=team,
        called_by=called_by,
        called_at=now,
        reason=reason,
    )


def call_by_id(db: sqlite3.Connection, call_id: int) -> sqlite3.Row | None:
    return one(db, "SELECT * FROM call WHERE id = ?", (call_id,))


def calls_of(db: sqlite3.Connection, incident_id: int) -> list[sqlite3.Row]:
    """Oldest first."""
    return db.execute("SELECT * FROM call WHERE incident_id = ? ORDER BY id", (incident_id,)).fetchall()


def acknowledge(db: sqlite3.Connection, call_id: int, person: str, now: str) -> None:
    update(db, "call", call_id, acknowledged_by=person, acknowledged_at=now)


def members(db: sqlite3.Connection, team: str) -> list[sqlite3.Row]:
    """People of a team, in any case of letters, by address."""
    return db.execute(
        "SELECT * FROM person WHERE team = ? COLLATE NOCASE AND disabled_at IS NULL ORDER BY email", (team,)
    ).fetchall()


def teams(db: sqlite3.Connection) -> list[str]:
    rows = db.execute("SELECT DISTINCT team FROM person WHERE team > '' AND disabled_at IS NULL ORDER BY team")
    return [row[0] for row in rows]
