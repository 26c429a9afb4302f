"""What people inside are told of incidents in their chats: filed with what happened, noted once it was told."""

import json
import sqlite3

from portal.domain.names import Kind, Permission
from portal.store import checklists, incidents, people
from portal.verbs.access import may_be_told, ref_of
from portal.verbs.context import PORTAL, Context, Write

WORDS = "{ref}: {title} (severity {severity}; {impact})"
"""What the channel of a checklist's row is told unless the settings have words for it."""


def announce(write: Write, incident_id: int, what: str, text: str) -> None:
    """Tell the incidents channel, or of a private incident the security people's; nothing when there is no such
    channel. `what` names the change: each is told once, the first as the incident's message, others after it."""
    incident = incidents.incident_by_id(write.db, incident_id)
    name = "security" if incident is not None and incident["security"] else "incidents"
    if name in write.settings.announce.channels:
        ref = ref_of(incident_id)
        details = {"to": [f"channel:{name}"], "text": f"{ref}: {text}", "link": f"/desk/incidents/{ref}"}
        write.tell(
            "incident_changed", f"incident_changed:{incident_id}:{what}", incident_id=incident_id, details=details
        )


def call_security(write: Write, incident_id: int) -> None:
    """Everybody else with the security permission hears at once that there is a private incident, and reads in its room
    what it is about. A drill calls nobody."""
    incident = incidents.incident_by_id(write.db, incident_id)
    if incident is None or incident["kind"] == Kind.DRILL:
        return
    ref, me = ref_of(incident_id), write.actor.name
    to = [row["email"] for row in people.people_with(write.db, Permission.SECURITY) if row["email"] != me]
    said = (
        f"Called, since it is private: {', '.join(to)}"
        if to
        else "Nobody else has the security permission to be called"
    )
    write.timeline(incident_id, "call", said)
    write.tell(
        "security_called",
        f"security_called:{incident_id}",
        incident_id=incident_id,
        details={
            "to": to,
            "text": f"{me} calls you to {ref}, which is private: only you, whoever declared it, and others with the"
            " security permission can read it.",
            "link": f"/desk/incidents/{ref}",
        },
    )


def announce_row(write: Write, incident: sqlite3.Row, key: str) -> None:
    """Tell the channel that a new row of the checklist is about, if there is one; once told, the row is done."""
    if key in write.settings.announce.channels:
        ref = ref_of(incident["id"])
        felt = "customers notice it" if incident["customer_impact"] == "yes" else "no impact on customers is known"
        words = write.settings.announce.words.get(key, WORDS)
        text = words.format(ref=ref, title=incident["title"], severity=incident["severity"], impact=felt)
        details = {"to": [f"channel:{key}"], "text": text, "link": f"/desk/incidents/{ref}", "checklist": key}
        write.tell(
            "incident_told", f"incident_told:{incident['id']}:{key}", incident_id=incident["id"], details=details
        )


def note_told(context: Context, event: sqlite3.Row, channel: str) -> None:
    """Say in an incident's timeline, and at the row of its checklist, that a channel was told."""
    if event["incident_id"] is None:
        return
    with context.write(PORTAL) as write:
        what = str(event["event"]).replace("_", " ")
        write.timeline(event["incident_id"], "announced", f"Told in {channel}: {what}", details={"event": event["id"]})
        key = json.loads(event["details"]).get("checklist")
        for row in checklists.checklist_of(write.db, event["incident_id"]):
            if row["key"] == key and row["state"] == "todo":
                by = {"actor": write.actor.name, "now": write.now}
                checklists.mark_item(write.db, row["id"], state="done", reason=None, link=None, **by)


def may_hear(db: sqlite3.Connection, incident: sqlite3.Row | None, channel: str) -> bool:
    """Whether a channel may hear of an incident as it is now: of a private one only that of the security people, and a
    person's own when they may read of it."""
    private = incident is not None and bool(incident["security"])
    own = incident is not None and "@" in channel and may_be_told(db, incident, channel)
    return not private or channel == "security" or own
