"""A post before it is published: what the rules say, and what the public would read."""

import sqlite3
from functools import lru_cache
from typing import Any

from portal.domain.names import PostState
from portal.domain.public import PublicPost
from portal.domain.times import to_text
from portal.language import words_of
from portal.site.blocks import Blocks
from portal.site.preview import PREVIEW, preview
from portal.store import posts
from portal.verbs.access import find_incident
from portal.verbs.commands import Post
from portal.verbs.context import Actor, Context
from portal.verbs.trying import try_post


@lru_cache(maxsize=8)
def _blocks(language: str) -> Blocks:
    return Blocks(words_of(language))


def preview_post(context: Context, actor: Actor, ref: str, command: Post) -> dict[str, Any]:
    """The findings of an incident's next post, and its HTML by the code of the public page."""
    moment = context.now()
    with context.database.snapshot() as db:
        incident = find_incident(db, actor, ref)
        tried = try_post(db, context.settings, incident, command, moment)
        rows = posts.posts_of(db, incident["id"])
    corrected = rows[command.corrects - 1] if command.corrects and command.corrects <= len(rows) else None
    shown_at = to_text(min(command.happened_at, moment) if command.happened_at else moment)
    if not command.happened_at and rows:
        shown_at = max(shown_at, rows[-1]["display_at"])
    post = PublicPost(
        id=0,
        public_id=PREVIEW,
        seq=len(rows) + 1,
        state=_state(command, rows),
        body=tried.body,
        customer_action=tried.customer_action,
        next_update_due=tried.due,
        display_at=shown_at,
        published_at=to_text(moment),
        notify=command.notify,
        corrects=corrected["public_id"] if corrected else None,
    )
    title = tried.title or incident["public_title"] or incident["title"]
    root = f"{context.settings.base_url}/"
    return {
        "title": title,
        "html": preview(post, title, incident["kind"], _blocks(context.settings.language), root),
        "findings": [one.to_json() for one in tried.findings],
        "next_update_due": tried.due,
        "body": tried.body,
    }


def _state(command: Post, rows: list[sqlite3.Row]) -> PostState:
    """A correction keeps the state of the newest post."""
    return PostState(rows[-1]["state"]) if command.corrects and rows else command.state
