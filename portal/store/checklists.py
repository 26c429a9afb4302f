"""Rows of the communication checklist."""

import sqlite3

from portal.store.rows import insert, one, update


def checklist_of(db: sqlite3.Connection, incident_id: int) -> list[sqlite3.Row]:
    return db.execute(
        "SELECT * FROM checklist_item WHERE incident_id = ? ORDER BY position, id", (incident_id,)
    ).fetchall()


def item_by_id(db: sqlite3.Connection, item_id: int) -> sqlite3.Row | None:
    return one(db, "SELECT * FROM checklist_item WHERE id = ?", (item_id,))


def add_item(db: sqlite3.Connection, incident_id: int, key: str, title: str, position: int) -> int:
    """Add a row; one that has the same key is kept as it is (then the answer is 0)."""
    there = one(db, "SELECT 1 FROM checklist_item WHERE incident_id = ? AND key = ?", (incident_id, key))
    if there:
        return 0
    return insert(db, "checklist_item", incident_id=incident_id, key=key, title=title, position=position)


def mark_item(
    db: sqlite3.Connection, item_id: int, *, state: str, reason: str | None, link: str | None, actor: str, now: str
) -> None:
    update(db, "checklist_item", item_id, state=state, reason=reason, link=link, changed_by=actor, changed_at=now)
