"""The delivering program itself: killed, stopped, its server taken away; each mail once, or twice for a lost answer."""

import os
import random
import signal
import subprocess
import time
from collections import Counter

import pytest

from portal.config import Settings
from portal.domain.names import Permission
from portal.verbs import commands, declaring, posts
from portal.verbs.context import Actor
from portal.verbs.subscribing import enrol
from portal.wiring import assemble
from tests.mailserver import MailServer
from tests.proofs import FULL
from tests.running import COMMAND

HISTORIES = 20 if FULL else 1
READERS, POSTS = 40, 4
CHIEF = Actor("chief@example.com", frozenset(Permission))
counted: Counter[str] = Counter()


class Worker:
    """`portal work` on one home; faults are over when they return."""

    def __init__(self, home, server: MailServer, seed: int) -> None:
        self.random = random.Random(f"worker {seed}")
        self.server, self.log = server, home.parent / "worker.log"
        given = {"HOME": str(home), "MAIL_FROM": "status@example.com", "MAIL_DELAY": "0", "SMTP__HOST": "127.0.0.1"}
        given |= {"SMTP__PORT": str(server.port), "SMTP__CONNECTIONS": "1", "SMTP__TIMEOUT": "2"}
        given["SITE_URL"] = "https://status.example.com"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
        self.environment = inherited | {f"PORTAL_{name}": value for name, value in given.items()}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [COMMAND, "work"], env=self.environment, stdout=log, stderr=subprocess.STDOUT, cwd=self.log.parent
            )

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        counted["kills"] += 1
        self.start()

    def stand_still(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        time.sleep(self.random.choice([0.2, 2.5]))
        self.process.send_signal(signal.SIGCONT)
        counted["stops"] += 1

    def no_server(self) -> None:
        self.server.stop()
        time.sleep(0.3)
        self.server.start()
        counted["outages"] += 1

    def end(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(60)

    def wait_for(self, count: int, seconds: float = 120) -> None:
        limit = time.monotonic() + seconds
        while len(self.server.taken) < count:
            assert time.monotonic() < limit, f"{len(self.server.taken)} of {count}\n{self.log.read_text()[-2000:]}"
            time.sleep(0.01)


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_a_program_that_is_killed_loses_and_doubles_nothing(seed, tmp_path):
    settings = Settings(home=tmp_path / "home", site_url="https://status.example.com", mail_delay=0)
    portal = assemble(settings)
    context = portal.context
    with context.database.transaction() as db:
        for number in range(READERS):
            enrol(db, f"p{number}@customer.example", {"kinds": ["incidents"]}, "a test", "2026-01-01T00:00:00.000Z")
    ref = declaring.declare(context, CHIEF, commands.Declare(title="Search fails")).answer["ref"]
    with MailServer() as server:
        worker = Worker(settings.home, server, seed)
        worker.start()
        before_all = counted.copy()
        try:
            for number in range(POSTS):
                before = len(server.taken)
                said = commands.Post(state="investigating", body=f"Searches fail, part {number} of it.", confirm=True)
                posts.post(context, CHIEF, ref, said)
                worker.wait_for(before + worker.random.randrange(1, READERS - 5))
                fault = worker.kill if number == 0 else worker.random.choice([worker.kill, worker.stand_still])
                fault = worker.no_server if number == 2 else fault
                fault()
            limit = time.monotonic() + 150
            left = "SELECT count(*) FROM delivery WHERE state = 'waiting'"
            queued = "SELECT count(*) FROM delivery"
            db = context.database.connection()
            while db.execute(queued).fetchone()[0] < READERS * POSTS or db.execute(left).fetchone()[0]:
                assert time.monotonic() < limit, worker.log.read_text()[-2000:]
                time.sleep(0.05)
        finally:
            worker.end()
    mails = Counter(str(one.mail["Message-ID"]) for one in server.taken)
    assert len(mails) == READERS * POSTS
    doubled = sum(count - 1 for count in mails.values())
    faults = counted - before_all  # one that stands still, or loses its server, may lose an answer too
    assert doubled <= faults["kills"] + faults["stops"] + faults["outages"], mails.most_common(3)
    for recipient in {one.recipient for one in server.taken}:
        parts = [next(n for n in range(POSTS) if f"part {n}" in one.text) for one in server.to(recipient)]
        assert list(dict.fromkeys(parts)) == list(range(POSTS))
    counted["mails"] += len(server.taken)
    counted["doubled"] += doubled


def test_the_figure(tell):
    """Last in this file."""
    tell(
        "mail worker",
        f"{HISTORIES} histories, {counted['kills']} kills, {counted['stops']} stops, {counted['outages']} outages:"
        f" {counted['mails']} mails, {counted['doubled']} doubled for an answer that was lost, none lost",
    )
