"""Learning from an incident in a real browser: writing a postmortem with somebody else, and reading the numbers."""

# ruff: noqa: F811
import re

import pytest
from playwright.sync_api import Page, expect

from portal.verbs import commands, followups, postmortems
from portal.verbs.commands_learning import AddRequest
from portal.verbs.postmortem_requests import add_request
from tests.browser.test_accessibility import RUN, STILL
from tests.verbs.conftest import POSTMORTEM
from tests.web.desk.test_post_browser import Served, axe, page, ref, served  # noqa: F401

pytestmark = pytest.mark.browser
LOOKS = [("light", 390), ("dark", 1280)]
WITHIN = {"include": ["body"], "exclude": [".plot__words"]}
"""axe can't tell what lies behind the words of a drawing; they have the colours of every other hint."""


@pytest.fixture
def over(served: Served, ref: str, clock) -> str:
    """The incident is resolved and has its draft."""
    served.house.verbs.post(ref, "investigating")
    clock.forward(minutes=45)
    served.house.verbs.post(ref, "resolved")
    return ref


def article(served: Served, ref: str):
    return postmortems.get_postmortem(served.house.context, served.house.verbs.actor, ref)


def area(page: Page, name: str):
    section = page.locator(f"#section-{name}")
    if section.get_attribute("open") is None:
        section.locator("summary").click()
    return section.locator("textarea")


def test_a_postmortem_from_draft_to_public_with_two_people(served, page, over):
    here = f"{served.url}/desk/incidents/{over}/postmortem"
    page.goto(served.link("mia@example.com"))
    page.goto(here)
    area(page, "summary").fill("Searches should have worked for 45 minutes.")
    expect(page.locator("#beside-summary .section__saved")).to_have_text("Saved 14:45 UTC")
    expect(page.locator("#beside-summary mark")).to_have_text("should have")
    assert article(served, over)["sections"]["summary"] == "Searches should have worked for 45 minutes."
    area(page, "summary").fill("Searches failed for 45 minutes.")
    expect(page.locator("#beside-summary mark")).to_have_count(0)

    served.house.verbs.write_postmortem(over, sections={"summary": "Ada wrote this for 45 minutes."})
    area(page, "summary").fill("Searches failed for 45 minutes, for many.")
    expect(page.locator("#beside-summary")).to_contain_text("Ada wrote this for 45 minutes.")
    expect(page.locator("#kept")).to_contain_text("look beside it")
    page.get_by_role("button", name="Keep mine").click()
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    assert article(served, over)["sections"]["summary"] == "Searches failed for 45 minutes, for many."

    area(page, "contributing_factors").fill(POSTMORTEM["contributing_factors"])
    page.get_by_label("The public may read it").check()
    with page.expect_navigation():  # "Saved." is there already, from before
        page.locator("#about").get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    page.get_by_label("Who should review it").fill("lea@example.com")
    page.get_by_role("button", name="Ask for review").click()
    expect(page.locator("#moves")).to_contain_text("lea@example.com is asked to review it.")

    page.context.clear_cookies()
    page.goto(served.link("lea@example.com"))
    page.goto(here)
    page.get_by_role("button", name="I have reviewed it").click()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("link", name="The public reads it.")).to_be_visible()
    area(page, "faq").fill("Was data lost? No.")
    page.get_by_role("button", name="Save and publish").click()
    expect(page.locator("#changelog")).to_contain_text("Updated: Questions and answers")
    assert article(served, over)["state"] == "published"


def test_words_that_could_not_be_saved_wait_and_are_saved_later(served, page, over):
    page.goto(served.link("mia@example.com"))
    page.goto(f"{served.url}/desk/incidents/{over}/postmortem")
    page.route("**/sections/*", lambda route: route.abort())
    area(page, "lucky").fill("It was quiet.")
    expect(page.locator("#kept")).to_contain_text("can't be reached")
    page.unroute("**/sections/*")
    expect(page.locator("#beside-lucky .section__saved")).to_be_visible(timeout=10_000)
    assert article(served, over)["sections"]["lucky"] == "It was quiet."
    expect(page.locator("#kept")).to_contain_text("saved while you type")


def test_the_keyboard_alone_writes_and_saves(served, page, over):
    page.goto(served.link("mia@example.com"))
    page.goto(f"{served.url}/desk/incidents/{over}/postmortem")
    page.locator("#section-background summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("It was a Monday.")
    expect(page.locator("#beside-background .section__saved")).to_be_visible()
    page.locator("#form-write .save button").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    assert article(served, over)["sections"]["background"] == "It was a Monday."


def test_a_dot_leads_to_its_incident_and_a_follow_up_is_done_with_one_press(served, page, over):
    add = commands.AddFollowup(title="Widen the canary", due="2026-11-01")
    served.house.verbs.do(followups.add_followup, over, add)
    page.goto(served.link("mia@example.com"))
    page.goto(f"{served.url}/desk/followups")
    expect(page.locator("#all-followups")).to_contain_text("Widen the canary")
    page.get_by_role("button", name="Done: Widen the canary").click()
    expect(page.get_by_text("No follow-up is open.")).to_be_visible()
    page.goto(f"{served.url}/desk/insight")
    page.locator("#resolved_after_s circle").click()
    page.wait_for_url(re.compile(f"/desk/incidents/{over}$"))


def test_no_page_has_an_accessibility_fault_in_either_palette(served, page, over, axe):
    verbs = served.house.verbs
    sections = POSTMORTEM | {"resolution": "It took ___ minutes, at 10:30 PST. We should have known."}
    verbs.write_postmortem(over, sections=sections)
    verbs.do(add_request, over, AddRequest(name="Example Corp", contact="ops@customer.example"))
    verbs.do(followups.add_followup, over, commands.AddFollowup(title="Widen the canary", public=True))
    page.goto(served.link("mia@example.com"))
    here = f"/incidents/{over}/postmortem"
    paths = [here, f"{here}/preview", f"{here}/revisions", f"{here}/revisions/2", f"/incidents/{over}/followups"]
    found = {}
    for scheme, width in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 844})
        for path in (*paths, "/postmortems", "/followups", "/insight"):
            page.goto(f"{served.url}/desk{path}")
            page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
            page.evaluate(STILL)
            page.evaluate(axe)
            said = page.evaluate(RUN, [WITHIN, None])
            sideways = page.evaluate("document.documentElement.scrollWidth") > width
            if said or sideways:
                found[f"{path} {scheme} {width}"] = [*said, *(["it scrolls sideways"] if sideways else [])]
    assert found == {}
