"""Answers that are kept for requests that come again with the same Idempotency-Key."""

import sqlite3

from portal.store.rows import one


def find(db: sqlite3.Connection, actor: str, key: str, since: str) -> sqlite3.Row | None:
    """What a key was answered after a moment."""
    asked = "SELECT * FROM idempotency WHERE actor = ? AND key = ? AND created_at > ?"
    return one(db, asked, (actor, key, since))


def keep(
    db: sqlite3.Connection, actor: str, key: str, *, route: str, request_hash: str, status: int, answer: str, now: str
) -> None:
    db.execute(
        "INSERT OR REPLACE INTO idempotency (key, actor, route, request_hash, status, answer, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (key, actor, route, request_hash, status, answer, now),
    )


def forget(db: sqlite3.Connection, upto: str) -> None:
    """Those of a moment and before are not repeated any more."""
    db.execute("DELETE FROM idempotency WHERE created_at <= ?", (upto,))
