"""Writers: each draws what it writes from its seed, sends it by API or command line, and keeps a record."""

import random
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeAlias

from tests.proofs.record import Fate, Kind, Record

Json: TypeAlias = dict[str, Any]
MOST_PUBLIC = 20
"""Incidents that become public; fewer than a feed has entries, so that all of them are in it."""
MOST_MAINTENANCES = 5
NOTHING_DONE = (500, 503)
"""These answers promise that nothing was done."""


class Doors(Protocol):
    def api(self, method: str, path: str, body: Json, key: str | None, wait: bool) -> tuple[int | None, Json]:
        """(status, answer) of one request; (None, {}) when no whole answer came."""

    def command(self, words: list[str]) -> tuple[int | None, Json]:
        """The same for a `portal` command: 200, 422, or None when it ended in another way."""


@dataclass
class Incident:
    ref: str
    words: list[str] = field(default_factory=list)
    """What stands in its posts."""
    posts: list[Json] = field(default_factory=list)
    resolved: bool = False


@dataclass
class Stage:
    """What the writers of one history share."""

    record: Record
    doors: Doors
    writes: int
    pause_s: float = 0.7
    """Between two tries of a request, on average."""
    incidents: list[Incident] = field(default_factory=list)
    components: list[str] = field(default_factory=list)
    _public: int = 0
    _maintenances: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take_turn(self) -> bool:
        with self._lock:
            self.writes -= 1
            return self.writes >= 0

    def may_publish_another(self) -> bool:
        with self._lock:
            self._public += 1
            return self._public <= MOST_PUBLIC

    def may_plan_another(self) -> bool:
        with self._lock:
            self._maintenances += 1
            return self._maintenances <= MOST_MAINTENANCES


@dataclass
class Write:
    """One write: `words` become public by it, `gone` stop being so."""

    kind: str
    path: str
    body: Json
    words: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    method: str = "POST"
    command: list[str] | None = None
    done: Callable[[Json], Any] = lambda _: None


class Writer:
    def __init__(self, stage: Stage, seed: str, commands: float = 0.04) -> None:
        self.stage, self.random, self.commands = stage, random.Random(seed), commands
        self.own: list[Incident] = []
        self.mine: list[tuple[Incident, Json, str]] = []
        """Own posts in shared incidents, each with its word."""

    def run(self) -> None:
        while self.stage.take_turn():
            kinds, weights = zip(*KINDS.items(), strict=True)
            write = self.random.choices(kinds, weights)[0](self)
            self.carry_out(write or self.post())

    def carry_out(self, write: Write) -> int | None:
        """Send it until there is an answer, or give up; what is then known of its words goes into the record."""
        record = self.stage.record
        record.decide(write.words + write.gone, Fate.EITHER)
        status, answer, unsure = self._send(write)
        if status is None or (unsure and status >= 300):
            # an earlier try may still wait in a portal that stands still, and be carried out after this refusal
            record.count(f"{write.kind} unknown")
            return None
        if status < 300:
            record.decide(write.words, Fate.ONCE)
            record.decide(write.gone, Fate.NEVER)
            write.done(answer)
        else:
            record.decide(write.words, Fate.NEVER)
            record.decide(write.gone, Fate.ONCE)
        record.count(f"{write.kind} {'acknowledged' if status < 300 else 'refused' if status < 500 else 'failed'}")
        return status

    def _send(self, write: Write) -> tuple[int | None, Json, bool]:
        """(status, answer, whether an earlier try had no answer)"""
        doors = self.stage.doors
        if write.command is not None and self.random.random() < self.commands:
            return *doors.command(write.command), False
        key = str(uuid.UUID(int=self.random.getrandbits(128))) if write.method == "POST" else None
        patient = self.random.random() < 0.8
        wait = self.random.random() < 0.5
        unsure = False
        while True:
            status, answer = doors.api(write.method, write.path, write.body, key, wait)
            if status is not None and status not in NOTHING_DONE:
                return status, answer, unsure
            unsure |= status is None
            if not patient:
                return status, answer, unsure
            time.sleep(self.stage.pause_s * self.random.uniform(0.3, 1.7))

    # what there is to write; None when there is nothing to do it with

    def sentence(self, word: str) -> str:
        return self.random.choice(
            [
                f"Part {word} of the Search cluster still answers slowly for some customers; we are restarting it.",
                f"Searches in region {word} still fail for some customers of the Search component, and we go on.",
                f"We have restarted node {word} of the Search component and searches on it succeed again.",
                f"Search results of shard {word} are old for some customers; the rest of Search is not affected.",
            ]
        )

    def levels(self) -> Json:
        if not self.stage.components or self.random.random() < 0.6:
            return {}
        level = self.random.choice(["operational", "degraded_performance", "partial_outage", "major_outage"])
        return {"components": {self.random.choice(self.stage.components): level}}

    def post(self) -> Write:
        incident, word = self.random.choice(self.stage.incidents), self.stage.record.mark()
        state, body = self.random.choice(["investigating", "identified", "monitoring"]), self.sentence(word)
        levels = self.levels()
        words = ["incident", "post", incident.ref, state, body, "--confirm", "--json"]
        for slug, level in levels.get("components", {}).items():
            words += ["--component", f"{slug}={level}"]
        sent = {"state": state, "body": body, "confirm": True, **levels}
        return Write(
            "post",
            f"/incidents/{incident.ref}/posts",
            sent,
            [word],
            command=words,
            done=lambda answer: self.mine.append((incident, answer, word)),
        )

    def correction(self) -> Write | None:
        if not self.mine:
            return None
        incident, answer, _ = self.random.choice(self.mine)
        word = self.stage.record.mark()
        sent = {"state": answer["state"], "body": self.sentence(word), "corrects": answer["seq"], "confirm": True}
        return Write("correction", f"/incidents/{incident.ref}/posts", sent | {"notify": False}, [word])

    def back_fill(self) -> Write | None:
        if not self.mine:
            return None
        incident, answer, _ = self.random.choice(self.mine)
        word = self.stage.record.mark()
        moment = datetime.fromisoformat(answer["display_at"]) - timedelta(milliseconds=self.random.randrange(60_000))
        at = moment.astimezone(UTC).isoformat()
        sent = {"state": "investigating", "body": self.sentence(word), "happened_at": at, "confirm": True}
        return Write("back-fill", f"/incidents/{incident.ref}/posts", sent, [word])

    def faulty_post(self) -> Write:
        incident, word = self.random.choice(self.stage.incidents), self.stage.record.mark()
        sent = {"state": "identified", "body": f"{self.sentence(word)} TODO: the cause.", "confirm": True}
        return Write("faulty post", f"/incidents/{incident.ref}/posts", sent, [word])

    def note(self) -> Write:
        incident, word = self.random.choice(self.stage.incidents), self.stage.record.mark()
        text = f"{word}: the canary was not in the rotation."
        words = ["incident", "note", incident.ref, text, "--json"]
        return Write("note", f"/incidents/{incident.ref}/timeline", {"text": text}, command=words)

    def follow_up(self) -> Write:
        incident, word = self.random.choice(self.stage.incidents), self.stage.record.mark()
        return Write("follow-up", f"/incidents/{incident.ref}/followups", {"title": f"Look into {word}"})

    def link(self) -> Write:
        incident, word = self.random.choice(self.stage.incidents), self.stage.record.mark()
        sent = {"url": f"https://issues.example.com/{word}", "kind": "issue", "title": f"Cause of {word}"}
        return Write("link", f"/incidents/{incident.ref}/links", sent)

    def declare(self) -> Write | None:
        word, inside = self.stage.record.mark(), self.stage.record.mark()
        sent = {"title": f"Queue {inside} is long", "summary": f"Seen by {inside}.", "public_title": "Search is slow"}
        if self.random.random() < 0.4 or not self.stage.may_publish_another():
            words = ["incident", "declare", sent["title"], "--summary", sent["summary"], "--json"]
            return Write("declaration", "/incidents", sent, command=words)
        opening = {"state": "investigating", "body": self.sentence(word), "confirm": True, **self.levels()}

        def done(answer: Json) -> None:
            incident = Incident(answer["ref"], [word], answer["posts"])
            self.own.append(incident)

        return Write("declaration", "/incidents", sent | {"post": opening}, [word], done=done)

    def secret(self) -> Write:
        word = self.stage.record.mark()
        sent = {"title": f"Leak {word}", "summary": f"Found in {word}.", "security": True}
        return Write("private declaration", "/incidents", sent | {"components": self.levels().get("components", {})})

    def hide(self) -> Write | None:
        open_ones = [one for one in self.own if not one.resolved]
        if not open_ones:
            return None
        incident = self.random.choice(open_ones)
        self.own.remove(incident)
        return Write(
            "made private", f"/incidents/{incident.ref}", {"security": True}, gone=incident.words, method="PATCH"
        )

    def redaction(self) -> Write | None:
        if not self.mine:
            return None
        incident, answer, word = self.mine.pop(self.random.randrange(len(self.mine)))
        return Write(
            "redaction", f"/incidents/{incident.ref}/posts/{answer['seq']}/redact", {"words": word}, gone=[word]
        )

    def end(self) -> Write | None:
        open_ones = [one for one in self.own if not one.resolved]
        if not open_ones:
            return None
        incident, word = self.random.choice(open_ones), self.stage.record.mark()
        body = f"Searches that {word} had slowed down work again for all customers of the Search component."

        def done(_: Json) -> None:
            incident.words.append(word)
            incident.resolved = True

        sent = {"state": "resolved", "body": body, "confirm": True}
        return Write("end", f"/incidents/{incident.ref}/posts", sent, [word], done=done)

    def again(self) -> Write | None:
        over = [one for one in self.own if one.resolved]
        if not over:
            return None
        incident = self.random.choice(over)
        reason = f"It came back, as {self.stage.record.mark()} says."

        def done(_: Json) -> None:
            incident.resolved = False

        return Write("reopening", f"/incidents/{incident.ref}/reopen", {"reason": reason}, done=done)

    def article(self) -> Write | None:
        """A postmortem up to its publication, as one write after the other."""
        over = [one for one in self.own if one.resolved]
        if not over:
            return None
        incident = over[0]
        self.own.remove(incident)
        word, inside, path = (
            self.stage.record.mark(Kind.ARTICLE),
            self.stage.record.mark(),
            f"/incidents/{incident.ref}",
        )
        sections = {
            "summary": "Searches were slow for some customers.",
            "impact": f"The queries of {word} took 3 seconds instead of one.",
            "contributing_factors": "- The canary had no traffic.",
            "internal_notes": f"Ask {inside} why.",
        }
        sent = {"title": f"Slow searches, {incident.ref}", "public": True, "sections": sections}
        steps = [Write("postmortem", f"{path}/postmortem", sent, method="PUT")]
        steps += [Write("postmortem", f"{path}/postmortem/state", {"to": to}) for to in ("in_review", "reviewed")]
        for step in steps:
            status = self.carry_out(step)
            if status is None or status >= 300:
                return None
        return Write("postmortem", f"{path}/postmortem/state", {"to": "published"}, [word])

    def maintenance(self) -> Write | None:
        if not self.stage.may_plan_another():
            return None
        word = self.stage.record.mark(Kind.MAINTENANCE)
        begin = datetime.now(UTC) + timedelta(days=self.random.randrange(3, 6))
        sent = {
            "title": "Upgrade of the Search database",
            "body": f"Search is read-only for all customers while we move {word} to another version.",
            "components": self.stage.components[:1],
            "scheduled_for": begin.isoformat(),
            "scheduled_until": (begin + timedelta(hours=1)).isoformat(),
            "confirm": True,
        }
        return Write("maintenance", "/maintenances", sent, [word])

    def component(self) -> Write | None:
        if not self.stage.components:
            return None
        slug = self.random.choice(self.stage.components)
        sent = {
            "description": f"Part {self.random.randrange(100)} of the product.",
            "position": self.random.randrange(9),
        }
        words = ["component", "change", slug, "--position", str(sent["position"]), "--json"]
        return Write("component", f"/components/{slug}", sent, method="PATCH", command=words)

    def impact(self) -> Write | None:
        if not self.mine or not self.stage.components:
            return None
        incident, answer, _ = self.random.choice(self.mine)
        moment = datetime.fromisoformat(answer["display_at"])
        sent = {
            "component": self.random.choice(self.stage.components),
            "level": "partial_outage",
            "from_at": moment.isoformat(),
            "to_at": (moment + timedelta(milliseconds=1)).isoformat(),
        }
        return Write("impact", f"/incidents/{incident.ref}/impacts", sent)


KINDS: dict[Callable[[Writer], Write | None], int] = {
    Writer.post: 44,
    Writer.correction: 8,
    Writer.back_fill: 6,
    Writer.faulty_post: 4,
    Writer.note: 6,
    Writer.follow_up: 3,
    Writer.link: 2,
    Writer.declare: 6,
    Writer.secret: 2,
    Writer.hide: 2,
    Writer.redaction: 3,
    Writer.end: 3,
    Writer.again: 2,
    Writer.article: 2,
    Writer.maintenance: 2,
    Writer.component: 3,
    Writer.impact: 2,
}
