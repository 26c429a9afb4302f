"""Postmortems: written in sections, reviewed, published, corrected with a visible changelog."""

import json
import sqlite3
from contextlib import nullcontext
from typing import Any

from portal.domain import postmortems as rules
from portal.domain.errors import Conflict, Invalid, NotFound
from portal.domain.names import PostmortemState
from portal.domain.slugs import free_slug, slug_from
from portal.domain.times import to_text
from portal.store import postmortems as store
from portal.store.followups import article_is_public
from portal.verbs.access import find_incident, ref_of, require_publishing
from portal.verbs.commands import MovePostmortem, WritePostmortem
from portal.verbs.context import Actor, Context, Write, Written
from portal.verbs.drafting import make_draft
from portal.verbs.roles import known_as

_MAY_BE_EMPTY = {"owner", "due_at", "waived_reason", "note"}
INTERNAL_TITLE = "Its title is the incident's internal one: give it a title that everybody may read."


def get_postmortem(context: Context, actor: Actor, ref: str) -> dict[str, Any]:
    """The internal rendering: all sections. NotFound until a resolved post or a first PUT makes one."""
    with context.database.snapshot() as db:
        incident = find_incident(db, actor, ref)
        if store.postmortem_of(db, incident["id"]) is None:
            raise NotFound(f"{ref_of(incident['id'])} has no postmortem yet; PUT makes one.")
        return _answer(db, context, incident)


def write_postmortem(context: Context, actor: Actor, ref: str, command: WritePostmortem) -> Written:
    """Save sections and the rest; every save is kept. Once it is published, those who publish may still change it, and
    the public changelog says what changed."""
    with context.write(actor) as write:
        incident = find_incident(write.db, actor, ref)
        _refuse_unknown(command)
        if store.postmortem_of(write.db, incident["id"]) is None:
            make_draft(write, incident, due_at=None)
        row = _row(write.db, incident["id"])
        before = json.loads(row["sections"])
        columns = _columns(write, command, before)
        changed = {name: value for name, value in columns.items() if row[name] != value}
        if changed:
            published = row["state"] == PostmortemState.PUBLISHED
            if published:
                require_publishing(write.db, actor, incident["id"])
                will_be = {"title": row["title"], "public": row["public"], **changed}
                if will_be["public"] and _has_internal_title(incident, will_be["title"]):
                    raise Conflict(INTERNAL_TITLE, [INTERNAL_TITLE])
            note = _note(command, before, row, changed) if published else None
            seen = published and (note is not None or bool({"tags", "public"} & set(changed)))
            shown = seen and (row["public"] or changed.get("public"))
            at = write.now if seen or not published else row["updated_at"]
            with write.touching_incident(incident["id"]) if shown else nullcontext():
                store.update_postmortem(write.db, row["id"], at, **changed)
                store.insert_revision(write.db, incident["id"], at=write.now, actor=actor.name, public_note=note)
            write.audit("postmortem.write", ref_of(incident["id"]), {"fields": sorted(changed)})
        return write.written(_answer(write.db, context, incident))


def move_postmortem(context: Context, actor: Actor, ref: str, command: MovePostmortem) -> Written:
    """Move it towards publication, or withdraw it. Conflict with the reasons why not; the address never changes."""
    with context.write(actor) as write:
        incident = find_incident(write.db, actor, ref)
        if store.postmortem_of(write.db, incident["id"]) is None:
            raise NotFound(f"{ref_of(incident['id'])} has no postmortem yet; PUT makes one.")
        row = _row(write.db, incident["id"])
        before, after = PostmortemState(row["state"]), command.to
        if after in (PostmortemState.PUBLISHED, PostmortemState.WITHDRAWN):
            require_publishing(write.db, actor, incident["id"])
        unposted = incident["first_post_at"] is None or incident["security"]
        over = bool(incident["resolved_at"] or (unposted and incident["mitigated_at"]))
        reasons = rules.move_reasons(before, after, json.loads(row["sections"]), over=over)
        if after is PostmortemState.PUBLISHED and row["public"] and _has_internal_title(incident, row["title"]):
            reasons.append(INTERNAL_TITLE)
        if reasons:
            raise Conflict(f"The postmortem can't be {after.value.replace('_', ' ')} yet. {reasons[0]}", reasons)
        columns: dict[str, Any] = {"state": after}
        if after is PostmortemState.REVIEWED:
            columns["reviewer"] = actor.name
        if after is PostmortemState.PUBLISHED:
            columns["published_at"] = row["published_at"] or write.now
            columns["slug"] = row["slug"] or free_slug(
                slug_from(row["title"], incident["public_id"]), lambda one: store.slug_taken(write.db, one)
            )
        public = PostmortemState.PUBLISHED in (before, after) and row["public"]
        with write.touching_incident(incident["id"]) if public else nullcontext():
            store.update_postmortem(write.db, row["id"], write.now, **columns)
            store.insert_revision(write.db, incident["id"], at=write.now, actor=actor.name, public_note=None)
        write.timeline(incident["id"], "postmortem", f"Postmortem: {before} -> {after}")
        write.audit("postmortem.move", ref_of(incident["id"]), {"from": before, "to": after})
        return write.written(_answer(write.db, context, incident))


def _has_internal_title(incident: sqlite3.Row, title: str) -> bool:
    return not incident["public_title"] and title == incident["title"]


def _refuse_unknown(command: WritePostmortem) -> None:
    unknown = sorted(set(command.sections) - set(rules.SECTIONS))
    if unknown:
        raise Invalid(
            f"Some sections do not exist. There are: {', '.join(rules.SECTIONS)}.",
            {f"sections.{name}": [f"There is no section {name}."] for name in unknown},
        )
    given = command.model_fields_set - _MAY_BE_EMPTY
    empty = [name for name in given if getattr(command, name) is None]
    if empty:
        raise Invalid("A postmortem needs these.", {name: ["This can't be empty."] for name in sorted(empty)})


def _columns(write: Write, command: WritePostmortem, before: dict[str, str]) -> dict[str, Any]:
    given = command.model_fields_set
    columns: dict[str, Any] = {}
    if command.title is not None:
        columns["title"] = command.title
    after = {name: text for name, text in {**before, **command.sections}.items() if text}
    if after != before:
        columns["sections"] = json.dumps(after, ensure_ascii=False)
    if command.tags is not None:
        columns["tags"] = json.dumps(list(dict.fromkeys(command.tags)))
    if command.public is not None:
        columns["public"] = int(command.public)
    if "owner" in given:
        columns["owner"] = known_as(write, command.owner) if command.owner else None
    if "due_at" in given:
        columns["due_at"] = to_text(command.due_at) if command.due_at else None
    if "waived_reason" in given:
        columns["waived_reason"] = command.waived_reason
    return columns


def _note(command: WritePostmortem, before: dict[str, str], row: sqlite3.Row, changed: dict[str, Any]) -> str | None:
    """The line of the public changelog: one's own words, or the headings of what changed."""
    after = json.loads(changed.get("sections", row["sections"]))
    automatic = rules.changelog_note(before, after, title_changed="title" in changed)
    return automatic and (command.note or automatic)


def _row(db: sqlite3.Connection, incident_id: int) -> sqlite3.Row:
    row = store.postmortem_of(db, incident_id)
    assert row is not None  # noqa: S101
    return row


def _answer(db: sqlite3.Connection, context: Context, incident: sqlite3.Row) -> dict[str, Any]:
    row = _row(db, incident["id"])
    sections = json.loads(row["sections"])
    said: dict[str, Any] = {"ref": ref_of(incident["id"])}
    names = ("title", "state", "slug", "owner", "reviewer", "due_at", "waived_reason", "published_at")
    said |= {name: row[name] for name in names}
    said |= {"public": bool(row["public"]), "tags": json.loads(row["tags"])}
    said["sections"] = {name: sections[name] for name in rules.SECTIONS if name in sections}
    shown = article_is_public(db, incident["id"])
    said["public_url"] = f"{context.settings.base_url}/postmortems/{row['slug']}/" if shown else None
    said["findings"] = rules.findings(sections)
    said["changelog"] = [
        {"at": one["at"], "note": one["public_note"]} for one in store.revisions(db, row["id"]) if one["public_note"]
    ]
    return said | {name: row[name] for name in ("created_at", "updated_at")}
