"""The board: what is open and who looks after it, what is planned, and what one has to do oneself."""

import sqlite3
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from portal.domain.names import IncidentState, Kind, Permission, RoleName
from portal.domain.recap import minutes_since
from portal.domain.times import from_text, to_text
from portal.store import board as store
from portal.store import incidents
from portal.verbs.access import require, seen_by
from portal.verbs.answers import incident_summary, roles_answer
from portal.verbs.context import Actor, Context
from portal.verbs.tasks import tasks_of

AHEAD = timedelta(days=7)
"""Maintenances that begin later wait for their week."""


def board(context: Context, actor: Actor) -> dict[str, Any]:
    """Everything at a glance. `open`: overdue first, then what is due next, then the gravest; `triage`: reports that
    wait for a decision; `unfinished`: resolved, but not closed; `maintenances`: running, or within a week."""
    require(actor, Permission.RESPONDER, "see the board")
    now = context.now()
    mine = seen_by(actor)
    with context.database.snapshot() as db:
        rows = incidents.open_incidents(db, seen_by=mine)
        going = [_line(db, context, actor, row) for row in rows if row["state"] == IncidentState.ACTIVE]
        said: dict[str, Any] = {
            "now": to_text(now),
            "open": sorted(going, key=_urgency),
            "triage": [_line(db, context, actor, row) for row in rows if row["state"] == IncidentState.TRIAGE],
            "unfinished": [_line(db, context, actor, row) for row in store.unfinished_incidents(db, mine)],
            "maintenances": [
                _line(db, context, actor, row) for row in store.maintenances_until(db, to_text(now + AHEAD), mine)
            ],
            "tasks": tasks_of(db, context, actor),
        }
    return said


def _line(db: sqlite3.Connection, context: Context, actor: Actor, row: sqlite3.Row) -> dict[str, Any]:
    now = context.now()
    said = incident_summary(db, context.settings, actor, row)
    held = roles_answer(db, context.settings, row["id"])
    due = row["next_update_due"] if row["resolved_at"] is None else None
    waited = row["last_post_at"] or row["impact_known_at"] or row["declared_at"]
    return said | {
        "age_minutes": minutes_since(row["started_at"], now),
        "lead": held[RoleName.LEAD],
        "messenger": held[RoleName.MESSENGER],
        "needs_messenger": row["kind"] == Kind.INCIDENT
        and not row["security"]
        and row["customer_impact"] != "no"
        and held[RoleName.MESSENGER]["person"] is None,
        "last_post_age_minutes": minutes_since(row["last_post_at"], now) if row["last_post_at"] else None,
        "due_in_minutes": _minutes_until(due, now) if due else None,
        "due_since": waited if due else None,
    }


def _minutes_until(due: str, now: datetime) -> int:
    """Whole minutes, rounded up; 0 in the first minute after it, then below zero."""
    return ceil((from_text(due) - now).total_seconds() / 60)


def _urgency(line: dict[str, Any]) -> tuple[Any, ...]:
    gravest = {"critical": 0, "major": 1, "minor": 2}[line["severity"]]
    due = line["due_in_minutes"]
    return (due is None, due if due is not None else 0, gravest, line["started_at"], line["ref"])
