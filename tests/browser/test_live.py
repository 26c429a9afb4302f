"""An open page keeps up by itself, and loses neither the reader's place nor their keyboard."""

import contextlib
import pathlib
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Desk
from tests.running import RunningPortal

pytestmark = pytest.mark.browser
FIRST = "Searches fail for some people in the Search component. Write to support@example.com."
NEXT = "We found the cause of the failing searches: a disk of the index is full."
PATIENCE_MS = 60_000


@contextlib.contextmanager
def portal_with_an_incident(home: pathlib.Path) -> Iterator[Desk]:
    with RunningPortal(home) as portal:
        desk = Desk(portal)
        for number in range(30):
            desk.post("/components", name=f"Component {number}", group=f"Group {number % 3}")
        opening = {"state": "investigating", "body": FIRST}
        desk.post("/incidents", title="Search is slow", components={"component-1": "partial_outage"}, post=opening)
        yield desk


@pytest.fixture
def desk(tmp_path: pathlib.Path) -> Iterator[Desk]:
    with portal_with_an_incident(tmp_path / "live") as made:
        yield made


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a portal is that nobody changes."""
    with portal_with_an_incident(tmp_path_factory.mktemp("still")) as made:
        yield made.portal.url


def test_a_post_reaches_an_open_page_without_moving_it(desk: Desk, page: Page) -> None:
    page.goto(desk.portal.url)
    link = page.get_by_role("link", name="Component 20")
    link.focus()
    before = link.bounding_box()
    assert before
    assert page.evaluate("scrollY") > 0
    page.evaluate("window.here = true")
    desk.post("/incidents/INC-1/posts", state="identified", body=NEXT)
    expect(page.get_by_text(NEXT)).to_have_count(2, timeout=PATIENCE_MS)  # the page, and what is read out
    expect(page.locator("[role=status]")).to_contain_text(NEXT)
    expect(link).to_be_focused()
    after = link.bounding_box()
    assert after
    assert abs(after["y"] - before["y"]) < 2, "the page jumped"
    assert page.evaluate("window.here"), "the page was loaded anew"


def test_an_incident_that_ends_leaves_the_open_page_and_an_opened_group_stays_open(desk: Desk, page: Page) -> None:
    page.goto(desk.portal.url)
    group = page.locator("details.group").first
    group.locator("summary").click()
    expect(group).not_to_have_attribute("open", "")
    desk.post("/incidents/INC-1/posts", state="resolved", body="Searches work again for everybody since 14:10 UTC.")
    expect(page.locator("#overall")).to_have_text("All Systems Operational", timeout=PATIENCE_MS)
    expect(page.locator(".now .incident")).to_have_count(0)
    expect(page.locator(".day .incident")).to_have_count(1)


def test_a_page_that_can_not_refresh_says_so(url: str, browser: BrowserContext) -> None:
    page = browser.new_page()
    page.clock.install()
    page.goto(url)
    page.clock.run_for(10_000)
    page.route("**/published.json", lambda route: route.fulfill(status=503))
    for _ in range(12):
        page.clock.run_for(30_000)
    expect(page.locator("[role=status]")).to_contain_text("can't be refreshed")
    page.unroute("**/published.json")
    for _ in range(8):
        page.clock.run_for(30_000)
    expect(page.locator("[role=status]")).not_to_contain_text("can't be refreshed")
    page.close()


def test_times_are_in_utc_and_beside_it_as_the_reader_s_clock_says(url: str, browser: BrowserContext) -> None:
    assert browser.browser
    tab = browser.browser.new_context(timezone_id="Asia/Kolkata", locale="en-GB").new_page()
    tab.goto(url)
    head = tab.locator(".post__head").first
    expect(head).to_contain_text(re.compile(r"\d\d:\d\d UTC \(\d\d:\d\d your time, .*\)"))
    utc, local = re.findall(r"(\d\d):(\d\d)", head.inner_text())[:2]
    assert (int(local[0]) * 60 + int(local[1]) - int(utc[0]) * 60 - int(utc[1])) % 1440 == 330
    tab.context.close()


def test_a_day_of_a_component_is_told_to_pointer_and_keyboard(url: str, page: Page) -> None:
    page.goto(url)
    bars = page.get_by_role("slider", name=re.compile("^Component 1:"))
    bars.focus()
    told = page.locator(".day-told")
    expect(told).to_contain_text("Partial outage")
    page.keyboard.press("ArrowLeft")
    expect(told).to_contain_text("no record yet")
    page.keyboard.press("Escape")
    expect(told).to_be_hidden()
    bars.hover(position={"x": 2, "y": 5})
    expect(told).to_be_visible()


def test_search_finds_an_incident_by_its_words_and_marks_them(url: str, page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 844})
    page.goto(url)
    page.keyboard.press("/")
    field = page.get_by_role("textbox", name=re.compile("Search"))
    expect(field).to_be_focused()
    page.locator(".md-search-result__meta", has_text="Type to start searching").wait_for()
    field.type("searches")
    found = page.locator(".md-search-result__item").first
    expect(found).to_contain_text("Search is slow")
    expect(found.locator("mark").first).to_be_visible()
    found.locator("a").first.click()
    page.wait_for_url("**/incidents/**")
    expect(page.locator("h1")).to_have_text("Search is slow")


def test_the_colours_follow_the_system_until_the_reader_chooses(url: str, page: Page) -> None:
    def ground() -> str:
        return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    page.emulate_media(color_scheme="dark")
    page.goto(url)
    dark = ground()
    page.get_by_role("button", name="Dark colours").click()
    light = ground()
    assert light != dark
    page.reload()
    assert ground() == light
    page.get_by_role("button", name="Dark colours").click()
    assert ground() == dark


def test_without_scripts_the_page_says_everything(url: str, browser: BrowserContext) -> None:
    assert browser.browser
    tab = browser.browser.new_context(java_script_enabled=False, color_scheme="dark").new_page()
    tab.goto(url)
    expect(tab.get_by_text(FIRST)).to_be_visible()
    expect(tab.get_by_text("Next update by")).to_be_visible()
    expect(tab.locator(".md-search")).to_be_hidden()
    tab.context.close()
