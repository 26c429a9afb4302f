"""Changing an incident's own facts: titles, severity, times, what is affected, and whether it is private."""

import sqlite3
from contextlib import nullcontext
from typing import Any

from portal.domain.cadence import first_post_due
from portal.domain.errors import Conflict, Invalid, NotAllowed
from portal.domain.lifecycle import OVER
from portal.domain.names import (
    CustomerImpact,
    IncidentState,
    Kind,
    Permission,
    RoleName,
    Severity,
)
from portal.domain.times import from_text, to_text
from portal.domain.wording import minute
from portal.store import components, impacts, incidents, roles
from portal.verbs.access import find_incident, ref_of, require_publishing
from portal.verbs.announcing import announce, call_security
from portal.verbs.answers import incident_answer
from portal.verbs.checklist import make_rows
from portal.verbs.commands import ChangeIncident
from portal.verbs.context import Actor, Context, Write, Written
from portal.verbs.declaring import check_audience, refuse_minor
from portal.verbs.judging import title_findings
from portal.verbs.levels import apply_levels, open_levels, wanted_levels
from portal.verbs.moments import past
from portal.verbs.stale import MOMENTS, refuse_stale

_MAY_BE_EMPTY = {"public_title", "reason", "audience", "breadth", "summary", "workaround", "mitigated_at"}
_PUBLIC = {"public_title", "audience", "breadth", "started_at"}
"""Columns that are for the public's eyes; how urgent it is for us is not one of them."""
_WORDS = {"title", "public_title", "summary", "workaround", "severity", "customer_impact", "audience", "breadth"}
_URGENCY = [Severity.MINOR, Severity.MAJOR, Severity.CRITICAL]


def change_incident(context: Context, actor: Actor, ref: str, command: ChangeIncident) -> Written:
    """Change what is given; the rest stays. What the public sees of it may be changed by those who publish."""
    with context.write(actor) as write:
        incident = find_incident(write.db, actor, ref)
        refuse_stale(write, incident, command)
        public = incidents.is_public(write.db, incident["id"])
        given = command.model_fields_set
        _refuse_empty(command, given, public=public)
        columns = _columns(write, incident, command, given)
        changed = {name: value for name, value in columns.items() if incident[name] != value}
        wanted = _levels(write, incident, command)
        if "security" in changed:
            _refuse_privacy(write, incident, command)
        elif public and (wanted or _PUBLIC & set(changed)):
            require_publishing(write.db, actor, incident["id"])
        found = title_findings(write, incident, changed.get("public_title")) if public else []
        if changed or wanted:
            visible = bool(_PUBLIC & set(changed)) or components.any_public(write.db, wanted)
            shown = public and ("security" in changed or visible)
            with write.touching_incident(incident["id"]) if shown else nullcontext():
                _write(write, incident, changed)
                apply_levels(write.db, incident["id"], wanted, write.now)
            make_rows(write, incident["id"])
            _tell(write, incident, command, changed)
            fields = sorted(set(changed) | ({"components"} if wanted else set()))
            write.audit("incident.change", ref_of(incident["id"]), {"fields": fields})
        answer = incident_answer(write.db, write.settings, actor, incident["id"])
        return write.written(answer | {"findings": found})


def _refuse_empty(command: ChangeIncident, given: set[str], *, public: bool) -> None:
    needed = given - (_MAY_BE_EMPTY - ({"public_title"} if public else set()))
    empty = sorted(name for name in needed if getattr(command, name) is None)
    if empty:
        raise Invalid("An incident needs these.", {name: ["This can't be empty."] for name in empty})


def _columns(write: Write, incident: sqlite3.Row, command: ChangeIncident, given: set[str]) -> dict[str, Any]:
    """The columns that the command asks for, checked against each other."""
    names = ("title", "public_title", "customer_impact", "audience", "breadth", "summary", "workaround")
    columns: dict[str, Any] = {name: getattr(command, name) for name in names if name in given}
    check_audience(write, command.audience)
    if command.severity is not None:
        columns |= _severity(write, incident, command.severity, command.reason)
    if command.security is not None:
        columns["security"] = int(command.security)
    if columns.get("summary"):
        columns["summary_at"] = write.now
    columns |= _times(write, incident, command, given)
    felt = CustomerImpact(columns.get("customer_impact", incident["customer_impact"]))
    if felt is not CustomerImpact.UNKNOWN and felt != incident["customer_impact"]:
        columns["impact_known_at"] = write.now
    after = {**dict(incident), **columns}
    if incident["first_post_at"] is None and IncidentState(incident["state"]) not in OVER:
        known = after["impact_known_at"]
        due = first_post_due(
            Kind(incident["kind"]), Severity(after["severity"]), felt, from_text(known) if known else None
        )
        columns["next_update_due"] = to_text(due) if due and not after["security"] else None
    return columns


def _severity(write: Write, incident: sqlite3.Row, severity: Severity, reason: str | None) -> dict[str, Any]:
    before = Severity(incident["severity"])
    if severity is before:
        return {}
    if severity is Severity.MINOR:
        refuse_minor(write, reason)
    if _URGENCY.index(severity) < _URGENCY.index(before) and reason is None:
        raise Invalid(
            "Lowering the severity needs a reason.",
            {"reason": [f"Say why {before.value} becomes {severity.value}."]},
        )
    return {"severity": severity, "severity_reason": reason}


def _times(write: Write, incident: sqlite3.Row, command: ChangeIncident, given: set[str]) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for name in MOMENTS:
        if name in given:
            moment = getattr(command, name)
            columns[name] = past(write, moment, name) if moment else None
    after = {**dict(incident), **columns}
    started = after["started_at"]
    if "started_at" in columns and incident["kind"] == Kind.MAINTENANCE:
        raise Invalid("A maintenance starts when it is scheduled.", {"started_at": ["Change scheduled_for instead."]})
    if "started_at" in columns and incident["first_post_at"] and started > incident["first_post_at"]:
        raise Invalid(
            "It started before its first post.",
            {"started_at": [f"Not later than its first post, {minute(incident['first_post_at'])}."]},
        )
    if incident["kind"] != Kind.MAINTENANCE and columns:
        for name, word in (("detected_at", "detected"), ("mitigated_at", "mitigated")):
            if after[name] and after[name] < started:
                field = name if name in columns else "started_at"
                said = f"{minute(after[name])} is before {minute(started)}."
                raise Invalid(f"It can't be {word} before it started.", {field: [said]})
    return columns


def _levels(write: Write, incident: sqlite3.Row, command: ChangeIncident) -> dict[int, Any]:
    """Levels that differ from those the incident has now."""
    wanted = wanted_levels(write.db, command.components)
    now = open_levels(write.db, incident["id"])
    wanted = {component: level for component, level in wanted.items() if now.get(component, "operational") != level}
    if wanted and IncidentState(incident["state"]) in OVER:
        raise Conflict(f"{ref_of(incident['id'])} is over, so its impacts have ended; reopen it, or correct an impact.")
    if wanted and incident["kind"] == Kind.MAINTENANCE:
        raise Invalid(
            "A maintenance's components are planned.", {"components": ["Change them with PATCH /maintenances/{ref}."]}
        )
    return wanted


def _refuse_privacy(write: Write, incident: sqlite3.Row, command: ChangeIncident) -> None:
    ref, actor = ref_of(incident["id"]), write.actor
    if not command.security:
        raise Conflict(
            f"{ref} is private and can't become public by a switch. Somebody with the security permission can disclose"
            " it as an advisory or a postmortem."
        )
    lead = roles.holds_any(write.db, incident["id"], actor.name, (RoleName.LEAD,))
    if not (actor.may(Permission.SECURITY) or incident["declared_by"] == actor.name or lead):
        raise NotAllowed(
            f"{actor.name} may not make {ref} private: ask its lead, whoever declared it, or somebody with the security"
            " permission."
        )


def _write(write: Write, incident: sqlite3.Row, changed: dict[str, Any]) -> None:
    if "started_at" in changed:
        impacts.move_start(write.db, incident["id"], incident["started_at"], changed["started_at"])
    if changed.get("security"):
        changed = {**changed, "next_update_due": None}
    incidents.update_incident(write.db, incident["id"], write.now, **changed)


def _when(moment: str | None) -> str:
    return minute(moment) if moment else "unknown"


def _tell(write: Write, incident: sqlite3.Row, command: ChangeIncident, changed: dict[str, Any]) -> None:
    """Timeline rows, one per change that people look for later; `field` says which."""
    for name, value in changed.items():
        field = {"field": name}
        if name == "severity":
            why = f" ({command.reason})" if command.reason else ""
            said = f"Severity: {incident[name]} -> {value}{why}"
            row = write.timeline(incident["id"], "severity", said, details=field)
            announce(write, incident["id"], f"severity:{row}", said)
        elif name == "security":
            write.timeline(incident["id"], "security", "Made private: it left every public page")
            call_security(write, incident["id"])
        elif name in MOMENTS:
            said = f"{MOMENTS[name].capitalize()}: {_when(incident[name])} -> {_when(value)}"
            write.timeline(incident["id"], "time", said, details=field)
        elif name in _WORDS:
            said = f"{name.replace('_', ' ').capitalize()}: {value or 'emptied'}"
            write.timeline(incident["id"], "change", said, details=field)
    for slug, level in (command.components or {}).items():
        write.timeline(incident["id"], "impact", f"{slug}: {level}")
