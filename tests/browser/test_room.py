"""A person at the desk in a real browser: declares by keyboard alone, looks after the incident, in two tabs."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Busy
from tests.browser.test_accessibility import LOOKS, axe, faults  # noqa: F401  (a fixture)
from tests.browser.test_desk_frame import admin  # noqa: F401  (a fixture)

AGAIN = "document.dispatchEvent(new Event('visibilitychange'))"
"""An open page asks when it is looked at again; nobody waits ten seconds for it here."""


def fits(page: Page) -> None:
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{page.url} at {width}"


@pytest.mark.browser
def test_an_incident_is_declared_and_looked_after_by_keyboard_alone(admin: Page, busy: Busy, axe: str) -> None:  # noqa: F811
    page = admin
    page.goto(f"{busy.url}/desk/declare")
    expect(page.get_by_label("What is wrong?")).to_be_focused()
    page.keyboard.type("Web application shows blank pages")
    expect(page.locator("#similar")).to_contain_text("Join it instead?")
    assert faults(page, axe, LOOKS) == {}
    fits(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="is declared")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Web application shows blank pages")
    page.get_by_label("What happened, or what you are about to do").focus()
    page.keyboard.type("Blank in two browsers")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#lines")).to_contain_text("Blank in two browsers")
    page.locator("#playbooks > summary").focus()
    page.keyboard.press("Enter")
    page.locator("#playbooks button.tick").first.focus()
    page.keyboard.press("Space")
    expect(page.locator("#playbooks button.tick").first).to_have_attribute("aria-pressed", "true")
    page.locator("#facts > summary").focus()
    page.keyboard.press("Enter")
    page.locator("#severity > summary").focus()
    page.keyboard.press("Enter")
    page.locator("#severity").get_by_label("Critical").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("#recap")).to_contain_text("critical", ignore_case=True)
    for part in page.locator("main details").all():
        part.evaluate("part => { part.open = true }")
    page.evaluate("scrollTo(0, 0)")
    assert faults(page, axe, LOOKS) == {}
    fits(page)


@pytest.mark.browser
def test_an_open_board_hears_of_an_incident_and_keeps_the_focus(admin: Page, busy: Busy, axe: str) -> None:  # noqa: F811
    page = admin
    first = busy.desk.post("/incidents", title="Approvals are late", customer_impact="yes")["ref"]
    page.goto(f"{busy.url}/desk/")
    link = page.locator(f"#open-{first}")
    link.focus()
    expect(page.locator("#said")).to_be_empty()
    second = busy.desk.post("/incidents", title="Mentions are late", security=False)["ref"]
    page.evaluate(AGAIN)
    expect(page.locator(f"#open-{second}")).to_be_visible()
    expect(page.locator("#said")).to_contain_text("open")
    expect(link).to_be_focused()
    assert faults(page, axe, LOOKS) == {}
    fits(page)


@pytest.mark.browser
def test_the_second_of_two_tabs_is_told_and_overwrites_nothing(admin: Page, busy: Busy) -> None:  # noqa: F811
    page = admin
    ref = busy.desk.post("/incidents", title="Comments are lost")["ref"]
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(f"{busy.url}/desk/incidents/{ref}#words")
        expect(tab.locator("#words")).to_have_attribute("open", "")
    for tab, words in ((other, "Theirs"), (page, "Mine")):
        tab.locator("#words").get_by_label("Summary").fill(words)
        tab.locator("#words").get_by_role("button", name="Change").click()
    alert = page.locator("#words").get_by_role("alert")
    expect(alert).to_contain_text("it is Theirs now (Hana Ibarra, ")
    expect(page.locator("#words").get_by_label("Summary")).to_have_value("Mine")
    expect(page.locator("#recap")).to_contain_text("Theirs")
    other.close()


@pytest.mark.browser
def test_all_of_it_works_without_scripts(admin: Page, busy: Busy) -> None:  # noqa: F811
    browser = admin.context.browser
    assert browser is not None
    plain = browser.new_context(java_script_enabled=False, storage_state=admin.context.storage_state())
    page = plain.new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{busy.url}/desk/declare")
    page.get_by_label("What is wrong?").fill("Labels vanish")
    page.get_by_role("button", name="Declare").first.click()
    page.get_by_label("What happened, or what you are about to do").fill("Seen by two customers")
    page.get_by_role("button", name="Add", exact=True).first.click()
    expect(page.locator("#lines")).to_contain_text("Seen by two customers")
    page.goto(f"{busy.url}/desk/")
    expect(page.get_by_role("article").filter(has_text="Labels vanish")).to_be_visible()
    plain.close()
