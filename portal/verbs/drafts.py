"""Drafts of posts: what is being written is a row, so that no crash, lost line or second tab loses it."""

import json
import sqlite3
from datetime import timedelta
from typing import Any

from portal.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.domain.names import Permission, RoleName
from portal.domain.times import from_text, to_text
from portal.domain.wording import minute
from portal.store import drafts, incidents, people, posts, roles, timelines
from portal.verbs.access import find_incident, may_see, ref_of, require, require_publishing
from portal.verbs.commands import POST_LENGTH, Post
from portal.verbs.commands_drafts import SaveDraft
from portal.verbs.context import Actor, Context, Write, Written
from portal.verbs.judging import refuse_or_record
from portal.verbs.paging import LIMIT, page_of
from portal.verbs.placing import refuse_hidden
from portal.verbs.trying import try_post

FARTHEST = timedelta(days=31)
OVERTAKEN = timedelta(seconds=10)
"""As long after a publication, what the editor had saved by itself before may still arrive."""
_NOT_WORDS = {"publish_at", "review", "confirm", "version", "tab", "autosave"}
_CHANGES = frozenset({"severity", "security", "change", "impact", "time", "reopened", "closed", "missed_promise"})
"""Lines of the timeline that whoever writes a post should know of; posts are told by themselves."""


def save_draft(context: Context, actor: Actor, ref: str, command: SaveDraft) -> Written:
    """Begin a draft of a post. With `publish_at` it is scheduled, with `review` somebody else is asked to read it; then
    it must be fit to be published. A tab that has begun one goes on with it."""
    with context.write(actor) as write:
        incident = find_incident(write.db, actor, ref)
        tab = command.tab
        before = drafts.newest_of_tab(write.db, incident["id"], actor.name, tab) if tab else None
        if before is not None and (not before["ended_at"] or _says_that_already(write, before, command)):
            return write.written(_again(write, before, incident, command))
        return write.written(draft_answer(write.db, actor, _begin(write, incident, command)))


def change_draft(context: Context, actor: Actor, draft_id: int, command: SaveDraft) -> Written:
    """Save a draft again, whole. When it has another version than `version` (another tab saved it), when it is somebody
    else's or is published already, these words become a draft of their own and `forked_from` says so."""
    with context.write(actor) as write:
        row, incident = find_draft(write.db, actor, draft_id)
        return write.written(_again(write, row, incident, command))


def list_drafts(
    context: Context, actor: Actor, ref: str, limit: int = LIMIT, cursor: str | None = None
) -> dict[str, Any]:
    """What everybody is writing for an incident, the newest words first."""
    with context.database.snapshot() as db:
        incident = find_incident(db, actor, ref)
        said = [draft_answer(db, actor, row["id"]) for row in drafts.open_drafts(db, incident["id"])]
    return page_of(said, limit, cursor)


def get_draft(context: Context, actor: Actor, draft_id: int) -> dict[str, Any]:
    """One draft; of one that has ended, what became of it."""
    with context.database.snapshot() as db:
        find_draft(db, actor, draft_id)
        return draft_answer(db, actor, draft_id)


def discard_draft(context: Context, actor: Actor, draft_id: int) -> Written:
    """Throw a draft away: one's own, or as a messenger anybody's."""
    with context.write(actor) as write:
        row, incident = find_draft(write.db, actor, draft_id)
        refuse_ended(write.db, row)
        if row["person"] != actor.name and not actor.may(Permission.MESSENGER):
            raise NotAllowed(f"This is {row['person']}'s draft; they or a messenger can discard it.")
        drafts.end_draft(write.db, draft_id, write.now)
        write.audit("draft.discard", ref_of(incident["id"]), {"draft": draft_id, "person": row["person"]})
        return write.written(draft_answer(write.db, actor, draft_id))


def find_draft(db: sqlite3.Connection, actor: Actor, draft_id: int) -> tuple[sqlite3.Row, sqlite3.Row]:
    """The draft and its incident. NotFound also for those of a private incident that the actor may not see."""
    require(actor, Permission.RESPONDER, "read drafts")
    row = drafts.draft_by_id(db, draft_id)
    incident = incidents.incident_by_id(db, row["incident_id"]) if row else None
    if row is None or incident is None or not may_see(actor, incident):
        raise NotFound(f"There is no draft {draft_id}.")
    return row, incident


def refuse_ended(db: sqlite3.Connection, row: sqlite3.Row) -> None:
    if row["ended_at"]:
        seq = _seq(db, row)
        became = f"published as post {seq}" if seq else "discarded"
        raise Conflict(f"This draft was {became} at {row['ended_at'][11:16]} UTC.")


def complete(words: dict[str, Any]) -> Post:
    """The post that a draft's words make. Invalid for what is still missing or too long."""
    errors: dict[str, list[str]] = {}
    if not words.get("state"):
        errors["state"] = ["Choose a state."]
    if not words.get("body"):
        errors["body"] = ["Write what the public should read."]
    for name in ("body", "customer_action"):
        if len(words.get(name) or "") > POST_LENGTH:
            errors[name] = [f"Keep this to {POST_LENGTH:,} characters; it has {len(words[name]):,}."]
    if errors:
        raise Invalid("This draft is not ready to be published.", errors)
    return Post.model_validate({name: value for name, value in words.items() if value not in (None, "")})


def draft_answer(db: sqlite3.Connection, actor: Actor, draft_id: int) -> dict[str, Any]:
    """A draft with its words, where it stands, and what others did since it was begun."""
    row = drafts.draft_by_id(db, draft_id)
    assert row is not None  # noqa: S101
    words = drafts.words_of(row)
    said: dict[str, Any] = {"ref": ref_of(row["incident_id"]), "mine": row["person"] == actor.name}
    said |= {name: row[name] for name in ("id", "person", "version", "publish_at", "review_asked_at")}
    said |= {name: row[name] for name in ("approved_by", "approved_at", "refusal", "ended_at")}
    said |= {name: row[name] for name in ("created_at", "updated_at")}
    empty = dict.fromkeys(set(SaveDraft.model_fields) - _NOT_WORDS)
    said |= empty | {"body": "", "notify": True} | words
    said["findings"] = json.loads(row["findings"]) if row["findings"] else []
    said["post_seq"] = _seq(db, row)
    said["meanwhile"] = [] if row["ended_at"] else _meanwhile(db, actor, row, words.get("seen"))
    return said | {"forked_from": None}


def _again(write: Write, row: sqlite3.Row, incident: sqlite3.Row, command: SaveDraft) -> dict[str, Any]:
    actor, draft_id = write.actor, row["id"]
    if _says_that_already(write, row, command):
        return draft_answer(write.db, actor, draft_id)
    same_tab = command.tab is not None and command.tab == row["tab"]
    if row["ended_at"] or row["person"] != actor.name or not (same_tab or command.version == row["version"]):
        return draft_answer(write.db, actor, _begin(write, incident, command)) | {"forked_from": draft_id}
    columns = _columns(write, incident, command)
    drafts.update_draft(write.db, draft_id, write.now, version=row["version"] + 1, **columns)
    _ask(write, incident, draft_id)
    return draft_answer(write.db, actor, draft_id)


def _begin(write: Write, incident: sqlite3.Row, command: SaveDraft) -> int:
    refuse_hidden(incident)
    columns = _columns(write, incident, command)
    draft_id = drafts.insert_draft(write.db, incident["id"], write.actor.name, write.now, **columns)
    _ask(write, incident, draft_id)
    return draft_id


def _columns(write: Write, incident: sqlite3.Row, command: SaveDraft) -> dict[str, Any]:
    """The row's columns; changed words are off the schedule and not approved, unless the command says so again."""
    words = command.model_dump(mode="json", exclude=_NOT_WORDS, exclude_none=True)
    columns: dict[str, Any] = {"tab": command.tab, "refusal": None, "findings": None}
    columns |= {"approved_by": None, "approved_at": None, "publish_at": None, "review_asked_at": None}
    if command.publish_at is not None or command.review:
        words["confirmed"] = _fit(write, incident, command, words)
        columns["publish_at"] = _moment(write, command)
        unread = write.settings.process.review_posts and command.unreviewed is None
        columns["review_asked_at"] = write.now if command.review or unread else None
    return columns | {"words": json.dumps(words, ensure_ascii=False)}


def _fit(write: Write, incident: sqlite3.Row, command: SaveDraft, words: dict[str, Any]) -> list[str]:
    """Refuses what could not be published now; answers the ids of the findings that were confirmed."""
    require_publishing(write.db, write.actor, incident["id"])
    refuse_hidden(incident)
    post = complete(words).model_copy(update={"confirm": command.confirm})
    found = try_post(write.db, write.settings, incident, post, write.moment).findings
    refuse_or_record(found, post)
    return [one.id for one in found if one.level == "confirm"]


def _moment(write: Write, command: SaveDraft) -> str | None:
    at = command.publish_at
    if at is None:
        return None
    if command.happened_at is not None:
        raise Invalid("A scheduled post speaks for its own time.", {"happened_at": ["Leave this out."]})
    if not write.moment < at <= write.moment + FARTHEST:
        said = f"This lies in the past, or more than {FARTHEST.days} days ahead; now it is {minute(write.now)}."
        raise Invalid("A post is scheduled ahead.", {"publish_at": [said]})
    return to_text(at)


def _ask(write: Write, incident: sqlite3.Row, draft_id: int) -> None:
    """Tells of a draft that others have to do with: it waits for a reader, or for its time."""
    row = drafts.draft_by_id(write.db, draft_id)
    assert row is not None  # noqa: S101
    ref = ref_of(incident["id"])
    if row["publish_at"]:
        at = minute(row["publish_at"])
        write.timeline(incident["id"], "draft", f"A post is scheduled for {at}", details={"draft": draft_id})
    if row["review_asked_at"]:
        write.timeline(incident["id"], "draft", "A post waits for a second reader", details={"draft": draft_id})
        write.tell(
            "reminder_due",
            f"draft-review:{draft_id}:{row['version']}",
            incident_id=incident["id"],
            details={
                "to": _readers(write, incident["id"], row["person"]),
                "text": f"{row['person']} asks somebody to read a post of {ref} before it is published.",
                "link": f"/desk/incidents/{ref}/post?draft={draft_id}",
            },
        )
    if row["publish_at"] or row["review_asked_at"]:
        details = {"draft": draft_id, "publish_at": row["publish_at"], "review": bool(row["review_asked_at"])}
        write.audit("draft.submit", ref, details)


def _readers(write: Write, incident_id: int, writer: str) -> list[str]:
    """Whoever else has a role in it; when none of them may publish by that, everybody else who may publish anywhere."""
    held = {
        role: row["person"]
        for role in (RoleName.LEAD, RoleName.MESSENGER, RoleName.BUDDY)
        if (row := roles.holder(write.db, incident_id, role)) is not None and row["person"] != writer
    }
    everybody = people.people_with(write.db, Permission.MESSENGER) if not held.keys() - {RoleName.BUDDY} else []
    return list(dict.fromkeys([*held.values(), *(row["email"] for row in everybody if row["email"] != writer)]))


def _says_that_already(write: Write, row: sqlite3.Row, command: SaveDraft) -> bool:
    """Whether a save is one that came twice, or one that was overtaken by the press that sent its own words."""
    if command.publish_at is not None or command.review:
        return False
    same_tab = command.tab is not None and command.tab == row["tab"]
    late = command.autosave and write.moment - from_text(row["ended_at"] or row["updated_at"]) < OVERTAKEN
    if row["ended_at"]:
        published = posts.body_of(write.db, row["post_id"])
        return published is not None and same_tab and (late or published.startswith(command.body))
    if row["publish_at"] or row["review_asked_at"]:
        return same_tab and late
    words = command.model_dump(mode="json", exclude=_NOT_WORDS, exclude_none=True)
    return bool(words == drafts.words_of(row))


def _meanwhile(db: sqlite3.Connection, actor: Actor, row: sqlite3.Row, seen: int | None) -> list[dict[str, Any]]:
    missed = [] if seen is None else posts.published_after(db, row["incident_id"], seen)
    said = [
        {"at": one["published_at"], "who": one["author"], "what": one["state"], "text": one["body"]} for one in missed
    ]
    said += [
        {"at": one["recorded_at"], "who": one["actor"], "what": one["kind"], "text": one["text"]}
        for one in timelines.timeline_of(db, row["incident_id"])
        if one["kind"] in _CHANGES and one["recorded_at"] > row["created_at"] and one["actor"] != actor.name
    ]
    return sorted(said, key=lambda one: one["at"])


def _seq(db: sqlite3.Connection, row: sqlite3.Row) -> int | None:
    if row["post_id"] is None:
        return None
    return [one["id"] for one in posts.posts_of(db, row["incident_id"])].index(row["post_id"]) + 1
