"""The text that a post begins with: the template of its state, filled with what the incident already says."""

import sqlite3
from functools import lru_cache
from typing import Any

import jinja2

from portal.config import Settings
from portal.domain.lifecycle import post_states
from portal.domain.names import Breadth, Kind, PostState
from portal.domain.wording import minute
from portal.site.post_templates import filled, load_templates
from portal.store import posts
from portal.verbs.access import find_incident, ref_of
from portal.verbs.context import Actor, Context

BLANK = "___"
"""Stands where only the writer knows the words; a post that still has it is refused."""
_templates = lru_cache(maxsize=8)(load_templates)


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
    return filled(_templates(context.settings.process.post_templates), "false_alarm", **values)


def text_for(db: sqlite3.Connection, settings: Settings, incident: sqlite3.Row, state: PostState) -> str:
    """One template, filled; a template of the owner's that can't be filled says why instead of being in the way."""
    values = values_for(db, settings, incident)
    advisory = incident["kind"] == Kind.ADVISORY and values["first"]
    try:
        return filled(_templates(settings.process.post_templates), "advisory" if advisory else state, **values)
    except jinja2.TemplateError as error:
        return f"[the template {state}.md can't be used: {error}] {BLANK}"


def values_for(db: sqlite3.Connection, settings: Settings, incident: sqlite3.Row) -> dict[str, Any]:
    """What templates may name."""
    names = [row["name"] for row in posts.named_components(db, incident["id"])]
    planned = incident["scheduled_for"] is not None
    return {
        "what": listed(names) or BLANK,
        "components": names,
        "who": who(incident["breadth"], incident["audience"]),
        "audience": incident["audience"],
        "breadth": incident["breadth"],
        "title": incident["public_title"] or incident["title"],
        "support": settings.support_email,
        "site_name": settings.site_name,
        "first": incident["first_post_at"] is None,
        "begin": minute(incident["scheduled_for"]) if planned else None,
        "end": minute(incident["scheduled_until"]) if planned else None,
    }


def listed(names: list[str]) -> str:
    """`Search`, `Search and Sign-in`, `Search, Sign-in and Billing`."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def who(breadth: str | None, audience: str | None) -> str | None:
    """`some cloud customers`, `all customers`; None while nobody has said who is concerned."""
    if breadth is None and audience is None:
        return None
    customers = f"{audience} customers" if audience else "customers"
    count = {Breadth.ONE: "one of our", Breadth.SOME: "some", Breadth.MANY: "many", Breadth.ALL: "all"}
    return f"{count[Breadth(breadth)]} {customers}" if breadth else customers
