"""Redaction: the one exception to "posts are never edited"."""

import json
import re
import sqlite3
from typing import Any

from portal.domain import redaction
from portal.domain.errors import Invalid, NotFound
from portal.domain.names import Permission
from portal.domain.slugs import free_slug, slug_from
from portal.store import postmortems, posts
from portal.store import redaction as store
from portal.text import fragment
from portal.verbs.access import find_incident, ref_of, require
from portal.verbs.answers import post_answer
from portal.verbs.commands import Redact
from portal.verbs.context import Actor, Context, Write, Written


def redact(context: Context, actor: Actor, ref: str, seq: int, command: Redact) -> Written:
    """Blank words in a post and wherever else they stand in this incident, at once and for ever. The audit log keeps
    that it happened, not the words. Invalid when they are not in that post."""
    require(actor, Permission.ADMIN, "redact")
    with context.write(actor) as write:
        incident = find_incident(write.db, actor, ref)
        rows = posts.posts_of(write.db, incident["id"])
        if not 1 <= seq <= len(rows):
            raise NotFound(f"{ref_of(incident['id'])} has no post {seq}.")
        words = redaction.pattern(command.words)
        if not _holds(rows[seq - 1], words):
            said = f"These words are not in post {seq}; write them as they stand there."
            raise Invalid("Nothing was blanked.", {"words": [said]})
        with write.touching_incident(incident["id"]):
            _free_addresses(write, incident, words)
            changed = store.blank_everywhere(
                write.db,
                incident["id"],
                lambda text: str(redaction.blanked(text, words)),
                lambda text: redaction.blanked_json(text, words),
            )
            for row in rows:
                if _holds(row, words):
                    store.mark_redacted(write.db, row["id"], write.now)
        store.blank_answers(write.db, lambda text: _blank_answer(text, words))
        write.timeline(incident["id"], "redacted", f"Words were blanked, first of all in post {seq}")
        write.audit("post.redact", ref_of(incident["id"]), {"seq": seq, "texts": changed})
        return write.written(post_answer(write.db, write.settings, incident["id"], rows[seq - 1]["id"]))


def _holds(row: sqlite3.Row, words: "re.Pattern[str]") -> bool:
    return any(words.search(row[name] or "") for name in ("body", "customer_action"))


def _free_addresses(write: Write, incident: sqlite3.Row, words: "re.Pattern[str]") -> None:
    """A postmortem's tags and address can't hold a blank: tags with the words go, the address becomes another one -
    the one reason for which an address changes."""
    article = postmortems.postmortem_of(write.db, incident["id"])
    if article is None:
        return

    def spoken(slug: str) -> bool:
        return bool(words.search(slug) or words.search(slug.replace("-", " ")))

    columns: dict[str, str] = {}
    tags = json.loads(article["tags"])
    if any(spoken(tag) for tag in tags):
        columns["tags"] = json.dumps([tag for tag in tags if not spoken(tag)])
    slug = article["slug"]
    if slug is not None and (spoken(slug) or words.search(article["title"])):
        title = str(redaction.blanked(article["title"], words)).replace(redaction.BLANK, " ")
        wanted = slug_from(title, incident["public_id"])
        wanted = incident["public_id"] if spoken(wanted) else wanted
        columns["slug"] = free_slug(wanted, lambda one: postmortems.slug_taken(write.db, one))
    if columns:
        postmortems.update_postmortem(write.db, article["id"], write.now, **columns)


def _blank_answer(text: str, words: "re.Pattern[str]") -> str:
    after = redaction.blanked_json(text, words)
    return text if after == text else json.dumps(_rendered(json.loads(after)), ensure_ascii=False)


def _rendered(value: Any) -> Any:
    """Every `html` beside a `body` made again from it: markup may have stood between the words."""
    if isinstance(value, list):
        return [_rendered(one) for one in value]
    if isinstance(value, dict):
        value = {name: _rendered(one) for name, one in value.items()}
        if isinstance(value.get("body"), str) and "html" in value:
            value["html"] = fragment(value["body"])
    return value
