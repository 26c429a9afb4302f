"""What a reader waits for, in Chromium with an empty cache: bytes as they come over the wire, headers included."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import Busy
from tests.browser.wire import Wire, listening
from tests.conftest import Tell

LOOK = "/published.json"
"""What an open page asks for again and again, from some seconds after it has been loaded."""
BLOCKING = """() => performance.getEntriesByType("resource")
  .filter(one => one.renderBlockingStatus === "blocking").map(one => one.name)"""


@pytest.fixture
def tab(browser: BrowserContext) -> Iterator[Page]:
    """A tab of a browser that has been nowhere yet."""
    assert browser.browser
    context = browser.browser.new_context(viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


def weigh(tab: Page, busy: Busy, path: str) -> Wire:
    """What opening a page brings, until it first looks for news; workers and the icon are counted as well."""
    with listening(busy.url) as wire:
        with tab.expect_response(lambda answer: answer.url == wire.url + LOOK):
            tab.goto(wire.url + path)
        tab.wait_for_load_state("networkidle")
        tab.goto("about:blank")
        return wire.before(LOOK)


@pytest.mark.browser
def test_the_status_page_is_light(tab: Page, busy: Busy, tell: Tell) -> None:
    weight = weigh(tab, busy, "/")
    tell("weight of the status page", str(weight))
    assert weight.bytes <= 60 * 1024
    assert len(weight.answers) <= 5


@pytest.mark.browser
def test_an_incident_is_light(tab: Page, busy: Busy, tell: Tell) -> None:
    weight = weigh(tab, busy, busy.incident)
    tell("weight of an incident", str(weight))
    assert weight.bytes <= 50 * 1024


@pytest.mark.browser
def test_the_first_paint_waits_for_one_file_beside_the_page(tab: Page, busy: Busy) -> None:
    for path in ("/", busy.incident):
        tab.goto(busy.url + path)
        assert len(tab.evaluate(BLOCKING)) <= 1, path
