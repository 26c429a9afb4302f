"""Random histories of a portal: each rule is something a person or the clock can do."""

import pathlib
import shutil
import sqlite3
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from portal.config import Settings
from portal.domain.errors import Refused
from portal.domain.names import Permission
from portal.domain.times import to_text
from portal.language import words_of
from portal.site import full
from portal.site.blocks import Blocks
from portal.site.builder import Builder
from portal.site.render import Renderer
from portal.store.database import Database
from portal.store.portal_row import ensure_portal_row
from portal.verbs import (
    automation,
    closing,
    components,
    followups,
    impacts,
    incidents,
    maintenances,
    people,
    postmortems,
    posts,
    roles,
    security,
)
from portal.verbs import commands as c
from portal.verbs.context import Actor, Context
from portal.workers.publisher import Publisher
from tests.conftest import HeldClock, Ids

SETTINGS = {"site_url": "https://status.example.com", "support_email": "support@example.com"}
EVERYONE = Actor("ada@example.com", frozenset(Permission))
LEVELS = st.sampled_from(["operational", "degraded_performance", "partial_outage", "major_outage"])
WORDS = st.sampled_from(
    [
        "Searches fail for some people in the Search component right now.",
        "We see <b>errors</b> & `code` with [links](https://example.com) in it.\n\n* one\n* two",
        "```\nfenced <script>alert(1)</script>\n```\nand {% raw %} {{ x }} text \U0001f600 with a\ttab",
        "# A heading\n\n---\ntitle: x\n---\n\n![image](https://example.com/x.png) ]]> &lt; é",
        "Grace Hopper and ada@example.com found that searches fail for some people; Ada Lovelace agreed.",
        "Some people see old results; the rest of the product is not affected by this.",
    ]
)
TITLES = st.sampled_from(["Search is slow", "<i>Sign-in</i> & {{ 7*7 }}", "] --- ``` | ümlaut", "A" * 174])
FAILS = "Searches fail for some people right now, everywhere."
WORKS = "Searches work again for all people everywhere."
PICK = st.integers(min_value=0, max_value=30)
accepted: "Counter[str]" = Counter()
"""How often each verb was carried out, over all histories of this run."""
_theme: dict[str, tuple[Builder, Blocks]] = {}


def fresh_renderer(settings: Settings) -> Renderer:
    """A renderer that remembers nothing; only the theme is shared, it holds no state of a portal."""
    language = settings.language
    if language not in _theme:
        _theme[language] = (full.renderer_for(settings).builder, Blocks(words_of(language)))
    return Renderer(*_theme[language], settings.base_url)


class History(RuleBasedStateMachine):
    """A portal on a home of its own; subclasses say what must hold after each step."""

    def __init__(self) -> None:
        super().__init__()
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="history-"))
        self.settings = Settings(home=self.home, **SETTINGS)
        self.database = Database(self.settings.database_path)
        self.database.migrate()
        self.clock = HeldClock(datetime(2026, 11, 28, 21, 0, tzinfo=UTC))
        with self.database.transaction() as db:
            ensure_portal_row(db, "0123456789abcdef", "page00000001", self.clock.text)
        self.context = Context(self.database, self.settings, now=self.clock, new_id=Ids())
        self.publisher = Publisher(self.settings, self.database)
        self.publisher._renderer = fresh_renderer(self.settings)
        self.saved: pathlib.Path | None = None
        self.restored = 0

    def teardown(self) -> None:
        self.database.close()
        shutil.rmtree(self.home, ignore_errors=True)

    def do(self, verb, *values) -> bool:
        """Call a verb; a refusal is a fine answer and must leave nothing behind."""
        self.clock.forward(seconds=7)
        try:
            verb(self.context, EVERYONE, *values)
        except Refused:
            return False
        accepted[verb.__name__] += 1
        return True

    def ref(self, pick: int, where: str = "1") -> str | None:
        rows = self.database.connection().execute(f"SELECT id FROM incident WHERE {where} ORDER BY id").fetchall()
        return f"INC-{rows[pick % len(rows)][0]}" if rows else None

    def slug(self, pick: int) -> str | None:
        rows = (
            self.database.connection()
            .execute("SELECT slug FROM component WHERE retired_at IS NULL ORDER BY id")
            .fetchall()
        )
        return rows[pick % len(rows)][0] if rows else None

    def levels(self, pick: int, level: str) -> dict[str, str]:
        slug = self.slug(pick)
        return {slug: level} if slug else {}

    @initialize()
    def begin(self) -> None:
        for name in ("Search", "Sign-in"):
            self.do(components.add_component, c.AddComponent(name=name, group="Product"))
        self.publisher.build()
        self.declare("Search is slow", FAILS, 0, "major_outage", "incident", False)
        self.post(0, WORKS, "resolved", 0, "operational", None)
        self.write_postmortem(0, FAILS, "Slow searches", "deploy", "internal words")
        self.plan_maintenance(FAILS, 1, 30, 4)
        self.declare("Sign-in fails", FAILS, 1, "partial_outage", "incident", False)

    @rule(name=TITLES, group=st.sampled_from([None, "Product", "<Group>"]))
    def add_component(self, name, group) -> None:
        self.do(components.add_component, c.AddComponent(name=name, group=group))

    @rule(pick=PICK, name=TITLES, hidden=st.booleans(), position=st.integers(0, 5))
    def change_component(self, pick, name, hidden, position) -> None:
        if slug := self.slug(pick):
            values = {"name": name, "hidden": hidden, "position": position}
            self.do(components.change_component, slug, c.ChangeComponent.model_validate(values))

    @rule(pick=PICK)
    def remove_component(self, pick) -> None:
        if slug := self.slug(pick):
            self.do(components.remove_component, slug)

    @rule(
        title=TITLES,
        words=st.none() | WORDS,
        pick=PICK,
        level=LEVELS,
        kind=st.sampled_from(["incident", "incident", "incident", "advisory", "drill"]),
        private=st.sampled_from([False, False, False, True]),
    )
    def declare(self, title, words, pick, level, kind, private) -> None:
        values = {"title": title, "kind": kind, "security": private, "components": self.levels(pick, level)}
        if words:
            values["post"] = {"state": "investigating", "body": words, "confirm": True}
        self.do(incidents.declare, c.Declare.model_validate(values))

    @rule(
        pick=PICK,
        words=WORDS,
        state=st.sampled_from(["investigating", "identified", "monitoring", "resolved"]),
        component=PICK,
        level=LEVELS,
        action=st.none() | WORDS,
    )
    def post(self, pick, words, state, component, level, action) -> None:
        if ref := self.ref(pick, "kind <> 'maintenance'"):
            values = {"state": state, "body": words, "confirm": True, "customer_action": action}
            if state != "resolved":
                values["components"] = self.levels(component, level)
            self.do(posts.post, ref, c.Post.model_validate(values))

    @rule(pick=PICK, words=WORDS, hours=st.integers(1, 900))
    def back_fill(self, pick, words, hours) -> None:
        if ref := self.ref(pick, "kind <> 'maintenance'"):
            when = to_text(self.clock.moment - timedelta(hours=hours))
            values = {"state": "investigating", "body": words, "confirm": True, "happened_at": when}
            self.do(posts.post, ref, c.Post.model_validate(values))

    @rule(pick=PICK, words=WORDS)
    def correct(self, pick, words) -> None:
        if ref := self.ref(pick, "first_post_at IS NOT NULL"):
            values = {"state": "investigating", "body": words, "confirm": True, "corrects": 1, "notify": False}
            self.do(posts.post, ref, c.Post.model_validate(values))

    @rule(pick=PICK)
    def redact(self, pick) -> None:
        if ref := self.ref(pick, "first_post_at IS NOT NULL"):
            self.do(posts.redact, ref, 1, c.Redact(words="people"))

    @rule(pick=PICK)
    def reopen(self, pick) -> None:
        if ref := self.ref(pick, "resolved_at IS NOT NULL"):
            self.do(closing.reopen, ref, c.Reopen(reason="it came back"))

    @rule(pick=PICK, outcome=st.sampled_from(["resolved", "false_positive", "cancelled"]))
    def close(self, pick, outcome) -> None:
        if ref := self.ref(pick):
            values = {"outcome": outcome, "lesson": "l", "what_was_seen": "w", "reason": "r"}
            self.do(closing.close, ref, c.Close.model_validate(values))

    @rule(pick=PICK, title=TITLES, days=st.integers(1, 70), move=st.booleans())
    def change_incident(self, pick, title, days, move) -> None:
        if ref := self.ref(pick):
            values = {"public_title": title}
            if move:
                values["started_at"] = to_text(self.clock.moment - timedelta(days=days))
            self.do(incidents.change_incident, ref, c.ChangeIncident.model_validate(values))

    @rule(pick=PICK, how=st.sampled_from(["advisory", "postmortem"]))
    def make_private_or_disclose(self, pick, how) -> None:
        if ref := self.ref(pick):
            if not self.do(incidents.change_incident, ref, c.ChangeIncident(security=True)):
                return
            values = {
                "as": how,
                "title": "A notice",
                "body": "We fixed a weakness in Search; nobody has to do anything.",
                "confirm": True,
            }
            self.do(security.disclose, ref, c.Disclose.model_validate(values))

    @rule(pick=PICK, component=PICK, level=LEVELS, hours=st.integers(1, 3000), length=st.none() | st.integers(0, 200))
    def add_impact(self, pick, component, level, hours, length) -> None:
        ref, slug = self.ref(pick), self.slug(component)
        if ref and slug:
            begin = self.clock.moment - timedelta(hours=hours)
            end = to_text(min(begin + timedelta(hours=length), self.clock.moment)) if length is not None else None
            values = {"component": slug, "level": level, "from_at": to_text(begin), "to_at": end}
            self.do(impacts.add_impact, ref, c.AddImpact.model_validate(values))

    @rule(words=WORDS, component=PICK, hours=st.integers(1, 400), length=st.integers(1, 40))
    def plan_maintenance(self, words, component, hours, length) -> None:
        begin = self.clock.moment + timedelta(hours=hours)
        values = {
            "title": "Database upgrade",
            "body": words,
            "components": [slug] if (slug := self.slug(component)) else [],
            "scheduled_for": to_text(begin),
            "scheduled_until": to_text(begin + timedelta(hours=length)),
            "confirm": True,
        }
        self.do(maintenances.plan_maintenance, c.PlanMaintenance.model_validate(values))

    @rule(pick=PICK, hours=st.integers(1, 300), cancel=st.booleans())
    def change_maintenance(self, pick, hours, cancel) -> None:
        if ref := self.ref(pick, "kind = 'maintenance'"):
            if cancel:
                self.do(maintenances.cancel_maintenance, ref, c.CancelMaintenance(reason="not needed"))
            else:
                until = to_text(self.clock.moment + timedelta(hours=hours))
                values = {"scheduled_until": until}
                self.do(maintenances.change_maintenance, ref, c.ChangeMaintenance.model_validate(values))

    @rule(pick=PICK, words=WORDS, title=TITLES, tag=st.sampled_from(["database", "deploy"]), notes=WORDS)
    def write_postmortem(self, pick, words, title, tag, notes) -> None:
        if ref := self.ref(pick):
            sections = {"summary": words, "contributing_factors": words, "internal_notes": notes, "faq": words}
            values = {"title": title, "sections": sections, "tags": [tag], "public": True, "note": "A new answer"}
            self.do(postmortems.write_postmortem, ref, c.WritePostmortem.model_validate(values))

    @rule(pick=PICK, withdraw=st.booleans())
    def move_postmortem(self, pick, withdraw) -> None:
        if ref := self.ref(pick, "id IN (SELECT incident_id FROM postmortem)"):
            for to in ("withdrawn", "draft") if withdraw else ("in_review", "reviewed", "published"):
                self.do(postmortems.move_postmortem, ref, c.MovePostmortem.model_validate({"to": to}))

    @rule(pick=PICK, title=TITLES, done=st.booleans())
    def follow_up(self, pick, title, done) -> None:
        if ref := self.ref(pick, "id IN (SELECT incident_id FROM postmortem)"):
            self.do(followups.add_followup, ref, c.AddFollowup(title=title, public=True))
            rows = self.database.connection().execute("SELECT max(id) FROM followup").fetchone()
            if done and rows[0]:
                self.do(followups.change_followup, rows[0], c.ChangeFollowup.model_validate({"state": "done"}))

    @rule(
        pick=PICK,
        role=st.sampled_from(["lead", "messenger"]),
        name=st.sampled_from(["Grace Hopper", "ada@example.com"]),
    )
    def hand_over(self, pick, role, name) -> None:
        if ref := self.ref(pick):
            self.do(roles.offer_role, ref, role, c.OfferRole(person=name))
            self.do(roles.accept_role, ref, role, c.OfferRole(person=name))

    @rule(
        name=st.sampled_from(["Grace Hopper", "Ada Lovelace"]),
        email=st.sampled_from(["grace@example.com", "ada@example.com"]),
    )
    def add_person(self, name, email) -> None:
        self.do(people.add_person, email, [Permission.RESPONDER], name)

    @rule(minutes=st.sampled_from([1, 31, 61, 600, 1440, 9 * 1440]))
    def time_passes(self, minutes) -> None:
        self.clock.forward(minutes=minutes)
        automation.run_due(self.context)

    @rule()
    def backup_or_restore(self) -> None:
        """Every second time the database of the first time comes back, with a new epoch, as `restore` does it."""
        if self.saved is None:
            self.saved = self.home / "saved.db"
            with sqlite3.connect(self.saved) as copy:
                self.database.connection().backup(copy)
            copy.close()
            return
        with sqlite3.connect(self.saved) as copy:
            copy.backup(self.database.connection())
        copy.close()
        self.saved = None
        self.restored += 1
        with self.database.transaction() as db:
            db.execute("UPDATE portal SET epoch = ?", (f"{self.restored:016x}",))
