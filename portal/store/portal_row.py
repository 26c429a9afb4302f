"""The portal's own row: which database this is, and how far its clock has come."""

import sqlite3

from portal.store.ledger import record_audit


def ensure_portal_row(db: sqlite3.Connection, epoch: str, page_id: str, now: str) -> None:
    """Make the row on an empty database; an existing one is left as it is."""
    db.execute(
        "INSERT OR IGNORE INTO portal (id, epoch, page_id, created_at, as_of) VALUES (1, ?, ?, ?, ?)",
        (epoch, page_id, now, now),
    )


def renew_epoch_of_older_copy(db: sqlite3.Connection, shown: tuple[str, int], epoch: str, now: str) -> None:
    """When the site shows (epoch, sequence) that this database has not reached, somebody put an older copy in place by
    other means than `portal restore`: under a new epoch, its next changes don't pass for those that the site had."""
    held, here = last_change(db)
    if here == shown[0] and held < shown[1]:
        db.execute("UPDATE portal SET epoch = ?", (epoch,))
        record_audit(db, "restore", "portal", {"shown": shown[1], "held": held}, actor="portal", now=now)


def last_change(db: sqlite3.Connection) -> tuple[int, str]:
    """(sequence of the last change, epoch of this database)."""
    row = db.execute("SELECT coalesce((SELECT max(seq) FROM change), 0) AS seq, epoch FROM portal").fetchone()
    return row["seq"], row["epoch"]


def as_of(db: sqlite3.Connection) -> str:
    """The moment that pages speak of: how far the boundaries of time have been crossed."""
    found: str = db.execute("SELECT as_of FROM portal").fetchone()["as_of"]
    return found


def set_as_of(db: sqlite3.Connection, moment: str) -> None:
    db.execute("UPDATE portal SET as_of = ?", (moment,))
