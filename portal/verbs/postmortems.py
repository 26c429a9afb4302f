"""Postmortems: written in sections, reviewed, published, corrected with a visible changelog."""

import json
import sqlite3
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

from portal.domain import postmortems as rules
from portal.domain.errors import Conflict, EditedMeanwhile, Invalid
from portal.domain.names import PostmortemState
from portal.domain.slugs import free_slug, slug_from
from portal.domain.times import to_text
from portal.store import people
from portal.store import postmortems as store
from portal.verbs.access import find_incident, ref_of, require_publishing
from portal.verbs.commands import MovePostmortem, WritePostmortem
from portal.verbs.context import Actor, Context, Write, Written
from portal.verbs.drafting import make_draft
from portal.verbs.postmortem_answers import answer, blocking, row_of, writer_of
from portal.verbs.postmortem_requests import tell_when_out
from portal.verbs.roles import known_as

_MAY_BE_EMPTY = {"owner", "due_at", "waived_reason", "note", "based_on", "retrospective", "retrospective_at"}
INTERNAL_TITLE = "Its title is the incident's internal one: give it a title that everybody may read."
ONE_VERSION = timedelta(minutes=5)
"""What one person's editor saves by itself within this time is one version."""


def get_postmortem(context: Context, actor: Actor, ref: str) -> dict[str, Any]:
    """The internal rendering: all sections. NotFound until a resolved post or a first PUT makes one."""
    with context.database.snapshot() as db:
        incident = find_incident(db, actor, ref)
        return answer(db, context.settings, incident, row_of(db, incident))


def write_postmortem(context: Context, actor: Actor, ref: str, command: WritePostmortem) -> Written:
    """Save sections and the rest; every save is kept. Once it is published, those who publish may still change it, and
    the public changelog says what changed. EditedMeanwhile when `based_on` names versions that are no more."""
    with context.write(actor) as write:
        incident = find_incident(write.db, actor, ref)
        _refuse_unknown(command)
        if store.postmortem_of(write.db, incident["id"]) is None:
            make_draft(write, incident, due_at=None)
        row = row_of(write.db, incident)
        before = json.loads(row["sections"])
        columns = _columns(write, row, command, before)
        changed = {name: value for name, value in columns.items() if row[name] != value}
        if changed:
            _save(write, incident, row, command, changed)
        return write.written(answer(write.db, context.settings, incident, row_of(write.db, incident)))


def move_postmortem(context: Context, actor: Actor, ref: str, command: MovePostmortem) -> Written:
    """Move it towards publication, or withdraw it. Conflict with the reasons why not; the address never changes."""
    with context.write(actor) as write:
        incident = find_incident(write.db, actor, ref)
        row = row_of(write.db, incident)
        before, after = PostmortemState(row["state"]), command.to
        if after in (PostmortemState.PUBLISHED, PostmortemState.WITHDRAWN):
            require_publishing(write.db, actor, incident["id"])
        columns = _moved(write, incident, row, command)
        reasons = _reasons(write, incident, row, command, columns.get("reviewer"))
        if reasons:
            raise Conflict(f"The postmortem can't be {after.value.replace('_', ' ')} yet. {reasons[0]}", reasons)
        public = PostmortemState.PUBLISHED in (before, after) and row["public"]
        with write.touching_incident(incident["id"]) if public else nullcontext():
            store.update_postmortem(write.db, row["id"], write.now, **columns)
            store.insert_revision(write.db, incident["id"], at=write.now, actor=actor.name, public_note=None)
        write.timeline(incident["id"], "postmortem", _told(before, after, columns, command.reason))
        who = {"owner": row["owner"], "asked_by": row["review_asked_by"], "reviewer": columns.get("reviewer")}
        details = {"from": before, "to": after, "reason": command.reason}
        details |= who if after is PostmortemState.REVIEWED else {}
        told = {name: value for name, value in details.items() if value}
        write.audit("postmortem.move", ref_of(incident["id"]), told)
        if after is PostmortemState.IN_REVIEW and columns["reviewer"]:
            _ask_for_review(write, incident["id"], row["title"], columns["reviewer"])
        tell_when_out(write, incident["id"])
        return write.written(answer(write.db, context.settings, incident, row_of(write.db, incident)))


def _save(
    write: Write, incident: sqlite3.Row, row: sqlite3.Row, command: WritePostmortem, changed: dict[str, Any]
) -> None:
    """Write what changed, keep the version, and say so in public where it is read."""
    published = row["state"] == PostmortemState.PUBLISHED
    if published:
        require_publishing(write.db, write.actor, incident["id"])
        if command.autosave:
            raise Conflict("This postmortem is published: every save is public, so save it yourself.")
        will_be = {"title": row["title"], "public": row["public"], "sections": row["sections"], **changed}
        if will_be["public"] and _has_internal_title(incident, will_be["title"]):
            raise Conflict(INTERNAL_TITLE, [INTERNAL_TITLE])
        if will_be["public"] and {"sections", "public"} & set(changed):
            stops = blocking(write.db, write.settings, json.loads(will_be["sections"]))
            if stops:
                raise Conflict(f"The public can't read it like this. {stops[0]}", stops)
    note = _note(command, row, changed) if published else None
    seen = published and (note is not None or bool({"tags", "public"} & set(changed)))
    shown = seen and (row["public"] or changed.get("public"))
    at = write.now if seen or not published else row["updated_at"]
    with write.touching_incident(incident["id"]) if shown else nullcontext():
        store.update_postmortem(write.db, row["id"], at, **changed)
        new = store.insert_revision(
            write.db,
            incident["id"],
            at=write.now,
            actor=write.actor.name,
            public_note=note,
            autosaved_since=to_text(write.moment - ONE_VERSION) if command.autosave else None,
        )
    if new:
        write.audit("postmortem.write", ref_of(incident["id"]), {"fields": sorted(changed)})
    tell_when_out(write, incident["id"])


def _moved(write: Write, incident: sqlite3.Row, row: sqlite3.Row, command: MovePostmortem) -> dict[str, Any]:
    """The columns after the move."""
    columns: dict[str, Any] = {"state": command.to}
    named = known_as(write, command.reviewer) if command.reviewer else None
    if command.to is PostmortemState.IN_REVIEW:
        columns |= {"reviewer": named, "review_asked_by": write.actor.name, "review_reason": None}
    if command.to is PostmortemState.REVIEWED:
        columns |= {"reviewer": named or write.actor.name, "review_reason": command.reason}
    if command.to is PostmortemState.PUBLISHED:
        columns["published_at"] = row["published_at"] or write.now
        columns["slug"] = row["slug"] or free_slug(
            slug_from(row["title"], incident["public_id"]), lambda one: store.slug_taken(write.db, one)
        )
    return columns


def _reasons(
    write: Write, incident: sqlite3.Row, row: sqlite3.Row, command: MovePostmortem, reviewer: str | None
) -> list[str]:
    sections = json.loads(row["sections"])
    unposted = incident["first_post_at"] is None or incident["security"]
    over = bool(incident["resolved_at"] or (unposted and incident["mitigated_at"]))
    reasons = rules.move_reasons(PostmortemState(row["state"]), command.to, sections, over=over)
    if command.to is PostmortemState.REVIEWED and reviewer and not command.reason and not reasons:
        wrote = {row["owner"], row["review_asked_by"]}
        if reviewer in wrote and people.person_called(write.db, reviewer) is not None:
            reasons.append(
                f"{reviewer} wrote it, so somebody else reviews it. When nobody else can, say why with a reason."
            )
    if command.to is PostmortemState.PUBLISHED and row["public"]:
        if _has_internal_title(incident, row["title"]):
            reasons.append(INTERNAL_TITLE)
        reasons += blocking(write.db, write.settings, sections)
    return reasons


def _told(before: str, after: str, columns: dict[str, Any], reason: str | None) -> str:
    said = f"Postmortem: {before} -> {after}"
    if after in (PostmortemState.IN_REVIEW, PostmortemState.REVIEWED) and columns.get("reviewer"):
        said += f", {'asked of' if after == PostmortemState.IN_REVIEW else 'by'} {columns['reviewer']}"
    return f"{said} ({reason})" if reason else said


def _ask_for_review(write: Write, incident_id: int, title: str, reviewer: str) -> None:
    ref = ref_of(incident_id)
    write.tell(
        "reminder_due",
        f"postmortem_review:{incident_id}:{reviewer}:{write.now}",
        incident_id=incident_id,
        details={
            "to": [reviewer],
            "text": f"{write.actor.name} asks you to review the postmortem of {ref}: {title}",
            "link": f"/desk/incidents/{ref}/postmortem",
        },
    )


def _has_internal_title(incident: sqlite3.Row, title: str) -> bool:
    return not incident["public_title"] and title == incident["title"]


def _refuse_unknown(command: WritePostmortem) -> None:
    unknown = sorted((set(command.sections) | set(command.based_on or ())) - set(rules.SECTIONS))
    if unknown:
        raise Invalid(
            f"Some sections do not exist. There are: {', '.join(rules.SECTIONS)}.",
            {f"sections.{name}": [f"There is no section {name}."] for name in unknown},
        )
    given = command.model_fields_set - _MAY_BE_EMPTY
    empty = [name for name in given if getattr(command, name) is None]
    if empty:
        raise Invalid("A postmortem needs these.", {name: ["This can't be empty."] for name in sorted(empty)})


def _columns(write: Write, row: sqlite3.Row, command: WritePostmortem, before: dict[str, str]) -> dict[str, Any]:
    given = command.model_fields_set
    columns: dict[str, Any] = {}
    if command.title is not None:
        columns["title"] = command.title
    texts = _written(write.db, row, command, before)
    after = {name: text for name, text in {**before, **texts}.items() if text}
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
    columns |= {name: getattr(command, name) for name in ("waived_reason", "retrospective") if name in given}
    if "retrospective_at" in given:
        columns["retrospective_at"] = to_text(command.retrospective_at) if command.retrospective_at else None
    if columns.get("retrospective_at") and command.retrospective is None:
        columns["retrospective"] = "yes"
    if columns.get("retrospective", row["retrospective"]) != "yes":
        columns["retrospective_at"] = None
    return columns


def _written(
    db: sqlite3.Connection, row: sqlite3.Row, command: WritePostmortem, before: dict[str, str]
) -> dict[str, str]:
    """The sections that the writer really changed. EditedMeanwhile when somebody else changed one of them first."""
    based_on = command.based_on or {}
    texts = {name: text for name, text in command.sections.items() if based_on.get(name) != rules.version_of(text)}
    lost = rules.overwrites(before, texts, based_on)
    if lost:
        meanwhile = {}
        for name in lost:
            by, at = writer_of(db, row["id"], name)
            text = before.get(name, "")
            meanwhile[name] = {"text": text, "version": rules.version_of(text), "by": by, "at": at}
        headings = ", ".join(rules.SECTIONS[name].split(",")[0] for name in lost)
        raise EditedMeanwhile(
            f"{meanwhile[lost[0]]['by']} has changed this meanwhile: {headings}. Nothing was saved; both texts are"
            " here.",
            meanwhile,
        )
    return texts


def _note(command: WritePostmortem, row: sqlite3.Row, changed: dict[str, Any]) -> str | None:
    """The line of the public changelog: one's own words, or the headings of what changed."""
    before, after = json.loads(row["sections"]), json.loads(changed.get("sections", row["sections"]))
    automatic = rules.changelog_note(before, after, title_changed="title" in changed)
    return automatic and (command.note or automatic)
