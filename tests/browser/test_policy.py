"""The Content-Security-Policy in a browser: a reader who uses everything meets no report."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Busy

TELL = """addEventListener("securitypolicyviolation", one => told(`${one.violatedDirective}: ${one.blockedURI}`))"""
SLOW_MS = 45_000
"""Far more than it takes; a machine that runs many tests at once is slow."""


def reports(page: Page) -> list[str]:
    """The list that every report in a tab is added to from now on."""
    told: list[str] = []

    def add(report: str) -> None:
        told.append(report)

    page.expose_function("told", add)
    page.add_init_script(TELL)
    return told


@pytest.mark.browser
def test_a_report_would_be_seen(browser: BrowserContext, busy: Busy) -> None:
    page = browser.new_page()
    told = reports(page)
    page.goto(busy.url)
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {textContent: 'x = 1'}))")
    page.goto("about:blank")
    page.close()
    assert told == ["script-src-elem: inline"]


@pytest.fixture
def reader(page: Page) -> Iterator[Page]:
    """A tab in which no policy may be broken."""
    told = reports(page)
    yield page
    page.goto("about:blank")
    assert told == []


@pytest.mark.browser
def test_search_breaks_no_policy(reader: Page, busy: Busy) -> None:
    reader.goto(busy.url)
    reader.keyboard.press("/")
    reader.locator("[name=query]").press_sequentially("uploads", delay=50)
    found = reader.locator(".md-search-result__link").first
    expect(found).to_be_visible(timeout=SLOW_MS)
    expect(found.locator("mark").first).to_be_visible()
    found.click()
    reader.wait_for_url("**/incidents/**")
    expect(reader.locator("#content mark").first).to_be_visible()
