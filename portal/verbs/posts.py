"""Status posts: published, tried out, listed, redacted."""

from typing import Any

from portal.domain.names import Permission
from portal.text import fragment
from portal.verbs.access import find_incident, ref_of, require, require_publishing
from portal.verbs.answers import post_answer, post_answers
from portal.verbs.commands import Lint, Post
from portal.verbs.context import Actor, Context, Written
from portal.verbs.paging import LIMIT, page_of
from portal.verbs.posting import publish
from portal.verbs.redacting import redact
from portal.verbs.reviewing import require_second_reader
from portal.verbs.trying import try_post

__all__ = ["lint", "list_posts", "post", "redact"]


def post(context: Context, actor: Actor, ref: str, command: Post) -> Written:
    """Publish one status post. Raises PostRefused with its findings when it is blocked or not confirmed."""
    with context.write(actor) as write:
        incident = find_incident(write.db, actor, ref)
        require_publishing(write.db, actor, incident["id"])
        require_second_reader(write, incident["id"], command.unreviewed)
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
    with context.database.snapshot() as db:
        incident = find_incident(db, actor, command.ref) if command.ref is not None else None
        tried = try_post(db, context.settings, incident, command, context.now())
    return {
        "findings": [one.to_json() for one in tried.findings],
        "body": tried.body,
        "html": fragment(tried.body),
        "next_update_due": tried.due,
    }
