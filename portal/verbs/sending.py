"""Drafts that become posts: by their writer's press, by a second reader, by the clock."""

import json
import sqlite3
from typing import Any

from portal.domain.errors import Conflict, NotAllowed, PostRefused, Refused
from portal.domain.names import Permission
from portal.domain.times import to_text
from portal.store import drafts, people
from portal.verbs.access import ref_of, require_publishing
from portal.verbs.answers import post_answer
from portal.verbs.commands_drafts import ApproveDraft, PublishDraft
from portal.verbs.context import PORTAL, Actor, Context, Write, Written
from portal.verbs.drafts import complete, draft_answer, find_draft, refuse_ended
from portal.verbs.posting import publish
from portal.verbs.reviewing import require_second_reader


def publish_draft(context: Context, actor: Actor, draft_id: int, command: PublishDraft) -> Written:
    """Publish a draft as it was read, now. Somebody else's press is the second reading; an own one needs an approval
    or a reason where the settings ask for a second reader."""
    with context.write(actor) as write:
        row, incident = _read(write, actor, draft_id, command.version)
        if row["person"] == actor.name and row["approved_at"] is None:
            require_second_reader(write, incident["id"], command.unreviewed or drafts.words_of(row).get("unreviewed"))
        post_id = _send(write, row, incident, command)
        return write.written(post_answer(write.db, write.settings, incident["id"], post_id))


def approve_draft(context: Context, actor: Actor, draft_id: int, command: ApproveDraft) -> Written:
    """A second person has read it: publishes it, or leaves a scheduled one to the clock. Not for its writer."""
    with context.write(actor) as write:
        row, incident = _read(write, actor, draft_id, command.version)
        if row["person"] == actor.name:
            raise Conflict(
                "You wrote this yourself, so somebody else reads it. Publish it with a reason if it can't wait."
            )
        if row["publish_at"]:
            drafts.update_draft(write.db, draft_id, write.now, approved_by=actor.name, approved_at=write.now)
            write.timeline(incident["id"], "draft", "A scheduled post was read and approved")
            write.audit("draft.approve", ref_of(incident["id"]), {"draft": draft_id, "version": row["version"]})
        else:
            _send(write, row, incident, command)
        return write.written(draft_answer(write.db, actor, draft_id))


def publish_scheduled_once(context: Context) -> bool:
    """Publish the scheduled post that has waited longest, examined again; one that can't go out stays a draft, with the
    reason, and its writer is reminded. False when none is due."""
    with context.database.snapshot() as db:
        due = drafts.due_drafts(db, to_text(context.now()))
    if not due:
        return False
    try:
        with context.write(PORTAL) as write:
            row = _due(write, due[0])
            if row is not None:
                writer = _writer(write.db, row)
                _, incident = find_draft(write.db, PORTAL, row["id"])
                require_publishing(write.db, writer, incident["id"])
                if row["review_asked_at"] and not row["approved_at"]:
                    raise Conflict("Nobody else has read it yet.")
                _send(write, row, incident, PublishDraft(version=row["version"]))
    except Refused as refused:
        _keep(context, due[0], refused)
    return True


def _read(write: Write, actor: Actor, draft_id: int, version: int) -> tuple[sqlite3.Row, sqlite3.Row]:
    row, incident = find_draft(write.db, actor, draft_id)
    refuse_ended(write.db, row)
    require_publishing(write.db, actor, incident["id"])
    if row["version"] != version:
        raise Conflict(
            f"This draft was changed at {row['updated_at'][11:16]} UTC; read it again.",
            [f"It has version {row['version']} now; you read version {version}."],
        )
    return row, incident


def _send(write: Write, row: sqlite3.Row, incident: sqlite3.Row, command: PublishDraft | ApproveDraft) -> int:
    words = drafts.words_of(row)
    post = complete(words)
    known = [*(post.confirmed or ()), *(command.confirmed or ())]
    seen = post.seen if command.seen is None else command.seen
    post = post.model_copy(update={"confirm": command.confirm, "confirmed": known, "seen": seen})
    with write.touching_incident(incident["id"]):
        post_id = publish(write, incident, post, author=row["person"])
    drafts.end_draft(write.db, row["id"], write.now, post_id)
    reader = row["approved_by"] or (write.actor.name if write.actor.name not in (row["person"], PORTAL.name) else None)
    if reader is not None:
        write.timeline(incident["id"], "draft", f"{reader} read it before it was published", details={"post": post_id})
    details: dict[str, Any] = {"post": post_id, "state": post.state, "draft": row["id"], "author": row["person"]}
    write.audit("post", ref_of(incident["id"]), details | {"read_by": reader, "scheduled": row["publish_at"]})
    return post_id


def _due(write: Write, draft_id: int) -> sqlite3.Row | None:
    """The draft, unless somebody has changed or ended it since it was found."""
    row = drafts.draft_by_id(write.db, draft_id)
    return row if row is not None and draft_id in drafts.due_drafts(write.db, write.now) else None


def _writer(db: sqlite3.Connection, row: sqlite3.Row) -> Actor:
    """Whoever scheduled it, with the permissions they have now. NotAllowed for an account that was closed."""
    known = people.account_named(db, row["person"])
    if known is None:  # the command line has no account; it was allowed to when it was scheduled
        return Actor(row["person"], frozenset({Permission.MESSENGER}))
    if known["ended_at"]:
        raise NotAllowed(f"The account of {row['person']} has been closed.")
    return Actor(row["person"], frozenset(Permission(one) for one in known["permissions"].split(",")))


def _keep(context: Context, draft_id: int, refused: Refused) -> None:
    with context.write(PORTAL) as write:
        row = _due(write, draft_id)
        if row is None:
            return
        ref = ref_of(row["incident_id"])
        found = json.dumps(refused.more["findings"], ensure_ascii=False) if isinstance(refused, PostRefused) else None
        drafts.update_draft(write.db, draft_id, write.now, publish_at=None, refusal=refused.detail, findings=found)
        at = f"{row['publish_at'][11:16]} UTC"
        write.timeline(row["incident_id"], "draft", f"The post that was scheduled for {at} was not published")
        write.tell(
            "reminder_due",
            f"draft-refused:{draft_id}:{row['version']}:{row['publish_at']}",
            incident_id=row["incident_id"],
            details={
                "to": [row["person"], "role:messenger", "role:lead"],
                "text": f"The post of {ref} that was scheduled for {at} was not published. {refused.detail}",
                "link": f"/desk/incidents/{ref}/post?draft={draft_id}",
            },
        )
        write.audit("draft.refuse", ref, {"draft": draft_id, "reason": refused.code})
