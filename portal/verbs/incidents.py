"""Incidents: declared with a title alone, changed, read and listed."""

from typing import Any

from portal.domain.cadence import first_post_due
from portal.domain.errors import Invalid
from portal.domain.names import CustomerImpact, IncidentState, Kind, Permission, RoleName, Severity
from portal.domain.times import from_text, to_text
from portal.store import incidents, roles
from portal.verbs.access import find_incident, ref_of, require, require_publishing
from portal.verbs.answers import incident_answer
from portal.verbs.commands import Declare
from portal.verbs.context import Actor, Context, Write, Written
from portal.verbs.levels import apply_levels, wanted_levels
from portal.verbs.moments import past
from portal.verbs.placing import refuse_hidden
from portal.verbs.posting import publish


def declare(context: Context, actor: Actor, command: Declare) -> Written:
    """Open an incident. With `post`, its first post is public in the same transaction; without, nothing is."""
    require(actor, Permission.RESPONDER, "declare incidents")
    with context.write(actor) as write:
        _check(write, command)
        started_at, detected_at = _times(write, command)
        known = write.now if command.customer_impact is not CustomerImpact.UNKNOWN else None
        due = first_post_due(
            command.kind, command.severity, command.customer_impact, from_text(known) if known else None
        )
        incident_id = incidents.insert_incident(
            write.db,
            public_id=write.new_id(),
            kind=command.kind,
            title=command.title,
            public_title=command.public_title,
            state=IncidentState.ACTIVE,
            severity=command.severity,
            severity_reason=command.reason,
            customer_impact=command.customer_impact,
            security=int(command.security),
            audience=command.audience,
            breadth=command.breadth,
            summary=command.summary,
            summary_at=write.now if command.summary else None,
            started_at=started_at,
            detected_at=detected_at,
            declared_at=write.now,
            declared_by=actor.name,
            impact_known_at=known,
            next_update_due=None if command.security or due is None else to_text(due),
            reporter_kind=command.reporter.kind if command.reporter else None,
            reporter_name=command.reporter.name if command.reporter else None,
            reporter_contact=command.reporter.contact if command.reporter else None,
            created_at=write.now,
            updated_at=write.now,
        )
        write.timeline(incident_id, "declared", f"Declared: {command.title}")
        write.audit(
            "incident.declare",
            ref_of(incident_id),
            {"kind": command.kind, "severity": command.severity, "security": command.security},
        )
        _first_roles(write, incident_id, command)
        with write.touching_incident(incident_id):
            apply_levels(
                write.db, incident_id, wanted_levels(write.db, command.components), started_at, keep_operational=True
            )
            if command.post is not None:
                row = incidents.incident_by_id(write.db, incident_id)
                assert row is not None  # noqa: S101
                require_publishing(write.db, actor, incident_id)
                refuse_hidden(row)
                publish(write, row, command.post)
        return write.written(incident_answer(write.db, write.settings, actor, incident_id))


def get_incident(context: Context, actor: Actor, ref: str) -> dict[str, Any]:
    with context.database.snapshot() as db:
        return incident_answer(db, context.settings, actor, find_incident(db, actor, ref)["id"])


def _check(write: Write, command: Declare) -> None:
    if command.kind is Kind.MAINTENANCE:
        raise Invalid("Maintenances are planned, not declared.", {"kind": ["POST /maintenances plans one."]})
    if command.severity is Severity.MINOR and command.reason is None:
        route = write.settings.process.support_route or write.settings.support_email
        raise Invalid(
            f"A minor problem belongs to support: {route}. Declaring it all the same needs a reason.",
            {"reason": [f"Say why this is an incident, or take it to {route}."]},
        )
    check_audience(write, command.audience)


def check_audience(write: Write, audience: str | None) -> None:
    allowed = write.settings.process.audiences
    if audience is not None and audience not in allowed:
        raise Invalid("There is no such audience.", {"audience": [f"{audience} is not one of {', '.join(allowed)}."]})


def _times(write: Write, command: Declare) -> tuple[str, str]:
    detected = past(write, command.detected_at, "detected_at") if command.detected_at else write.now
    started = past(write, command.started_at, "started_at") if command.started_at else detected
    if started > detected:
        raise Invalid("It can't be detected before it started.", {"detected_at": [f"{detected} is before {started}."]})
    return started, detected


def _first_roles(write: Write, incident_id: int, command: Declare) -> None:
    """Whoever declares is acting lead, unless the lead is offered to themselves: then they have it."""
    me = write.actor.name
    taken = command.lead == me
    roles.insert_role(
        write.db, incident_id, RoleName.LEAD, me, offered_by=me, at=write.now, accepted=True, acting=not taken
    )
    if command.lead and not taken:
        roles.insert_role(write.db, incident_id, RoleName.LEAD, command.lead, offered_by=me, at=write.now)
    if command.messenger:
        roles.insert_role(
            write.db,
            incident_id,
            RoleName.MESSENGER,
            command.messenger,
            offered_by=me,
            at=write.now,
            accepted=command.messenger == me,
        )
