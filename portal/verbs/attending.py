"""Who takes part in an incident: whoever joins, and whoever leaves it to others."""

import sqlite3

from portal.domain.errors import Conflict
from portal.domain.names import IncidentState, RoleName
from portal.store import roles, timelines
from portal.verbs.access import find_incident, ref_of
from portal.verbs.commands_room import Attend
from portal.verbs.context import Actor, Context, Written


def attend(context: Context, actor: Actor, ref: str, command: Attend) -> Written:
    """Join, or leave. Roles end with leaving, apart from the lead, who hands over first: there is always one."""
    with context.write(actor) as write:
        incident = find_incident(write.db, actor, ref)
        if incident["state"] == IncidentState.CLOSED:
            raise Conflict(f"{ref_of(incident['id'])} is closed; reopen it first.")
        there = actor.name in present(write.db, incident)
        if not command.attends:
            held = [row for row in roles.live_roles(write.db, incident["id"]) if row["person"] == actor.name]
            if any(row["role"] == RoleName.LEAD and row["accepted_at"] for row in held):
                raise Conflict(
                    f"You lead {ref_of(incident['id'])}, and there is always one lead: offer the lead to somebody; once"
                    " they accept, you can leave."
                )
            for row in held:
                roles.end_role(write.db, row["id"], write.now)
            if held:
                write.touching_names([actor.name], incident["id"])
        if there is not command.attends or command.note:
            verb = "joins" if command.attends else "leaves it to the others"
            note = f": {command.note}" if command.note else ""
            write.timeline(incident["id"], "joined" if command.attends else "left", f"{actor.name} {verb}{note}")
            write.audit("incident.attend", ref_of(incident["id"]), {"attends": command.attends})
        return write.written(
            {
                "ref": ref_of(incident["id"]),
                "person": actor.name,
                "attends": command.attends,
                "present": present(write.db, incident),
            }
        )


def present(db: sqlite3.Connection, incident: sqlite3.Row) -> list[str]:
    """Whoever declared it, joined it or holds a role in it, and has not left; programs are not people."""
    people: dict[str, None] = {}
    if "@" in incident["declared_by"]:
        people[incident["declared_by"]] = None
    for row in timelines.timeline_of(db, incident["id"]):
        if row["kind"] == "joined":
            people[row["actor"]] = None
        elif row["kind"] == "left":
            people.pop(row["actor"], None)
    for row in roles.live_roles(db, incident["id"]):
        if row["accepted_at"]:
            people[row["person"]] = None
    return list(people)


def who_is_there(context: Context, actor: Actor, ref: str) -> list[str]:
    """Everybody who takes part."""
    with context.database.snapshot() as db:
        return present(db, find_incident(db, actor, ref))
