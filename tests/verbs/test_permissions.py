"""Who may do what: one table over all verbs, and the marks that each of them leaves."""

import importlib
import pkgutil
import shutil
import sqlite3
from types import FunctionType

import pytest

import portal.verbs
from portal.config import Settings
from portal.domain.errors import NotAllowed, NotFound
from portal.store.database import Database
from portal.store.ledger import audit_faults
from portal.store.portal_row import ensure_portal_row
from portal.verbs.context import Context
from tests.conftest import HeldClock, Ids
from tests.verbs.conftest import Desk, three_components
from tests.verbs.who_may import ACTORS, ALL, READERS, UNMARKED, begin, carry_out, cases

VERBS = sorted(
    name
    for module in pkgutil.iter_modules(portal.verbs.__path__, "portal.verbs.")
    for name, one in vars(importlib.import_module(module.name)).items()
    if isinstance(one, FunctionType)
    and one.__module__ == module.name
    and one.__code__.co_varnames[:2] == ("context", "actor")
    and not name.startswith("_")
)


@pytest.fixture(scope="module")
def begun(tmp_path_factory, migrated):
    """The story, told once, and a copy of it to go back to."""
    home = tmp_path_factory.mktemp("who_may")
    settings = Settings(home=home, site_url="https://status.example.com", support_email="support@example.com")
    shutil.copy(migrated, settings.database_path)
    context = Context(Database(settings.database_path), settings, now=HeldClock(), new_id=Ids())
    with context.database.transaction() as db:
        ensure_portal_row(db, "0123456789abcdef", "page00000001", context.now.text)
    story = begin(three_components(Desk(context, ACTORS["admin"])), context.now)
    kept = sqlite3.connect(":memory:")
    context.database.connection().backup(kept)
    yield story, kept
    kept.close()
    context.database.close()


@pytest.fixture
def story(begun):
    story, kept = begun
    kept.backup(story.context.database.connection())
    return story


def test_the_table_has_every_verb(story):
    assert sorted(verb.__name__ for verb in cases(story.context.now)) == VERBS


@pytest.mark.parametrize("name", VERBS)
def test_who_may(story, name):
    """A refusal writes nothing; a write leaves one audit row that names who did it."""
    verb, (asked, may) = next((verb, case) for verb, case in cases(story.context.now).items() if verb.__name__ == name)
    kept = sqlite3.connect(":memory:")
    db = story.context.database.connection()
    db.backup(kept)
    before, audits = story.dump(), story.counts()["audit"]
    for who in sorted(ALL - may):
        with pytest.raises(NotFound if name == "end_session" else NotAllowed):
            carry_out(verb, story.context, ACTORS[who], asked)
        assert story.dump() == before, who
    for who in sorted(may):
        kept.backup(db)
        carry_out(verb, story.context, ACTORS[who], asked)
        if name in READERS:
            assert story.dump() == before, who
        elif name in UNMARKED:
            assert story.counts()["audit"] == audits
        else:
            assert story.counts()["audit"] == audits + 1, who
            assert story.sql("SELECT actor FROM audit ORDER BY id DESC LIMIT 1")[0][0] == ACTORS[who].name
    kept.close()


def test_the_audit_chain_is_whole_and_tells_no_words(story):
    db = story.context.database.connection()
    assert list(audit_faults(db)) == []
    details = " ".join(row[0] for row in db.execute("SELECT details FROM audit"))
    assert "Searches" not in details
    assert "Secret" not in details
