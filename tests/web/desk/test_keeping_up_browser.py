"""An open board keeps up with the portal and stays out of the way of who uses it."""

# ruff: noqa: F811
import pytest
from playwright.sync_api import Page, expect

from tests.web.desk.test_post_browser import Served, page, ref, served  # noqa: F401

pytestmark = pytest.mark.browser
SEEN_AGAIN = "document.dispatchEvent(new Event('visibilitychange'))"
"""What a browser says when its reader comes back to the tab: the page looks at once."""


def look(page: Page) -> None:
    with page.expect_response("**/desk/board/now"):
        page.evaluate(SEEN_AGAIN)


@pytest.fixture
def board(served: Served, page: Page, ref: str) -> Page:
    page.goto(served.link("mia@example.com"))
    page.goto(f"{served.url}/desk/")
    expect(page.locator("#now")).to_contain_text("not public")
    return page


def test_it_shows_what_is_new_and_the_focus_stays(served, board, ref):
    board.locator(f"#post-{ref}").focus()
    served.house.verbs.post(ref, "identified")
    look(board)
    expect(board.locator("#now")).to_contain_text("identified")
    expect(board.locator(f"#post-{ref}")).to_be_focused()


def test_a_press_that_is_held_while_something_changes_counts(served, board, ref):
    board.locator(f"#room-{ref}").hover()
    board.mouse.down()
    served.house.verbs.post(ref, "identified")
    board.evaluate(SEEN_AGAIN)
    board.evaluate("() => new Promise(done => setTimeout(done, 300))")
    board.mouse.up()
    board.wait_for_url(f"**/desk/incidents/{ref}")
