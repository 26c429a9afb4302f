"""The staff's side of incidents: every column, private ones included. Who may see which is decided by the verbs."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from portal.store.rows import insert, one, update


def insert_incident(db: sqlite3.Connection, **columns: Any) -> int:
    return insert(db, "incident", **columns)


def update_incident(db: sqlite3.Connection, incident_id: int, now: str, **columns: Any) -> None:
    update(db, "incident", incident_id, updated_at=now, **columns)


def incident_by_id(db: sqlite3.Connection, incident_id: int) -> sqlite3.Row | None:
    return one(db, "SELECT * FROM incident WHERE id = ?", (incident_id,))


def at_most(db: sqlite3.Connection, number: int) -> bool:
    """Whether there are no more incidents than a number, without counting them all."""
    row = db.execute("SELECT count(*) FROM (SELECT 1 FROM incident LIMIT ?)", (number + 1,)).fetchone()
    return int(row[0]) <= number


def is_public(db: sqlite3.Connection, incident_id: int) -> bool:
    """Whether the public sees this incident at this moment."""
    return one(db, "SELECT 1 FROM public_incident WHERE id = ?", (incident_id,)) is not None


def incidents_page(
    db: sqlite3.Connection,
    filters: Mapping[str, Any],
    *,
    seen_by: str | None,
    before: tuple[str, int] | None,
    limit: int,
) -> list[sqlite3.Row]:
    """Newest start first, after the position `before`. `seen_by` None sees private ones too, a name only its own.

    Filters: state, severity, kind, outcome (equal), component_id (ever named), words (already escaped for LIKE).
    """
    sql, values = page_query(filters, seen_by=seen_by, before=before)
    return db.execute(f"{sql} LIMIT ?", (*values, limit)).fetchall()


def page_query(
    filters: Mapping[str, Any], *, seen_by: str | None, before: tuple[str, int] | None
) -> tuple[str, list[Any]]:
    """The list's SQL and values, apart so that a test can ask for its plan."""
    where: list[str] = []
    values: list[Any] = []
    if before:
        where.append("(started_at, id) < (?, ?)")
        values += before
    for name in ("state", "severity", "kind", "outcome"):
        if name in filters:
            where.append(f"{name} = ?" if name == "state" else f"+{name} = ?")
            values.append(filters[name])
    if "component_id" in filters:
        where.append(
            "(EXISTS (SELECT 1 FROM impact WHERE incident_id = incident.id AND component_id = ?)"
            " OR EXISTS (SELECT 1 FROM post JOIN post_component ON post_id = post.id"
            " WHERE post.incident_id = incident.id AND component_id = ?))"
        )
        values += [filters["component_id"]] * 2
    if "words" in filters:
        where.append(r"(title LIKE ? ESCAPE '\' OR public_title LIKE ? ESCAPE '\')")
        values += [filters["words"]] * 2
    if seen_by is not None:
        where.append("(security = 0 OR declared_by = ?)")
        values.append(seen_by)
    condition = f" WHERE {' AND '.join(where)}" if where else ""
    return f"SELECT * FROM incident{condition} ORDER BY started_at DESC, id DESC", values


def relate(db: sqlite3.Connection, incident_id: int, other_id: int, relation: str) -> None:
    insert(db, "related_incident", incident_id=incident_id, other_id=other_id, relation=relation)


def related(db: sqlite3.Connection, incident_id: int) -> list[sqlite3.Row]:
    """Both directions: `relation` and the other incident's row, in order of their numbers."""
    return db.execute(
        "SELECT relation, incident.* FROM related_incident JOIN incident ON incident.id = other_id"
        " WHERE incident_id = ?1 UNION ALL"
        " SELECT relation || '_by', incident.* FROM related_incident JOIN incident ON incident.id = incident_id"
        " WHERE other_id = ?1 ORDER BY 2",
        (incident_id,),
    ).fetchall()


def to_be_reminded_of(db: sqlite3.Connection, now: str) -> list[sqlite3.Row]:
    """Public maintenances that start within their `remind_minutes` and whose reminder has not been filed."""
    return db.execute(
        "SELECT id, scheduled_for FROM incident WHERE kind = 'maintenance' AND resolved_at IS NULL AND security = 0"
        " AND post_state = 'scheduled' AND remind_minutes > 0 AND scheduled_for > ?1"
        " AND strftime('%Y-%m-%dT%H:%M:%fZ', scheduled_for, '-' || remind_minutes || ' minutes')"
        "  BETWEEN first_post_at AND ?1"
        " AND NOT EXISTS (SELECT 1 FROM outbox WHERE key = 'reminder:' || incident.id || ':' || scheduled_for)",
        (now,),
    ).fetchall()


def due_maintenances(db: sqlite3.Connection, now: str) -> list[int]:
    """Ids of maintenances that the clock has to start or complete by `now`; private ones have nobody to tell."""
    rows = db.execute(
        "SELECT id FROM incident WHERE kind = 'maintenance' AND resolved_at IS NULL AND auto = 1 AND security = 0 AND"
        " (post_state = 'scheduled' AND scheduled_for <= ?1"
        " OR post_state IN ('in_progress', 'verifying') AND scheduled_until <= ?1) ORDER BY scheduled_for, id",
        (now,),
    )
    return [row[0] for row in rows]


def open_incidents(db: sqlite3.Connection, *, seen_by: str | None) -> list[sqlite3.Row]:
    """What goes on or waits for a decision (triage, active), newest first; maintenances are not among them.
    `seen_by` None sees private ones too, a name only its own; an empty name sees none."""
    return db.execute(
        "SELECT * FROM incident WHERE state IN ('triage', 'active') AND kind <> 'maintenance'"
        " AND (?1 IS NULL OR security = 0 OR declared_by = ?1) ORDER BY started_at DESC, id DESC",
        (seen_by,),
    ).fetchall()
