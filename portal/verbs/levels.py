"""Components named by address in a request, and what a change of their levels writes."""

import sqlite3
from collections.abc import Iterable, Mapping

from portal.domain import impacts as rules
from portal.domain.errors import Invalid
from portal.domain.names import ComponentStatus
from portal.store import components, impacts

LISTED = 30
"""An error names at most this many known components."""


def component_ids(db: sqlite3.Connection, slugs: Iterable[str], field: str = "components") -> dict[str, int]:
    """slug -> id. Raises Invalid that names the components there are."""
    found: dict[str, int] = {}
    errors: dict[str, list[str]] = {}
    for slug in slugs:
        row = components.component_by_slug(db, slug)
        if row is None:
            errors[f"{field}.{slug}"] = [f"There is no component {slug}."]
        else:
            found[slug] = row["id"]
    if errors:
        known = [row["slug"] for row in components.live_components(db)]
        listed = ", ".join(known[:LISTED]) + (" ..." if len(known) > LISTED else "")
        raise Invalid(f"Some components do not exist. There are: {listed or 'none yet'}.", errors)
    return found


def wanted_levels(db: sqlite3.Connection, levels: Mapping[str, ComponentStatus] | None) -> dict[int, ComponentStatus]:
    """component id -> level, of a request's {slug: level}."""
    levels = levels or {}
    ids = component_ids(db, levels)
    return {ids[slug]: level for slug, level in levels.items()}


def open_levels(db: sqlite3.Connection, incident_id: int) -> dict[int, ComponentStatus]:
    return {component: level for component, (_, level, _) in impacts.open_intervals(db, incident_id).items()}


def apply_levels(
    db: sqlite3.Connection,
    incident_id: int,
    wanted: Mapping[int, ComponentStatus],
    at: str,
    *,
    keep_operational: bool = False,
) -> None:
    """Bring components to their wanted level within an incident, from `at` on."""
    impacts.carry_out(
        db, incident_id, rules.steps(_open(db, incident_id), wanted, at, keep_operational=keep_operational)
    )


def end_all(db: sqlite3.Connection, incident_id: int, at: str) -> None:
    """End every open impact of an incident."""
    impacts.carry_out(db, incident_id, rules.ended(_open(db, incident_id), at))


def _open(db: sqlite3.Connection, incident_id: int) -> dict[int, tuple[ComponentStatus, str]]:
    return {
        component: (level, since) for component, (_, level, since) in impacts.open_intervals(db, incident_id).items()
    }
