"""Incidents: declared, changed, read, listed."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from portal.domain.errors import BadRequest
from portal.domain.names import IncidentState, Kind, Outcome, Permission, Severity
from portal.store import components, incidents
from portal.verbs.access import find_incident, require, seen_by
from portal.verbs.answers import incident_answer, incident_summary
from portal.verbs.changing import change_incident
from portal.verbs.context import Actor, Context
from portal.verbs.declaring import declare
from portal.verbs.paging import LIMIT, check_limit, from_cursor, to_cursor

__all__ = ["change_incident", "declare", "get_incident", "list_incidents"]

_WORDS: dict[str, type[StrEnum]] = {"state": IncidentState, "severity": Severity, "kind": Kind, "outcome": Outcome}


def get_incident(context: Context, actor: Actor, ref: str) -> dict[str, Any]:
    with context.database.snapshot() as db:
        return incident_answer(db, context.settings, actor, find_incident(db, actor, ref)["id"])


def list_incidents(
    context: Context,
    actor: Actor,
    filters: Mapping[str, Any] | None = None,
    limit: int = LIMIT,
    cursor: str | None = None,
) -> dict[str, Any]:
    """Newest start first. Filters: state, severity, kind, outcome, component (a slug), q (words of the titles)."""
    require(actor, Permission.RESPONDER, "list incidents")
    check_limit(limit)
    before = from_cursor(cursor)
    with context.database.snapshot() as db:
        asked: dict[str, Any] = {}
        for name, value in (filters or {}).items():
            if name in _WORDS:
                if value not in tuple(_WORDS[name]):
                    raise BadRequest(f"{name} is one of {', '.join(_WORDS[name])}.")
                asked[name] = str(value)
            elif name == "component":
                found = components.any_component_id(db, str(value))
                if found is None:
                    raise BadRequest(f"There is no component {str(value)[:80]}.")
                asked["component_id"] = found
            elif name == "q":
                asked["words"] = f"%{_escaped(str(value))}%"
            else:
                raise BadRequest(f"There is no filter {name[:40]}.")
        rows = incidents.incidents_page(db, asked, seen_by=seen_by(actor), before=before, limit=limit + 1)
        items = [incident_summary(db, context.settings, actor, row) for row in rows[:limit]]
    last = rows[limit - 1] if len(rows) > limit else None
    return {"items": items, "next_cursor": to_cursor(last["started_at"], last["id"]) if last else None}


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
