"""Addresses that left, carried from a portal's database into an older copy of it, in which they still follow."""

import sqlite3
from dataclasses import dataclass

from portal.store import subscribers, webhooks


@dataclass(frozen=True)
class Departures:
    """Whom a database must not tell of anything any more."""

    salt: str
    rows: tuple[tuple[str, str, str], ...]
    """(salted hash, reason, moment)"""


def departures(db: sqlite3.Connection) -> Departures | None:
    """Everybody who left; None in a database of a version that knew no subscribers."""
    if not {"suppressed_address", "mail_salt"} <= _tables(db):
        return None
    rows = db.execute("SELECT hash, reason, at FROM suppressed_address ORDER BY hash").fetchall()
    return Departures(db.execute("SELECT salt FROM mail_salt").fetchone()[0], tuple((*row,) for row in rows))


def carry(db: sqlite3.Connection, gone: Departures) -> int:
    """Erase whoever of these follows here and did not come back later, and keep their hashes; answers how many did
    follow. Foreign keys must be on. Nothing happens in another portal's database."""
    here = departures(db)
    if here is None or here.salt != gone.salt or "delivery" not in _tables(db):
        return 0
    left = {hashed: at for hashed, _, at in gone.rows}
    named = {subscribers.hashed(db, row["email"]): row for row in db.execute("SELECT * FROM subscriber")}
    found = [row for hashed, row in named.items() if left.get(hashed, "") > row["confirmed_at"]]
    for row in found:
        if "webhook" in _tables(db):
            webhooks.erase(db, row)
        subscribers.erase(db, row["id"])
    came_back = named.keys() - {subscribers.hashed(db, row["email"]) for row in found}
    rows = [row for row in gone.rows if row[0] not in came_back]
    db.executemany("INSERT OR IGNORE INTO suppressed_address VALUES (?, ?, ?)", rows)
    return len(found)


def _tables(db: sqlite3.Connection) -> set[str]:
    return {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
