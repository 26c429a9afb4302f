"""Reads the audit log, newest first."""

import sqlite3
from collections.abc import Mapping

_FILTERS = {
    "actor": "actor = :actor COLLATE NOCASE",
    "action": "(action = :action OR action LIKE :action || '.%')",
    "subject": "subject = :subject COLLATE NOCASE",
    "since": "at >= :since",
    "until": "at < :until",
}
HIDDEN = """
    NOT EXISTS (
        SELECT 1 FROM incident WHERE security AND declared_by IS NOT :reader
        AND (subject = 'INC-' || incident.id OR subject LIKE 'INC-' || incident.id || ' %'
            OR subject LIKE 'INC-' || incident.id || '/%')
    )
"""


def rows(
    db: sqlite3.Connection, filters: Mapping[str, str], before: int | None, limit: int, reader: str | None
) -> list[sqlite3.Row]:
    """At most `limit` rows older than the row `before`. With a `reader`, what is about private incidents that somebody
    else declared is left out."""
    asked = [_FILTERS[name] for name in filters]
    if before is not None:
        asked.append("id < :before")
    if reader is not None:
        asked.append(HIDDEN)
    where = f"WHERE {' AND '.join(asked)}" if asked else ""
    return db.execute(
        f"SELECT * FROM audit {where} ORDER BY id DESC LIMIT :limit",
        {**filters, "before": before, "limit": limit, "reader": reader},
    ).fetchall()


def actions(db: sqlite3.Connection) -> list[str]:
    """Every action that was ever recorded."""
    return [name for (name,) in db.execute("SELECT DISTINCT action FROM audit ORDER BY action")]
