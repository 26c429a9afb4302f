"""A site in which one payload stands wherever a person's text may stand; what was refused is counted."""

import pathlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import ValidationError

from portal.config import Settings
from portal.domain.errors import Refused
from portal.domain.names import Permission
from portal.domain.times import to_text
from portal.store.database import Database
from portal.store.portal_row import ensure_portal_row
from portal.text import clean
from portal.verbs import commands as c
from portal.verbs import components, followups, incidents, maintenances, postmortems, posts
from portal.verbs.context import Actor, Context, utc_now
from portal.workers.publisher import Publisher

STAFF = Actor("ada@example.com", frozenset(Permission))
WORDS = "Searches fail for some people right now, everywhere."
SECTIONS = ("summary", "impact", "contributing_factors", "resolution", "detection", "faq", "lucky", "timeline_notes")


def one_line(text: str, length: int = 300) -> str:
    """A title as it must be shown, character for character."""
    return " ".join(clean(text).split())[:length].strip()


@dataclass
class Hostile:
    """One home; `shown` holds what the first heading of each page must be, by its path."""

    home: pathlib.Path
    payloads: Sequence[str]
    names: dict[str, str] = field(default_factory=dict)
    """settings: site_name and others"""
    shown: dict[str, str] = field(default_factory=dict)
    titles: set[str] = field(default_factory=set)
    hit: list[str] = field(default_factory=list)
    """slugs of components that have an incident"""
    placed: int = 0
    refused: int = 0

    def build(self) -> "Hostile":
        settings = Settings(home=self.home, **self.names)
        database = Database(settings.database_path)
        database.migrate()
        with database.transaction() as db:
            ensure_portal_row(db, "0123456789abcdef", "page00000001", to_text(datetime.now(UTC)))
        self.context = Context(database, settings, now=utc_now)
        for number, payload in enumerate(self.payloads):
            self._place(number, payload)
        publisher = Publisher(settings, database)
        publisher.build()
        faults = publisher.check() if len(self.payloads) < 20 else []
        database.close()
        assert not faults, faults
        return self

    def _place(self, number: int, payload: str) -> None:
        name, body = one_line(payload), clean(payload).strip()[:5_000].strip()
        slug = f"component-{number}"
        named = {"name": name, "group": name, "description": body, "slug": slug}
        if self._do(components.add_component, c.AddComponent, named):
            self.shown[f"/components/{slug}/"] = name
        else:
            self._do(components.add_component, c.AddComponent, {"name": f"Component {number}", "slug": slug})
        first = {"state": "investigating", "body": body, "customer_action": body, "confirm": True}
        whole = {"title": "x", "public_title": name, "components": {slug: "partial_outage"}, "post": first}
        made = self._do(incidents.declare, c.Declare, whole)
        if made is None:  # the words or the title were refused: each of them alone
            made = self._do(incidents.declare, c.Declare, {**whole, "post": {**first, "body": WORDS}})
            made = made or self._do(incidents.declare, c.Declare, {**whole, "public_title": f"Incident {number}"})
        if made is None:
            return
        self.hit.append(slug)
        self._titled(made, name, f"Incident {number}")
        self._do(posts.post, c.Post, {"state": "resolved", "body": WORDS, "confirm": True}, made["ref"])
        self._article(made["ref"], name, body)
        soon = datetime.now(UTC) + timedelta(days=30 + number % 50)
        times = {"scheduled_for": to_text(soon), "scheduled_until": to_text(soon + timedelta(hours=1))}
        planned = {"title": name, "body": body, "components": [slug], "confirm": True, **times}
        if found := self._do(maintenances.plan_maintenance, c.PlanMaintenance, planned):
            self._titled(found, name, name)

    def _titled(self, made: dict[str, Any], name: str, otherwise: str) -> None:
        assert made["public_title"] in {name, otherwise}
        self.shown[f"/incidents/{made['public_id']}/"] = made["public_title"]
        self.titles.add(made["public_title"])

    def _article(self, ref: str, name: str, body: str) -> None:
        values = {"title": name, "sections": dict.fromkeys(SECTIONS, body), "public": True}
        self._do(postmortems.write_postmortem, c.WritePostmortem, values, ref)
        for to in ("in_review", "reviewed", "published"):
            moved = self._do(postmortems.move_postmortem, c.MovePostmortem, {"to": to}, ref)
        if moved:
            assert moved["title"] == name
            self.shown[f"/postmortems/{moved['slug']}/"] = name
            self._do(followups.add_followup, c.AddFollowup, {"title": name, "public": True}, ref)
            changed = {"sections": {"faq": f"{body} "}, "note": name}
            self._do(postmortems.write_postmortem, c.WritePostmortem, changed, ref)

    def _do(self, verb: Callable[..., Any], command: Any, values: Any, *place: str) -> dict[str, Any] | None:
        """What the verb answers; None when the command or the verb refuses it."""
        try:
            done: dict[str, Any] = verb(self.context, STAFF, *place, command.model_validate(values)).answer
        except (ValidationError, Refused):
            self.refused += 1
            return None
        self.placed += 1
        return done
