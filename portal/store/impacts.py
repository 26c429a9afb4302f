"""Impacts: for each incident and component, intervals of one level; `to_at` is empty while it lasts."""

import sqlite3
from collections.abc import Iterable

from portal.domain.impacts import Step
from portal.domain.names import ComponentStatus
from portal.store.rows import insert, one, update


def insert_impact(
    db: sqlite3.Connection,
    incident_id: int,
    component_id: int,
    level: str,
    *,
    from_at: str,
    to_at: str | None = None,
) -> int:
    return insert(
        db,
        "impact",
        incident_id=incident_id,
        component_id=component_id,
        level=level,
        from_at=from_at,
        to_at=to_at,
    )


def update_impact(db: sqlite3.Connection, impact_id: int, **columns: str | None) -> None:
    update(db, "impact", impact_id, **columns)


def impact_by_id(db: sqlite3.Connection, impact_id: int) -> sqlite3.Row | None:
    return one(db, f"{_SELECT} WHERE impact.id = ?", (impact_id,))


def impacts_of(db: sqlite3.Connection, incident_id: int) -> list[sqlite3.Row]:
    return db.execute(f"{_SELECT} WHERE incident_id = ? ORDER BY from_at, impact.id", (incident_id,)).fetchall()


_SELECT = "SELECT impact.*, component.slug, component.name FROM impact JOIN component ON component.id = component_id"


def open_intervals(db: sqlite3.Connection, incident_id: int) -> dict[int, tuple[int, ComponentStatus, str]]:
    """component -> (impact, level, since), of what still lasts in this incident."""
    rows = db.execute(
        "SELECT id, component_id, level, from_at FROM impact WHERE incident_id = ? AND to_at IS NULL", (incident_id,)
    )
    return {row["component_id"]: (row["id"], ComponentStatus(row["level"]), row["from_at"]) for row in rows}


def carry_out(db: sqlite3.Connection, incident_id: int, steps: Iterable[Step]) -> None:
    """Write what `portal.domain.impacts` decided."""
    for step in steps:
        if step.ends_at is not None:
            db.execute(
                "UPDATE impact SET to_at = ? WHERE incident_id = ? AND component_id = ? AND to_at IS NULL",
                (step.ends_at, incident_id, step.component),
            )
        elif step.replaces:
            db.execute(
                "UPDATE impact SET level = ?, from_at = ? WHERE incident_id = ? AND component_id = ? AND to_at IS NULL",
                (step.level, step.at, incident_id, step.component),
            )
        else:
            insert_impact(db, incident_id, step.component, step.level, from_at=step.at)


def move_start(db: sqlite3.Connection, incident_id: int, before: str, after: str) -> None:
    """Intervals that began with their incident go on doing so when its start is corrected."""
    db.execute(
        "UPDATE impact SET from_at = min(?1, coalesce(to_at, ?1)) WHERE incident_id = ?2 AND from_at = ?3",
        (after, incident_id, before),
    )
