"""What one person has to do: roles to answer, calls, posts to read, rows of checklists, follow-ups, postmortems."""

import sqlite3
from datetime import timedelta
from typing import Any

from portal.domain.times import from_text, to_text
from portal.store import board as store
from portal.store.people import open_account
from portal.verbs.access import may_publish, ref_of, seen_by
from portal.verbs.context import Actor, Context


def tasks_of(db: sqlite3.Connection, context: Context, actor: Actor) -> list[dict[str, Any]]:
    """One's own tasks: what somebody waits for first, then what is overdue, then the rest."""
    mine, now = seen_by(actor), to_text(context.now())
    person = open_account(db, actor.name)
    offer_lasts = timedelta(minutes=context.settings.process.offer_minutes)
    found: list[dict[str, Any]] = []
    for row in store.calls_to(db, actor.name, person["team"] if person else None, mine):
        to = "You are" if row["person"] else f"Team {row['team']} is"
        found.append(_task("call", row["incident_id"], row["id"], f"{to} called: {row['title']}", None))
    for row in store.offers_to(db, actor.name, mine):
        lapses = to_text(from_text(row["offered_at"]) + offer_lasts)
        title = f"{row['offered_by']} offers you the role of {row['role']}: {row['title']}"
        found.append(_task("role", row["incident_id"], row["id"], title, lapses) | {"role": row["role"]})
    for row in store.drafts_to_read(db, actor.name, mine):
        if may_publish(db, actor, row["incident_id"]):
            title = f"{row['person']} asks for a second reader before a post is published: {row['title']}"
            found.append(_task("draft", row["incident_id"], row["id"], title, None))
    for row in store.checklists_of(db, actor.name, mine):
        rows = "1 row" if row["waiting"] == 1 else f"{row['waiting']} rows"
        found.append(_task("checklist", row["id"], row["id"], f"{rows} of the checklist wait: {row['title']}", None))
    for row in store.postmortems_of(db, actor.name, mine):
        word = "Review" if row["state"] == "in_review" and row["reviewer"] == actor.name else "Write"
        title = f"{word} the postmortem: {row['title']}"
        found.append(_task("postmortem", row["incident_id"], row["id"], title, row["due_at"]))
    for row in store.followups_of(db, actor.name, mine):
        due = f"{row['due']}T23:59:59.999Z" if row["due"] else None
        found.append(_task("followup", row["incident_id"], row["id"], row["title"], due))
    for one in found:
        one["overdue"] = one["due_at"] is not None and one["due_at"] < now
    waits = {"call": 0, "role": 1, "draft": 2}
    return sorted(found, key=lambda one: (waits.get(one["kind"], 3), not one["overdue"], one["due_at"] or "~"))


def _task(kind: str, incident_id: int, number: int, title: str, due: str | None) -> dict[str, Any]:
    return {"kind": kind, "ref": ref_of(incident_id), "id": number, "title": title, "due_at": due, "role": None}
