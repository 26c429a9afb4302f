"""A whole incident by two people in real browsers, from a fresh home and the printed link to the closed incident."""

import pathlib
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.ops.test_signing_in import LINK
from tests.proofs import FULL
from tests.running import RunningPortal

TITLE = "Sign-in fails"
BLANK = "the dashboard"
"""What a portal without components can't know: what the issue is with."""
POSTS = {
    "Identified": "Sign-in fails for all customers since 10:30 UTC. A full disk is the cause; we are making room.",
    "Monitoring": "Sign-in works again for all customers since 10:50 UTC. We are watching it.",
    "Resolved": "Sign-in worked for all customers from 10:50 UTC on. Nothing was lost.",
}
SECTIONS = {
    "Summary": "Nobody could sign in for 20 minutes, because a disk was full.",
    "Contributing factors": "* The disk was full.\n* Nobody was told before it was.",
}
CLICKS, CHARACTERS = 3, len(BLANK)
"""From the first signed-in page to the first public post, beyond the title; without scripts one click more, into it."""


@dataclass
class Somebody:
    """One person at one browser, whose clicks and characters are counted."""

    page: Page
    scripts: bool
    clicks: int = 0
    typed: int = 0

    def button(self, name: str, within: str = "main") -> None:
        self.press(self.page.locator(within).get_by_role("button", name=name, exact=True).first)

    def link(self, name: str, within: str = "main") -> None:
        self.press(self.page.locator(within).get_by_role("link", name=name, exact=True).first)

    def press(self, what: Locator) -> None:
        what.click()
        self.clicks += 1

    def write(self, field: Locator, words: str) -> None:
        field.fill(words)
        self.typed += len(words)

    def unfold(self, part: str) -> Locator:
        fold = self.page.locator(part)
        for one in (self.page.locator("details.foldable").filter(has=fold), fold):
            if one.count() and not one.locator("> :not(summary)").first.is_visible():
                self.press(one.locator("> summary"))
        return fold

    def fill_in_the_blank(self, words: str) -> None:
        """With scripts it is selected already."""
        body = self.page.get_by_label("Your words", exact=True)
        if not self.scripts:
            self.press(body)
            begin = body.input_value().index("___")
            body.evaluate("(body, at) => body.setSelectionRange(at, at + 3)", begin)
        expect(body).to_be_focused()
        self.page.keyboard.type(words)
        self.typed += len(words)

    def is_told(self, words: str) -> None:
        expect(self.page.get_by_role("status").filter(has_text=words)).to_be_visible()


@pytest.fixture
def fresh(tmp_path: pathlib.Path) -> Iterator[tuple[RunningPortal, str]]:
    """A portal whose home was empty, and the link that setting it up has printed."""
    portal = RunningPortal(tmp_path / "home")
    given = {"name": "Example", "site-url": portal.url, "support-email": "help@example.com", "admin": "ada@example.com"}
    said = portal.command("init", *(f"--{name}={value}" for name, value in given.items()))
    with portal:
        yield portal, LINK.findall(said)[0]


SEATS = [(True, 390), (False, 1280), (True, 1280), (False, 390)]
"""With scripts or without, and how wide; the sample has each once."""


@pytest.fixture(params=SEATS if FULL else SEATS[:2], ids="{0[0]} {0[1]}".format)
def sit_down(browser: BrowserContext, request: pytest.FixtureRequest) -> Iterator[object]:
    """Seats somebody at a browser of their own: a phone's or a desktop's width, with and without scripts."""
    scripts, width = request.param
    seats: list[BrowserContext] = []

    def seat(link: str) -> Somebody:
        assert browser.browser
        seats.append(
            browser.browser.new_context(
                java_script_enabled=scripts, viewport={"width": width, "height": 844 if width < 1000 else 900}
            )
        )
        page = seats[-1].new_page()
        page.set_default_timeout(10_000)
        page.goto(link)
        return Somebody(page, scripts)

    yield seat
    for one in seats:
        one.close()


def is_read(portal: RunningPortal, path: str, words: str) -> None:
    """The public reads it there, soon: a machine that is busy publishes a moment later."""
    limit = time.monotonic() + 20
    while words.encode() not in portal.get(path)[2]:
        assert time.monotonic() < limit, f"{words} is not on {path}"
        time.sleep(0.05)


@pytest.mark.browser
def test_two_people_take_an_incident_from_the_printed_link_to_its_end(fresh, sit_down, tell) -> None:
    portal, link = fresh
    ada = sit_down(link)
    room = f"{portal.url}/desk/incidents/INC-1"

    # To the first public post: nothing is typed but the title and what fails.
    ada.link("Declare", "header")
    ada.write(ada.page.get_by_label("What is wrong?"), TITLE)
    ada.button("Declare, then post")
    ada.fill_in_the_blank(BLANK)
    ada.button("Publish")
    ada.is_told("public")
    clicks, characters = ada.clicks, ada.typed - len(TITLE)
    assert clicks <= CLICKS + (not ada.scripts)
    assert characters <= CHARACTERS
    is_read(portal, "/history.atom", TITLE)

    ada.link("To the room")
    fold = ada.unfold("#severity")
    ada.press(fold.get_by_label("Yes", exact=True))
    ada.press(fold.get_by_role("button", name="Change", exact=True))

    # Somebody else is added, and takes the posts over.
    ada.page.goto(f"{portal.url}/desk/people")
    ada.write(ada.page.get_by_label("Mail address"), "mia@example.com")
    ada.button("Add, and make a sign-in link")
    mia = sit_down(ada.page.get_by_role("textbox", name="One-time link").input_value())
    mia.button("Sign in")
    ada.page.goto(room)
    fold = ada.unfold("#offer-messenger")
    ada.write(fold.get_by_label("To"), "mia@example.com")
    ada.press(fold.get_by_role("button", name="Offer", exact=True))
    ada.is_told("is offered to mia@example.com")
    mia.page.goto(f"{portal.url}/desk/")
    mia.press(mia.page.locator("[id^=answer-role-]"))
    mia.press(mia.page.get_by_role("button", name="I'm on it"))
    mia.is_told("has the role of messenger now")
    expect(mia.page.locator("#recap")).to_contain_text("mia@example.com")

    for state, words in POSTS.items():
        mia.page.goto(f"{room}/post")
        mia.press(mia.page.locator(".states").get_by_text(state, exact=True))
        mia.write(mia.page.get_by_label("Your words", exact=True), words)
        mia.press(mia.page.get_by_role("button", name=re.compile("^Publish")))
        mia.is_told("public")
    is_read(portal, "/history.atom", POSTS["Resolved"])

    # The postmortem: Ada writes it, Mia reviews it.
    mia.link("Write the postmortem")
    ada.page.goto(f"{room}/postmortem")
    for name, words in SECTIONS.items():
        part = ada.page.locator("details.section").filter(has=ada.page.get_by_role("heading", name=name, exact=True))
        if part.get_attribute("open") is None:
            ada.press(part.locator("summary"))
        ada.write(part.get_by_role("textbox"), words)
    ada.button("Save")
    ada.is_told("Saved.")
    ada.write(ada.page.get_by_label("Who should review it"), "mia@example.com")
    ada.button("Ask for review")
    ada.is_told("It waits for its review.")
    mia.page.goto(f"{room}/postmortem")
    mia.button("I have reviewed it")
    mia.button("Let the public read it")
    mia.button("Publish")
    mia.is_told("It is published.")
    public = mia.page.get_by_role("link", name="The public reads it.").get_attribute("href")
    assert public
    is_read(portal, public.removeprefix(portal.url), SECTIONS["Summary"])

    # A follow-up, done.
    ada.page.goto(room)
    fold = ada.unfold("#followup-add")
    ada.write(fold.get_by_label("What should be done?"), "Warn before the disk is full")
    ada.press(fold.get_by_role("button", name="Add", exact=True))
    ada.unfold("#followups")
    ada.link("Change them", "#followups")
    ada.button("Done: Warn before the disk is full")

    # Everybody was told; closed.
    ada.page.goto(room)
    ada.unfold("#checklist")
    todo = ada.page.locator("#checklist .tick[aria-pressed=false]")
    while left := todo.count():
        ada.press(todo.first)
        expect(todo).to_have_count(left - 1)
    ada.button("Close it as resolved")
    expect(ada.page.get_by_role("heading", name="Closed")).to_be_visible()
    scripts = "with scripts" if ada.scripts else "without scripts"
    said = f"{clicks} clicks, {characters} characters beyond the title; whole incident {ada.clicks + mia.clicks} clicks"
    tell(f"first public post {scripts}", said)
