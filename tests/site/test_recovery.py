"""Whatever ends a publication in the middle, the next one completes it."""

import os
import threading

import pytest

from portal.site import release as releases
from portal.verbs.commands import ChangeIncident, Declare, Post
from portal.verbs.components import AddComponent, add_component
from portal.verbs.incidents import change_incident, declare
from portal.verbs.posts import post
from portal.workers import publisher as publisher_module
from portal.workers.publisher import Publisher

FIRST = "Searches fail for some people in the Search component. Write to support@example.com."


@pytest.fixture
def publisher(context, admin):
    made = Publisher(context.settings, context.database)
    add_component(context, admin, AddComponent(name="Search"))
    made.publish_pending()
    first = Post(state="investigating", body=FIRST)
    declare(context, admin, Declare(title="Search", components={"search": "major_outage"}, post=first))
    made.publish_pending()
    return made


@pytest.mark.parametrize("survived", range(0, 19, 3))
def test_a_publication_that_ends_after_some_renames_is_completed(publisher, context, admin, monkeypatch, survived):
    real, count = os.replace, [0]

    def dying(source, target):
        count[0] += 1
        if count[0] > survived:
            raise KeyboardInterrupt
        real(source, target)

    post(
        context, admin, "INC-1", Post(state="identified", body="We found the cause of the failing searches in Search.")
    )
    monkeypatch.setattr(releases.os, "replace", dying)
    with pytest.raises(KeyboardInterrupt):
        publisher.publish_pending()
    monkeypatch.undo()
    again = Publisher(context.settings, context.database)
    assert not again.status().current
    again.publish_pending()
    assert again.status().current
    assert again.check() == []


def test_check_finds_a_planted_fault(publisher):
    assert publisher.check() == []
    page = publisher.releases.link / "index.html"
    page.write_bytes(page.read_bytes().replace(b"Search", b"Serach", 1))
    (publisher.releases.link / "extra.html").write_text("?")
    (publisher.releases.link / "badge.svg").unlink()
    assert set(publisher.check()) == {
        "site/index.html differs",
        "site/extra.html should not be there",
        "site/badge.svg is missing",
    }


def test_a_damaged_record_leads_to_a_full_build(publisher, context):
    (publisher.releases.current().path / "release.json").write_text("{")
    again = Publisher(context.settings, context.database)
    assert not again.status().current
    again.publish_pending()
    assert again.status().current
    assert again.check() == []


def test_another_epoch_is_never_mistaken_for_this_one(publisher, context):
    with context.database.transaction() as db:
        db.execute("UPDATE portal SET epoch = 'another'")
    assert not publisher.status().current
    publisher.publish_pending()
    assert publisher.status().current


def test_changed_settings_lead_to_a_full_build(publisher, context):
    renamed = context.settings.model_copy(update={"site_name": "Another name"})
    again = Publisher(renamed, context.database)
    assert not again.status().current
    again.publish_pending()
    assert "Another name" in (again.releases.link / "index.html").read_text()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            PermissionError(13, "Permission denied", "/srv/status/var/releases/1"),
            "publishing failed: Permission denied",
        ),
        (KeyError("a title"), "publishing failed: KeyError; the log says more"),
    ],
)
def test_a_failure_is_told_without_paths_and_texts(publisher, monkeypatch, error, said):
    stop = threading.Event()

    def fail():
        stop.set()
        raise error

    monkeypatch.setattr(publisher, "_look", fail)
    publisher.run(stop)
    assert publisher.status().error == said


def test_a_failure_that_lasts_is_logged_once(publisher, monkeypatch, caplog):
    stop = threading.Event()
    tries = iter([OSError(28, "No space left on device")] * 3 + [OSError(5, "Input/output error")])

    def fail():
        error = next(tries)
        if error.errno == 5:
            stop.set()
        raise error

    monkeypatch.setattr(publisher_module, "RETRY_SECONDS", 0)
    monkeypatch.setattr(publisher, "_look", fail)
    publisher.run(stop)
    failed = [one for one in caplog.records if "publishing failed" in one.getMessage()]
    assert [one.exc_info[1].errno for one in failed] == [28, 5]


def test_a_page_that_fails_keeps_nothing_else_up(publisher, context, admin, monkeypatch):
    page = next((publisher.releases.link / "incidents").iterdir())
    assert "Searches fail" in (publisher.releases.link / "history.rss").read_text()
    shown = (publisher.releases.link / "published.json").read_text()
    monkeypatch.setattr(publisher._renderer, "_search", lambda *_: 1 / 0)
    change_incident(context, admin, "INC-1", ChangeIncident(security=True))
    with pytest.raises(ZeroDivisionError):
        publisher.publish_pending()
    assert not page.exists()
    assert "Searches fail" not in (publisher.releases.link / "history.rss").read_text()
    assert (publisher.releases.link / "published.json").read_text() == shown
    assert not publisher.status().current, "the rest is still to be done"
    monkeypatch.undo()
    publisher.publish_pending()
    assert publisher.check() == []
