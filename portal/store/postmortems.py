"""Postmortems as their writers see them, with every saved version."""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from portal.store.rows import insert, one, update


def postmortem_of(db: sqlite3.Connection, incident_id: int) -> sqlite3.Row | None:
    return one(db, "SELECT * FROM postmortem WHERE incident_id = ?", (incident_id,))


def insert_postmortem(
    db: sqlite3.Connection, incident_id: int, *, title: str, sections: Mapping[str, str], now: str, **columns: Any
) -> int:
    return insert(
        db,
        "postmortem",
        incident_id=incident_id,
        title=title,
        sections=json.dumps(sections, ensure_ascii=False),
        state="draft",
        created_at=now,
        updated_at=now,
        **columns,
    )


def update_postmortem(db: sqlite3.Connection, postmortem_id: int, now: str, **columns: Any) -> None:
    update(db, "postmortem", postmortem_id, updated_at=now, **columns)


def insert_revision(db: sqlite3.Connection, incident_id: int, *, at: str, actor: str, public_note: str | None) -> None:
    """Keep the postmortem as it is now."""
    row = postmortem_of(db, incident_id)
    assert row is not None  # noqa: S101
    insert(
        db,
        "postmortem_revision",
        postmortem_id=row["id"],
        at=at,
        actor=actor,
        title=row["title"],
        sections=row["sections"],
        state=row["state"],
        public_note=public_note,
    )


def revisions(db: sqlite3.Connection, postmortem_id: int) -> list[sqlite3.Row]:
    return db.execute(
        "SELECT * FROM postmortem_revision WHERE postmortem_id = ? ORDER BY id", (postmortem_id,)
    ).fetchall()


def slug_taken(db: sqlite3.Connection, slug: str) -> bool:
    return one(db, "SELECT 1 FROM postmortem WHERE slug = ?", (slug,)) is not None
