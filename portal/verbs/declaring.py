"""Declaring: a title is enough, the rest has defaults."""

from portal.domain.cadence import first_post_due
from portal.domain.errors import Invalid
from portal.domain.names import CustomerImpact, IncidentState, Kind, Permission, RoleName, Severity
from portal.domain.times import from_text, to_text
from portal.store import incidents, roles
from portal.verbs.access import ref_of, require
from portal.verbs.announcing import announce, call_security
from portal.verbs.answers import incident_answer
from portal.verbs.calling import call_support
from portal.verbs.checklist import make_rows
from portal.verbs.commands import Declare
from portal.verbs.context import Actor, Context, Write, Written
from portal.verbs.levels import apply_levels, wanted_levels
from portal.verbs.moments import past
from portal.verbs.posting import publish
from portal.verbs.reviewing import require_second_reader
from portal.verbs.roles import known_as, require_reader, tell_offer
from portal.verbs.similar import similar_to


def declare(context: Context, actor: Actor, command: Declare) -> Written:
    """Open an incident. With `post`, its first post is public in the same transaction; without, nothing is."""
    require(actor, Permission.RESPONDER, "declare incidents")
    with context.write(actor) as write:
        incident_id = open_incident(write, command)
        write.audit(
            "incident.declare",
            ref_of(incident_id),
            {"kind": command.kind, "severity": command.severity, "security": command.security},
        )
        if command.post is not None:
            row = incidents.incident_by_id(write.db, incident_id)
            assert row is not None  # noqa: S101
            require_second_reader(write, incident_id, command.post.unreviewed)
            with write.touching_incident(incident_id):
                publish(write, row, command.post)
        called = call_support(write, incident_id)
        if command.security:
            call_security(write, incident_id)
        said = f"{command.title} (severity {command.severity}), declared by {actor.name}"
        announce(write, incident_id, "declared", said)
        answer = incident_answer(write.db, write.settings, actor, incident_id)
        alike = similar_to(write.db, set(command.components or ()), command.title, except_id=incident_id)
        return write.written(answer | {"similar": alike, "support_called": called})


def open_incident(write: Write, command: Declare, state: IncidentState = IncidentState.ACTIVE) -> int:
    """The incident's row with its roles, impacts and checklist; nothing of it is public. One that the portal opens
    itself (`state` triage) has no lead until somebody takes it on."""
    _refuse_maintenance(command.kind)
    if command.severity is Severity.MINOR:
        refuse_minor(write, command.reason)
    check_audience(write, command.audience)
    started_at, detected_at = _times(write, command)
    known = write.now if command.customer_impact is not CustomerImpact.UNKNOWN else None
    due = first_post_due(command.kind, command.severity, command.customer_impact, from_text(known) if known else None)
    reporter = command.reporter
    incident_id = incidents.insert_incident(
        write.db,
        public_id=write.new_id(),
        kind=command.kind,
        title=command.title,
        public_title=command.public_title,
        state=state,
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
        declared_by=write.actor.name,
        impact_known_at=known,
        next_update_due=None if command.security or due is None else to_text(due),
        reporter_kind=reporter.kind if reporter else None,
        reporter_name=reporter.name if reporter else None,
        reporter_contact=reporter.contact if reporter else None,
        created_at=write.now,
        updated_at=write.now,
    )
    thanked = {"thanks": True} if "@" in write.actor.name else None
    write.timeline(incident_id, "declared", f"Declared: {command.title}", details=thanked)
    _first_roles(write, incident_id, command)
    levels = wanted_levels(write.db, command.components)
    apply_levels(write.db, incident_id, levels, started_at, keep_operational=True)
    make_rows(write, incident_id)
    return incident_id


def refuse_minor(write: Write, reason: str | None) -> None:
    """A minor problem is support's, unless somebody says why it is an incident."""
    if reason is None:
        route = write.settings.process.support_route or write.settings.support_email
        raise Invalid(
            f"A minor problem belongs to support: {route}. Making it an incident needs a reason.",
            {"reason": [f"Say why this is an incident, or take it to {route}."]},
        )


def check_audience(write: Write, audience: str | None) -> None:
    allowed = write.settings.process.audiences
    if audience is not None and audience not in allowed:
        raise Invalid("There is no such audience.", {"audience": [f"{audience} is not one of {', '.join(allowed)}."]})


def _refuse_maintenance(kind: Kind) -> None:
    if kind is Kind.MAINTENANCE:
        raise Invalid("Maintenances are planned, not declared.", {"kind": ["POST /maintenances plans one."]})


def _times(write: Write, command: Declare) -> tuple[str, str]:
    detected = past(write, command.detected_at, "detected_at") if command.detected_at else write.now
    started = past(write, command.started_at, "started_at") if command.started_at else detected
    if started > detected:
        raise Invalid("It can't be detected before it started.", {"detected_at": [f"{detected} is before {started}."]})
    return started, detected


def _first_roles(write: Write, incident_id: int, command: Declare) -> None:
    """Whoever declares is acting lead, until the person to whom the lead is offered accepts it."""
    me = write.actor.name
    if write.actor.system and command.lead is None:
        return
    for role, word in ((RoleName.LEAD, command.lead or me), (RoleName.MESSENGER, command.messenger)):
        if word is None:
            continue
        person = known_as(write, word)
        acting = role is RoleName.LEAD and (person != me or command.lead is None)
        if acting:
            roles.insert_role(write.db, incident_id, role, me, offered_by=me, at=write.now, accepted=True, acting=True)
        elif person == me:
            roles.insert_role(write.db, incident_id, role, me, offered_by=me, at=write.now, accepted=True)
            incidents.update_incident(write.db, incident_id, write.now, acknowledged_at=write.now)
        if person != me:
            require_reader(write, incident_id, person, role)
            row_id = roles.insert_role(write.db, incident_id, role, person, offered_by=me, at=write.now)
            tell_offer(write, incident_id, role, row_id, person)
