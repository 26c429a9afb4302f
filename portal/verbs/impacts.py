"""Impacts, written directly: what a component suffered and when, also long after."""

import sqlite3
from contextlib import nullcontext
from typing import Any

from portal.domain.errors import Conflict, Invalid, NotFound
from portal.domain.lifecycle import OVER
from portal.domain.names import ComponentStatus, IncidentState, Kind
from portal.domain.wording import minute
from portal.store import components, incidents
from portal.store import impacts as store
from portal.verbs.access import find_incident, may_see, ref_of, require_publishing
from portal.verbs.commands import AddImpact, ChangeImpact
from portal.verbs.context import Actor, Context, Write, Written
from portal.verbs.levels import component_ids
from portal.verbs.moments import past
from portal.verbs.paging import LIMIT, page_of


def add_impact(context: Context, actor: Actor, ref: str, command: AddImpact) -> Written:
    """Record an interval. It may not overlap another one of the same component in the same incident."""
    with context.write(actor) as write:
        incident = find_incident(write.db, actor, ref)
        _allow(write, incident)
        component = component_ids(write.db, [command.component], "component")[command.component]
        _refuse_operational(command.level)
        from_at = past(write, command.from_at, "from_at")
        to_at = past(write, command.to_at, "to_at") if command.to_at else None
        _check(write, incident, component, from_at, to_at)
        with _touching(write, incident, component):
            impact_id = store.insert_impact(
                write.db, incident["id"], component, command.level, from_at=from_at, to_at=to_at
            )
        until = minute(to_at) if to_at else "now"
        said = f"{command.component}: {command.level} from {minute(from_at)} to {until}"
        write.timeline(incident["id"], "impact", said)
        write.audit("impact.add", ref_of(incident["id"]), {"id": impact_id})
        return write.written(_answer(write.db, impact_id))


def change_impact(context: Context, actor: Actor, impact_id: int, command: ChangeImpact) -> Written:
    """Correct level or times; `to_at` null opens the interval again while the incident is open."""
    with context.write(actor) as write:
        row = store.impact_by_id(write.db, impact_id)
        incident = incidents.incident_by_id(write.db, row["incident_id"]) if row else None
        if row is None or incident is None or not may_see(actor, incident):
            raise NotFound(f"There is no impact {impact_id}.")
        find_incident(write.db, actor, ref_of(incident["id"]))
        _allow(write, incident)
        columns: dict[str, str | None] = {}
        if command.level is not None:
            _refuse_operational(command.level)
            columns["level"] = command.level
        if command.from_at is not None:
            columns["from_at"] = past(write, command.from_at, "from_at")
        if "to_at" in command.model_fields_set:
            columns["to_at"] = past(write, command.to_at, "to_at") if command.to_at else None
        changed = {name: value for name, value in columns.items() if row[name] != value}
        if changed:
            after = {**dict(row), **changed}
            _check(write, incident, row["component_id"], after["from_at"], after["to_at"], except_id=impact_id)
            with _touching(write, incident, row["component_id"]):
                store.update_impact(write.db, impact_id, **changed)
            write.timeline(
                incident["id"],
                "impact",
                f"{row['slug']}: corrected to {after['level']} from {after['from_at']} to {after['to_at'] or 'now'}",
            )
            write.audit("impact.change", ref_of(incident["id"]), {"id": impact_id, "fields": sorted(changed)})
        return write.written(_answer(write.db, impact_id))


def list_impacts(
    context: Context, actor: Actor, ref: str, limit: int = LIMIT, cursor: str | None = None
) -> dict[str, Any]:
    with context.database.snapshot() as db:
        rows = store.impacts_of(db, find_incident(db, actor, ref)["id"])
    return page_of([_said(row) for row in rows], limit, cursor)


def _allow(write: Write, incident: sqlite3.Row) -> None:
    """What the public sees may be changed by those who publish; the rest by every responder."""
    if incidents.is_public(write.db, incident["id"]):
        require_publishing(write.db, write.actor, incident["id"])


def _touching(write: Write, incident: sqlite3.Row, component: int) -> Any:
    public = incidents.is_public(write.db, incident["id"]) and components.any_public(write.db, [component])
    return write.touching_incident(incident["id"]) if public else nullcontext()


def _refuse_operational(level: ComponentStatus) -> None:
    if level is ComponentStatus.OPERATIONAL:
        raise Invalid("Operational is no impact.", {"level": ["End the impact by its to_at instead."]})


def _check(
    write: Write,
    incident: sqlite3.Row,
    component: int,
    from_at: str,
    to_at: str | None,
    *,
    except_id: int | None = None,
) -> None:
    ref = ref_of(incident["id"])
    if to_at is not None and to_at < from_at:
        raise Invalid("An impact ends after it began.", {"to_at": [f"{minute(to_at)} is before {minute(from_at)}."]})
    if to_at is None and IncidentState(incident["state"]) in OVER:
        raise Conflict(f"{ref} is over, so its impacts have an end: give to_at, or reopen the incident.")
    if incident["kind"] != Kind.MAINTENANCE and from_at < incident["started_at"]:
        raise Invalid(
            "An impact begins with its incident or later.",
            {"from_at": [f"{ref} began at {minute(incident['started_at'])}; change when it began first."]},
        )
    for other in store.impacts_of(write.db, incident["id"]):
        if other["id"] == except_id or other["component_id"] != component:
            continue
        if (to_at is None or other["from_at"] < to_at) and (other["to_at"] is None or from_at < other["to_at"]):
            raise Conflict(
                f"{ref} already has an impact on {other['slug']} from {other['from_at']} to"
                f" {other['to_at'] or 'now'} (impact {other['id']}); change that one."
            )


def _answer(db: sqlite3.Connection, impact_id: int) -> dict[str, Any]:
    row = store.impact_by_id(db, impact_id)
    assert row is not None  # noqa: S101
    return _said(row)


def _said(row: sqlite3.Row) -> dict[str, Any]:
    said = {"id": row["id"], "ref": ref_of(row["incident_id"]), "component": row["slug"], "name": row["name"]}
    return said | {name: row[name] for name in ("level", "from_at", "to_at")}
