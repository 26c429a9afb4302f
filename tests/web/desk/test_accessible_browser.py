"""Every page of the desk, from its own table, with lists that are not empty: axe-core finds nothing, on a phone and a
desktop, by day and by night, with everything unfolded."""

# ruff: noqa: F811
import pytest

from portal.domain.names import Permission
from portal.verbs import people
from portal.verbs.context import PORTAL
from portal.web.desk.pages import PAGES
from tests.browser.test_accessibility import LOOKS, axe, faults  # noqa: F401
from tests.proofs import FULL
from tests.web.desk.busy_house import NO_PAGE, PLACES, SIGNED_OUT, fill
from tests.web.desk.test_post_browser import Served, page, served  # noqa: F401

WITHIN = {"include": ["html"], "exclude": [".plot__words"]}
"""axe can't tell what lies behind the words of a drawing; they have the colours of every other hint."""

SEEN = LOOKS if FULL else [LOOKS[0], LOOKS[-1]]
"""A sample: each palette once, on a phone and on a desktop."""

NOTHING = "/no/such/page"


def test_every_page_of_the_table_is_looked_at_or_is_none():
    got = {one.path for one in PAGES if one.method == "GET"}
    assert got == {*PLACES, *NO_PAGE, *SIGNED_OUT}


def found_at(page, axe: str, address: str) -> list[str]:
    status = page.goto(address).status
    first = set(page.locator("main .button--primary:visible").all_inner_texts())
    page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
    found = [f"{look}: {one}" for look, said in faults(page, axe, SEEN, WITHIN, height=6000).items() for one in said]
    found += [] if status == (404 if address.endswith(NOTHING) else 200) else [f"it answers {status}"]
    found += [] if page.locator("h1").count() == 1 else ["not one heading of the page"]
    found += [f"{first} all say that they are the one to press"] if len(first) > 1 else []
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"scrolls sideways at {width}")
    return found


@pytest.mark.browser
def test_every_page_is_accessible_in_both_palettes_and_fits_a_phone(served: Served, page, axe: str, tell):
    fill(served.house)
    link = people.add_person(served.house.context, PORTAL, "ada@example.com", list(Permission), pressed=True)
    places = ["/sign-in", f"/sign-in/link/{link}"]
    found = {one: found_at(page, axe, f"{served.url}/desk{one}") for one in places}
    page.get_by_role("button", name="Sign in").click()
    places = [NOTHING, *(one for several in PLACES.values() for one in several)]
    found |= {one: found_at(page, axe, f"{served.url}/desk{one}") for one in places}
    assert {one: said for one, said in found.items() if said} == {}
    tell("pages of the desk without a fault", f"{len(found)} x {len(SEEN)} looks")
