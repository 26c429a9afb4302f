"""An open page keeps up by itself, and loses neither the reader's place nor their keyboard."""

import contextlib
import pathlib
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Busy, Desk
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


def let_minutes_pass(page: Page, until: Callable[[str], bool]) -> None:
    """Minutes of a clock that was installed, till what is read out is as it should be."""
    for _ in range(300):
        page.clock.run_for(10_000)
        if until(page.locator("[role=status]").inner_text()):
            return
    pytest.fail(page.locator("[role=status]").inner_text())


def look_often(page: Page) -> None:
    page.evaluate("setInterval(() => document.dispatchEvent(new Event('visibilitychange')), 500)")


def test_a_second_incident_goes_on_top_and_the_keyboard_stays_with_the_first(desk: Desk, page: Page) -> None:
    page.goto(desk.portal.url)
    link = page.locator(".now .incident a").first
    first = link.get_attribute("href")
    link.focus()
    title, body = "Signing in fails", "Signing in fails for everybody. Write to support@example.com."
    opening = {"state": "investigating", "body": body}
    levels = {f"component-{number}": "major_outage" for number in range(2, 30)}
    desk.post("/incidents", title=title, severity="critical", components=levels, post={**opening, "confirm": True})
    look_often(page)
    expect(page.locator(".now .incident a").first).to_have_text(title, timeout=PATIENCE_MS)
    assert page.evaluate("document.activeElement.getAttribute('href')") == first
    desk.post("/incidents/INC-2/posts", state="resolved", body="Signing in works again for everybody.")
    expect(page.locator(".now .incident a", has_text=title)).to_have_count(0, timeout=PATIENCE_MS)
    assert page.evaluate("document.activeElement.getAttribute('href')") == first


def test_the_day_that_is_told_stays_told_while_the_page_is_refreshed(desk: Desk, page: Page) -> None:
    page.goto(desk.portal.url)
    page.get_by_role("slider", name=re.compile("^Component 1:")).focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    told = page.locator(".day-told").inner_text()
    desk.post("/incidents/INC-1/posts", state="identified", body=NEXT)
    look_often(page)
    expect(page.locator("[role=status]")).to_contain_text(NEXT, timeout=PATIENCE_MS)
    expect(page.locator(".day-told")).to_have_text(told)
    bars = page.get_by_role("slider", name=re.compile("^Component 1:"))
    expect(bars).to_be_focused()
    expect(bars).to_have_attribute("aria-valuenow", "86")


def test_what_was_missed_is_said_once_a_page_can_refresh_again(desk: Desk, browser: BrowserContext) -> None:
    page = browser.new_page()
    page.clock.install()
    page.goto(desk.portal.url)
    said = page.locator("[role=status]")
    page.clock.run_for(10_000)
    page.route("**/published.json", lambda route: route.fulfill(status=503))
    let_minutes_pass(page, lambda said: "can't be refreshed" in said)
    desk.post("/incidents/INC-1/posts", state="identified", body=NEXT)
    other = browser.new_page()
    other.goto(desk.portal.url)
    look_often(other)
    expect(other.get_by_text(NEXT).first).to_be_visible(timeout=PATIENCE_MS)
    other.close()
    page.unroute("**/published.json")
    let_minutes_pass(page, lambda said: "can't be refreshed" not in said)
    expect(said).to_contain_text(NEXT)
    page.close()


def test_a_page_that_does_not_exist_asks_only_its_own_site_and_does_not_complain(url: str, page: Page) -> None:
    page.clock.install()
    page.goto(f"{url}//example.com/")
    for _ in range(40):
        page.clock.fast_forward(5_000)
        page.wait_for_timeout(200)  # answers come by the real clock, and are waited for by the page's
    expect(page.locator("#as-of")).to_contain_text("As of 2")
    expect(page.locator("[role=status]")).not_to_contain_text("can't be refreshed")


def test_an_incident_that_ends_leaves_the_open_page_and_a_closed_group_stays_closed(desk: Desk, page: Page) -> None:
    page.goto(desk.portal.url)
    group = page.locator("details.group").first
    group.locator("summary").click()
    expect(group).not_to_have_attribute("open", "")
    desk.post("/incidents/INC-1/posts", state="resolved", body="Searches work again for everybody since 14:10 UTC.")
    expect(page.locator("#overall")).to_have_text("All Systems Operational", timeout=PATIENCE_MS)
    expect(page.locator(".now .incident")).to_have_count(0)
    expect(page.locator(".day .incident")).to_have_count(1)
    expect(group).not_to_have_attribute("open", "")


def test_a_page_that_can_not_refresh_says_so(url: str, browser: BrowserContext) -> None:
    page = browser.new_page()
    page.clock.install()
    page.goto(url)
    page.clock.run_for(10_000)
    page.route("**/published.json", lambda route: route.fulfill(status=503))
    let_minutes_pass(page, lambda said: "can't be refreshed" in said)
    page.unroute("**/published.json")
    let_minutes_pass(page, lambda said: "can't be refreshed" not in said)
    page.close()


def test_times_are_in_utc_and_beside_it_as_the_reader_s_clock_says(url: str, browser: BrowserContext) -> None:
    assert browser.browser
    tab = browser.browser.new_context(timezone_id="Asia/Kolkata", locale="en-GB").new_page()
    tab.goto(url)
    head = tab.locator(".post__head").first
    expect(head).to_contain_text(re.compile(r"\d\d:\d\d UTC \(\d\d:\d\d\syour\stime, .*\)"))
    utc, local = re.findall(r"(\d\d):(\d\d)", head.inner_text())[:2]
    assert (int(local[0]) * 60 + int(local[1]) - int(utc[0]) * 60 - int(utc[1])) % 1440 == 330
    tab.context.close()


def test_each_update_of_an_old_incident_says_the_reader_s_time_too(busy: Busy, browser: BrowserContext) -> None:
    assert browser.browser
    tab = browser.browser.new_context(timezone_id="Asia/Kolkata", locale="en-GB").new_page()
    tab.goto(f"{busy.url}/postmortems/an-expired-certificate-stopped-the-rest-api/")
    tab.locator(".incident-head a").first.click()
    for head in tab.locator(".post__head").all():
        expect(head).to_contain_text(re.compile(r"\d\d:\d\d UTC \(\d\d:\d\d\syour\stime\)"))
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
    page.keyboard.press("Control+k")
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


def test_paper_is_white_whatever_colours_are_chosen(url: str, page: Page) -> None:
    page.emulate_media(color_scheme="dark", media="print")
    page.goto(url)
    for chosen in ("", "dark"):
        page.evaluate("chosen => document.documentElement.dataset.colours = chosen", chosen)
        ink, ground = page.evaluate(
            "(({color, backgroundColor}) => [color, backgroundColor])(getComputedStyle(document.body))"
        )
        assert (ink, ground) == ("rgb(0, 0, 0)", "rgb(255, 255, 255)")


def test_no_word_of_a_name_is_broken_to_make_room_for_its_state(url: str, page: Page) -> None:
    page.goto(url)
    heading = page.locator(".group h3").first
    heading.evaluate("one => one.textContent = 'Applications'")
    page.locator(".group > summary .level").first.evaluate("one => one.textContent = 'Degraded performance'")
    box = heading.bounding_box()
    assert box
    assert box["height"] < 32, "more than a line"


def test_without_scripts_the_page_says_everything(url: str, browser: BrowserContext) -> None:
    assert browser.browser
    tab = browser.browser.new_context(java_script_enabled=False, color_scheme="dark").new_page()
    tab.goto(url)
    expect(tab.get_by_text(FIRST)).to_be_visible()
    expect(tab.get_by_text("Next update by")).to_be_visible()
    expect(tab.locator(".md-search")).to_be_hidden()
    tab.context.close()


def test_nothing_moves_when_times_are_told(url: str, browser: BrowserContext) -> None:
    assert browser.browser
    watch = """new PerformanceObserver(list => (window.moved = (window.moved || 0)
      + list.getEntries().reduce((sum, one) => sum + one.value, 0))).observe({type: "layout-shift", buffered: true})"""
    phone = browser.browser.new_context(timezone_id="Asia/Kolkata", viewport={"width": 390, "height": 844})
    tab = phone.new_page()
    tab.add_init_script(watch)
    tab.goto(url)
    expect(tab.locator(".post__head .when").first).to_be_visible()
    tab.wait_for_load_state("networkidle")
    assert tab.evaluate("window.moved || 0") == 0
    phone.close()


def test_single_keys_do_nothing_by_themselves(url: str, page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 844})
    page.goto(url)
    page.keyboard.press("Control+k")
    page.locator(".md-search-result__meta", has_text="Type to start searching").wait_for()
    page.keyboard.press("Escape")
    page.locator("h1").click()
    for key in ("/", "s", "f", "p", "n", ",", "."):
        page.keyboard.press(key)
    assert page.url.rstrip("/") == url.rstrip("/")
    expect(page.get_by_role("textbox", name=re.compile("Search"))).not_to_be_focused()
