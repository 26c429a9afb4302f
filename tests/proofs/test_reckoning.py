"""Faults planted in a portal that is otherwise right: the check of histories finds each of them."""

import contextlib
import itertools
import json

import pytest

from portal.domain.names import Permission
from portal.site.plan import Plan
from portal.store.database import Database
from portal.verbs.context import PORTAL, Write
from portal.verbs.people import add_token
from portal.web import application
from portal.wiring import Portal
from portal.workers import publisher as publishing
from tests.proofs import FULL
from tests.proofs.reckoning import Faults, reckon
from tests.proofs.record import Fate, Record
from tests.proofs.test_history import set_up
from tests.proofs.writers import Stage, Writer

WRITES = 100


class Inside:
    """The API of a portal in this process. When it is `lossy`, every fifth answer is lost on its way."""

    def __init__(self, portal: Portal, clock) -> None:
        self.client = application.create(portal, public=False, desk=True).test_client()
        self.token = add_token(portal.context, PORTAL, "writers", [Permission.ADMIN, Permission.SECURITY])
        self.clock, self.lossy, self.numbers = clock, False, itertools.count(1)

    def api(self, method, path, body, key, wait):
        self.clock.forward(seconds=3)
        headers = {"Authorization": f"Bearer {self.token}"} | ({"Idempotency-Key": key} if key else {})
        answer = self.client.open(f"/api/v1{path}", method=method, json=body, headers=headers)
        if self.lossy and next(self.numbers) % 5 == 0:
            return None, {}
        return answer.status_code, json.loads(answer.data)

    def command(self, words):
        raise AssertionError("no writer here uses commands")


@pytest.fixture
def history(context, clock, monkeypatch):
    """Writes one history on a portal, publishes it in two steps, and holds it against its record."""
    portal = Portal(context.settings, context.database, context)
    monkeypatch.setattr(portal.publisher, "wait_until_public", lambda *_: False)

    def write() -> Faults:
        record, doors = Record(), Inside(portal, clock)
        stage = Stage(record, doors, WRITES, pause_s=0)
        set_up(stage)
        portal.publisher.publish_pending()
        doors.lossy = True
        Writer(stage, "planted", commands=0).run()
        portal.publisher.publish_pending()
        assert len(record.of(Fate.ONCE)) > WRITES / 4, record.outcomes
        return reckon(portal.publisher.releases.link, record)

    return write


def test_a_right_portal_has_no_faults(history):
    assert str(history()) == "no faults"


def test_a_write_that_is_acknowledged_but_not_kept_is_found(history, monkeypatch):
    real, numbers = Database.transaction, itertools.count(1)

    class Forgotten(Exception):
        pass

    @contextlib.contextmanager
    def forgetful(self):
        with contextlib.suppress(Forgotten), real(self) as db:
            yield db
            if next(numbers) % 25 == 0:
                raise Forgotten

    monkeypatch.setattr(Database, "transaction", forgetful)
    faults = history()
    assert faults.lost
    assert not faults.doubled


def test_a_repeated_request_that_is_carried_out_twice_is_found(history, monkeypatch):
    monkeypatch.setattr(Write, "refuse_repetition", lambda self: None)
    faults = history()
    assert faults.doubled
    assert not faults.lost


def test_a_word_that_nobody_published_is_found(history, context):
    """The public reads the title of the people inside."""
    with context.database.transaction() as db:
        sql = db.execute("SELECT sql FROM sqlite_master WHERE name = 'public_incident'").fetchone()[0]
        db.execute("DROP VIEW public_incident")
        db.execute(sql.replace("public_title AS title", "title"))
    faults = history()
    assert faults.unexpected
    assert not faults.lost


@pytest.mark.parametrize("forgotten", ["month", "feeds", "search"] if FULL else ["month"])
def test_one_file_that_stays_behind_is_found(history, monkeypatch, forgotten):
    real = publishing.plan

    def careless(touched):
        found = real(touched)
        return Plan(frozenset(one for one in found.artifacts if one.kind != forgotten), found.full)

    monkeypatch.setattr(publishing, "plan", careless)
    assert history().lost
