"""Posts that are being written. A row that has ended keeps no words: the post has them, or nobody wants them."""

import json
import sqlite3
from typing import Any

from portal.store.rows import insert, one, update


def insert_draft(db: sqlite3.Connection, incident_id: int, person: str, now: str, **columns: Any) -> int:
    return insert(db, "draft", incident_id=incident_id, person=person, created_at=now, updated_at=now, **columns)


def update_draft(db: sqlite3.Connection, draft_id: int, now: str, **columns: Any) -> None:
    update(db, "draft", draft_id, updated_at=now, **columns)


def draft_by_id(db: sqlite3.Connection, draft_id: int) -> sqlite3.Row | None:
    return one(db, "SELECT * FROM draft WHERE id = ?", (draft_id,))


def newest_of_tab(db: sqlite3.Connection, incident_id: int, person: str, tab: str) -> sqlite3.Row | None:
    """What somebody last began to write of an incident under a name of their own choice, ended or not."""
    return one(
        db,
        "SELECT * FROM draft WHERE incident_id = ? AND person = ? AND tab = ? ORDER BY id DESC LIMIT 1",
        (incident_id, person, tab),
    )


def open_drafts(db: sqlite3.Connection, incident_id: int) -> list[sqlite3.Row]:
    """Those of an incident that are neither published nor discarded, the newest words first."""
    return db.execute(
        "SELECT * FROM draft WHERE incident_id = ? AND ended_at IS NULL ORDER BY updated_at DESC, id DESC",
        (incident_id,),
    ).fetchall()


def due_drafts(db: sqlite3.Connection, now: str) -> list[int]:
    """Ids of the drafts that are to be published by `now`, the longest waiting first."""
    rows = db.execute(
        "SELECT id FROM draft WHERE publish_at IS NOT NULL AND ended_at IS NULL AND publish_at <= ?"
        " ORDER BY publish_at, id",
        (now,),
    )
    return [row[0] for row in rows]


def end_draft(db: sqlite3.Connection, draft_id: int, now: str, post_id: int | None = None) -> None:
    """Published as a post, or (None) discarded."""
    update_draft(
        db, draft_id, now, ended_at=now, post_id=post_id, words="{}", findings=None, refusal=None, publish_at=None
    )


def words_of(row: sqlite3.Row) -> dict[str, Any]:
    """The fields that the draft holds, as a post's body names them."""
    words: dict[str, Any] = json.loads(row["words"])
    return words
