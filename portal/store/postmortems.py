"""Postmortems as their writers see them, with every saved version and who asked for them."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
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


def insert_revision(
    db: sqlite3.Connection,
    incident_id: int,
    *,
    at: str,
    actor: str,
    public_note: str | None,
    autosaved_since: str | None = None,
) -> bool:
    """Keep the postmortem as it is now. With `autosaved_since`, go on with the same person's last automatic version
    when that began later; False then."""
    row = postmortem_of(db, incident_id)
    assert row is not None  # noqa: S101
    last = newest_revision(db, row["id"])
    if (
        autosaved_since is not None
        and last is not None
        and last["autosaved"]
        and (last["actor"], last["state"]) == (actor, row["state"])
        and last["at"] >= autosaved_since
    ):
        update(db, "postmortem_revision", last["id"], title=row["title"], sections=row["sections"])
        return False
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
        autosaved=int(autosaved_since is not None),
    )
    return True


def newest_revision(db: sqlite3.Connection, postmortem_id: int) -> sqlite3.Row | None:
    return one(
        db, "SELECT * FROM postmortem_revision WHERE postmortem_id = ? ORDER BY id DESC LIMIT 1", (postmortem_id,)
    )


def revisions(db: sqlite3.Connection, postmortem_id: int) -> list[sqlite3.Row]:
    return db.execute(
        "SELECT * FROM postmortem_revision WHERE postmortem_id = ? ORDER BY id", (postmortem_id,)
    ).fetchall()


def slug_taken(db: sqlite3.Connection, slug: str) -> bool:
    return one(db, "SELECT 1 FROM postmortem WHERE slug = ?", (slug,)) is not None


def postmortems_page(
    db: sqlite3.Connection,
    *,
    states: Iterable[str],
    owner: str | None,
    due_before: str | None,
    seen_by: str | None,
    after: tuple[str, int] | None,
    limit: int,
) -> list[sqlite3.Row]:
    """Postmortems with their incident's columns that lists need, what is due first on top; without a day due last."""
    sql, values = page_query(states, owner=owner, due_before=due_before, seen_by=seen_by, after=after)
    return db.execute(f"{sql} LIMIT ?", (*values, limit)).fetchall()


LATE = "9999"
"""Where those stand that have no day due."""


def page_query(
    states: Iterable[str],
    *,
    owner: str | None,
    due_before: str | None,
    seen_by: str | None,
    after: tuple[str, int] | None,
) -> tuple[str, list[Any]]:
    """The list's SQL and values, apart so that a test can ask for its plan."""
    wanted = list(states)
    where = [f"postmortem.state IN ({', '.join('?' for _ in wanted)})"]
    values: list[Any] = wanted
    if owner is not None:
        where.append("postmortem.owner = ? COLLATE NOCASE")
        values.append(owner)
    if due_before is not None:
        where.append("postmortem.due_at < ? AND postmortem.waived_reason IS NULL")
        values.append(due_before)
    if seen_by is not None:
        where.append("(security = 0 OR declared_by = ?)")
        values.append(seen_by)
    if after is not None:
        where.append("(coalesce(postmortem.due_at, ?), postmortem.id) > (?, ?)")
        values += [LATE, *after]
    return (
        "SELECT postmortem.*, incident.title AS incident_title, severity, security,"
        " (SELECT count(*) FROM postmortem_request WHERE incident_id = incident.id AND told_at IS NULL) AS asking"
        " FROM postmortem JOIN incident ON incident.id = postmortem.incident_id"
        f" WHERE {' AND '.join(where)} ORDER BY coalesce(postmortem.due_at, '{LATE}'), postmortem.id",
        values,
    )


def insert_request(db: sqlite3.Connection, **columns: Any) -> int:
    return insert(db, "postmortem_request", **columns)


def update_request(db: sqlite3.Connection, request_id: int, **columns: Any) -> None:
    update(db, "postmortem_request", request_id, **columns)


def request_by_id(db: sqlite3.Connection, request_id: int) -> sqlite3.Row | None:
    return one(db, "SELECT * FROM postmortem_request WHERE id = ?", (request_id,))


def requests_of(db: sqlite3.Connection, incident_id: int) -> list[sqlite3.Row]:
    return db.execute("SELECT * FROM postmortem_request WHERE incident_id = ? ORDER BY id", (incident_id,)).fetchall()
