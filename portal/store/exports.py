"""Reads every table for `portal export`; what proves an identity or repeats an answer stays in."""

import sqlite3
from collections.abc import Iterator
from typing import Any

_NO_EXPORT = (
    "sign_in_link",
    "session",
    "password",
    "sign_up",
    "webhook_sign_up",
    "challenge_sent",
    "mail_salt",
    "idempotency",
    "_sqlite_migrations",
)
LEFT_OUT = frozenset({*_NO_EXPORT, "sqlite_sequence"})
"""One-time links, sessions, hashes of passwords, addresses that nobody confirmed, kept answers, and SQLite's own."""
SECRET_COLUMNS = frozenset({"token_hash", "token", "signing_secret"})
"""Whoever knows one of these can act with it."""


def tables(db: sqlite3.Connection) -> list[str]:
    """Names of the tables that are exported."""
    rows = db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    return [name for (name,) in rows if name not in LEFT_OUT]


def rows(db: sqlite3.Connection, table: str) -> Iterator[dict[str, Any]]:
    """The rows of one of `tables`, in the order they were written, or of their key where no such order is kept."""
    keyed = db.execute("SELECT wr FROM pragma_table_list WHERE name = ?", (table,)).fetchone()[0]
    for row in db.execute(f'SELECT * FROM "{table}" ORDER BY {"1, 2" if keyed else "rowid"}'):
        yield {name: row[name] for name in row.keys() if name not in SECRET_COLUMNS}  # noqa: SIM118  # sqlite3.Row


def incidents(db: sqlite3.Connection) -> list[sqlite3.Row]:
    return db.execute("SELECT * FROM incident ORDER BY id").fetchall()
