"""The Content-Security-Policy in a browser: a reader who uses everything meets no report."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Busy

TELL = """addEventListener("securitypolicyviolation", one => told(`${one.violatedDirective}: ${one.blockedURI}`))"""
BREAK = """async () => {
  const seen = new Promise(done => addEventListener("securitypolicyviolation", done, { once: true }))
  document.body.append(Object.assign(document.createElement("script"), { textContent: "x = 1" }))
  await seen
  await told("the end")
}"""
FRESH = "Uploads of every size work again for half of all workspaces."
SOON_MS = 45_000
"""An open page promises to look within 30 s; the rest is for a slow machine."""


def reports(page: Page) -> list[str]:
    """The list that every report in a tab is added to from now on."""
    told: list[str] = []

    def add(report: str) -> None:
        told.append(report)

    page.expose_function("told", add)
    page.add_init_script(TELL)
    return told


@pytest.fixture
def reader(browser: BrowserContext) -> Iterator[Page]:
    """A phone's tab in which no policy may be broken; at the end one is, on purpose, and is the only one told of."""
    tab = browser.new_page()
    tab.set_viewport_size({"width": 390, "height": 844})
    told = reports(tab)
    yield tab
    tab.evaluate(BREAK)
    tab.close()
    assert told == ["script-src-elem: inline", "the end"]


@pytest.mark.browser
def test_search_breaks_no_policy(reader: Page, busy: Busy) -> None:
    reader.goto(busy.url)
    reader.keyboard.press("Control+k")
    reader.locator("[name=query]").press_sequentially("uploads", delay=50)
    found = reader.locator(".md-search-result__link").first
    expect(found).to_be_visible(timeout=SOON_MS)
    expect(found.locator("mark").first).to_be_visible()
    found.click()
    reader.wait_for_url("**/incidents/**")
    expect(reader.locator("#content mark").first).to_be_visible()


@pytest.mark.browser
def test_choosing_colours_breaks_no_policy(reader: Page, busy: Busy) -> None:
    reader.set_viewport_size({"width": 1280, "height": 844})
    reader.emulate_media(color_scheme="light")
    reader.goto(busy.url)
    ground = "getComputedStyle(document.body).backgroundColor"
    light = reader.evaluate(ground)
    reader.locator("#colours").click()
    assert reader.evaluate(ground) != light
    reader.goto(busy.url + busy.incident)
    assert reader.evaluate(ground) != light
    reader.locator("#colours").click()
    assert reader.evaluate(ground) == light


@pytest.mark.browser
def test_an_open_page_becomes_the_new_one_where_its_reader_is(reader: Page, busy: Busy) -> None:
    reader.goto(busy.url)
    link = reader.locator("#content a").last
    link.focus()
    link.scroll_into_view_if_needed()
    reader.evaluate("history.here = 1")
    scrolled = reader.evaluate("scrollY")
    slow = next(one for one in busy.desk.get("/incidents") if one["public_title"] == "Uploads of large files are slow")
    busy.desk.post(f"/incidents/{slow['ref']}/posts", state="monitoring", body=FRESH, confirm=True)
    expect(reader.locator("[aria-live=polite]").filter(has_text=FRESH)).to_be_attached(timeout=SOON_MS)
    expect(reader.locator("#content").get_by_text(FRESH).first).to_be_attached()
    assert reader.evaluate("history.here") == 1, "it was not loaded again"
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    assert scrolled > 0
