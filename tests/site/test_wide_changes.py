"""A change that touches more than can be shown at once: a full build follows it, and posts go on meanwhile."""

import threading

import pytest

from portal.store import ledger
from portal.verbs.commands import ChangeComponent, Declare, Post
from portal.verbs.components import AddComponent, add_component, change_component
from portal.verbs.incidents import declare
from portal.verbs.posts import post
from portal.workers.publisher import Publisher

FIRST = "Searches fail for some people in the Search component. Write to support@example.com."
PATIENCE_S = 120.0


@pytest.fixture
def running(context, admin, monkeypatch):
    """Six incidents of one component, where a change may touch two at once; a publisher that runs."""
    monkeypatch.setattr(ledger, "INCIDENTS_PER_CHANGE", 2)
    publisher = Publisher(context.settings, context.database)
    add_component(context, admin, AddComponent(name="Search"))
    for number in range(6):
        opening = Post(state="investigating", body=FIRST)
        title = f"Search {number}"
        declare(context, admin, Declare(title=title, components={"search": "major_outage"}, post=opening))
    publisher.publish_pending()
    stop = threading.Event()
    loop = threading.Thread(target=publisher.run, args=(stop,))
    loop.start()
    yield publisher
    stop.set()
    publisher.wake()
    loop.join()


def pages(publisher):
    return [path.read_text("utf-8") for path in publisher.releases.link.glob("incidents/*/index.html")]


def test_a_rename_of_a_component_with_many_incidents_reaches_all_of_them(running, context, admin):
    before = running.releases.current().path
    written = change_component(context, admin, "search", ChangeComponent(name="Finding things"))
    assert running.wait_until_public(written.change, PATIENCE_S)
    assert running.releases.current().path != before, "a full build must have been switched to"
    assert len(pages(running)) == 6
    assert all("Finding things" in page for page in pages(running))
    assert running.status().current
    assert running.check() == []


def test_a_wide_change_is_not_called_public_before_its_build_and_posts_do_not_wait_for_it(
    running, context, admin, monkeypatch
):
    allowed = threading.Event()
    real = running._build

    def held(**how):
        assert allowed.wait(PATIENCE_S)
        return real(**how)

    monkeypatch.setattr(running, "_build", held)
    wide = change_component(context, admin, "search", ChangeComponent(name="Finding things"))
    body = "We found the cause of the failing searches: a disk of the index is full."
    narrow = post(context, admin, "INC-1", Post(state="identified", body=body))
    try:
        assert running.wait_until_public(narrow.change, PATIENCE_S), "a post waited for the full build"
        assert not running.wait_until_public(wide.change, 0)
        assert not running.status().current
        assert any(body in page for page in pages(running))
        assert not all("Finding things" in page for page in pages(running))
        assert running.status().sequence == narrow.change
    finally:
        allowed.set()
    assert running.wait_until_public(wide.change, PATIENCE_S)
    assert all("Finding things" in page for page in pages(running))
    assert any(body in page for page in pages(running)), "the new release forgot a post made during its build"
    assert running.check() == []
