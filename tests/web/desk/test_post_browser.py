"""Writing a post in a real browser: scripts only make it better, and nothing that was typed is lost."""

import pathlib
import re
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect
from werkzeug.serving import make_server

from portal.domain.names import Permission
from portal.verbs import drafts, people
from portal.verbs.context import PORTAL
from tests.browser.conftest import npm_file
from tests.browser.test_accessibility import RUN, STILL
from tests.proofs import FULL
from tests.verbs.conftest import WORDS
from tests.web.desk.writing import House, house_of

pytestmark = pytest.mark.browser
LOOKS = [("light", 390), ("dark", 1280), *([("dark", 390), ("light", 1280)] if FULL else [])]


@dataclass
class Served:
    house: House
    url: str

    def link(self, email: str, *permissions: str) -> str:
        """A one-time link that signs somebody in."""
        wanted = [Permission(one) for one in permissions or ("messenger",)]
        return f"{self.url}/desk/sign-in/link/{people.add_person(self.house.context, PORTAL, email, wanted)}"

    def kept(self, ref: str) -> list[str]:
        items = drafts.list_drafts(self.house.context, self.house.verbs.actor, ref)["items"]
        return [one["body"] for one in items]


@pytest.fixture
def served(context, settings, desk) -> Iterator[Served]:
    """The desk on a port of its own, on the test's own database and clock."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    house = house_of(replace(context, settings=settings.model_copy(update={"site_url": url})), desk)
    server = make_server("127.0.0.1", port, house.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Served(house, url)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(browser: BrowserContext) -> Iterator[Page]:
    """A phone's tab that nobody has signed in with."""
    browser.clear_cookies()
    tab = browser.new_page()
    tab.set_viewport_size({"width": 390, "height": 844})
    yield tab
    tab.close()
    browser.clear_cookies()


@pytest.fixture
def ref(served: Served) -> str:
    fields = {"severity": "critical", "customer_impact": "yes", "components": {"search": "major_outage"}}
    return str(served.house.verbs.declare(**fields)["ref"])


@pytest.fixture(scope="module")
def axe() -> str:
    return pathlib.Path(npm_file("axe-core/axe.min.js")).read_text("utf-8")


def faults(page: Page, axe: str) -> dict[str, list[str]]:
    found = {}
    for scheme, width in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 4000})  # nothing lies under the bar at the bottom
        page.evaluate(STILL)
        page.evaluate(axe)
        said = page.evaluate(RUN, ["body", None])
        sideways = page.evaluate("document.documentElement.scrollWidth") > width
        if said or sideways:
            found[f"{scheme} {width}"] = [*said, *(["it scrolls sideways"] if sideways else [])]
    return found


def publish(page: Page):
    return page.get_by_role("button", name=re.compile("^Publish"))


def test_from_the_board_to_the_first_public_post_it_takes_three_clicks_beyond_the_words(served, page):
    page.goto(served.link("mia@example.com"))
    clicks = 0

    def click(role: str, name: str) -> None:
        nonlocal clicks
        page.get_by_role(role, name=name, exact=True).first.click()
        clicks += 1

    click("link", "Declare")
    page.keyboard.type("Search returns errors")  # the field has the focus
    click("button", "Declare, then post")
    page.wait_for_url("**/post")
    page.get_by_label("Your words", exact=True).fill(
        "Searches fail for all customers of Search. We are looking into it."
    )
    click("button", "Publish")
    page.wait_for_url("**/posts/1")
    assert clicks == 3
    assert served.house.verbs.get("INC-1")["posts"][0]["state"] == "investigating"


def test_from_the_room_to_a_public_post_it_takes_one_press(served, page, ref):
    page.goto(served.link("mia@example.com"))
    page.goto(f"{served.url}/desk/incidents/{ref}/post")
    expect(page.get_by_text("Nothing to remark.")).to_be_visible()
    publish(page).click()
    page.wait_for_url(f"**/incidents/{ref}/posts/1")
    expect(page.get_by_label("Social media")).to_have_value(re.compile("Investigating: We are aware"))
    assert len(served.house.verbs.get(ref)["posts"]) == 1


def test_the_preview_follows_and_the_draft_is_kept_while_one_types(served, page, ref):
    page.goto(served.link("mia@example.com"))
    page.goto(f"{served.url}/desk/incidents/{ref}/post")
    page.get_by_label("Your words", exact=True).fill("Searches in **Search** fail since 10:30 am.")
    expect(page.locator(".public strong", has_text="Search")).to_be_visible()
    expect(page.locator(".marked mark")).to_have_text("10:30 am")
    expect(page.locator("#saved")).to_contain_text("Kept as a draft")
    assert served.kept(ref) == ["Searches in **Search** fail since 10:30 am."]
    page.get_by_role("button", name="Write “10:30 UTC”").click()
    expect(page.get_by_label("Your words", exact=True)).to_have_value("Searches in **Search** fail since 10:30 UTC.")


def test_another_state_brings_its_words(served, page, ref):
    page.goto(served.link("mia@example.com"))
    page.goto(f"{served.url}/desk/incidents/{ref}/post")
    page.get_by_text("Identified", exact=True).click()
    expect(page.get_by_label("Your words", exact=True)).to_have_value(re.compile("^We have identified"))


def test_a_browser_that_dies_loses_nothing(served, page, ref, browser):
    page.goto(served.link("mia@example.com"))
    page.goto(f"{served.url}/desk/incidents/{ref}/post")
    page.get_by_label("Your words", exact=True).fill("Searches in the")
    expect(page.locator("#saved")).to_contain_text("Kept as a draft")
    again = browser.new_page()
    again.goto(f"{served.url}/desk/incidents/{ref}/post")
    expect(again.get_by_label("Your words", exact=True)).to_have_value("Searches in the")
    again.close()


def test_a_lost_line_loses_nothing(served, page, ref, browser):
    page.goto(served.link("mia@example.com"))
    page.goto(f"{served.url}/desk/incidents/{ref}/post")
    browser.set_offline(True)
    try:
        page.get_by_label("Your words", exact=True).fill("Typed in a tunnel about Search")
        expect(page.locator("#saved")).to_contain_text("No connection")
    finally:
        browser.set_offline(False)
    expect(page.locator("#saved")).to_contain_text("Kept as a draft", timeout=10_000)
    assert served.kept(ref) == ["Typed in a tunnel about Search"]


def test_what_was_typed_without_a_line_is_there_after_the_tab_was_closed(served, page, ref, browser):
    page.goto(served.link("mia@example.com"))
    page.goto(f"{served.url}/desk/incidents/{ref}/post")
    browser.set_offline(True)
    try:
        page.get_by_label("Your words", exact=True).fill("Typed in a tunnel about Search")
        expect(page.locator("#saved")).to_contain_text("No connection")
        page.evaluate("document.getElementById('post').remove()")
    finally:
        browser.set_offline(False)
    page.goto(f"{served.url}/desk/incidents/{ref}/post")
    expect(page.get_by_label("Your words", exact=True)).to_have_value("Typed in a tunnel about Search")
    expect(page.locator("#saved")).to_contain_text("Kept as a draft")


def test_a_session_that_ends_loses_nothing(served, page, ref, browser):
    page.goto(served.link("mia@example.com"))
    page.goto(f"{served.url}/desk/incidents/{ref}/post")
    served.house.context.now.moment += timedelta(days=40)
    page.get_by_label("Your words", exact=True).fill("Typed while the session ended")
    expect(page.locator("#saved")).to_contain_text("not signed in any more")
    other = browser.new_page()
    other.goto(served.link("mia@example.com"))
    other.close()
    page.goto(f"{served.url}/desk/incidents/{ref}/post")
    expect(page.get_by_label("Your words", exact=True)).to_have_value("Typed while the session ended")


def preview_held(page: Page, during: Callable[[], object]) -> None:
    """Does something while the answer to what was just typed is on its way, and waits until it has come."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/post/preview", hold, times=1)
    page.get_by_label("Your words", exact=True).press_sequentially(" We look into it.")
    expect(page.locator("form.htmx-request")).to_have_count(1)
    during()
    with page.expect_response("**/post/preview"):
        held[0].continue_()
    expect(page.locator(".public")).to_contain_text("We look into it.")


def test_a_preview_that_comes_while_a_button_has_the_focus_leaves_it_there(served, page, ref):
    page.goto(served.link("mia@example.com"))
    page.goto(f"{served.url}/desk/incidents/{ref}/post")
    preview_held(page, lambda: publish(page).focus())
    expect(publish(page)).to_be_focused()


def test_a_preview_that_comes_while_a_button_is_held_down_loses_no_press(served, page, ref):
    page.goto(served.link("mia@example.com"))
    page.goto(f"{served.url}/desk/incidents/{ref}/post")

    def down() -> None:
        publish(page).hover()
        page.mouse.down()

    preview_held(page, down)
    page.mouse.up()
    page.wait_for_url(f"**/incidents/{ref}/posts/1")


def test_a_reason_is_typed_in_peace_while_previews_come(served, page, ref):
    page.goto(served.link("mia@example.com"))
    page.goto(f"{served.url}/desk/incidents/{ref}/post")
    page.get_by_label("Your words", exact=True).fill("Search probably fails because of the new index.")
    page.get_by_text("Say why it stays").first.click()
    reason = page.locator("#beside details[open] input")
    reason.press_sequentially("It is ")

    def go_on() -> None:
        reason.press("End")
        reason.press_sequentially("a quote")

    preview_held(page, go_on)
    expect(reason).to_be_focused()
    expect(reason).to_have_value("It is a quote")


def test_the_keyboard_alone_publishes(served, page, ref):
    page.goto(served.link("mia@example.com"))
    page.goto(f"{served.url}/desk/incidents/{ref}/post")
    page.get_by_label("Your words", exact=True).focus()
    page.keyboard.press("Control+A")
    page.keyboard.type(WORDS["investigating"])
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value") == "publish":
            break
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/incidents/{ref}/posts/1")


def test_every_page_of_it_is_accessible_in_both_palettes_and_fits_a_phone(served, page, ref, axe):
    verbs, clock = served.house.verbs, served.house.context.now
    page.goto(served.link("ada@example.com", "admin"))
    found = {}

    def look(name: str, path: str) -> None:
        page.goto(f"{served.url}/desk{path}")
        found[name] = faults(page, axe)

    look("an empty form", f"/incidents/{ref}/post")
    page.get_by_label("Your words", exact=True).fill("Search is down since 9am PST, probably by mistake, TODO.")
    publish(page).click()
    page.get_by_text("Must change", exact=True).wait_for()
    found["with findings"] = faults(page, axe)
    verbs.post(ref, "investigating", f"{WORDS['investigating']} It probably began some time ago.")
    look("a published post", f"/incidents/{ref}/posts/1")
    look("a form after a post", f"/incidents/{ref}/post?new=1")
    look("no maintenance", "/maintenances")
    look("a plan", "/maintenances/plan")
    for days in (1, 3):
        begin = clock.moment + timedelta(days=days)
        planned = verbs.plan(begin, begin + timedelta(hours=30), components=["search"])["ref"]
    look("maintenances", "/maintenances")
    look("one maintenance", f"/maintenances/{planned}")
    draft = verbs.do(
        drafts.save_draft,
        ref,
        drafts.SaveDraft(state="identified", body=WORDS["identified"], publish_at=clock.moment + timedelta(hours=1)),
    )
    look("a scheduled post", f"/incidents/{ref}/post?draft={draft['id']}")
    assert {name: said for name, said in found.items() if said} == {}
