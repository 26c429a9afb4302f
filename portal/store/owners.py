"""Who owns a component, and who changed it last. Staff only."""

import sqlite3
from collections.abc import Iterable

from portal.store.rows import insert, one


def set_owner(db: sqlite3.Connection, component_id: int, owner: str | None) -> None:
    db.execute("DELETE FROM component_owner WHERE component_id = ?", (component_id,))
    if owner is not None:
        insert(db, "component_owner", component_id=component_id, owner=owner)


def owner_of(db: sqlite3.Connection, component_id: int) -> str | None:
    row = one(db, "SELECT owner FROM component_owner WHERE component_id = ?", (component_id,))
    return str(row["owner"]) if row else None


def owners_of(db: sqlite3.Connection, component_ids: Iterable[int]) -> dict[int, str]:
    """component -> owner, of those that have one."""
    found = {component: owner_of(db, component) for component in component_ids}
    return {component: owner for component, owner in found.items() if owner}


def insert_change(db: sqlite3.Connection, component_id: int, **columns: str | None) -> int:
    return insert(db, "component_change", component_id=component_id, **columns)


def change_by_id(db: sqlite3.Connection, change_id: int) -> sqlite3.Row | None:
    return one(db, f"{_SELECT} WHERE component_change.id = ?", (change_id,))


def changes_of(db: sqlite3.Connection, component_id: int, since: str = "", limit: int = 100) -> list[sqlite3.Row]:
    """Newest first, from a moment on."""
    return db.execute(
        f"{_SELECT} WHERE component_id = ? AND happened_at >= ? ORDER BY happened_at DESC, component_change.id DESC"
        " LIMIT ?",
        (component_id, since, limit),
    ).fetchall()


_SELECT = (
    "SELECT component_change.*, component.slug, component.name FROM component_change"
    " JOIN component ON component.id = component_id"
)
