"""What goes out by mail, as staff see it: what waits and why, what failed, and every mail before it is sent."""

import re
import sqlite3
from typing import Any

from portal.domain.errors import Conflict, NotFound
from portal.domain.names import Permission
from portal.domain.times import from_text
from portal.notify.mime import TOKEN
from portal.store import deliveries, outbox, posts
from portal.verbs.access import find_incident, ref_of, require
from portal.verbs.context import Actor, Context
from portal.verbs.fanning import audience_of
from portal.verbs.letters import Letters
from portal.verbs.paging import LIMIT, check_limit, from_cursor, to_cursor

FAILURES = 20
EXAMPLE_TOKEN = "0" * 32
KINDS = {
    "confirmation": "confirmation",
    "present": "present_state",
    "reminder": "maintenance_reminder",
    "postmortem": "postmortem_published",
}
"""Mails beside those about posts: what they are called -> their event."""
NO_LETTER = {
    "present": "is not public",
    "reminder": "is no maintenance that is announced and ahead",
    "postmortem": "has no published postmortem",
}
_CODES = re.compile(r"\b[245]\d\d\b(?:[ -][245]\.\d{1,3}\.\d{1,3}\b)?")


def mail_overview(context: Context, actor: Actor, limit: int = LIMIT, cursor: str | None = None) -> dict[str, Any]:
    """The mail server, what waits, and what subscribers were and will be told, the newest first."""
    require(actor, Permission.RESPONDER, "see what is mailed")
    position, settings = from_cursor(cursor), context.settings
    with context.database.snapshot() as db:
        rows = outbox.events(db, check_limit(limit) + 1, position[1] if position else None)
        service = outbox.service(db)
        said = {
            "server": settings.smtp.host,
            "mail_from": settings.mail_from or settings.support_email,
            "unreachable_since": service["unreachable_since"],
            "server_said": service["said"],
            **outbox.counts(db),
            "items": [_event(context, db, row) for row in rows[:limit] if not row["security"]],
            "failures": [_failure(row, actor) for row in deliveries.failures(db, FAILURES)],
        }
    more = len(rows) > limit
    return said | {"next_cursor": to_cursor("", rows[limit - 1]["id"]) if more else None}


def preview_mail(context: Context, actor: Actor, ref: str, seq: int, language: str = "en") -> dict[str, Any]:
    """The mail about a post as a subscriber gets it, with an example's links, and how many get it. Conflict for a post
    that the public can't read."""
    with context.database.snapshot() as db:
        incident = find_incident(db, actor, ref)
        rows = posts.posts_of(db, incident["id"])
        if not 1 <= seq <= len(rows):
            raise NotFound(f"{ref_of(incident['id'])} has no post {seq}.")
        post_id = rows[seq - 1]["id"]
        event = {"id": 0, "event": "post_published", "incident_id": incident["id"], "post_id": post_id}
        letter = Letters(context.settings).write(db, [event], language)
        audience = audience_of(db, event)
        if letter is None or audience is None:
            raise Conflict(f"Post {seq} of {ref_of(incident['id'])} is not public, so nobody is mailed about it.")
        filed = outbox.of_post(db, post_id)
        return {
            "ref": ref_of(incident["id"]),
            "seq": seq,
            "subject": letter.subject,
            "text": letter.text.replace(TOKEN, EXAMPLE_TOKEN),
            "html": letter.html.replace(TOKEN, EXAMPLE_TOKEN),
            "recipients": deliveries.audience_size(db, audience),
            "told": _event(context, db, filed) if filed is not None else None,
        }


def preview_letter(
    context: Context, actor: Actor, kind: str, *, incident: str = "", language: str = "en"
) -> dict[str, Any]:
    """A mail that is about no post (`KINDS`), as a subscriber gets it: the confirmation, or one about an incident.
    Conflict where there is nothing that the public can read."""
    require(actor, Permission.RESPONDER, "see what is mailed")
    if kind not in KINDS:
        raise NotFound(f"There is no mail called {kind[:80]}; there are {', '.join(KINDS)}.")
    with context.database.snapshot() as db:
        ref = None
        event: dict[str, Any] = {"id": 0, "event": KINDS[kind], "incident_id": None, "post_id": None}
        if kind != "confirmation":
            row = find_incident(db, actor, incident)
            ref, event["incident_id"] = ref_of(row["id"]), row["id"]
        letter = Letters(context.settings).write(db, [event], language)
        if letter is None:
            raise Conflict(f"{ref} {NO_LETTER[kind]}, so nobody is mailed about it.")
        audience = audience_of(db, event) if kind in ("reminder", "postmortem") else None
        return {
            "kind": kind,
            "ref": ref,
            "subject": letter.subject,
            "text": letter.text.replace(TOKEN, EXAMPLE_TOKEN),
            "html": letter.html.replace(TOKEN, EXAMPLE_TOKEN),
            "recipients": deliveries.audience_size(db, audience) if audience is not None else None,
        }


def _event(context: Context, db: sqlite3.Connection, row: sqlite3.Row) -> dict[str, Any]:
    """How far the news of one event has gone; `seconds_left` until its mails go out."""
    left = int((from_text(row["not_before"]) - context.now()).total_seconds()) + 1
    waits = row["fanned_out_at"] is None and row["withdrawn_at"] is None
    audience = audience_of(db, row) if waits and row["event"] != "present_state" else None
    return {
        "id": row["id"],
        "event": row["event"],
        "ref": ref_of(row["incident_id"]) if row["incident_id"] else None,
        "seq": _seq(db, row),
        "filed_at": row["at"],
        "not_before": row["not_before"],
        "seconds_left": max(0, left) if waits else 0,
        "withdrawn_at": row["withdrawn_at"],
        "withdrawn_because": row["withdrawn_because"],
        "recipients": deliveries.audience_size(db, audience) if audience is not None else None,
        **outbox.figures(db, row["id"]),
    }


def _seq(db: sqlite3.Connection, row: sqlite3.Row) -> int | None:
    if row["post_id"] is None:
        return None
    ids = [post["id"] for post in posts.posts_of(db, row["incident_id"])]
    return ids.index(row["post_id"]) + 1 if row["post_id"] in ids else None


def _failure(row: sqlite3.Row, actor: Actor) -> dict[str, Any]:
    """Addresses are for admins alone, and so are a server's words, which repeat them; its codes are for all."""
    said = {name: row[name] for name in ("address", "event", "state", "attempts", "next_at", "done_at", "answer")}
    if not actor.may(Permission.ADMIN):
        codes = _CODES.search(row["answer"] or "")
        said |= {"address": None, "answer": codes[0] if codes else None}
    return said
