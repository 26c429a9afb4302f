"""Two people change the same thing: the second hears who changed what meanwhile, instead of writing over it."""

import sqlite3

from portal.domain.errors import Conflict, Invalid
from portal.domain.wording import clock
from portal.store import timelines
from portal.verbs.commands import ChangeIncident
from portal.verbs.context import Write

_CAN_BE_SEEN = {
    *("title", "public_title", "severity", "customer_impact", "audience", "breadth", "summary", "workaround"),
    *("started_at", "detected_at", "mitigated_at"),
}


def refuse_stale(write: Write, incident: sqlite3.Row, command: ChangeIncident) -> None:
    """Conflict when a field that the command changes has another value than its writer saw (`seen`)."""
    seen = command.seen or {}
    unknown = sorted(set(seen) - set(_CAN_BE_SEEN))
    if unknown:
        raise Invalid("These can't be compared.", {f"seen.{name}": ["Leave this out."] for name in unknown})
    reasons = []
    for name, value in seen.items():
        if name not in command.model_fields_set or (incident[name] or None) == (value or None):
            continue
        if getattr(command, name) == incident[name]:
            continue
        who = _last_change(write, incident["id"], name)
        now = str(incident[name]) if incident[name] else "empty"
        reasons.append(f"{name} was {value or 'empty'} when you looked; it is {now} now{who}.")
    if reasons:
        raise Conflict(f"{reasons[0]} Look at it, then send it again if yours is right.", reasons)


def _last_change(write: Write, incident_id: int, name: str) -> str:
    rows = timelines.timeline_of(write.db, incident_id)
    marks = {"severity": "Severity: ", "title": "title: "}
    told = [
        row
        for row in rows
        if row["kind"] in ("severity", "change", "time") and row["text"].startswith(marks.get(name, f"{name}: "))
    ]
    newest = max(told, key=lambda row: row["id"], default=None)
    return f" ({newest['actor']}, {clock(newest['recorded_at'], write.now)})" if newest else ""
