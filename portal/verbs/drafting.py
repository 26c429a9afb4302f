"""The postmortem draft that a resolved post makes."""

import json
import sqlite3

from portal.domain import draft as drafts
from portal.domain import postmortems as rules
from portal.domain.names import ComponentStatus, IncidentState, PostmortemState, RoleName, Severity
from portal.domain.times import from_text, to_text
from portal.domain.wording import minute
from portal.store import components, impacts, incidents, postmortems, posts, roles, timelines
from portal.verbs.context import Write


def start_postmortem(write: Write, incident_id: int) -> None:
    """Make the draft with owner and due date, or bring the one that was begun up to date; the incident goes on to
    learning."""
    incident = incidents.incident_by_id(write.db, incident_id)
    assert incident is not None  # noqa: S101
    row = postmortems.postmortem_of(write.db, incident_id)
    if row is None or row["due_at"] is None:
        due = to_text(
            rules.due_at(
                Severity(incident["severity"]),
                from_text(incident["resolved_at"]),
                critical_days=write.settings.process.postmortem_days_critical,
                major_working_days=write.settings.process.postmortem_working_days_major,
            )
        )
        write.timeline(incident_id, "postmortem", f"The postmortem draft is due by {minute(due)}")
        if row is None:
            make_draft(write, incident, due_at=due)
        else:
            postmortems.update_postmortem(write.db, row["id"], write.now, due_at=due)
    if row is not None and row["state"] == PostmortemState.DRAFT:
        _bring_up_to_date(write, incident, row)
    incidents.update_incident(write.db, incident_id, write.now, state=IncidentState.LEARNING)


def make_draft(write: Write, incident: sqlite3.Row, *, due_at: str | None) -> None:
    """A draft from what is recorded so far, owned by the lead, with its first version kept."""
    lead = roles.holder(write.db, incident["id"], RoleName.LEAD)
    postmortems.insert_postmortem(
        write.db,
        incident["id"],
        title=incident["public_title"] or incident["title"],
        sections=drafts.sections(_record(write.db, incident)),
        now=write.now,
        owner=lead["person"] if lead else incident["declared_by"],
        due_at=due_at,
    )
    postmortems.insert_revision(write.db, incident["id"], at=write.now, actor=write.actor.name, public_note=None)


def _bring_up_to_date(write: Write, incident: sqlite3.Row, row: sqlite3.Row) -> None:
    """Sections that were made from the record, and that nobody has touched since, are made again."""
    first = json.loads(postmortems.revisions(write.db, row["id"])[0]["sections"])
    now = json.loads(row["sections"])
    made = drafts.sections(_record(write.db, incident))
    fresh = {name: made.get(name, "") for name in drafts.MADE if now.get(name, "") == first.get(name, "")}
    after = {name: text for name, text in {**now, **fresh}.items() if text}
    if after != now:
        postmortems.update_postmortem(write.db, row["id"], write.now, sections=json.dumps(after, ensure_ascii=False))
        postmortems.insert_revision(write.db, incident["id"], at=write.now, actor=write.actor.name, public_note=None)


def _record(db: sqlite3.Connection, incident: sqlite3.Row) -> drafts.Record:
    """What is known of the incident. Hidden components stay out: the sections are meant for the public."""
    live = [row for row in components.live_components(db) if not row["hidden"]]
    named = {row["slug"] for row in posts.named_components(db, incident["id"])}
    public = {row["slug"] for row in live}
    return drafts.Record(
        moments={name: incident[name] for name in incident.keys() if name.endswith("_at")},  # noqa: SIM118
        posts=[
            drafts.Said(row["display_at"], row["next_update_due"], row["state"], row["corrects"] is not None)
            for row in posts.posts_of(db, incident["id"])
        ],
        suffered=[
            drafts.Suffered(row["name"], row["level"], row["from_at"], row["to_at"])
            for row in impacts.impacts_of(db, incident["id"])
            if row["slug"] in public and row["level"] != ComponentStatus.OPERATIONAL
        ],
        unaffected=[row["name"] for row in live if row["slug"] not in named],
        timeline=[
            drafts.Noted(row["happened_at"], row["actor"], row["kind"], row["text"])
            for row in timelines.timeline_of(db, incident["id"])
        ],
        breadth=incident["breadth"],
        audience=incident["audience"],
    )
