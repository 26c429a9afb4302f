"""Announcement windows: inside one, marketing is called to every incident at once, and can hold what is planned."""

import json
import sqlite3
from typing import Any

from portal.domain.checklist import TITLES
from portal.domain.errors import Conflict, Invalid, NotFound
from portal.domain.names import Permission
from portal.domain.reminders import MARKETING
from portal.domain.times import to_text
from portal.domain.wording import clock, minute
from portal.store import announcements as store
from portal.store import checklists, incidents
from portal.verbs.access import ref_of, require
from portal.verbs.commands_keeper import CancelWindow, ChangeWindow, PlanWindow
from portal.verbs.context import PORTAL, Actor, Context, Write, Written
from portal.verbs.paging import LIMIT, page_of
from portal.verbs.roles import known_as

_MAY_BE_EMPTY = {"owner", "plan"}


def plan_window(context: Context, actor: Actor, command: PlanWindow) -> Written:
    """Plan a window; without owner or plan it is red until it has both."""
    require(actor, Permission.RESPONDER, "plan announcement windows")
    with context.write(actor) as write:
        _check(to_text(command.starts_at), to_text(command.ends_at), write.now)
        window_id = store.insert_window(
            write.db,
            title=command.title,
            starts_at=to_text(command.starts_at),
            ends_at=to_text(command.ends_at),
            owner=known_as(write, command.owner) if command.owner else None,
            plan=command.plan,
            notify=json.dumps(command.notify, ensure_ascii=False),
            created_by=actor.name,
            created_at=write.now,
            updated_at=write.now,
        )
        write.audit("window.plan", str(window_id))
        return write.written(_answer(_row(write.db, window_id), write.now))


def change_window(context: Context, actor: Actor, window_id: int, command: ChangeWindow) -> Written:
    """Change what is given; an owner or plan of null takes it away."""
    require(actor, Permission.RESPONDER, "change announcement windows")
    with context.write(actor) as write:
        row = _changeable(write, window_id)
        given = command.model_dump(include=command.model_fields_set)
        if empty := sorted(name for name, value in given.items() if value is None and name not in _MAY_BE_EMPTY):
            raise Invalid("A window needs these.", {name: ["This can't be empty."] for name in empty})
        for name in {"starts_at", "ends_at"} & set(given):
            given[name] = to_text(given[name])
        if given.get("owner"):
            given["owner"] = known_as(write, given["owner"])
        if "notify" in given:
            given["notify"] = json.dumps(given["notify"], ensure_ascii=False)
        after = {**dict(row), **given}
        _check(after["starts_at"], after["ends_at"], write.now)
        store.update_window(write.db, window_id, write.now, **given)
        write.audit("window.change", str(window_id), {"fields": sorted(given)})
        return write.written(_answer(_row(write.db, window_id), write.now))


def cancel_window(context: Context, actor: Actor, window_id: int, command: CancelWindow) -> Written:
    """It will not take place; it stays in the list."""
    require(actor, Permission.RESPONDER, "cancel announcement windows")
    with context.write(actor) as write:
        _changeable(write, window_id)
        store.update_window(write.db, window_id, write.now, cancelled_at=write.now, cancel_reason=command.reason)
        write.audit("window.cancel", str(window_id))
        return write.written(_answer(_row(write.db, window_id), write.now))


def list_windows(context: Context, actor: Actor, limit: int = LIMIT, cursor: str | None = None) -> dict[str, Any]:
    """The one that starts last comes first."""
    require(actor, Permission.RESPONDER, "read announcement windows")
    now = to_text(context.now())
    with context.database.snapshot() as db:
        return page_of([_answer(row, now) for row in store.all_windows(db)], limit, cursor)


def get_window(context: Context, actor: Actor, window_id: int) -> dict[str, Any]:
    require(actor, Permission.RESPONDER, "read announcement windows")
    with context.database.snapshot() as db:
        row = store.window_by_id(db, window_id)
    if row is None:
        raise NotFound(f"There is no announcement window {window_id}.")
    return _answer(row, to_text(context.now()))


def current_window(context: Context, actor: Actor) -> dict[str, Any] | None:
    """The window that is open now, for the banner of board and forms; None when there is none."""
    require(actor, Permission.RESPONDER, "read announcement windows")
    now = to_text(context.now())
    with context.database.snapshot() as db:
        rows = store.windows_at(db, now)
    return _answer(rows[0], now) if rows else None


def call_marketing(write: Write, incident_id: int) -> bool:
    """Inside a window: call marketing and whoever the window names to an open incident, once; a private incident or a
    drill never. True when they were called now."""
    rows = store.windows_at(write.db, write.now)
    if not rows or incident_id not in store.uncalled(write.db):
        return False
    incident = incidents.incident_by_id(write.db, incident_id)
    assert incident is not None  # noqa: S101
    ref = ref_of(incident_id)
    names = ", ".join(dict.fromkeys(row["title"] for row in rows))
    named = [one for row in rows for one in (row["owner"], *json.loads(row["notify"])) if one]
    until = clock(max(row["ends_at"] for row in rows), write.now)
    text = f"{ref} ({incident['title']}) is open during {names}, until {until}: hold what is planned if you need to."
    write.tell(
        "marketing_called",
        f"marketing_called:{incident_id}",
        incident_id=incident_id,
        details={"to": list(dict.fromkeys([MARKETING, *named])), "text": text, "link": f"/desk/incidents/{ref}"},
    )
    order = list(TITLES).index("marketing")
    checklists.add_item(write.db, incident_id, "marketing", TITLES["marketing"], order)
    write.timeline(incident_id, "marketing", f"Marketing is called, because of {names}")
    return True


def call_marketing_where_due(context: Context) -> bool:
    """The clock's part: incidents that were open when a window began, and new ones. True when somebody was called."""
    now = to_text(context.now())
    with context.database.snapshot() as db:
        waiting = store.uncalled(db) if store.windows_at(db, now) else []
    if not waiting:
        return False
    with context.write(PORTAL) as write:
        return sum(call_marketing(write, one) for one in waiting) > 0


def _check(starts_at: str, ends_at: str, now: str) -> None:
    if ends_at <= starts_at:
        raise Invalid("A window ends after it starts.", {"ends_at": ["This is not after its start."]})
    if ends_at <= now:
        raise Invalid("A window ends in the future.", {"ends_at": [f"This is past; now it is {minute(now)}."]})


def _changeable(write: Write, window_id: int) -> sqlite3.Row:
    row = store.window_by_id(write.db, window_id)
    if row is None:
        raise NotFound(f"There is no announcement window {window_id}.")
    if row["cancelled_at"] is not None or row["ends_at"] <= write.now:
        raise Conflict(f"The window {row['title']} is over; plan another one.")
    return row


def _row(db: sqlite3.Connection, window_id: int) -> sqlite3.Row:
    row = store.window_by_id(db, window_id)
    assert row is not None  # noqa: S101
    return row


def _answer(row: sqlite3.Row, now: str) -> dict[str, Any]:
    names = ("id", "title", "starts_at", "ends_at", "owner", "plan", "created_by", "created_at", "updated_at")
    said = {name: row[name] for name in names}
    said |= {"notify": json.loads(row["notify"]), "cancelled_at": row["cancelled_at"], "reason": row["cancel_reason"]}
    said["missing"] = [name for name in ("owner", "plan") if not row[name]]
    said["current"] = row["cancelled_at"] is None and row["starts_at"] <= now < row["ends_at"]
    said["over"] = row["cancelled_at"] is not None or row["ends_at"] <= now
    return said
