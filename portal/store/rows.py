"""Insert and update by column names; names come from our own code, values are always bound."""

import sqlite3
from collections.abc import Mapping
from typing import Any


def insert(db: sqlite3.Connection, table: str, **columns: Any) -> int:
    """Insert one row; answers its rowid."""
    names, marks = ", ".join(columns), ", ".join("?" for _ in columns)
    cursor = db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(columns.values()))
    return int(cursor.lastrowid or 0)


def update(db: sqlite3.Connection, table: str, row_id: int, **columns: Any) -> None:
    """Set columns of the row with this id; nothing happens when there are none."""
    if columns:
        sets = ", ".join(f"{name} = ?" for name in columns)
        db.execute(f"UPDATE {table} SET {sets} WHERE id = ?", (*columns.values(), row_id))


def one(db: sqlite3.Connection, sql: str, values: tuple[Any, ...] | Mapping[str, Any] = ()) -> sqlite3.Row | None:
    """The first row, or None."""
    row: sqlite3.Row | None = db.execute(sql, values).fetchone()
    return row
