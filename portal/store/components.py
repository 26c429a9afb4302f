"""Components and their groups as staff see them, hidden and retired ones included."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from portal.store.rows import insert, one, update


def insert_component(db: sqlite3.Connection, **columns: Any) -> int:
    return insert(db, "component", **columns)


def update_component(db: sqlite3.Connection, component_id: int, now: str, **columns: Any) -> None:
    update(db, "component", component_id, updated_at=now, **columns)


def component_by_slug(db: sqlite3.Connection, slug: str) -> sqlite3.Row | None:
    """A live component; a retired one is not found."""
    return one(db, f"{_SELECT} WHERE component.slug = ? AND retired_at IS NULL", (slug,))


def component_by_id(db: sqlite3.Connection, component_id: int) -> sqlite3.Row | None:
    return one(db, f"{_SELECT} WHERE component.id = ?", (component_id,))


def live_components(db: sqlite3.Connection) -> list[sqlite3.Row]:
    """In the order of the page: loose ones first, then group by group."""
    return db.execute(
        f"{_SELECT} WHERE retired_at IS NULL"
        " ORDER BY coalesce(component_group.position, -1), component.position, component.id"
    ).fetchall()


_SELECT = (
    "SELECT component.*, component_group.name AS group_name, component_owner.owner"
    " FROM component LEFT JOIN component_group ON component_group.id = component.group_id"
    " LEFT JOIN component_owner ON component_owner.component_id = component.id"
)


def every_component(db: sqlite3.Connection) -> list[sqlite3.Row]:
    """Retired ones too."""
    return db.execute("SELECT * FROM component").fetchall()


def remember_start(db: sqlite3.Connection, firsts: Mapping[int, str]) -> None:
    """A component is as old as the first incident that names it; its bars begin there."""
    db.executemany(
        "UPDATE component SET start_date = ?1 WHERE id = ?2 AND (start_date IS NULL OR start_date > ?1)",
        ((day, component) for component, day in firsts.items()),
    )


def slug_taken(db: sqlite3.Connection, slug: str) -> bool:
    """Also by a retired component: its address stays its own."""
    return one(db, "SELECT 1 FROM component WHERE slug = ?", (slug,)) is not None


def live_name_taken(db: sqlite3.Connection, name: str, except_id: int | None = None) -> bool:
    """Names are compared without regard to case, in all scripts."""
    rows = db.execute("SELECT id, name FROM component WHERE retired_at IS NULL")
    return any(row["name"].casefold() == name.casefold() and row["id"] != except_id for row in rows)


def next_position(db: sqlite3.Connection) -> int:
    """Behind the last component that everybody sees: a gap in the public numbers would tell of a hidden one."""
    rows = db.execute("SELECT coalesce(max(position), 0) + 1 FROM component WHERE retired_at IS NULL AND hidden = 0")
    return int(rows.fetchone()[0])


def group_id_for(db: sqlite3.Connection, name: str, *, public_id: str, now: str) -> int:
    """The group of that name, made at the end of the list when there is none.

    A group in which nobody sees anything yet is as new as one that is made: its age and place tell nothing.
    """
    found = one(db, "SELECT id FROM component_group WHERE name = ?", (name,))
    if found and one(db, f"{_SEEN_GROUPS} AND component_group.id = ?", (found["id"],)):
        return int(found["id"])
    position = db.execute(f"SELECT coalesce(max(position), 0) + 1 FROM ({_SEEN_GROUPS})").fetchone()[0]
    columns = {"public_id": public_id, "position": position, "created_at": now, "updated_at": now}
    if found:
        update(db, "component_group", found["id"], **columns)
        return int(found["id"])
    return insert(db, "component_group", name=name, **columns)


_SEEN_GROUPS = (
    "SELECT * FROM component_group WHERE EXISTS (SELECT 1 FROM public_component WHERE group_id = component_group.id)"
)


def remove_empty_groups(db: sqlite3.Connection) -> None:
    db.execute(
        "DELETE FROM component_group WHERE NOT EXISTS (SELECT 1 FROM component WHERE group_id = component_group.id)"
    )


def public_levels(db: sqlite3.Connection, component_id: int | None = None) -> dict[int, list[str]]:
    """Open levels by component, of incidents that the public sees; hidden components keep theirs for staff."""
    rows = db.execute(
        "SELECT component_id, level FROM impact JOIN public_incident ON public_incident.id = impact.incident_id"
        " WHERE to_at IS NULL AND false_alarm = 0 AND kind <> 'advisory' AND (?1 IS NULL OR component_id = ?1)",
        (component_id,),
    )
    levels: dict[int, list[str]] = {}
    for row in rows:
        levels.setdefault(row["component_id"], []).append(row["level"])
    return levels


def any_public(db: sqlite3.Connection, component_ids: Iterable[int]) -> bool:
    """Whether the public knows one of these; what happens to hidden ones must not even move the sequence."""
    asked = json.dumps(list(component_ids))
    return one(db, "SELECT 1 FROM public_component WHERE id IN (SELECT value FROM json_each(?))", (asked,)) is not None


def open_impacts_of_component(db: sqlite3.Connection, component_id: int) -> list[int]:
    """Incidents that still hold an open impact on it."""
    rows = db.execute(
        "SELECT DISTINCT incident_id FROM impact WHERE component_id = ? AND to_at IS NULL ORDER BY 1", (component_id,)
    )
    return [row[0] for row in rows]


def any_component_id(db: sqlite3.Connection, slug: str) -> int | None:
    """Also of a removed one: its incidents can still be looked for."""
    row = one(db, "SELECT id FROM component WHERE slug = ?", (slug,))
    return int(row["id"]) if row else None
