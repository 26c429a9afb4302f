"""Who holds a role in an incident and to whom it is offered. Rows end, they are not removed."""

import sqlite3

from portal.store.rows import insert, one


def insert_role(
    db: sqlite3.Connection,
    incident_id: int,
    role: str,
    person: str,
    *,
    offered_by: str,
    at: str,
    accepted: bool = False,
    acting: bool = False,
) -> int:
    return insert(
        db,
        "role",
        incident_id=incident_id,
        role=role,
        person=person,
        offered_by=offered_by,
        offered_at=at,
        accepted_at=at if accepted else None,
        acting=int(acting),
    )


def holder(db: sqlite3.Connection, incident_id: int, role: str) -> sqlite3.Row | None:
    return one(db, f"{_LIVE} AND role = ? AND accepted_at IS NOT NULL", (incident_id, role))


def offers(db: sqlite3.Connection, incident_id: int, role: str) -> list[sqlite3.Row]:
    """Offers without an answer, newest first; whether one has lapsed is for the caller."""
    return db.execute(
        f"{_LIVE} AND role = ? AND accepted_at IS NULL ORDER BY offered_at DESC, id DESC", (incident_id, role)
    ).fetchall()


def live_roles(db: sqlite3.Connection, incident_id: int) -> list[sqlite3.Row]:
    """Holders and open offers of all roles, oldest offer first."""
    return db.execute(f"{_LIVE} ORDER BY offered_at, id", (incident_id,)).fetchall()


def holds_any(db: sqlite3.Connection, incident_id: int, person: str, roles: tuple[str, ...]) -> bool:
    marks = ",".join("?" for _ in roles)
    sql = f"{_LIVE} AND accepted_at IS NOT NULL AND person = ? AND role IN ({marks})"
    return one(db, sql, (incident_id, person, *roles)) is not None


_LIVE = "SELECT * FROM role WHERE incident_id = ? AND ended_at IS NULL"


def end_role(db: sqlite3.Connection, row_id: int, at: str) -> None:
    db.execute("UPDATE role SET ended_at = ? WHERE id = ?", (at, row_id))


def accept(db: sqlite3.Connection, row_id: int, at: str) -> str:
    """Answers the person who holds the role now."""
    rows = db.execute("UPDATE role SET accepted_at = ?, acting = 0 WHERE id = ? RETURNING person", (at, row_id))
    return str(rows.fetchall()[0]["person"])
