"""Follow-ups of incidents."""

import sqlite3
from collections.abc import Mapping
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


LATE = "9999"
"""Where those stand that have no day due."""


def followups_page(
    db: sqlite3.Connection,
    filters: Mapping[str, Any],
    *,
    seen_by: str | None,
    after: tuple[str, int] | None,
    limit: int,
) -> list[sqlite3.Row]:
    """Of all incidents, what is due first on top. Filters: state, owner, due_before (a day; open ones only)."""
    sql, values = page_query(filters, seen_by=seen_by, after=after)
    return db.execute(f"{sql} LIMIT ?", (*values, limit)).fetchall()


def page_query(
    filters: Mapping[str, Any], *, seen_by: str | None, after: tuple[str, int] | None
) -> tuple[str, list[Any]]:
    """The list's SQL and values, apart so that a test can ask for its plan."""
    where, values = ["1"], list[Any]()
    if "state" in filters:
        where.append("followup.state = ?")
        values.append(filters["state"])
    if "owner" in filters:
        where.append("followup.owner = ?")
        values.append(filters["owner"])
    if "due_before" in filters:
        where.append("followup.state = 'open' AND followup.due < ?")
        values.append(filters["due_before"])
    if seen_by is not None:
        where.append("(security = 0 OR declared_by = ?)")
        values.append(seen_by)
    if after is not None:
        where.append("(coalesce(followup.due, ?), followup.id) > (?, ?)")
        values += [LATE, *after]
    return (
        "SELECT followup.*, incident.title AS incident_title FROM followup JOIN incident ON incident.id = incident_id"
        f" WHERE {' AND '.join(where)} ORDER BY coalesce(followup.due, '{LATE}'), followup.id",
        values,
    )


def open_numbers(db: sqlite3.Connection, today: str, *, seen_by: str | None) -> tuple[int, int]:
    """How many are open, and how many of them were due before today."""
    row = db.execute(
        "SELECT count(*), count(*) FILTER (WHERE due < ?1) FROM followup JOIN incident ON incident.id = incident_id"
        " WHERE followup.state = 'open' AND (security = 0 OR ?2 IS NULL OR declared_by = ?2)",
        (today, seen_by),
    ).fetchone()
    return int(row[0]), int(row[1])


def article_is_public(db: sqlite3.Connection, incident_id: int) -> bool:
    """Whether the public reads this incident's postmortem, and with it its public follow-ups."""
    return one(db, "SELECT 1 FROM public_postmortem WHERE incident_id = ?", (incident_id,)) is not None
