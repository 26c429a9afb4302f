"""The portal's own row: which database this is, and how far its clock has come."""

import sqlite3


def ensure_portal_row(db: sqlite3.Connection, epoch: str, page_id: str, now: str) -> None:
    """Make the row on an empty database; an existing one is left as it is."""
    db.execute(
        "INSERT OR IGNORE INTO portal (id, epoch, page_id, created_at, as_of) VALUES (1, ?, ?, ?, ?)",
        (epoch, page_id, now, now),
    )
