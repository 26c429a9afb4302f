"""Status posts. They are never edited; only a redaction blanks words in them."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from portal.domain.names import ComponentStatus
from portal.store.rows import insert, one


def insert_post(db: sqlite3.Connection, **columns: Any) -> int:
    return insert(db, "post", **columns)


def insert_move(
    db: sqlite3.Connection, post_id: int, component_id: int, old: ComponentStatus, new: ComponentStatus
) -> None:
    """What a post says about one component: its level in this incident before and after."""
    insert(db, "post_component", post_id=post_id, component_id=component_id, old_status=old, new_status=new)


def body_of(db: sqlite3.Connection, post_id: int | None) -> str | None:
    """The words of a post; None when there is none."""
    row = one(db, "SELECT body FROM post WHERE id = ?", (post_id,))
    return row["body"] if row else None


def posts_of(db: sqlite3.Connection, incident_id: int) -> list[sqlite3.Row]:
    """In public order; the position in this list, from 1, is a post's `seq`."""
    return db.execute("SELECT * FROM post WHERE incident_id = ? ORDER BY display_at, id", (incident_id,)).fetchall()


def newest_post(db: sqlite3.Connection, incident_id: int) -> sqlite3.Row | None:
    return one(db, "SELECT * FROM post WHERE incident_id = ? ORDER BY display_at DESC, id DESC LIMIT 1", (incident_id,))


def published_after(db: sqlite3.Connection, incident_id: int, seen: int) -> list[sqlite3.Row]:
    """What people have published after the first `seen` posts, in the order in which it was recorded."""
    return db.execute(
        "SELECT * FROM (SELECT * FROM post WHERE incident_id = ? ORDER BY id LIMIT -1 OFFSET ?)"
        " WHERE automatic = 0 ORDER BY id",
        (incident_id, seen),
    ).fetchall()


def post_before(db: sqlite3.Connection, incident_id: int, display_at: str) -> sqlite3.Row | None:
    """The newest post that is shown at or before a moment."""
    return one(
        db,
        "SELECT * FROM post WHERE incident_id = ? AND display_at <= ? ORDER BY display_at DESC, id DESC LIMIT 1",
        (incident_id, display_at),
    )


def moves_of(db: sqlite3.Connection, post_ids: Sequence[int]) -> dict[int, list[sqlite3.Row]]:
    """Per post, what it says about components, with their slugs and names."""
    found: dict[int, list[sqlite3.Row]] = {}
    for row in db.execute(
        "SELECT post_component.*, slug, name FROM post_component JOIN component ON component.id = component_id"
        f" WHERE post_id IN ({', '.join('?' for _ in post_ids)}) ORDER BY post_id, component.position, slug",
        post_ids,
    ):
        found.setdefault(row["post_id"], []).append(row)
    return found


def said_level(db: sqlite3.Connection, incident_id: int, component_id: int, display_at: str) -> ComponentStatus:
    """The level that the posts up to a moment gave a component; operational when none names it."""
    row = one(
        db,
        "SELECT new_status FROM post_component JOIN post ON post.id = post_id WHERE incident_id = ?"
        " AND component_id = ? AND display_at <= ? ORDER BY display_at DESC, post.id DESC LIMIT 1",
        (incident_id, component_id, display_at),
    )
    return ComponentStatus(row["new_status"]) if row else ComponentStatus.OPERATIONAL


def named_components(db: sqlite3.Connection, incident_id: int) -> list[sqlite3.Row]:
    """Components that an impact or a post of the incident names, with the level it holds now (None: none)."""
    return db.execute(
        "SELECT component.id, slug, name, (SELECT level FROM impact WHERE incident_id = ?1 AND"
        " component_id = component.id AND to_at IS NULL) AS level FROM component WHERE id IN"
        " (SELECT component_id FROM impact WHERE incident_id = ?1 UNION SELECT component_id FROM post_component"
        " JOIN post ON post.id = post_id WHERE incident_id = ?1) ORDER BY position, slug",
        (incident_id,),
    ).fetchall()


def planned_components(db: sqlite3.Connection, incident_id: int) -> list[int]:
    """What a maintenance is planned for: the components that its `scheduled` posts name."""
    rows = db.execute(
        "SELECT DISTINCT component_id FROM post_component JOIN post ON post.id = post_id"
        " WHERE incident_id = ? AND state = 'scheduled' ORDER BY component_id",
        (incident_id,),
    )
    return [row[0] for row in rows]


def replan(db: sqlite3.Connection, incident_id: int, components: list[int]) -> None:
    """Make these the components that a maintenance's `scheduled` posts name, on its first one."""
    scheduled = [row["id"] for row in posts_of(db, incident_id) if row["state"] == "scheduled"]
    planned = planned_components(db, incident_id)
    for post_id in scheduled:
        for component in set(planned) - set(components):
            db.execute("DELETE FROM post_component WHERE post_id = ? AND component_id = ?", (post_id, component))
    for component in components:
        if component not in planned:
            insert_move(db, scheduled[0], component, ComponentStatus.OPERATIONAL, ComponentStatus.OPERATIONAL)
