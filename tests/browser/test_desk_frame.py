"""The frame of the desk in Chromium: signing in, the menu and colours; axe-core finds nothing."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Busy
from tests.browser.test_accessibility import LOOKS, axe, faults  # noqa: F401  (a fixture)

HANA = "hana.ibarra@larkspur.example"


def link(busy: Busy, *flags: str) -> str:
    """A one-time link of the demo's admin."""
    return busy.desk.portal.command("user", "link", HANA, *flags).strip()


@pytest.fixture
def admin(page: Page, busy: Busy) -> Iterator[Page]:
    page.goto(link(busy))
    yield page
    page.context.clear_cookies()


def narrow_enough(page: Page) -> bool:
    return all(
        page.set_viewport_size({"width": width, "height": 844})
        or page.evaluate("document.documentElement.scrollWidth") <= width
        for width in (390, 320)
    )


@pytest.mark.browser
def test_signing_in_is_accessible_and_one_click(page: Page, busy: Busy, axe: str) -> None:  # noqa: F811
    page.context.clear_cookies()
    page.goto(f"{busy.url}/desk/people")
    expect(page).to_have_url(f"{busy.url}/desk/sign-in?to=%2Fdesk%2Fpeople")
    assert faults(page, axe, LOOKS) == {}
    page.get_by_label("Mail address").fill(HANA)
    page.get_by_label("Password").fill("a wrong password")
    page.keyboard.press("Enter")
    said = page.get_by_role("alert")
    expect(said).to_be_focused()
    expect(page.get_by_label("Mail address")).to_have_value(HANA)
    assert faults(page, axe, LOOKS[:1]) == {}
    page.goto(link(busy, "--to-send"))
    assert faults(page, axe, LOOKS[:1]) == {}
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{busy.url}/desk/")
    page.context.clear_cookies()
    page.goto(link(busy))
    expect(page).to_have_url(f"{busy.url}/desk/")
    page.context.clear_cookies()


@pytest.mark.browser
def test_the_menu_is_reached_and_left_by_keyboard_on_a_phone(admin: Page, axe: str) -> None:  # noqa: F811
    admin.set_viewport_size({"width": 390, "height": 844})
    admin.keyboard.press("Tab")
    expect(admin.get_by_role("link", name="Skip to the content")).to_be_focused()
    menu = admin.locator("#menu summary")
    menu.focus()
    expect(admin.get_by_role("link", name="API tokens")).to_be_hidden()
    admin.keyboard.press("Enter")
    expect(admin.get_by_role("link", name="API tokens")).to_be_visible()
    assert faults(admin, axe, [("light", 390), ("dark", 390)], ".bar") == {}
    admin.keyboard.press("Tab")
    admin.keyboard.press("Escape")
    expect(admin.get_by_role("link", name="API tokens")).to_be_hidden()
    expect(menu).to_be_focused()
    menu.click()
    admin.get_by_role("link", name="API tokens").click()
    expect(admin.get_by_role("heading", name="API tokens")).to_be_visible()


@pytest.mark.browser
def test_colours_are_chosen_and_remembered(admin: Page) -> None:
    admin.set_viewport_size({"width": 1280, "height": 844})
    admin.emulate_media(color_scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = admin.evaluate(ground)
    switch = admin.get_by_role("button", name="Dark colours")
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "true")
    assert admin.evaluate(ground) != light
    admin.reload()
    assert admin.evaluate(ground) != light
    switch.click()
    assert admin.evaluate(ground) == light
    assert admin.evaluate("localStorage.getItem('colours')") is None


@pytest.mark.browser
def test_a_person_is_added_with_a_link_to_copy_and_errors_lead_to_their_fields(admin: Page, busy: Busy) -> None:
    admin.goto(f"{busy.url}/desk/people")
    admin.get_by_label("Mail address").fill("lea@larkspur")
    admin.get_by_label("Responder").uncheck()
    admin.get_by_role("button", name="Add, and make a sign-in link").click()
    alert = admin.get_by_role("alert")
    expect(alert).to_be_focused()
    expect(alert).to_contain_text("Permissions")
    expect(admin.get_by_label("Mail address")).to_have_value("lea@larkspur")
    admin.get_by_label("Responder").check()
    admin.get_by_role("button", name="Add, and make a sign-in link").click()
    shown = admin.get_by_role("textbox", name="One-time link").input_value()
    assert shown.startswith(f"{busy.url}/desk/sign-in/link/")


@pytest.mark.browser
def test_it_works_without_scripts(busy: Busy, browser) -> None:
    context = browser.browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(link(busy))
    page.locator("#menu summary").click()
    page.get_by_role("link", name="API tokens").click()
    page.get_by_label("Name").fill("without scripts")
    page.get_by_role("button", name="Make the token").click()
    assert page.get_by_label("Token", exact=True).input_value().startswith("abp_")
    page.locator("#menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    context.close()


@pytest.mark.browser
def test_a_visitor_reports_by_keyboard(page: Page, busy: Busy, axe: str) -> None:  # noqa: F811
    page.goto(f"{busy.url}/report")
    assert faults(page, axe, LOOKS) == {}
    assert narrow_enough(page)
    page.get_by_label("What happens").fill("I can't search since ten o'clock.")
    page.get_by_label("What happens").press("Tab")
    page.get_by_role("button", name="Send the report").press("Enter")
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    status, _, body = busy.desk.portal.get("/api/v2/incidents.json")
    assert status == 200
    assert "ten o'clock" not in json.dumps(json.loads(body))
