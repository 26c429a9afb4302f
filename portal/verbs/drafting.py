"""The postmortem draft that a resolved post makes."""

from portal.domain import postmortems as rules
from portal.domain.names import IncidentState, RoleName, Severity
from portal.domain.times import from_text, to_text
from portal.store import incidents, postmortems, roles
from portal.verbs.context import Write


def start_postmortem(write: Write, incident_id: int) -> None:
    """Make the draft with owner and due date, unless there is one; the incident goes on to learning."""
    incident = incidents.incident_by_id(write.db, incident_id)
    assert incident is not None  # noqa: S101
    if postmortems.postmortem_of(write.db, incident_id) is None:
        lead = roles.holder(write.db, incident_id, RoleName.LEAD)
        due = rules.due_at(
            Severity(incident["severity"]),
            from_text(incident["resolved_at"]),
            critical_days=write.settings.process.postmortem_days_critical,
            major_working_days=write.settings.process.postmortem_working_days_major,
        )
        postmortems.insert_postmortem(
            write.db,
            incident_id,
            title=incident["public_title"] or incident["title"],
            sections={},
            now=write.now,
            owner=lead["person"] if lead else incident["declared_by"],
            due_at=to_text(due),
        )
        postmortems.insert_revision(write.db, incident_id, at=write.now, actor=write.actor.name, public_note=None)
    incidents.update_incident(write.db, incident_id, write.now, state=IncidentState.LEARNING)
