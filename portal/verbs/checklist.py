"""The communication checklist: made by itself, ticked by people."""

import sqlite3
from typing import Any

from portal.domain import checklist as rules
from portal.domain.errors import Conflict, Invalid, NotFound
from portal.domain.names import ChecklistState, CustomerImpact, Kind, Severity
from portal.store import checklists as store
from portal.store import incidents
from portal.verbs.access import find_incident, ref_of
from portal.verbs.announcing import announce_row
from portal.verbs.commands import AddChecklistItem, ChangeChecklistItem
from portal.verbs.context import Actor, Context, Write, Written
from portal.verbs.paging import LIMIT, page_of

_OWN = 1000
"""Rows that people add come after the ones that are made."""


def make_rows(write: Write, incident_id: int) -> None:
    """Add the rows that the incident needs now; rows are never taken away."""
    row = incidents.incident_by_id(write.db, incident_id)
    assert row is not None  # noqa: S101
    needed = rules.rows(
        Kind(row["kind"]),
        Severity(row["severity"]),
        CustomerImpact(row["customer_impact"]),
        security=bool(row["security"]),
        reported=row["reporter_kind"] is not None,
    )
    order = list(rules.TITLES)
    for key in needed:
        if store.add_item(write.db, incident_id, key, rules.TITLES[key], order.index(key)) and key in rules.CHANNELS:
            announce_row(write, row, key)


def list_checklist(
    context: Context, actor: Actor, ref: str, limit: int = LIMIT, cursor: str | None = None
) -> dict[str, Any]:
    with context.database.snapshot() as db:
        rows = store.checklist_of(db, find_incident(db, actor, ref)["id"])
    return page_of([_answer(row) for row in rows], limit, cursor)


def add_checklist_item(context: Context, actor: Actor, ref: str, command: AddChecklistItem) -> Written:
    """Add a row of one's own; a second press with the same title answers the row that is there."""
    with context.write(actor) as write:
        incident = find_incident(write.db, actor, ref)
        rows = store.checklist_of(write.db, incident["id"])
        same = next((row for row in rows if row["title"] == command.title), None)
        if same is None:
            number = _OWN + len(rows)
            item_id = store.add_item(write.db, incident["id"], f"own-{number}", command.title, number)
            write.audit("checklist.add", ref_of(incident["id"]), {"id": item_id})
            same = _found(write, item_id)
        return write.written(_answer(same))


def change_checklist_item(context: Context, actor: Actor, item_id: int, command: ChangeChecklistItem) -> Written:
    """Mark a row; one that does not apply says why."""
    with context.write(actor) as write:
        row = store.item_by_id(write.db, item_id)
        if row is None:
            raise NotFound(f"There is no checklist row {item_id}.")
        try:
            find_incident(write.db, actor, ref_of(row["incident_id"]))
        except NotFound:
            raise NotFound(f"There is no checklist row {item_id}.") from None
        if command.seen not in (None, row["state"]) and command.state != row["state"]:
            why = f" ({row['reason']})" if row["reason"] else ""
            raise Conflict(f"{row['changed_by']} has marked '{row['title']}' {row['state']} meanwhile{why}.")
        if command.state is ChecklistState.NA and not command.reason:
            raise Invalid("Say why it does not apply.", {"reason": ["A row that is not applicable needs a reason."]})
        store.mark_item(
            write.db,
            item_id,
            state=command.state,
            reason=command.reason,
            link=command.link if "link" in command.model_fields_set else row["link"],
            actor=write.actor.name,
            now=write.now,
        )
        if command.state != row["state"]:
            why = f" ({command.reason})" if command.reason else ""
            write.timeline(row["incident_id"], "checklist", f"{row['title']}: {command.state}{why}")
        write.audit("checklist.change", ref_of(row["incident_id"]), {"id": item_id, "state": command.state})
        return write.written(_answer(_found(write, item_id)))


def _found(write: Write, item_id: int) -> sqlite3.Row:
    row = store.item_by_id(write.db, item_id)
    assert row is not None  # noqa: S101
    return row


def _answer(row: sqlite3.Row) -> dict[str, Any]:
    said = {"id": row["id"], "ref": ref_of(row["incident_id"]), "key": row["key"], "title": row["title"]}
    return said | {name: row[name] for name in ("state", "reason", "link", "changed_by", "changed_at")}
