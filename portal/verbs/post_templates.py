"""The text that a post begins with: the template of its state, filled with what the incident already says."""

import sqlite3
from functools import lru_cache
from typing import Any

import jinja2

from portal.config import Settings
from portal.domain.lifecycle import post_states
from portal.domain.names import Breadth, Kind, PostState
from portal.domain.similar import named_in
from portal.language import N_, Words, words_of
from portal.site.post_templates import filled, load_templates
from portal.store import posts, subscribers
from portal.verbs.access import find_incident, ref_of
from portal.verbs.context import Actor, Context

BLANK = "___"
"""Stands where only the writer knows the words; a post that still has it is refused."""
_CUSTOMERS = {
    None: (N_("customers"), N_("%(audience)s customers")),
    Breadth.ONE: (N_("one of our customers"), N_("one of our %(audience)s customers")),
    Breadth.SOME: (N_("some customers"), N_("some %(audience)s customers")),
    Breadth.MANY: (N_("many customers"), N_("many %(audience)s customers")),
    Breadth.ALL: (N_("all customers"), N_("all %(audience)s customers")),
}
"""Who is concerned, without and with an audience; in German as the object of a sentence."""
_load = lru_cache(maxsize=8)(load_templates)


def list_templates(context: Context, actor: Actor, ref: str) -> dict[str, Any]:
    """state -> the text with which an incident's next post can begin."""
    with context.database.snapshot() as db:
        incident = find_incident(db, actor, ref)
        return {"ref": ref_of(incident["id"]), "texts": texts_for(db, context.settings, incident)}


def texts_for(db: sqlite3.Connection, settings: Settings, incident: sqlite3.Row) -> dict[PostState, str]:
    """The templates of all states that its posts can have, filled."""
    return {state: text_for(db, settings, incident, state) for state in post_states(Kind(incident["kind"]))}


def false_alarm(context: Context, actor: Actor, ref: str) -> str:
    """The last post of an incident that turned out to be none."""
    with context.database.snapshot() as db:
        values = values_for(db, context.settings, find_incident(db, actor, ref))
    return filled(_templates(context.settings), "false_alarm", **values)


def text_for(db: sqlite3.Connection, settings: Settings, incident: sqlite3.Row, state: PostState) -> str:
    """One template, filled; a template of the owner's that can't be filled says why instead of being in the way."""
    values = values_for(db, settings, incident)
    advisory = incident["kind"] == Kind.ADVISORY and values["first"]
    try:
        return filled(_templates(settings), "advisory" if advisory else state, **values)
    except jinja2.TemplateError as error:
        return f"[the template {state}.md can't be used: {error}] {BLANK}"


def values_for(db: sqlite3.Connection, settings: Settings, incident: sqlite3.Row) -> dict[str, Any]:
    """What templates may name."""
    words = words_of(settings.language)
    names = [row["name"] for row in posts.named_components(db, incident["id"])]
    if not names:
        names = named_in(title_of(incident), (row["name"] for row in subscribers.public_components(db)))
    planned = incident["scheduled_for"] is not None
    return {
        "what": words.listed(names) or BLANK,
        "components": names,
        "who": who(incident["breadth"], incident["audience"], words),
        "audience": incident["audience"],
        "breadth": incident["breadth"],
        "title": title_of(incident),
        "support": settings.support_email,
        "site_name": settings.site_name,
        "first": incident["first_post_at"] is None,
        "begin": words.minute(incident["scheduled_for"]) if planned else None,
        "end": words.minute(incident["scheduled_until"]) if planned else None,
    }


def title_of(incident: sqlite3.Row) -> str:
    return str(incident["public_title"] or incident["title"])


def who(breadth: str | None, audience: str | None, words: Words) -> str | None:
    """`some cloud customers`, `all customers`; None while nobody has said who is concerned."""
    if breadth is None and audience is None:
        return None
    alone, of_them = _CUSTOMERS[Breadth(breadth) if breadth else None]
    return words(of_them, audience=audience) if audience else words(alone)


def _templates(settings: Settings) -> jinja2.Environment:
    return _load(settings.process.post_templates, settings.language)
