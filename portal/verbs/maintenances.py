"""Maintenances: announced when they are planned, started and ended by hand or by the clock."""

import sqlite3
from datetime import datetime, timedelta
from typing import Any

from portal.domain.errors import Conflict, Invalid, NotFound
from portal.domain.names import (
    ComponentStatus,
    CustomerImpact,
    IncidentState,
    Kind,
    Outcome,
    Permission,
    PostState,
    RoleName,
    Severity,
)
from portal.domain.times import to_text
from portal.domain.wording import minute
from portal.store import incidents, posts, roles
from portal.verbs.access import find_incident, ref_of, require, require_publishing
from portal.verbs.answers import incident_answer
from portal.verbs.commands import CancelMaintenance, ChangeMaintenance, PlanMaintenance, Post
from portal.verbs.context import Actor, Context, Write, Written
from portal.verbs.incidents import list_incidents
from portal.verbs.judging import title_findings
from portal.verbs.levels import component_ids
from portal.verbs.paging import LIMIT
from portal.verbs.posting import publish

FARTHEST = timedelta(days=5 * 366)
_CHANGED = {"scheduled_for": "Begins", "scheduled_until": "Ends", "title": "Title"}
CANCELLED = "This maintenance has been cancelled."


def plan_maintenance(context: Context, actor: Actor, command: PlanMaintenance) -> Written:
    """Announce planned work: its first post, `scheduled`, is public at once."""
    require(actor, Permission.MESSENGER, "plan maintenances")
    with context.write(actor) as write:
        _check_window(write, command.scheduled_for, command.scheduled_until, started=False)
        ids = component_ids(write.db, command.components)
        incident_id = incidents.insert_incident(
            write.db,
            public_id=write.new_id(),
            kind=Kind.MAINTENANCE,
            title=command.title,
            public_title=command.title,
            state=IncidentState.ACTIVE,
            severity=Severity.MINOR,
            customer_impact=CustomerImpact.UNKNOWN,
            started_at=to_text(command.scheduled_for),
            declared_at=write.now,
            declared_by=actor.name,
            scheduled_for=to_text(command.scheduled_for),
            scheduled_until=to_text(command.scheduled_until),
            auto=int(command.auto),
            remind_minutes=command.remind_minutes,
            created_at=write.now,
            updated_at=write.now,
        )
        me = actor.name
        roles.insert_role(
            write.db, incident_id, RoleName.LEAD, me, offered_by=me, at=write.now, accepted=True, acting=True
        )
        write.timeline(incident_id, "declared", f"Planned: {command.title}")
        planned = dict.fromkeys(ids, ComponentStatus.OPERATIONAL)
        first = Post(
            state=PostState.SCHEDULED,
            body=command.body,
            components=planned,
            confirm=command.confirm,
            confirmed=command.confirmed,
        )
        with write.touching_incident(incident_id):
            publish(write, _row(write, incident_id), first)
        write.audit("maintenance.plan", ref_of(incident_id), {"auto": command.auto})
        return write.written(incident_answer(write.db, write.settings, actor, incident_id))


def change_maintenance(context: Context, actor: Actor, ref: str, command: ChangeMaintenance) -> Written:
    """Change the window, the title or the components of one that is not over; once it runs, only its end moves."""
    with context.write(actor) as write:
        incident = _open(write, actor, ref)
        given = command.model_dump(include=command.model_fields_set)
        empty = sorted(name for name, value in given.items() if value is None)
        if empty:
            raise Invalid("A maintenance needs these.", {name: ["This can't be empty."] for name in empty})
        started = incident["post_state"] != PostState.SCHEDULED
        wanted = given.pop("components", None)
        if started and ("scheduled_for" in given or wanted is not None):
            raise Conflict(f"{ref_of(incident['id'])} has started: extend scheduled_until, or post about components.")
        if "scheduled_for" in given or "scheduled_until" in given:
            begin = given.get("scheduled_for") or datetime.fromisoformat(incident["scheduled_for"])
            end = given.get("scheduled_until") or datetime.fromisoformat(incident["scheduled_until"])
            _check_window(write, begin, end, started=started)
        columns = {name: _stored(value) for name, value in given.items()}
        if "title" in columns:
            columns["public_title"] = columns["title"]
        if "scheduled_for" in columns:
            columns["started_at"] = columns["scheduled_for"]
        changed = {name: value for name, value in columns.items() if incident[name] != value}
        found = title_findings(write, incident, changed.get("title"))
        plan = None if wanted is None else sorted(component_ids(write.db, wanted).values())
        if plan == posts.planned_components(write.db, incident["id"]):
            plan = None
        if changed or plan is not None:
            with write.touching_incident(incident["id"]):
                incidents.update_incident(write.db, incident["id"], write.now, **changed)
                if plan is not None:
                    posts.replan(write.db, incident["id"], plan)
            for name in sorted(_CHANGED.keys() & set(changed)):
                before, after = (one if name == "title" else minute(one) for one in (incident[name], changed[name]))
                write.timeline(incident["id"], "change", f"{_CHANGED[name]}: {before} -> {after}")
            fields = sorted(set(changed) | (set() if plan is None else {"components"}))
            write.audit("maintenance.change", ref_of(incident["id"]), {"fields": fields})
        answer = incident_answer(write.db, write.settings, actor, incident["id"])
        return write.written(answer | {"findings": found})


def cancel_maintenance(context: Context, actor: Actor, ref: str, command: CancelMaintenance) -> Written:
    """End it by a completed post that says so; it keeps its address."""
    with context.write(actor) as write:
        incident = _open(write, actor, ref)
        automatic = write.now if command.body is None else None
        last = Post(state=PostState.COMPLETED, body=command.body or CANCELLED, confirm=True)
        with write.touching_incident(incident["id"]):
            publish(write, incident, last, automatic_at=automatic)
            incidents.update_incident(
                write.db, incident["id"], write.now, outcome=Outcome.CANCELLED, close_reason=command.reason
            )
        write.audit("maintenance.cancel", ref_of(incident["id"]))
        return write.written(incident_answer(write.db, write.settings, actor, incident["id"]))


def list_maintenances(context: Context, actor: Actor, limit: int = LIMIT, cursor: str | None = None) -> dict[str, Any]:
    """The ones that start last come first."""
    return list_incidents(context, actor, {"kind": Kind.MAINTENANCE}, limit, cursor)


def _open(write: Write, actor: Actor, ref: str) -> sqlite3.Row:
    incident = find_incident(write.db, actor, ref)
    if incident["kind"] != Kind.MAINTENANCE:
        raise NotFound(f"{ref_of(incident['id'])} is no maintenance.")
    require_publishing(write.db, actor, incident["id"])
    if incident["state"] == IncidentState.CLOSED:
        raise Conflict(f"{ref_of(incident['id'])} is over; plan another maintenance.")
    return incident


def _check_window(write: Write, begin: datetime, end: datetime, *, started: bool) -> None:
    if end <= begin:
        raise Invalid("A maintenance ends after it starts.", {"scheduled_until": ["This is not after its start."]})
    if begin <= write.moment and not started:
        said = f"This is past; now it is {minute(write.now)}."
        raise Invalid("A maintenance is planned ahead.", {"scheduled_for": [said]})
    if end <= write.moment:
        raise Invalid("A maintenance ends in the future.", {"scheduled_until": [f"Now it is {minute(write.now)}."]})
    if end > write.moment + FARTHEST:
        raise Invalid("That is too far ahead.", {"scheduled_until": ["At most five years ahead."]})


def _stored(value: Any) -> Any:
    if isinstance(value, datetime):
        return to_text(value)
    return int(value) if isinstance(value, bool) else value


def _row(write: Write, incident_id: int) -> sqlite3.Row:
    row = incidents.incident_by_id(write.db, incident_id)
    assert row is not None  # noqa: S101
    return row
