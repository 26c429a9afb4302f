"""A reader without scripts misses nothing that there is to read."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import NEWEST, Busy


@pytest.fixture
def plain(browser: BrowserContext) -> Iterator[Page]:
    """A tab that runs no script."""
    assert browser.browser
    context = browser.browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.mark.browser
def test_everything_can_be_read_without_scripts(plain: Page, busy: Busy) -> None:
    status = (NEWEST, "Next update by", "since 20", "Major System Outage", "Sign-in", "Database upgrade in Europe")
    incident = (NEWEST, "Next update by", "since 20", "Keep the page open.")
    for path, shown in {
        "/": status,
        busy.incident: incident,
        "/history/": (datetime.now(UTC).strftime("%B %Y"),),
    }.items():
        plain.goto(busy.url + path)
        for words in shown:
            assert plain.get_by_text(words).first.is_visible(), f"{words} on {path}"


@pytest.mark.browser
def test_paper_shows_what_is_folded_on_the_screen(plain: Page, busy: Busy) -> None:
    plain.goto(f"{busy.url}/history/{datetime.now(UTC):%Y-%m}/")
    folded = plain.locator("details.updates .post__body, details.updates .post").first
    assert not folded.is_visible()
    plain.emulate_media(media="print")
    assert folded.is_visible()
