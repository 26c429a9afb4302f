"""Everybody posts at once, with components, corrections and commands in between: nothing fails, nothing is lost."""

import http.client
import json
import math
import random
import sqlite3
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.proofs import FULL
from tests.proofs.reckoning import reckon
from tests.proofs.record import Fate, Record
from tests.running import RunningPortal

POSTERS, POSTS, COMMANDS, INCIDENTS = (64, 50, 40, 20) if FULL else (16, 5, 2, 4)
LEVELS = ("operational", "degraded_performance", "partial_outage", "major_outage")
COMPONENTS = ("Search", "Sign-in", "Billing")
HELD_S = 11.0
"""Longer than a write waits for the database."""


@dataclass
class Crowd:
    """What the posters of one portal share."""

    portal: RunningPortal
    token: str
    record: Record = field(default_factory=Record)
    refs: list[str] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    """Seconds from the first try of a request to its answer."""
    answers: "Counter[int]" = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def send(self, method: str, path: str, body: dict, key: str) -> tuple[int, dict]:
        """One request, sent again as long as the portal asks for that."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", "Idempotency-Key": key}
        begun = time.perf_counter()
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", self.portal.port, timeout=120)
            connection.request(method, f"/api/v1{path}", json.dumps(body), headers)
            answer = connection.getresponse()
            said = json.loads(answer.read())
            connection.close()
            self.answers[answer.status] += 1
            if answer.status not in (429, 503):
                self.took.append(time.perf_counter() - begun)
                if answer.status >= 500:
                    self.wrong.append(f"{path} answered {answer.status}: {said}")
                return answer.status, said
            if "retry-after" not in answer.headers:
                self.wrong.append(f"{path} answered {answer.status} without Retry-After")
            time.sleep(float(answer.headers.get("retry-after", 1)))

    def say(self, ref: str, key: str, **more: object) -> dict | None:
        """One post with a word of its own; its answer, or None when it was refused."""
        word = self.record.mark()
        text = f"Part {word} of the Search cluster still answers slowly for some customers; we are restarting it."
        sent = {"state": "identified", "body": text, "confirm": True, **more}
        status, said = self.send("POST", f"/incidents/{ref}/posts", sent, key)
        self.record.decide([word], Fate.ONCE if status == 201 else Fate.NEVER)
        if status not in (201, 409, 422):
            self.wrong.append(f"{status}: {said}")
        return said if status == 201 else None

    def poster(self, number: int) -> None:
        chance = random.Random(number)
        last = None
        for turn in range(POSTS):
            ref, more = chance.choice(self.refs), {}
            if last is not None and turn % 5 == 4:
                ref, more = last["ref"], {"corrects": last["seq"], "notify": False}
            elif turn % 2:
                more = {"components": {chance.choice(COMPONENTS).lower(): chance.choice(LEVELS)}}
            last = self.say(ref, f"{number}/{turn}", **more) or last

    def commands(self) -> None:
        for number in range(COMMANDS):
            word = self.record.mark()
            text = f"Part {word} of the Search cluster was restarted from the command line."
            self.portal.command("incident", "post", self.refs[number % len(self.refs)], "identified", text, "--confirm")
            self.record.decide([word], Fate.ONCE)


def crowd_at(portal: RunningPortal) -> Crowd:
    crowd = Crowd(portal, portal.command("token", "add", "posters", "--role", "admin").strip())
    for name in COMPONENTS:
        assert crowd.send("POST", "/components", {"name": name}, f"c{name}")[0] == 201
    for number in range(INCIDENTS):
        declared = {"title": f"Search {number}", "public_title": "Search is slow"}
        crowd.refs.append(crowd.send("POST", "/incidents", declared, f"i{number}")[1]["ref"])
        assert crowd.say(crowd.refs[-1], f"first-{number}")
    crowd.took.clear()
    crowd.answers.clear()
    return crowd


def all_at_once(acts) -> None:
    threads = [threading.Thread(target=act, args=args) for act, args in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join()


def broken_chains(portal: RunningPortal) -> list[tuple]:
    """Posts that say of a component another level than the post before them left it at."""
    with sqlite3.connect(portal.home / "portal.db") as db:
        rows = db.execute(
            "SELECT incident_id, post.id, old_status, lag(new_status) OVER (PARTITION BY incident_id, component_id"
            " ORDER BY display_at, post.id) AS before FROM post_component JOIN post ON post.id = post_id"
        ).fetchall()
    return [row for row in rows if row[3] is not None and row[2] != row[3]]


def test_nothing_fails_and_nothing_is_lost_when_everybody_posts(tmp_path, tell):
    with RunningPortal(tmp_path / "home") as portal:
        crowd = crowd_at(portal)
        begun = time.perf_counter()
        all_at_once([(crowd.commands, ()), *((crowd.poster, (number,)) for number in range(POSTERS))])
        seconds = time.perf_counter() - begun
        assert crowd.wrong == []
        assert crowd.answers.keys() <= {201, 409, 422}, "so many are no overload"
        assert len(crowd.took) == POSTERS * POSTS, "a poster gave up"
        while portal.get("/readyz")[0] != 200:
            time.sleep(0.05)
        assert str(reckon(portal.home / "site", crowd.record)) == "no faults"
        assert len(crowd.record.of(Fate.ONCE)) > 0.9 * POSTERS * POSTS
        assert broken_chains(portal) == []
        portal.command("check")
    times = sorted(crowd.took)
    p50, p99 = times[len(times) // 2], times[math.ceil(0.99 * len(times)) - 1]
    tell(
        "contention",
        f"{POSTERS} posters x {POSTS} and {COMMANDS} commands in {seconds:.0f} s: 0 lost, 0 doubled, no 5xx,"
        f" p50 {p50:.2f} s, p99 {p99:.2f} s; answers {dict(sorted(crowd.answers.items()))}",
    )


def test_overload_is_said_and_nothing_is_done(tmp_path, tell):
    """Somebody else holds the database for longer than a write waits."""
    with RunningPortal(tmp_path / "home") as portal:
        crowd = crowd_at(portal)
        holder = sqlite3.connect(portal.home / "portal.db", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        threads = [threading.Thread(target=crowd.say, args=(crowd.refs[0], f"held-{number}")) for number in range(12)]
        for one in threads:
            one.start()
        limit = time.monotonic() + 10 * HELD_S
        while not crowd.answers and time.monotonic() < limit:
            time.sleep(0.05)
        holder.execute("ROLLBACK")
        holder.close()
        for one in threads:
            one.join()
        assert crowd.wrong == []
        assert crowd.answers[503] > 0, "nobody was told that it is busy"
        while portal.get("/readyz")[0] != 200:
            time.sleep(0.05)
        assert str(reckon(portal.home / "site", crowd.record)) == "no faults"
    tell("overload", f"answers {dict(sorted(crowd.answers.items()))}, each 503 with Retry-After: 0 lost, 0 doubled")
