"""What the gate before closing an incident still misses, and where each of it is mended."""

from typing import Any

from portal.domain import gate
from portal.domain.names import IncidentState
from portal.verbs.access import find_incident
from portal.verbs.closing import facts_of
from portal.verbs.context import Actor, Context


def missing_before_close(context: Context, actor: Actor, ref: str) -> list[dict[str, Any]]:
    """`where` (impacts, post, severity, checklist, followups, postmortem, times) and a sentence each; none when it can
    be closed as resolved, or is closed already."""
    with context.database.snapshot() as db:
        incident = find_incident(db, actor, ref)
        if incident["state"] == IncidentState.CLOSED:
            return []
        return [{"where": where, "said": said} for where, said in gate.missing(facts_of(db, incident))]
