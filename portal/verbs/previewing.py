"""A post before it is published: what the rules say, and what the public would read."""

import sqlite3
from functools import lru_cache
from typing import Any

from portal.domain.errors import Refused
from portal.language import words_of
from portal.site.blocks import Blocks
from portal.site.preview import preview
from portal.verbs.access import find_incident
from portal.verbs.commands import Post
from portal.verbs.context import Actor, Context
from portal.verbs.posting import publish
from portal.verbs.trying import try_post


class _Enough(Exception):
    """Ends a transaction of which nothing is to stay."""


@lru_cache(maxsize=8)
def _blocks(language: str) -> Blocks:
    return Blocks(words_of(language))


def preview_post(context: Context, actor: Actor, ref: str, command: Post) -> dict[str, Any]:
    """The findings of an incident's next post, and its HTML by the code of the public page; `refused` says why there is
    none. Nothing is written."""
    with context.database.snapshot() as db:
        incident = find_incident(db, actor, ref)
        tried = try_post(db, context.settings, incident, command, context.now())
    shown = {
        "title": tried.title or incident["public_title"] or incident["title"],
        "findings": [one.to_json() for one in tried.findings],
        "next_update_due": tried.due,
        "body": tried.body,
    }
    return shown | _as_published(context, actor, ref, command)


def _as_published(context: Context, actor: Actor, ref: str, command: Post) -> dict[str, Any]:
    """Publishes the post in a transaction, reads it as the public page does, and takes everything back."""
    from portal.site.full import reader_for  # noqa: PLC0415  (it brings MkDocs along; commands should not wait for it)

    said: dict[str, Any] = {"html": "", "refused": None}
    try:
        with context.write(actor) as write:
            incident = find_incident(write.db, actor, ref)
            post_id = publish(write, incident, command.model_copy(update={"seen": None}), judged=True)
            one = reader_for(write.db, write.settings).incident(incident["public_id"])
            if one is not None:
                root = f"{write.settings.base_url}/"
                said["html"] = preview(one, post_id, _blocks(write.settings.language), root)
            raise _Enough
    except _Enough:
        return said
    except Refused as refused:
        return said | {"refused": refused.detail}
    except sqlite3.OperationalError:  # the words and their press must be there all the same
        return said | {"refused": "The database is busy; the preview comes back in a moment."}
