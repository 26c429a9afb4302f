"""Every kind of page in Chromium: axe-core finds nothing, nothing scrolls sideways, the keyboard is never lost."""

import pathlib
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NEWEST, Busy, npm_file

STILL = """() => {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync("* { transition: none !important }")
  document.adoptedStyleSheets = [sheet]
}"""
"""Colours must have arrived when they are measured; a style sheet made by a script needs no leave from the CSP."""
RUN = """async ([within, rules]) => {
  const asked = {resultTypes: ["violations", "incomplete"], preload: false, ...(rules && {runOnly: rules})}
  const found = await axe.run(within, asked)
  const said = (rule, node) => `${rule.id}: ${node.html} ${(node.failureSummary || "").replaceAll("\\n", " ")}`
  const unsure = found.incomplete.filter(rule => rule.id === "color-contrast")
  return [...found.violations, ...unsure].flatMap(rule => rule.nodes.map(node => said(rule, node)))
}"""
CHANGES = ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"]
"""The rules whose answer depends on colours and widths; the others are asked once."""
CUT_OFF = """() => [...document.querySelectorAll("#content *, .foot *")]
  .filter(one => !one.closest(".unseen, .facets, thead"))
  .filter(one => one.getBoundingClientRect().width && one.getBoundingClientRect().right > innerWidth + 1)
  .map(one => `${one.tagName} ${one.className} ${one.textContent.trim().slice(0, 40)}`)"""
"""What ends outside the screen, also where a box hides it; rows to be pushed aside and what is only heard are fine."""
LOOKS = [(scheme, width) for scheme in ("light", "dark") for width in (390, 1280)]

PAGES = {
    "the status page": "/",
    "an incident": "<incident>",
    "a maintenance": "<maintenance>",
    "the history": "/history/",
    "a month": "<month>",
    "a part of a year": "<part>",
    "a component": "/components/web-application/",
    "planned work": "/maintenance/",
    "the archive": "/postmortems/",
    "a part of the archive": "/postmortems/by/year/2026/",
    "a postmortem": "<postmortem>",
    "how to subscribe": "/subscribe/",
    "about": "/about/",
    "no page": "/no/such/page/",
    "a report": "/report",
    "following by mail": "/subscriptions",
    "following by webhook": "/subscriptions/webhooks",
}


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    return pathlib.Path(npm_file("axe-core/axe.min.js")).read_text()


def address(page: Page, busy: Busy, path: str) -> str:
    """Where a page is whose address depends on the day: the newest of its kind."""
    if path in {"<incident>", "<maintenance>"}:
        return busy.url + getattr(busy, path.strip("<>"))
    if path.startswith("<"):
        listed, link = {
            "<month>": ("/history/", ".month-list a"),
            "<part>": ("/history/", "a[href*='by/component']"),
            "<postmortem>": ("/postmortems/", ".archive__entry h2 a"),
        }[path]
        page.goto(busy.url + listed)
        first = page.locator(link).first
        return str(first.evaluate("link => link.href"))
    return busy.url + path


def faults(
    page: Page, axe: str, looks: list[tuple[str, int]], within: Any = "html", height: int = 844
) -> dict[str, Any]:
    """What axe-core finds on the page that is open, in the colour schemes and widths given."""
    page.evaluate(STILL)
    page.evaluate(axe)
    found = {}
    for scheme, width in looks:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": height})
        found[f"{scheme}, {width} wide"] = page.evaluate(RUN, [within, CHANGES if found else None])
    return {where: what for where, what in found.items() if what}


@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES.values(), ids=list(PAGES))
def test_every_kind_of_page_is_accessible_and_fits_a_phone(page: Page, busy: Busy, axe: str, path: str) -> None:
    page.goto(address(page, busy, path))
    assert page.locator("h1").count() == 1
    assert faults(page, axe, LOOKS) == {}
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate(CUT_OFF) == [], "letters of twice the size (WCAG 1.4.4) break into lines"


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/report", "/subscriptions", "/subscriptions/webhooks"])
def test_the_fields_of_a_form_are_as_wide_as_a_phone_and_do_not_make_it_zoom(page: Page, busy: Busy, path: str) -> None:
    page.goto(busy.url + path)
    for field in page.locator("form.form").locator("textarea, select, [type=email], [type=url], #contact").all():
        width, letters = field.evaluate("one => [one.offsetWidth, parseFloat(getComputedStyle(one).fontSize)]")
        assert width > 340
        assert letters >= 16


@pytest.mark.browser
def test_the_reference_of_the_api_is_accessible_and_fits_a_phone(page: Page, busy: Busy, axe: str) -> None:
    page.goto(f"{busy.url}/api/v1/docs")
    assert faults(page, axe, [("dark", 1280), ("light", 320)]) == {}
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.browser
def test_the_pages_of_a_new_portal_are_accessible(page: Page, new: str, axe: str) -> None:
    for path in ("/", "/history/", "/maintenance/", "/postmortems/"):
        page.goto(new + path)
        assert faults(page, axe, [("light", 390), ("dark", 1280)]) == {}, path


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
def test_the_keyboard_meets_only_what_can_be_seen(page: Page, busy: Busy, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(busy.url)
    page.evaluate(STILL)
    page.locator("html.js #colours:visible").wait_for()
    for _ in range(30):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        expect(focused).to_be_visible()
        expect(focused).to_be_in_viewport()
        if focused.get_attribute("name") == "query":
            page.keyboard.press("Escape")


@pytest.mark.browser
def test_the_first_key_leads_past_the_header(page: Page, busy: Busy) -> None:
    page.goto(f"{busy.url}/history/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.contains(document.querySelector('h1'))")


@pytest.mark.browser
def test_a_phone_shows_the_newest_words_first(page: Page, busy: Busy) -> None:
    for path in ("/", busy.incident):
        page.goto(busy.url + path)
        for words in (NEWEST, "Next update by", "since 20"):
            box = page.get_by_text(words).first.bounding_box()
            assert box, f"{words} on {path}"
            assert box["y"] + box["height"] <= 844, f"{words} on {path}"


@pytest.mark.browser
def test_what_a_search_finds_can_be_read_and_reached_by_keyboard(page: Page, busy: Busy, axe: str) -> None:
    page.goto(busy.url)
    page.get_by_role("button", name="Search").click()
    page.get_by_text("Type to start searching").wait_for()
    page.keyboard.type("certificate")
    page.get_by_text("matching documents").wait_for()
    assert faults(page, axe, [("light", 390), ("dark", 390)], ".md-search") == {}
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/postmortems/an-expired-certificate-stopped-the-rest-api/**")
