"""Follow-ups: what is done so that it does not happen again. Public ones show in the published postmortem."""

import sqlite3
from contextlib import nullcontext
from typing import Any

from portal.domain.errors import Invalid, NotFound
from portal.domain.names import FollowupState, Permission
from portal.store import followups as store
from portal.store import people
from portal.verbs.access import find_incident, ref_of, require, require_publishing, seen_by
from portal.verbs.commands import AddFollowup, ChangeFollowup
from portal.verbs.context import Actor, Context, Write, Written
from portal.verbs.paging import LIMIT, check_limit, from_cursor, page_of, to_cursor
from portal.verbs.roles import known_as

_MAY_BE_EMPTY = {"owner", "due", "reason", "issue_url"}


def add_followup(context: Context, actor: Actor, ref: str, command: AddFollowup) -> Written:
    with context.write(actor) as write:
        incident = find_incident(write.db, actor, ref)
        with _touching(write, incident["id"], public=command.public):
            followup_id = store.insert_followup(
                write.db,
                incident_id=incident["id"],
                title=command.title,
                owner=known_as(write, command.owner) if command.owner else None,
                due=command.due.isoformat() if command.due else None,
                type=command.type,
                priority=command.priority,
                public=int(command.public),
                issue_url=command.issue_url,
                created_at=write.now,
                updated_at=write.now,
            )
        write.timeline(incident["id"], "followup", f"Follow-up: {command.title}", details={"id": followup_id})
        write.audit("followup.add", ref_of(incident["id"]), {"id": followup_id, "public": command.public})
        return write.written(_answer(_found(write, followup_id)))


def change_followup(context: Context, actor: Actor, followup_id: int, command: ChangeFollowup) -> Written:
    """Fields that are left out stay; one that won't be done needs a reason."""
    with context.write(actor) as write:
        row = store.followup_by_id(write.db, followup_id)
        if row is None:
            raise NotFound(f"There is no follow-up {followup_id}.")
        try:
            find_incident(write.db, actor, ref_of(row["incident_id"]))
        except NotFound:
            raise NotFound(f"There is no follow-up {followup_id}.") from None
        columns = _columns(write, command)
        changed = {name: value for name, value in columns.items() if row[name] != value}
        after = {**dict(row), **changed}
        if after["state"] == FollowupState.WONT_DO and not after["reason"]:
            raise Invalid("Say why it won't be done.", {"reason": ["A follow-up that won't be done needs a reason."]})
        if changed:
            if "state" in changed:
                changed["done_at"] = None if changed["state"] == FollowupState.OPEN else write.now
                write.timeline(row["incident_id"], "followup", f"{after['title']}: {after['state']}")
            with _touching(write, row["incident_id"], public=bool(row["public"] or after["public"])):
                store.update_followup(write.db, followup_id, write.now, **changed)
            write.audit("followup.change", ref_of(row["incident_id"]), {"id": followup_id, "fields": sorted(changed)})
        return write.written(_answer(_found(write, followup_id)))


def list_followups(
    context: Context, actor: Actor, ref: str, limit: int = LIMIT, cursor: str | None = None
) -> dict[str, Any]:
    with context.database.snapshot() as db:
        rows = store.followups_of(db, find_incident(db, actor, ref)["id"])
    return page_of([_answer(row) for row in rows], limit, cursor)


def list_all_followups(
    context: Context, actor: Actor, filters: dict[str, Any], limit: int = LIMIT, cursor: str | None = None
) -> dict[str, Any]:
    """Follow-ups of every incident that the actor may see, what is due first on top. Filters: state, owner (a name or
    address), overdue (true: open, and due before today)."""
    require(actor, Permission.RESPONDER, "read follow-ups")
    today = context.now().date().isoformat()
    with context.database.snapshot() as db:
        wanted: dict[str, Any] = {name: filters[name] for name in ("state", "owner") if name in filters}
        if "owner" in wanted and (person := people.person_called(db, wanted["owner"])):
            wanted["owner"] = person["email"]
        if filters.get("overdue"):
            wanted["due_before"] = today
        rows = store.followups_page(
            db, wanted, seen_by=seen_by(actor), after=from_cursor(cursor), limit=check_limit(limit) + 1
        )
    more = to_cursor(rows[limit - 1]["due"] or store.LATE, rows[limit - 1]["id"]) if len(rows) > limit else None
    items = [
        {**_answer(row), "incident_title": row["incident_title"], "overdue": _overdue(row, today)}
        for row in rows[:limit]
    ]
    return {"items": items, "next_cursor": more}


def _overdue(row: sqlite3.Row, today: str) -> bool:
    return bool(row["state"] == FollowupState.OPEN and row["due"] and row["due"] < today)


def _columns(write: Write, command: ChangeFollowup) -> dict[str, Any]:
    given = command.model_dump(include=command.model_fields_set)
    empty = [name for name, value in given.items() if value is None and name not in _MAY_BE_EMPTY]
    if empty:
        raise Invalid("A follow-up needs these.", {name: ["This can't be empty."] for name in empty})
    if given.get("owner"):
        given["owner"] = known_as(write, given["owner"])
    if given.get("due"):
        given["due"] = given["due"].isoformat()
    if "public" in given:
        given["public"] = int(given["public"])
    return given


def _touching(write: Write, incident_id: int, *, public: bool) -> Any:
    """Around a write that shows in a published postmortem, which only those who publish may change."""
    if not (public and store.article_is_public(write.db, incident_id)):
        return nullcontext()
    require_publishing(write.db, write.actor, incident_id)
    return write.touching_incident(incident_id)


def _found(write: Write, followup_id: int) -> sqlite3.Row:
    row = store.followup_by_id(write.db, followup_id)
    assert row is not None  # noqa: S101
    return row


def _answer(row: sqlite3.Row) -> dict[str, Any]:
    said = {"id": row["id"], "ref": ref_of(row["incident_id"]), "title": row["title"], "public": bool(row["public"])}
    names = ("owner", "due", "type", "priority", "state", "reason", "issue_url", "created_at", "updated_at", "done_at")
    return said | {name: row[name] for name in names}
