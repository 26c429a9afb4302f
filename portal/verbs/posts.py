"""Status posts: published, tried out, listed, redacted."""

import sqlite3
from typing import Any

from portal.domain.cadence import next_update_due
from portal.domain.names import ComponentStatus, Kind, Permission, Severity
from portal.domain.rules import with_support_contact
from portal.domain.times import to_text
from portal.store import components, posts
from portal.text import fragment
from portal.verbs.access import find_incident, ref_of, require, require_publishing
from portal.verbs.answers import post_answer, post_answers
from portal.verbs.commands import Lint, Post
from portal.verbs.context import Actor, Context, Written
from portal.verbs.judging import findings_for
from portal.verbs.levels import wanted_levels
from portal.verbs.paging import LIMIT, page_of
from portal.verbs.placing import Place, refuse_state
from portal.verbs.posting import levels_after, publish, shown_action
from portal.verbs.redacting import redact

__all__ = ["lint", "list_posts", "post", "redact"]


def post(context: Context, actor: Actor, ref: str, command: Post) -> Written:
    """Publish one status post. Raises PostRefused with its findings when it is blocked or not confirmed."""
    with context.write(actor) as write:
        incident = find_incident(write.db, actor, ref)
        require_publishing(write.db, actor, incident["id"])
        with write.touching_incident(incident["id"]):
            post_id = publish(write, incident, command)
        write.audit("post", ref_of(incident["id"]), {"post": post_id, "state": command.state})
        return write.written(post_answer(write.db, write.settings, incident["id"], post_id))


def list_posts(
    context: Context, actor: Actor, ref: str, limit: int = LIMIT, cursor: str | None = None
) -> dict[str, Any]:
    """An incident's posts, oldest first."""
    with context.database.snapshot() as db:
        said = post_answers(db, context.settings, find_incident(db, actor, ref))
    return page_of(said, limit, cursor)


def lint(context: Context, actor: Actor, command: Lint) -> dict[str, Any]:
    """All findings of a post, and the post as it would be published; nothing is. With `ref` it is examined as that
    incident's next post, without as the first post of a major incident."""
    require(actor, Permission.RESPONDER, "examine posts")
    now = context.now()
    command = command.model_copy(update={"customer_action": shown_action(command)})
    with context.database.snapshot() as db:
        incident = find_incident(db, actor, command.ref) if command.ref is not None else None
        if incident is not None:
            refuse_state(incident, command.state)
        previous = posts.newest_post(db, incident["id"]) if incident else None
        severity = Severity(incident["severity"]) if incident else Severity.MAJOR
        found = findings_for(
            db,
            context.settings,
            command,
            now=now,
            public_title=(incident["public_title"] or incident["title"]) if incident and previous is None else None,
            severity=severity,
            levels=_levels(db, incident, command, previous),
            previous=previous,
            private=bool(incident and incident["security"]),
            drill=bool(incident and incident["kind"] == Kind.DRILL),
        )
    body = command.body if previous else with_support_contact(command.body, context.settings.support_email)
    kind = Kind(incident["kind"]) if incident else Kind.INCIDENT
    due = next_update_due(kind, command.state, severity, now, command.next_update_minutes)
    return {
        "findings": [one.to_json() for one in found],
        "body": body,
        "html": fragment(body),
        "next_update_due": to_text(due) if due else None,
    }


def _levels(
    db: sqlite3.Connection, incident: sqlite3.Row | None, command: Lint, previous: sqlite3.Row | None
) -> dict[str, ComponentStatus]:
    wanted = wanted_levels(db, command.components)
    if incident is not None:
        place = Place("", newest=True, state=command.state, previous=previous)
        return levels_after(db, incident, wanted, place)
    rows = {one: components.component_by_id(db, one) for one in wanted}
    return {row["name"]: wanted[one] for one, row in rows.items() if row is not None}
