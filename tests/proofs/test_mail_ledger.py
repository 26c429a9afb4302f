"""Whatever mail servers do: each event once to each who follows, in order, none to others; posting never waits."""

import gc
import random
import ssl
import subprocess
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from portal.config import Settings, Smtp
from portal.verbs import subscribing
from portal.verbs.delivering import claim, start_delivering
from portal.workers.delivery import MAIL
from tests.mailserver import MailServer
from tests.proofs import FULL
from tests.proofs.mail_ledger import Ledger, incidents
from tests.verbs.conftest import desk  # noqa: F401  (a fixture)
from tests.workers.conftest import mailing  # noqa: F401  (a fixture)

HISTORIES = 60 if FULL else 6
STEPS = 90
counted: Counter[str] = Counter()


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """(certificate, what a server is with it): of the mail server, and of somebody else."""
    folder, made = tmp_path_factory.mktemp("tls"), []
    for name in ("ours", "others"):
        key, certificate = folder / f"{name}.key", folder / f"{name}.pem"
        words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        words += ["-keyout", key, "-out", certificate, "-subj", "/CN=127.0.0.1", "-days", "2"]
        subprocess.run([*words, "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
        secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        secure.load_cert_chain(certificate, key)
        made.append((certificate, {"tls_context": secure, "require_starttls": True}))
    return made


@pytest.fixture
def server(certificates, monkeypatch) -> Iterator[MailServer]:
    """It speaks STARTTLS, with a certificate that is trusted."""
    certificate, more = certificates[0]
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # smtplib and asyncio leave the sockets of failed handshakes
        with MailServer(**more) as made:
            yield made
        gc.collect()


@pytest.fixture
def settings(tmp_path, server: MailServer) -> Settings:
    smtp = Smtp(host="127.0.0.1", port=server.port, timeout=0.3, connections=1, tls="starttls")
    return Settings(home=tmp_path, site_url="https://status.example.com", mail_from="status@example.com", smtp=smtp)


class History:
    """One random life of a portal's mail, with everything that a mail server may do to it."""

    BAD = ("421 later", "451 4.7.1 greylisted", "452 4.2.2 full", "drop", "stall")
    STEPS = ("MAIL", "RCPT", "DOT")

    def __init__(self, seed, desk, mailing, certificates) -> None:  # noqa: F811
        self.random = random.Random(f"mail {seed}")
        self.desk, self.mailing, self.server = desk, mailing, mailing.server
        self.spoilt = (certificates[1][1], {"tls_context": None, "require_starttls": False})
        self.ledger = Ledger()
        self.trouble = 0.0
        self.refusing: set[str] = set()
        self.people: dict[str, str] = {}
        self.open: list[str] = []
        self.numbers = 0
        self.greylisted: set[str] = set()
        self.jumped = False
        self.server.handler.answer = self.answer
        self.server.handler.stall_s = 0.6

    def answer(self, step: str, recipient: str) -> str | None:
        if step == "RCPT" and recipient in self.refusing:
            return self.random.choice(["550 5.1.1 no such mailbox", "554 5.7.1 not wanted"])
        if step == "RCPT" and recipient not in self.greylisted:
            self.greylisted.add(recipient)
            return "451 4.7.1 come again"
        if self.random.random() >= self.trouble:
            return None
        said = self.random.choice([*self.BAD, *(["drop after", "stall after"] if step == "DOT" else [])])
        counted[f"{step} {said}"] += 1
        return said

    def act(self) -> None:
        named = {
            self.join: 2,
            self.leave: 1,
            self.refuse: 1,
            self.post: 6,
            self.deliver: 8,
            self.crash: 3,
            self.wait: 6,
            self.change_trouble: 3,
            self.outage: 1,
            self.spoil: 1,
            self.jump: 1,
        }
        one = self.random.choices(list(named), list(named.values()))[0]
        counted[one.__name__] += 1
        one()

    def join(self) -> None:
        self.numbers += 1
        email = f"p{self.numbers}@customer.example"
        with self.mailing.context.database.transaction() as db:
            number = subscribing.enrol(db, email, {"kinds": ["incidents"]}, "a test", self.mailing.clock.text)
            token = db.execute("SELECT token FROM subscriber WHERE id = ?", (number,)).fetchone()[0]
            db.execute("DELETE FROM outbox WHERE event = 'present_state'")  # told elsewhere
        self.people[email] = token

    def leave(self) -> None:
        if self.people:
            email = self.random.choice(list(self.people))
            subscribing.leave(self.mailing.context, self.people.pop(email))
            self.ledger.leaves(email)

    def refuse(self) -> None:
        if self.people and len(self.refusing) < 2:
            email = self.random.choice(list(self.people))
            self.refusing.add(email)
            self.people.pop(email)
            self.ledger.leaves(email)

    def post(self) -> None:
        if len(self.open) < 2:
            self.open.append(self.desk.declare(f"Number {len(self.open)}")["ref"])
        ref = self.random.choice(self.open)
        began = time.monotonic()
        states = ("investigating", "identified", "monitoring")
        self.desk.post(ref, self.random.choice(states), f"Searches fail for some, number {self.numbers}.", confirm=True)
        assert time.monotonic() - began < 5
        key = self.desk.sql("SELECT key || ' ' || at FROM outbox ORDER BY id DESC LIMIT 1")[0][0]
        for email in self.people:
            self.ledger.must(email, key)

    def deliver(self) -> None:
        self.mailing.fan_out()
        for _ in range(self.random.randrange(1, 15)):
            if not self.mailing.step():
                break

    def crash(self) -> None:
        """Killed after the mail was sent and before that was written down; the next program finds the lease."""
        self.mailing.fan_out()
        deliveries = self.mailing.deliveries
        claimed = claim(self.mailing.context, MAIL, "killed", ())
        if claimed is None:
            return
        parcel = deliveries.postman.parcel(claimed, self.mailing.context.now())
        channel = deliveries.open_channel()
        if parcel is not None:
            before = len(self.server.taken)
            channel.send(parcel)
            self.lost_since(before)
        channel.close()
        start_delivering(self.mailing.context)

    def lost_since(self, before: int) -> None:
        for one in self.server.taken[before:]:
            if one.answered:
                self.ledger.lost[str(one.mail["Message-ID"])] += 1

    def wait(self) -> None:
        self.mailing.clock.forward(seconds=self.random.choice([5, 61, 300, 1800]))

    def change_trouble(self) -> None:
        self.trouble = self.random.choice([0.0, 0.1, 0.5, 0.9])

    def outage(self) -> None:
        self.server.stop()
        self.deliver()
        self.mailing.clock.forward(hours=self.random.choice([1, 6]))
        self.deliver()
        self.server.start()

    def spoil(self) -> None:
        """A certificate of somebody else, or no TLS at all: nothing is handed over until that is mended."""
        self.server.stop()
        self.server.start(**self.random.choice(self.spoilt))
        before = len(self.server.taken)
        self.deliver()
        self.mailing.clock.forward(minutes=self.random.choice([1, 90]))
        self.deliver()
        assert len(self.server.taken) == before
        self.server.stop()
        self.server.start()

    def jump(self) -> None:
        self.mailing.clock.forward(hours=-23 if self.jumped else 23)
        self.jumped = not self.jumped

    def end(self) -> list[str]:
        """All is well again; everything that is owed goes out within two days."""
        self.trouble = 0.0
        if self.jumped:
            self.jump()
        for _ in range(60):
            self.mailing.deliver(minutes=45)
        assert self.desk.sql("SELECT * FROM delivery WHERE state = 'waiting'") == []
        for one in self.server.taken:
            if not one.answered:
                self.ledger.lost[str(one.mail["Message-ID"])] += 1
        return self.ledger.faults(self.server.taken, incidents(self.mailing.context.database.connection()))


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_every_event_reaches_everybody_once_and_in_order(seed, desk, mailing, certificates):  # noqa: F811
    history = History(seed, desk, mailing, certificates)
    for _ in range(3):
        history.join()
    for _ in range(STEPS):
        history.act()
    assert history.end() == []
    counted["mails"] += len(mailing.server.taken)
    counted["owed"] += sum(len(keys) for keys in history.ledger.followed.values())


@pytest.fixture
def books(desk, mailing, certificates):  # noqa: F811
    """A short history in which all is well."""
    history = History("books", desk, mailing, certificates)
    history.greylisted |= {f"p{number}@customer.example" for number in range(9)}
    for _ in range(2):
        history.join()
    for _ in range(3):
        history.post()
    mailing.deliver(minutes=2)
    assert len(mailing.server.taken) == 6
    return history


def test_books_that_are_right_have_no_fault(books):
    assert books.end() == []


def test_a_mail_that_is_missing_is_found(books):
    books.server.taken.pop(3)
    assert any("never told" in one for one in books.end())


def test_a_mail_that_came_twice_is_found(books):
    books.server.taken.append(books.server.taken[0])
    assert any("was told 2 times" in one for one in books.end())


def test_mails_in_the_wrong_order_are_found(books):
    mine = [one for one in books.server.taken if one.recipient.startswith("p1@")]
    books.server.taken[:] = [*reversed(mine), *(one for one in books.server.taken if one not in mine)]
    books.open.clear()
    faults = books.end()
    assert any("in the order" in one for one in faults), faults


def test_a_mail_to_a_stranger_is_found(books):
    books.server.taken.append(replace(books.server.taken[0], recipient="stranger@customer.example"))
    assert any("nobody owed" in one for one in books.end())


def test_the_figure(tell):
    """Last in this file."""
    faults = sum(number for name, number in counted.items() if " " in name)
    tell(
        "mail ledger",
        f"{HISTORIES} histories, {counted['owed']} mails owed, {counted['mails']} taken, {faults} faults of the server,"
        f" {counted['crash']} kills, {counted['outage']} outages, {counted['spoil']} of TLS,"
        f" {counted['jump']} jumps of the clock: none lost,"
        " none twice without a lost answer, all in order",
    )
