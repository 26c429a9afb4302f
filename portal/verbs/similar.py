"""Open incidents that look like one that somebody is about to declare, so that they can join it instead."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from portal.domain.names import Permission
from portal.domain.similar import alike, named_in
from portal.store import components as component_rows
from portal.store import incidents, roles
from portal.store import posts as post_rows
from portal.verbs.access import ref_of, require
from portal.verbs.context import Actor, Context

SHOWN = 5


def similar(
    context: Context, actor: Actor, components: Sequence[str] | str | None = None, title: str | None = None
) -> dict[str, Any]:
    """Open incidents on the same components, or with a title that says the same, likeliest first. `components`: slugs
    (a text has commas between them). Private ones and drills are offered to nobody, whoever asks."""
    require(actor, Permission.RESPONDER, "list incidents")
    slugs = components.split(",") if isinstance(components, str) else list(components or ())
    with context.database.snapshot() as db:
        items = similar_to(db, {one.strip() for one in slugs}, title or "")
    return {"items": items, "next_cursor": None}


def similar_to(
    db: sqlite3.Connection, slugs: set[str], title: str, *, except_id: int | None = None
) -> list[dict[str, Any]]:
    """The answer's items; the incident `except_id` is not like itself."""
    names = {row["name"]: row["slug"] for row in component_rows.live_components(db)}
    slugs = slugs | {names[name] for name in named_in(title, names)}
    found = []
    for row in incidents.open_incidents(db, seen_by=""):
        if row["id"] == except_id or row["kind"] not in ("incident", "advisory"):
            continue
        named = post_rows.named_components(db, row["id"])
        shared = [one["slug"] for one in named if one["slug"] in slugs]
        same_words = alike(title, row["title"]) or alike(title, row["public_title"] or "")
        if shared or same_words:
            found.append((len(shared), same_words, row["id"], _answer(db, row, shared)))
    found.sort(key=lambda one: one[:3], reverse=True)
    return [one[-1] for one in found[:SHOWN]]


def _answer(db: sqlite3.Connection, row: sqlite3.Row, shared: list[str]) -> dict[str, Any]:
    lead = roles.holder(db, row["id"], "lead")
    return {
        "ref": ref_of(row["id"]),
        "title": row["title"],
        "severity": row["severity"],
        "state": row["state"],
        "post_state": row["post_state"],
        "started_at": row["started_at"],
        "lead": lead["person"] if lead else None,
        "shared_components": shared,
        "why": f"It affects {', '.join(shared)} too." if shared else "Its title says much the same.",
    }
