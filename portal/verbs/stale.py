"""Two people change the same thing: the second hears who changed what meanwhile, instead of writing over it."""

import json
import sqlite3
from typing import Any

from portal.domain.errors import Conflict, Invalid
from portal.domain.wording import clock, minute
from portal.store import timelines
from portal.verbs.commands import ChangeIncident
from portal.verbs.context import Write

MOMENTS = {
    "started_at": "it began",
    "detected_at": "it was noticed",
    "mitigated_at": "customers no longer felt it",
}
"""The times of an incident that people correct, in words."""
_CAN_BE_SEEN = {
    *("title", "public_title", "severity", "customer_impact", "audience", "breadth", "summary", "workaround"),
    *MOMENTS,
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
        before, now = (_told(name, one) for one in (value, incident[name]))
        called = f"The moment when {MOMENTS[name]}" if name in MOMENTS else name.replace("_", " ")
        reasons.append(f"{called} was {before} when you looked; it is {now} now{who}.")
    if reasons:
        raise Conflict(f"{reasons[0]} Look at it, then send it again if yours is right.", reasons)


def _told(name: str, value: Any) -> str:
    if not value:
        return "empty"
    return minute(str(value)) if name in MOMENTS else str(value)


def _last_change(write: Write, incident_id: int, name: str) -> str:
    rows = timelines.timeline_of(write.db, incident_id)
    told = [row for row in rows if row["details"] and json.loads(row["details"]).get("field") == name]
    newest = max(told, key=lambda row: row["id"], default=None)
    return f" ({newest['actor']}, {clock(newest['recorded_at'], write.now)})" if newest else ""
