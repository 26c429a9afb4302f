"""Closing an incident, through a gate that says what is missing; and opening it again."""

import sqlite3
from contextlib import nullcontext
from typing import Any

from portal.domain import gate
from portal.domain.errors import Conflict, Invalid
from portal.domain.lifecycle import OVER
from portal.domain.names import (
    ChecklistState,
    CustomerImpact,
    FollowupState,
    IncidentState,
    Kind,
    Outcome,
    PostmortemState,
    PostState,
)
from portal.store import checklists, followups, impacts, incidents, links, postmortems
from portal.verbs.access import find_incident, may_see, number_of, ref_of
from portal.verbs.announcing import announce
from portal.verbs.answers import incident_answer
from portal.verbs.commands import Close, Reopen
from portal.verbs.context import Actor, Context, Write, Written
from portal.verbs.levels import end_all

_CLOSED_ISSUES = frozenset({"closed", "done", "resolved", "merged", "fixed"})


def close(context: Context, actor: Actor, ref: str, command: Close) -> Written:
    """Close an incident. Conflict with all reasons why not yet; the answer lists linked issues that are still open."""
    with context.write(actor) as write:
        incident = find_incident(write.db, actor, ref)
        outcome = Outcome(command.outcome)
        original = _original(write, actor, incident, command) if outcome is Outcome.DUPLICATE else None
        reasons = _reasons(write.db, incident, outcome, command)
        if reasons:
            raise Conflict(f"{ref_of(incident['id'])} can't be closed yet. {reasons[0]}", reasons)
        columns: dict[str, Any] = {
            "state": IncidentState.CLOSED,
            "outcome": outcome,
            "closed_at": write.now,
            "close_reason": command.reason,
            "duplicate_of": original,
            "next_update_due": None,
        }
        columns |= {
            name: value
            for name, value in (("lesson", command.lesson), ("what_was_seen", command.what_was_seen))
            if value is not None
        }
        if incident["resolved_at"] is None:
            columns["resolved_at"] = incident["mitigated_at"] or write.now
        with write.touching_incident(incident["id"]) if _shows(write, incident, outcome) else nullcontext():
            end_all(write.db, incident["id"], columns.get("resolved_at", write.now))
            incidents.update_incident(write.db, incident["id"], write.now, **columns)
        row = write.timeline(incident["id"], "closed", f"Closed: {outcome}")
        announce(write, incident["id"], f"closed:{row}", f"Closed: {outcome}")
        write.audit("incident.close", ref_of(incident["id"]), {"outcome": outcome})
        answer = incident_answer(write.db, write.settings, actor, incident["id"])
        return write.written(answer | {"open_issues": _open_issues(write.db, incident["id"])})


def reopen(context: Context, actor: Actor, ref: str, command: Reopen) -> Written:
    """Back to active. The public goes on reading the last post until a new one says otherwise."""
    with context.write(actor) as write:
        incident = find_incident(write.db, actor, ref)
        if IncidentState(incident["state"]) not in OVER:
            raise Conflict(f"{ref_of(incident['id'])} is open already; there is nothing to reopen.")
        if incident["kind"] == Kind.MAINTENANCE:
            raise Conflict(f"{ref_of(incident['id'])} is a completed maintenance; plan another one.")
        columns: dict[str, Any] = {
            "state": IncidentState.ACTIVE,
            "outcome": None,
            "closed_at": None,
            "close_reason": None,
            "duplicate_of": None,
        }
        if incident["first_post_at"] is None:
            columns["resolved_at"] = None
        shown = incident["outcome"] == Outcome.FALSE_POSITIVE and incidents.is_public(write.db, incident["id"])
        with write.touching_incident(incident["id"]) if shown else nullcontext():
            incidents.update_incident(write.db, incident["id"], write.now, **columns)
        row = write.timeline(incident["id"], "reopened", f"Reopened: {command.reason}")
        announce(write, incident["id"], f"reopened:{row}", f"Reopened: {command.reason}")
        write.audit("incident.reopen", ref_of(incident["id"]))
        return write.written(incident_answer(write.db, write.settings, actor, incident["id"]))


def _original(write: Write, actor: Actor, incident: sqlite3.Row, command: Close) -> int:
    """The incident that this one repeats. Raises Invalid for none, itself, and for going round in a circle."""
    ref = ref_of(incident["id"])
    number = number_of(command.duplicate_of) if command.duplicate_of else None
    other = incidents.incident_by_id(write.db, number) if number else None
    if other is None or not may_see(actor, other):
        asked = command.duplicate_of
        said = f"There is no incident {asked[:80]}." if asked else "Name that incident, such as INC-42."
        raise Invalid("A duplicate names the incident that it repeats.", {"duplicate_of": [said]})
    seen: sqlite3.Row | None = other
    while seen is not None:
        if seen["id"] == incident["id"]:
            raise Invalid(
                "An incident can't repeat itself.",
                {"duplicate_of": [f"{ref_of(other['id'])} is {ref}, or was closed as a duplicate of it."]},
            )
        seen = incidents.incident_by_id(write.db, seen["duplicate_of"]) if seen["duplicate_of"] else None
    return int(other["id"])


def _reasons(db: sqlite3.Connection, incident: sqlite3.Row, outcome: Outcome, command: Close) -> list[str]:
    ref = ref_of(incident["id"])
    if incident["state"] == IncidentState.CLOSED:
        return [f"{ref} is closed already, as {incident['outcome']}; reopen it to change that."]
    if incident["kind"] == Kind.MAINTENANCE:
        return [f"{ref} is a maintenance: it ends with a completed post, or is cancelled."]
    post_state = PostState(incident["post_state"]) if incidents.is_public(db, incident["id"]) else None
    if outcome is not Outcome.RESOLVED:
        own = gate.own_fields(
            outcome,
            command.lesson or incident["lesson"],
            command.what_was_seen or incident["what_was_seen"],
            command.reason,
        )
        return own + gate.still_open_in_public(post_state)
    return gate.reasons(facts_of(db, incident))


def facts_of(db: sqlite3.Connection, incident: sqlite3.Row) -> gate.Facts:
    """What the gate looks at."""
    post_state = PostState(incident["post_state"]) if incidents.is_public(db, incident["id"]) else None
    return _facts(db, incident, post_state)


def _facts(db: sqlite3.Connection, incident: sqlite3.Row, post_state: PostState | None) -> gate.Facts:
    article = postmortems.postmortem_of(db, incident["id"])
    return gate.Facts(
        kind=Kind(incident["kind"]),
        private=bool(incident["security"]),
        customer_impact=CustomerImpact(incident["customer_impact"]),
        post_state=post_state,
        open_impacts=[
            (row["name"], row["level"].replace("_", " "))
            for row in impacts.impacts_of(db, incident["id"])
            if row["to_at"] is None
        ],
        todo=[
            row["title"] for row in checklists.checklist_of(db, incident["id"]) if row["state"] == ChecklistState.TODO
        ],
        loose_followups=[
            (row["title"], lacks)
            for row in followups.followups_of(db, incident["id"])
            if row["state"] == FollowupState.OPEN and not row["reason"] and (lacks := _lacks(row))
        ],
        postmortem_done=article is not None
        and (article["state"] == PostmortemState.PUBLISHED or bool(article["waived_reason"])),
        has_end=bool(incident["resolved_at"] or incident["mitigated_at"]),
    )


def _lacks(followup: sqlite3.Row) -> list[str]:
    return [
        words for name, words in (("owner", "owner"), ("due", "due date"), ("issue_url", "issue")) if not followup[name]
    ]


def _open_issues(db: sqlite3.Connection, incident_id: int) -> list[dict[str, Any]]:
    return [
        {"url": row["url"], "title": row["title"], "state": row["state"]}
        for row in links.links_of(db, incident_id)
        if row["kind"] == "issue" and (row["state"] or "open").casefold() not in _CLOSED_ISSUES
    ]


def _shows(write: Write, incident: sqlite3.Row, outcome: Outcome) -> bool:
    """Whether the public sees something of the closing: the mark of a false alarm, or impacts that end."""
    if not incidents.is_public(write.db, incident["id"]):
        return False
    return outcome is Outcome.FALSE_POSITIVE or bool(impacts.open_intervals(write.db, incident["id"]))
