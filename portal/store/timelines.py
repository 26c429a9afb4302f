"""Reading the timeline; it is written by the ledger only."""

import sqlite3


def timeline_of(db: sqlite3.Connection, incident_id: int) -> list[sqlite3.Row]:
    """What happened, in the order in which it happened."""
    return db.execute(
        "SELECT * FROM timeline WHERE incident_id = ? ORDER BY happened_at, id", (incident_id,)
    ).fetchall()


def timeline_page(
    db: sqlite3.Connection, incident_id: int, *, after: tuple[str, int] | None, limit: int
) -> list[sqlite3.Row]:
    moment, number = after or ("", 0)
    return db.execute(
        "SELECT * FROM timeline WHERE incident_id = ? AND (happened_at, id) > (?, ?) ORDER BY happened_at, id LIMIT ?",
        (incident_id, moment, number, limit),
    ).fetchall()


def timeline_row(db: sqlite3.Connection, row_id: int) -> sqlite3.Row:
    row: sqlite3.Row = db.execute("SELECT * FROM timeline WHERE id = ?", (row_id,)).fetchone()
    return row
