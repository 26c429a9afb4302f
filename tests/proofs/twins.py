"""Two portals with one public history; the second also keeps secrets. Nobody outside may tell them apart."""

import itertools
import os
import pathlib
import shutil
from collections import Counter
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from portal.domain.errors import Refused
from portal.domain.names import Permission
from portal.domain.times import to_text
from portal.store.database import Database
from portal.store.portal_row import ensure_portal_row
from portal.verbs import (
    attending,
    automation,
    calling,
    checklist,
    closing,
    components,
    drafts,
    followups,
    impacts,
    incidents,
    links,
    owning,
    people,
    playbooks,
    postmortems,
    posts,
    previewing,
    roles,
    timeline,
)
from portal.verbs import commands as c
from portal.verbs import commands_room as room
from portal.verbs.commands_drafts import SaveDraft
from portal.verbs.context import Context
from portal.workers.publisher import Publisher
from tests.conftest import Ids
from tests.site.history import EVERYONE, FAILS, LEVELS, PICK, TITLES, History, fresh_renderer

kept_secrets: "Counter[str]" = Counter()
"""How many secrets of each kind were kept, over all histories of this run."""
compared: "Counter[str]" = Counter()
REFUSED = (
    "ada@example.com will fix it by tomorrow, see https://ada:hunter22@corp.example, we apologise for any inconvenience"
)
ARTICLE = {"summary": FAILS, "impact": FAILS, "contributing_factors": FAILS, "internal_notes": "x"}


class Twins(History):
    """Every public step is done in both; the steps named `secret_*` only in the second."""

    def __init__(self) -> None:
        super().__init__()
        self.other_home = self.home.with_name(f"{self.home.name}-other")
        self.other_settings = self.settings.model_copy(update={"home": self.other_home})
        self.other = Database(self.other_settings.database_path)
        self.other.migrate()
        with self.other.transaction() as db:
            ensure_portal_row(db, "0123456789abcdef", "page00000001", self.clock.text)
        self.other_context = Context(self.other, self.other_settings, now=self.clock, new_id=Ids())
        hidden = itertools.count(10**9)
        self.secret_context = Context(
            self.other, self.other_settings, now=self.clock, new_id=lambda: f"s{next(hidden):011d}"
        )
        self.other_publisher = Publisher(self.other_settings, self.other)
        self.other_publisher._renderer = fresh_renderer(self.other_settings)
        self.words = itertools.count()
        self.secret_refs: list[str] = []
        self.hidden: list[str] = []
        self.twin_of: dict[int, int] = {}

    def teardown(self) -> None:
        super().teardown()
        self.other.close()
        shutil.rmtree(self.other_home, ignore_errors=True)

    def word(self) -> str:
        """A word that stands nowhere else."""
        return f"secretword{next(self.words)}"

    def do(self, verb: Any, *values: Any) -> bool:
        """In both portals; what one refuses, the other refuses."""
        self.clock.forward(seconds=7)
        self.time_is_kept()
        answers = []
        second_values = tuple(map(self.translated, values))
        if verb is followups.change_followup:
            second_values = (self.twin_of[values[0]], *values[1:])
        for context, asked in ((self.context, values), (self.other_context, second_values)):
            try:
                answers.append(verb(context, EVERYONE, *asked))
            except Refused as refused:
                answers.append(type(refused))
        first, second = answers
        assert isinstance(first, type) == isinstance(second, type), f"{verb.__name__}: {first} but {second}"
        if verb is followups.add_followup and not isinstance(first, type):
            self.twin_of[first.answer["id"]] = second.answer["id"]
        return not isinstance(first, type)

    def translated(self, value: Any) -> Any:
        """What names an incident of the first portal, as the second one names it."""
        if isinstance(value, str) and value.startswith("INC-"):
            row = self.database.connection().execute("SELECT public_id FROM incident WHERE id = ?", (value[4:],))
            public_id = row.fetchone()[0]
            row = self.other.connection().execute("SELECT id FROM incident WHERE public_id = ?", (public_id,))
            return f"INC-{row.fetchone()[0]}"
        return value

    def secretly(self, verb: Any, *values: Any) -> Any:
        """Only in the second portal; answers what the verb did, None when it was refused."""
        self.clock.forward(seconds=7)
        self.time_is_kept()
        try:
            done = verb(self.secret_context, EVERYONE, *values)
        except Refused:
            return None
        kept_secrets[verb.__name__] += 1
        return done.answer if hasattr(done, "answer") else done

    def time_is_kept(self) -> None:
        """Each portal's clock worker looks every second."""
        automation.run_due(self.context)
        automation.run_due(self.other_context)

    @rule(minutes=st.sampled_from([1, 31, 61, 600, 1440, 9 * 1440]))
    def time_passes(self, minutes: int) -> None:
        self.clock.forward(minutes=minutes)
        self.time_is_kept()

    @rule(pick=PICK)
    def remove_component(self, pick: int) -> None:
        """Staff are told that an incident still holds it, which may be a secret one; the public is told nothing."""
        slug = self.slug(pick)
        held = self.other.connection().execute(
            "SELECT 1 FROM impact WHERE to_at IS NULL AND component_id = (SELECT id FROM component WHERE slug = ?)",
            (slug,),
        )
        if slug and not held.fetchone():
            self.do(components.remove_component, slug)

    @rule()
    def backup_or_restore(self) -> None:
        """A restore draws a new epoch: it is public by design, and another proof's matter."""

    # secrets

    def of_secret(self, pick: int) -> str | None:
        return self.secret_refs[pick % len(self.secret_refs)] if self.secret_refs else None

    def of_public(self, pick: int) -> str | None:
        found = self.ref(pick)
        return self.translated(found) if found else None

    def secret_slug(self, pick: int) -> str | None:
        return self.hidden[pick % len(self.hidden)] if self.hidden else None

    @rule(
        how=st.sampled_from(["unposted", "private", "drill"]),
        title=TITLES,
        pick=PICK,
        level=LEVELS,
        days=st.integers(0, 80),
    )
    def secret_incident(self, how: str, title: str, pick: int, level: str, days: int) -> None:
        values: dict[str, Any] = {
            "title": f"{title} {self.word()}",
            "public_title": title,
            "security": how == "private",
            "kind": "drill" if how == "drill" else "incident",
            "components": self.levels(pick, level),
            "summary": self.word(),
            "reporter": {"kind": "customer", "name": self.word(), "contact": self.word()},
            "started_at": to_text(self.clock.moment - timedelta(days=days)),
        }
        if made := self.secretly(incidents.declare, c.Declare.model_validate(values)):
            self.secret_refs.append(made["ref"])

    @rule(pick=PICK, outcome=st.sampled_from(["false_positive", "cancelled", "duplicate", "resolved"]))
    def secret_end(self, pick: int, outcome: str) -> None:
        if ref := self.of_secret(pick):
            values = {"outcome": outcome, "reason": self.word(), "what_was_seen": self.word(), "lesson": self.word()}
            if outcome == "duplicate":
                values["duplicate_of"] = self.of_public(pick)
            self.secretly(closing.close, ref, c.Close.model_validate(values))

    @rule(pick=PICK, title=TITLES, publish=st.booleans())
    def secret_postmortem(self, pick: int, title: str, publish: bool) -> None:
        if ref := self.of_secret(pick):
            sections = {name: f"{text} {self.word()}" for name, text in ARTICLE.items()}
            values = {"title": title, "sections": sections, "tags": ["database", "hush"], "public": True}
            self.secretly(postmortems.write_postmortem, ref, c.WritePostmortem.model_validate(values))
            self.secretly(followups.add_followup, ref, c.AddFollowup(title=self.word(), public=True))
            for to in ("in_review", "reviewed", "published", "withdrawn")[: 4 if publish else 1]:
                self.secretly(postmortems.move_postmortem, ref, c.MovePostmortem.model_validate({"to": to}))

    @rule(
        pick=PICK, kind=st.sampled_from(["note", "decision"]), person=st.sampled_from(["Secret Person", "x@y.example"])
    )
    def secret_record(self, pick: int, kind: str, person: str) -> None:
        """What staff note at an incident that everybody sees."""
        if ref := self.of_public(pick):
            self.secretly(timeline.add_timeline, ref, c.AddTimeline.model_validate({"kind": kind, "text": self.word()}))
            self.secretly(links.add_link, ref, c.AddLink(url=f"https://{self.word()}.example/", title=self.word()))
            self.secretly(roles.offer_role, ref, "buddy", c.OfferRole(person=person))
            self.secretly(roles.accept_role, ref, "buddy", c.OfferRole(person=person))
            self.secretly(checklist.add_checklist_item, ref, c.AddChecklistItem(title=self.word()))
            self.secretly(followups.add_followup, ref, c.AddFollowup(title=self.word(), owner=self.word()))

    @rule(pick=PICK)
    def secret_fields(self, pick: int) -> None:
        """The fields of a public incident that are for staff; severity is not among them, promises follow from it."""
        if ref := self.of_public(pick):
            for name in ("title", "summary", "workaround", "customer_impact"):
                value = "yes" if name == "customer_impact" else self.word()
                self.secretly(incidents.change_incident, ref, c.ChangeIncident.model_validate({name: value}))

    @rule(pick=PICK)
    def secret_notes(self, pick: int) -> None:
        """Internal notes of a postmortem that may be public already."""
        ref = self.ref(pick, "id IN (SELECT incident_id FROM postmortem)")
        if ref:
            sections = {"internal_notes": self.word()}
            command = c.WritePostmortem.model_validate({"sections": sections, "owner": self.word()})
            self.secretly(postmortems.write_postmortem, self.translated(ref), command)

    @rule(pick=PICK)
    def secret_room(self, pick: int) -> None:
        """What is done in an incident's room, and who owns and changed what it is about."""
        if ref := self.of_public(pick):
            update = c.AddTimeline(kind="update", did=self.word(), result=self.word(), next=self.word())
            self.secretly(timeline.add_timeline, ref, update)
            self.secretly(calling.page_person, ref, room.PagePerson(team="support", reason=self.word()))
            self.secretly(calling.acknowledge_call, pick + 1)
            self.secretly(attending.attend, ref, room.Attend(note=self.word()))
            tick = room.TickStep(playbook="roll-back-a-deploy", step=pick % 4 + 1, note=self.word())
            self.secretly(playbooks.tick_step, ref, tick)
        if slugs := [row["slug"] for row in components.list_components(self.secret_context, EVERYONE)["items"]]:
            slug = slugs[pick % len(slugs)]
            self.secretly(owning.set_owner, slug, room.SetOwner(owner=self.word()))
            self.secretly(owning.record_change, slug, room.RecordChange(what=self.word(), person=self.word()))

    @rule(pick=PICK)
    def secret_attempt(self, pick: int) -> None:
        """A post that the rules refuse, one that was only looked at, one that is written, previewed and thrown away."""
        if ref := self.of_public(pick):
            body = f"{REFUSED} {self.word()}"
            refused = c.Post.model_validate({"state": "investigating", "body": body})
            assert self.secretly(posts.post, ref, refused) is None
            lint = c.Lint.model_validate({"state": "investigating", "body": body, "ref": ref})
            self.secretly(posts.lint, lint)
            looked_at = c.Post.model_validate({"state": "investigating", "body": f"{FAILS} {self.word()}"})
            self.secretly(previewing.preview_post, ref, looked_at)
            draft = SaveDraft.model_validate({"state": "investigating", "body": f"{FAILS} {self.word()}"})
            if made := self.secretly(drafts.save_draft, ref, draft):
                self.secretly(drafts.discard_draft, made["id"])
                self.secretly(drafts.save_draft, ref, draft)

    @rule(name=TITLES, group=st.sampled_from([None, "Product", "<Group>", "Secret group"]))
    def secret_component(self, name: str, group: str | None) -> None:
        command = c.AddComponent(name=f"{name} {self.word()}"[-60:], group=group, description=self.word(), hidden=True)
        if made := self.secretly(components.add_component, command):
            self.hidden.append(made["slug"])

    @rule(pick=PICK, what=st.sampled_from(["name", "position", "remove", "description", "group"]))
    def secret_component_change(self, pick: int, what: str) -> None:
        if slug := self.secret_slug(pick):
            if what == "remove":
                self.hidden.remove(slug)
                self.secretly(components.remove_component, slug)
            else:
                value = 1 if what == "position" else self.word()
                self.secretly(components.change_component, slug, c.ChangeComponent.model_validate({what: value}))

    @rule(pick=PICK, component=PICK, level=LEVELS, hours=st.integers(1, 2000))
    def secret_impact(self, pick: int, component: int, level: str, hours: int) -> None:
        """On a hidden component, by an incident that everybody sees or by none."""
        ref, slug = self.of_public(pick) if pick % 2 else self.of_secret(pick), self.secret_slug(component)
        if ref and slug:
            begin = to_text(self.clock.moment - timedelta(hours=hours))
            values = {"component": slug, "level": level, "from_at": begin, "to_at": self.clock.text}
            self.secretly(impacts.add_impact, ref, c.AddImpact.model_validate(values))

    @rule(pick=PICK)
    def secret_person(self, pick: int) -> None:
        self.secretly(people.add_person, f"{self.word()}@example.com", [Permission.RESPONDER], f"Some {self.word()}")
        self.secretly(people.add_token, f"{self.word()}", [Permission.RESPONDER])
        for row in self.other.connection().execute("SELECT email, name FROM person ORDER BY id LIMIT 2").fetchall():
            self.secretly(people.add_person, row["email"], [Permission.MESSENGER], row["name"])  # another link

    # what must hold

    @invariant()
    def nobody_can_tell(self) -> None:
        if self.publisher.releases.current() is None:
            return
        if self.other_publisher.releases.current() is None:
            self.other_publisher.build()
        self.publisher.publish_pending()
        self.other_publisher.publish_pending()
        found = tells(self.publisher, self.other_publisher)
        assert not found, f"the secrets show: {found[:5]}"
        compared["sites"] += 1


def tells(plain: Publisher, secretive: Publisher) -> list[str]:
    """The files of everything below the releases that differ, with the first difference."""
    said = []
    mine, theirs = _files(plain.releases.folder), _files(secretive.releases.folder)
    for name in sorted(mine.keys() | theirs.keys()):
        one, two = mine.get(name), theirs.get(name)
        if one != two:
            said.append(f"{name}: {_first_difference(one or b'', two or b'')}")
    return said


def _files(top: pathlib.Path) -> dict[str, bytes]:
    """Every file below, by its name, but the theme's own; the record of a release is for the portal alone."""
    found = {}
    for folder, _, names in os.walk(top):
        for name in names:
            path = pathlib.Path(folder, name)
            if "/site/assets/" not in str(path) and name != "release.json":
                found[path.relative_to(top).as_posix()] = path.read_bytes()
    return found


def _first_difference(one: bytes, two: bytes) -> str:
    at = next((n for n, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    return f"{one[max(0, at - 60) : at + 60]!r} but {two[max(0, at - 60) : at + 60]!r}"
