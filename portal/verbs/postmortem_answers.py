"""What is said about postmortems: one of them, all of them, and their versions."""

import json
import sqlite3
from typing import Any

from portal.config import Settings
from portal.domain import postmortems as rules
from portal.domain.differences import differences
from portal.domain.errors import NotFound
from portal.domain.names import FindingLevel, Permission, PostmortemState
from portal.domain.postmortem_findings import Remark, findings
from portal.domain.times import to_text
from portal.store import postmortems as store
from portal.store.followups import article_is_public
from portal.verbs.access import find_incident, ref_of, require, seen_by
from portal.verbs.context import Actor, Context
from portal.verbs.judging import setting
from portal.verbs.paging import LIMIT, check_limit, from_cursor, page_of, to_cursor

_COLUMNS = (
    "title",
    "state",
    "slug",
    "owner",
    "reviewer",
    "review_reason",
    "due_at",
    "waived_reason",
    "retrospective",
    "retrospective_at",
    "published_at",
)
UNDONE = (PostmortemState.DRAFT, PostmortemState.IN_REVIEW, PostmortemState.REVIEWED)
"""The states in which somebody still has to do something."""


def row_of(db: sqlite3.Connection, incident: sqlite3.Row) -> sqlite3.Row:
    """The incident's postmortem. NotFound while there is none."""
    row = store.postmortem_of(db, incident["id"])
    if row is None:
        raise NotFound(f"{ref_of(incident['id'])} has no postmortem yet; PUT makes one.")
    return row


def remarks(db: sqlite3.Connection, settings: Settings, sections: dict[str, str]) -> list[Remark]:
    return findings(sections, setting(db, settings))


def blocking(db: sqlite3.Connection, settings: Settings, sections: dict[str, str]) -> list[str]:
    """Why the public must not read these sections: blanks that were not filled in, secrets."""
    return [
        f"{rules.SECTIONS[one.section].split(',')[0]}: {one.message}"
        for one in remarks(db, settings, sections)
        if one.level is FindingLevel.BLOCK
    ]


def answer(db: sqlite3.Connection, settings: Settings, incident: sqlite3.Row, row: sqlite3.Row) -> dict[str, Any]:
    """One postmortem as people inside read it; `versions` are what the next save is based on."""
    sections = json.loads(row["sections"])
    said: dict[str, Any] = {"ref": ref_of(incident["id"])}
    said |= {name: row[name] for name in _COLUMNS}
    said |= {"public": bool(row["public"]), "tags": json.loads(row["tags"])}
    said["sections"] = {name: sections[name] for name in rules.SECTIONS if name in sections}
    said["versions"] = {name: rules.version_of(sections.get(name, "")) for name in rules.SECTIONS}
    shown = article_is_public(db, incident["id"])
    said["public_url"] = f"{settings.base_url}/postmortems/{row['slug']}/" if shown else None
    said["findings"] = [one.to_json() for one in remarks(db, settings, sections)]
    said["changelog"] = [
        {"at": one["at"], "note": one["public_note"]} for one in store.revisions(db, row["id"]) if one["public_note"]
    ]
    return said | {name: row[name] for name in ("created_at", "updated_at")}


def list_postmortems(
    context: Context,
    actor: Actor,
    filters: dict[str, Any],
    limit: int = LIMIT,
    cursor: str | None = None,
) -> dict[str, Any]:
    """Postmortems, what is due first on top. Filters: state, owner, overdue (true: due, and neither out nor waived)."""
    require(actor, Permission.RESPONDER, "read postmortems")
    now = to_text(context.now())
    overdue = bool(filters.get("overdue"))
    states = [filters["state"]] if "state" in filters else (UNDONE if overdue else list(PostmortemState))
    with context.database.snapshot() as db:
        rows = store.postmortems_page(
            db,
            states=[one for one in states if not overdue or one in UNDONE],
            owner=filters.get("owner"),
            due_before=now if overdue else None,
            seen_by=seen_by(actor),
            after=from_cursor(cursor),
            limit=check_limit(limit) + 1,
        )
    more = to_cursor(rows[limit - 1]["due_at"] or store.LATE, rows[limit - 1]["id"]) if len(rows) > limit else None
    return {"items": [_listed(row, now) for row in rows[:limit]], "next_cursor": more}


def _listed(row: sqlite3.Row, now: str) -> dict[str, Any]:
    names = ("title", "state", "owner", "reviewer", "due_at", "waived_reason", "published_at", "updated_at")
    undone = row["state"] in UNDONE and not row["waived_reason"]
    return {
        "ref": ref_of(row["incident_id"]),
        "incident_title": row["incident_title"],
        "severity": row["severity"],
        "public": bool(row["public"]),
        "overdue": bool(undone and row["due_at"] and row["due_at"] < now),
        "asking": row["asking"],
        **{name: row[name] for name in names},
    }


def list_revisions(
    context: Context, actor: Actor, ref: str, limit: int = LIMIT, cursor: str | None = None
) -> dict[str, Any]:
    """Every kept version, newest first, with the sections in which it differs from the one before."""
    with context.database.snapshot() as db:
        rows = store.revisions(db, row_of(db, find_incident(db, actor, ref))["id"])
    before: dict[str, str] = {}
    said = []
    for number, row in enumerate(rows, 1):
        sections = json.loads(row["sections"])
        said.append({"id": number, **_version(row), "changed": _changed(before, sections)})
        before = sections
    return page_of(said[::-1], limit, cursor)


def compare_revisions(
    context: Context, actor: Actor, ref: str, number: int, against: int | None = None
) -> dict[str, Any]:
    """One version beside another (the one before, unless told): per section that differs, its pieces in order."""
    with context.database.snapshot() as db:
        rows = store.revisions(db, row_of(db, find_incident(db, actor, ref))["id"])
    against = number - 1 if against is None else against
    for wanted in (number, against):
        if wanted > len(rows):
            raise NotFound(f"The postmortem of {ref.upper()} has {len(rows)} versions, not {wanted}.")
    after = json.loads(rows[number - 1]["sections"])
    before = json.loads(rows[against - 1]["sections"]) if against > 0 else {}
    return {
        "id": number,
        "against": max(0, against),
        **_version(rows[number - 1]),
        "sections": {
            name: [
                {"change": one.change, "text": one.text}
                for one in differences(before.get(name, ""), after.get(name, ""))
            ]
            for name in _changed(before, after)
        },
    }


def _version(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "at": row["at"],
        "by": row["actor"],
        "title": row["title"],
        "state": row["state"],
        "note": row["public_note"],
        "autosaved": bool(row["autosaved"]),
    }


def _changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    return [name for name in rules.SECTIONS if before.get(name, "") != after.get(name, "")]


def writer_of(db: sqlite3.Connection, postmortem_id: int, section: str) -> tuple[str, str]:
    """Who gave a section the text that it has, and when."""
    rows = store.revisions(db, postmortem_id)
    texts = [json.loads(row["sections"]).get(section, "") for row in rows]
    first = len(rows) - 1
    while first > 0 and texts[first - 1] == texts[-1]:
        first -= 1
    return str(rows[first]["actor"]), str(rows[first]["at"])
