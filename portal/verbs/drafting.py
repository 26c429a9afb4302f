"""The postmortem draft that a resolved post makes."""

import sqlite3

from portal.domain import draft as drafts
from portal.domain import postmortems as rules
from portal.domain.names import IncidentState, RoleName, Severity
from portal.domain.times import from_text, to_text
from portal.store import incidents, postmortems, posts, roles, timelines
from portal.verbs.context import Write

_NOT_NOTES = frozenset({"post"})
"""Timeline rows that the public reads anyway."""


def start_postmortem(write: Write, incident_id: int) -> None:
    """Make the draft with owner and due date, unless there is one; the incident goes on to learning."""
    incident = incidents.incident_by_id(write.db, incident_id)
    assert incident is not None  # noqa: S101
    if postmortems.postmortem_of(write.db, incident_id) is None:
        due = rules.due_at(
            Severity(incident["severity"]),
            from_text(incident["resolved_at"]),
            critical_days=write.settings.process.postmortem_days_critical,
            major_working_days=write.settings.process.postmortem_working_days_major,
        )
        make_draft(write, incident, due_at=to_text(due))
        write.timeline(incident_id, "postmortem", f"The postmortem draft is due by {to_text(due)}")
    incidents.update_incident(write.db, incident_id, write.now, state=IncidentState.LEARNING)


def make_draft(write: Write, incident: sqlite3.Row, *, due_at: str | None) -> None:
    """A draft from what is recorded so far, owned by the lead, with its first version kept."""
    lead = roles.holder(write.db, incident["id"], RoleName.LEAD)
    rows = posts.posts_of(write.db, incident["id"])
    sections = drafts.sections(
        {name: incident[name] for name in incident.keys() if name.endswith("_at")},  # noqa: SIM118
        [(row["display_at"], row["next_update_due"]) for row in rows],
        corrections=sum(row["corrects"] is not None for row in rows),
        notes=[
            (row["happened_at"], row["actor"], row["text"])
            for row in timelines.timeline_of(write.db, incident["id"])
            if row["kind"] not in _NOT_NOTES
        ],
    )
    postmortems.insert_postmortem(
        write.db,
        incident["id"],
        title=incident["public_title"] or incident["title"],
        sections=sections,
        now=write.now,
        owner=lead["person"] if lead else incident["declared_by"],
        due_at=due_at,
    )
    postmortems.insert_revision(write.db, incident["id"], at=write.now, actor=write.actor.name, public_note=None)
