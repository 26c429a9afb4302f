"""The last rota.yaml that could be read, and what is wrong with the one that is there now."""

import sqlite3
from typing import Any

from portal.store.rows import one


def rota_file(db: sqlite3.Connection) -> sqlite3.Row | None:
    return one(db, "SELECT * FROM rota_file WHERE id = 1")


def save(db: sqlite3.Connection, **columns: Any) -> None:
    """Set these columns; the others stay as they are."""
    db.execute("INSERT OR IGNORE INTO rota_file (id, looked_at, fingerprint) VALUES (1, '', '')")
    sets = ", ".join(f"{name} = ?" for name in columns)
    db.execute(f"UPDATE rota_file SET {sets} WHERE id = 1", tuple(columns.values()))
