"""Status posts: published, tried out, listed."""

from typing import Any

from portal.domain.errors import BadRequest
from portal.store import incidents
from portal.verbs.access import find_incident, ref_of, require_publishing
from portal.verbs.answers import post_answers
from portal.verbs.commands import Post
from portal.verbs.context import Actor, Context, Write, Written
from portal.verbs.posting import publish


def post(context: Context, actor: Actor, ref: str, command: Post) -> Written:
    """Publish one status post. Raises PostRefused with its findings when it is blocked or not confirmed."""
    with context.write(actor) as write:
        incident = find_incident(write.db, actor, ref)
        require_publishing(write.db, actor, incident["id"])
        with write.touching_incident(incident["id"]):
            post_id = publish(write, incident, command)
        write.audit("post", ref_of(incident["id"]), {"post": post_id, "state": command.state})
        return write.written(answer_of(write, incident["id"], post_id))


def answer_of(write: Write, incident_id: int, post_id: int) -> dict[str, Any]:
    """The answer for one post that was just written."""
    row = incidents.incident_by_id(write.db, incident_id)
    public_id = write.db.execute("SELECT public_id FROM post WHERE id = ?", (post_id,)).fetchone()[0]
    assert row is not None  # noqa: S101
    said = post_answers(write.db, write.settings, row)
    return next(one for one in said if one["public_id"] == public_id)


def list_posts(context: Context, actor: Actor, ref: str, limit: int = 25, cursor: str | None = None) -> dict[str, Any]:
    """An incident's posts, oldest first; the cursor is the last seq that was seen."""
    with context.database.snapshot() as db:
        said = post_answers(db, context.settings, find_incident(db, actor, ref))
    if cursor is not None and not cursor.isdecimal():
        raise BadRequest("This cursor is not one of ours; start without one.")
    start = int(cursor or 0)
    items = said[start : start + limit]
    more = start + limit < len(said)
    return {"items": items, "next_cursor": str(start + limit) if more else None}
