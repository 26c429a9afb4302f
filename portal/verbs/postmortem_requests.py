"""Customers who asked for a postmortem: listed, and told when it is out."""

import sqlite3
from datetime import timedelta
from typing import Any

from portal.domain.errors import NotFound
from portal.store import postmortems as store
from portal.store.followups import article_is_public
from portal.verbs.access import find_incident, ref_of
from portal.verbs.commands_learning import AddRequest, ChangeRequest
from portal.verbs.context import Actor, Context, Write, Written
from portal.verbs.paging import LIMIT, page_of


def list_requests(
    context: Context, actor: Actor, ref: str, limit: int = LIMIT, cursor: str | None = None
) -> dict[str, Any]:
    with context.database.snapshot() as db:
        rows = store.requests_of(db, find_incident(db, actor, ref)["id"])
    return page_of([_answer(row) for row in rows], limit, cursor)


def add_request(context: Context, actor: Actor, ref: str, command: AddRequest) -> Written:
    """Note who asked; whoever asks after publication is to be told at once."""
    with context.write(actor) as write:
        incident = find_incident(write.db, actor, ref)
        request_id = store.insert_request(
            write.db,
            incident_id=incident["id"],
            name=command.name,
            contact=command.contact,
            note=command.note,
            recorded_by=actor.name,
            asked_at=write.now,
        )
        write.timeline(incident["id"], "postmortem", f"{command.name} asked for the postmortem")
        write.audit("postmortem.asked", ref_of(incident["id"]), {"id": request_id})
        if article_is_public(write.db, incident["id"]):
            _remind(write, incident["id"], f"postmortem_request:{request_id}")
        return write.written(_answer(_found(write.db, request_id)))


def change_request(context: Context, actor: Actor, request_id: int, command: ChangeRequest) -> Written:
    """Note that they were told, or that they were not after all."""
    with context.write(actor) as write:
        row = store.request_by_id(write.db, request_id)
        if row is not None:
            try:
                find_incident(write.db, actor, ref_of(row["incident_id"]))
            except NotFound:
                row = None
        if row is None:
            raise NotFound(f"There is no request {request_id}.")
        if bool(row["told_at"]) != command.told:
            told = {"told_at": write.now, "told_by": actor.name} if command.told else {"told_at": None, "told_by": None}
            store.update_request(write.db, request_id, **told)
            write.audit("postmortem.told", ref_of(row["incident_id"]), {"id": request_id, "told": command.told})
        return write.written(_answer(_found(write.db, request_id)))


def tell_when_out(write: Write, incident_id: int) -> None:
    """After a write that may have made the article public: subscribers hear of it once, and so does whoever must tell
    the customers that asked."""
    if not article_is_public(write.db, incident_id):
        return
    row = store.postmortem_of(write.db, incident_id)
    assert row is not None  # noqa: S101
    new = write.tell(
        "postmortem_published",
        f"postmortem_published:{incident_id}",
        incident_id=incident_id,
        details={"slug": row["slug"], "title": row["title"]},
        wait=timedelta(seconds=write.settings.mail_delay),
    )
    if new:
        _remind(write, incident_id, f"postmortem_requests:{incident_id}")


def _remind(write: Write, incident_id: int, key: str) -> None:
    asking = [row for row in store.requests_of(write.db, incident_id) if row["told_at"] is None]
    if not asking:
        return
    row = store.postmortem_of(write.db, incident_id)
    owner = [row["owner"]] if row is not None and row["owner"] else []
    ref = ref_of(incident_id)
    names = ", ".join(one["name"] for one in asking[:5]) + (" and others" if len(asking) > 5 else "")
    write.tell(
        "reminder_due",
        key,
        incident_id=incident_id,
        details={
            "to": list(dict.fromkeys([*owner, *(one["recorded_by"] for one in asking)])),
            "text": f"The postmortem of {ref} is out. Tell those who asked for it: {names}.",
            "link": f"/desk/incidents/{ref}/postmortem#requests",
        },
    )


def _found(db: sqlite3.Connection, request_id: int) -> sqlite3.Row:
    row = store.request_by_id(db, request_id)
    assert row is not None  # noqa: S101
    return row


def _answer(row: sqlite3.Row) -> dict[str, Any]:
    names = ("name", "contact", "note", "recorded_by", "asked_at", "told_at", "told_by")
    return {"id": row["id"], "ref": ref_of(row["incident_id"]), **{name: row[name] for name in names}}
