"""Playbooks: read from content/playbooks, offered where they fit, ticked step by step into the timeline."""

import json
import pathlib
import sqlite3
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal import root
from portal.config import Settings
from portal.domain import playbooks as rules
from portal.domain.errors import Conflict, Invalid
from portal.domain.names import IncidentState, Kind, Permission, Severity
from portal.domain.playbooks import Playbook
from portal.store import posts as post_rows
from portal.store import timelines
from portal.text import clean
from portal.verbs.access import find_incident, ref_of, require
from portal.verbs.commands_room import TickStep
from portal.verbs.context import Actor, Context, Written

LARGEST = 200_000
"""bytes of a file that is read as a playbook"""


@dataclass(frozen=True)
class Shelf:
    """The playbooks there are, by name, and what is wrong with those that can't be read."""

    playbooks: dict[str, Playbook] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)


def folder_of(settings: Settings) -> pathlib.Path:
    """The operator's folder of playbooks when there is one, else the samples that come with the portal."""
    own = settings.content / "playbooks" if settings.content else None
    return own if own is not None and own.is_dir() else root() / "content" / "playbooks"


def read_shelf(settings: Settings) -> Shelf:
    """Every playbook, as the files are at this moment. One that can't be read is named, never in the way."""
    shelf = Shelf()
    folder = folder_of(settings)
    for path in sorted(folder.glob("*.md")) if folder.is_dir() else []:
        slug = path.stem
        if slug.startswith(".") or slug.upper() == "README":
            continue
        try:
            if path.stat().st_size > LARGEST:
                raise rules.Unreadable(f"it is larger than {LARGEST:,} bytes")
            shelf.playbooks[slug] = rules.parse(slug, clean(path.read_text("utf-8")))
        except (rules.Unreadable, OSError, UnicodeDecodeError) as error:
            shelf.unreadable[slug] = str(error) if isinstance(error, rules.Unreadable) else "the file can't be read"
    return shelf


def list_playbooks(context: Context, actor: Actor) -> dict[str, Any]:
    """All of them, by title, with what can't be read."""
    require(actor, Permission.RESPONDER, "read playbooks")
    shelf = read_shelf(context.settings)
    today = context.now().date()
    ordered = sorted(shelf.playbooks.values(), key=lambda one: one.title.casefold())
    items = [_answer(one, context.settings, today, {}) for one in ordered]
    items += [_broken(slug, said) for slug, said in shelf.unreadable.items()]
    return {"items": items, "next_cursor": None}


def offered_playbooks(context: Context, actor: Actor, ref: str) -> dict[str, Any]:
    """Those that fit the incident, rollback first, with the steps that are ticked."""
    shelf = read_shelf(context.settings)
    today = context.now().date()
    with context.database.snapshot() as db:
        incident = find_incident(db, actor, ref)
        ticked = _ticked(db, incident["id"])
        fitting = _fitting(db, incident, shelf)
    fitting += [one for slug, one in shelf.playbooks.items() if slug in ticked and one not in fitting]
    items = [_answer(one, context.settings, today, ticked.get(one.slug, {})) for one in fitting]
    return {"items": items, "next_cursor": None}


def names_of_fitting(db: sqlite3.Connection, settings: Settings, incident: sqlite3.Row) -> list[dict[str, str]]:
    """Name and title of those that fit an incident that is not over, rollback first."""
    if incident["state"] not in (IncidentState.TRIAGE, IncidentState.ACTIVE):
        return []
    return [{"slug": one.slug, "title": one.title} for one in _fitting(db, incident, read_shelf(settings))]


def tick_step(context: Context, actor: Actor, ref: str, command: TickStep) -> Written:
    """Tick a step, or take a tick back; a line of the timeline says so. A step that is ticked already stays as it is,
    and the answer says who did it."""
    require(actor, Permission.RESPONDER, "tick steps")
    one = _one(read_shelf(context.settings), command.playbook)
    if command.step > len(one.steps):
        said = [f"{one.title} has {len(one.steps)} steps."]
        raise Invalid("There is no such step.", {"step": said})
    text = one.steps[command.step - 1].text
    with context.write(actor) as write:
        incident = find_incident(write.db, actor, ref)
        if incident["state"] == IncidentState.CLOSED:
            raise Conflict(f"{ref_of(incident['id'])} is closed; reopen it first.")
        ticks = _ticked(write.db, incident["id"]).get(one.slug, {})
        if (text in ticks) is not command.done:
            note = f" ({command.note})" if command.note else ""
            word = "" if command.done else "not done after all: "
            details = {"playbook": one.slug, "step": text, "done": command.done}
            write.timeline(incident["id"], "playbook", f"{one.title}: {word}{text}{note}", details=details)
            write.audit(
                "playbook.tick",
                ref_of(incident["id"]),
                {"playbook": one.slug, "step": command.step, "done": command.done},
            )
            ticks = _ticked(write.db, incident["id"]).get(one.slug, {})
        return write.written(_answer(one, context.settings, write.moment.date(), ticks))


def _one(shelf: Shelf, slug: str) -> Playbook:
    one = shelf.playbooks.get(slug)
    if one is None:
        why = shelf.unreadable.get(slug)
        said = f"{slug}.md can't be used: {why}." if why else f"There is no playbook {slug[:80]}."
        raise Invalid(said, {"playbook": [said]})
    return one


def _fitting(db: sqlite3.Connection, incident: sqlite3.Row, shelf: Shelf) -> list[Playbook]:
    if incident["kind"] == Kind.MAINTENANCE:
        return []
    slugs = [row["slug"] for row in post_rows.named_components(db, incident["id"])]
    lines = [row["text"] for row in timelines.timeline_of(db, incident["id"]) if row["kind"] != "playbook"]
    words = " ".join([incident["title"], incident["summary"] or "", *lines])
    return rules.matching(shelf.playbooks.values(), slugs, Severity(incident["severity"]), words)


def _ticked(db: sqlite3.Connection, incident_id: int) -> dict[str, dict[str, tuple[str, str]]]:
    """playbook -> step's text -> (who, when), of the steps that are ticked now."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    rows = [row for row in timelines.timeline_of(db, incident_id) if row["kind"] == "playbook" and row["details"]]
    for row in sorted(rows, key=lambda row: int(row["id"])):
        details = json.loads(row["details"])
        steps = found.setdefault(details["playbook"], {})
        if details["done"]:
            steps[details["step"]] = (row["actor"], row["happened_at"])
        else:
            steps.pop(details["step"], None)
    return found


def _answer(one: Playbook, settings: Settings, today: date, ticks: dict[str, tuple[str, str]]) -> dict[str, Any]:
    return {
        "slug": one.slug,
        "title": one.title,
        "components": list(one.components),
        "severity": [str(each) for each in one.severity],
        "symptoms": list(one.symptoms),
        "last_reviewed": one.last_reviewed.isoformat() if one.last_reviewed else None,
        "stale": rules.is_stale(one, today, settings.process.playbook_days),
        "steps": [
            {
                "number": number,
                "text": step.text,
                "rollback": step.rollback,
                "done_by": ticks[step.text][0] if step.text in ticks else None,
                "done_at": ticks[step.text][1] if step.text in ticks else None,
            }
            for number, step in enumerate(one.steps, 1)
        ],
        "problem": None,
    }


def _broken(slug: str, said: str) -> dict[str, Any]:
    empty: dict[str, Any] = {name: [] for name in ("components", "severity", "symptoms", "steps")}
    return {"slug": slug, "title": slug, **empty, "last_reviewed": None, "stale": True, "problem": said}
