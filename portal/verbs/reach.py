"""Where a published post went, and the texts that are ready to be sent elsewhere."""

import sqlite3
from typing import Any

from portal.config import Settings
from portal.domain import ready
from portal.domain.errors import NotFound
from portal.domain.names import ComponentStatus
from portal.domain.wording import LEVEL_WORDS, STATE_WORDS, clock
from portal.store import outbox, posts
from portal.text import plain
from portal.verbs.access import find_incident, ref_of
from portal.verbs.answers import public_url
from portal.verbs.context import Actor, Context


def where_it_went(context: Context, actor: Actor, ref: str, seq: int) -> dict[str, Any]:
    """The addresses at which a post is public, how many mails it makes, and ready texts for everything else."""
    settings = context.settings
    with context.database.snapshot() as db:
        incident = find_incident(db, actor, ref)
        rows = posts.posts_of(db, incident["id"])
        if not 1 <= seq <= len(rows):
            raise NotFound(f"{ref_of(incident['id'])} has no post {seq}.")
        row = rows[seq - 1]
        page = public_url(db, settings, incident)
        address = f"{page}#{row['public_id']}" if page else None
        feeds = [f"{settings.base_url}/{name}" for name in ("updates.rss", "updates.atom", "updates.json")]
        said = {
            "ref": ref_of(incident["id"]),
            "seq": seq,
            "public_url": address,
            "feeds": feeds if page else [],
            "mail": _mail(db, row),
            "texts": None,
        }
        if page:
            told = _told(db, settings, incident, row, page)
            texts = {"social": ready.social, "customer": ready.customer, "internal": ready.internal}
            said["texts"] = {name: write(told) for name, write in texts.items()}
    return said


def _mail(db: sqlite3.Connection, post: sqlite3.Row) -> dict[str, Any] | None:
    """How many mails wait, were sent, refused or withdrawn, and when they go out; None for a post that tells nobody."""
    event = outbox.of_post(db, post["id"])
    if event is None:
        return None
    return {"not_before": event["not_before"], "withdrawn_at": event["withdrawn_at"], **outbox.figures(db, event["id"])}


def _told(
    db: sqlite3.Connection, settings: Settings, incident: sqlite3.Row, post: sqlite3.Row, page: str
) -> ready.Told:
    action, due = post["customer_action"], post["next_update_due"]
    return ready.Told(
        site=settings.site_name,
        ref=ref_of(incident["id"]),
        title=incident["public_title"] or incident["title"],
        state=STATE_WORDS[post["state"]],
        words=plain(post["body"]),
        url=page,
        severity=incident["severity"],
        components=[
            (one["name"], LEVEL_WORDS[ComponentStatus(one["level"] or "operational")])
            for one in posts.named_components(db, incident["id"])
        ],
        customer_action=plain(action) if action else None,
        due=clock(due, post["display_at"]) if due else None,
        support=settings.support_email,
    )
