# ruff: noqa: F811
"""The board, as people look at it."""

import re

from portal.verbs import automation, commands, components, roles, windows
from portal.verbs.commands_keeper import PlanWindow
from portal.verbs.context import PORTAL
from tests.web.desk.rooms import page_of, words_of
from tests.web.desk.writing import desk, house, mia, ref  # noqa: F401


def test_an_empty_board_says_what_to_do(mia):
    mia.look("/")
    said = words_of(mia)
    assert "Nothing is open." in said
    assert "a title is enough" in said
    assert "Nobody waits for you." in said


def test_an_open_incident_shows_who_leads_who_speaks_and_when_the_next_post_is_due(house, mia, ref, clock):
    house.verbs.do(roles.offer_role, ref, "messenger", commands.OfferRole(person="mia@example.com"))
    house.verbs.post(ref, "investigating")
    clock.forward(minutes=3)
    mia.look("/")
    said = words_of(mia)
    for words in ("INC-1", "critical", "Search", "major outage", "ada@example.com", "offered to mia@example.com"):
        assert words in said
    assert "Next post in 12 minutes 14:15 UTC" in said
    assert "14:00 UTC, 3 minutes ago" in said
    assert page_of(mia).xpath("//svg//animate")[0].get("dur") == "720s", "the clock turns"


def test_what_is_overdue_comes_first_and_says_so_in_words(house, mia, ref, clock):
    house.verbs.post(ref, "investigating")
    clock.forward(minutes=14)
    house.verbs.declare("Late", severity="critical", customer_impact="yes")
    clock.forward(minutes=20)
    mia.look("/")
    titles = [one.text_content() for one in page_of(mia).xpath("//article//h3")]
    assert titles == ["Search fails", "Late"]
    assert "19 minutes late" in words_of(mia)
    assert not page_of(mia).xpath("//animate"), "a clock that has run out stands still"


def test_an_open_page_asks_again_and_hears_304_until_something_happens(house, mia, ref, clock):
    mia.look("/")
    part = page_of(mia).get_element_by_id("now")
    address, mark = part.get("data-watch"), part.get("data-mark")
    asked = {"If-None-Match": f'"{mark}"', "HX-Request": "true"}
    same = mia.client.get(address, headers=asked)
    assert (same.status_code, same.data) == (304, b"")
    clock.forward(seconds=20)
    assert mia.client.get(address, headers=asked).status_code == 304, "seconds are no news"
    house.verbs.post(ref, "investigating")
    new = mia.client.get(address, headers=asked)
    assert new.status_code == 200
    assert new.headers["ETag"] != f'"{mark}"'
    assert 'data-news="1 open; INC-1 is investigating."' in new.text
    assert "<html" not in new.text


def test_a_private_incident_is_on_no_board_but_its_own(house, mia, security):
    house.verbs.as_(security).declare("Keys leaked", security=True)
    assert "Keys" not in mia.look("/")
    assert "Keys" not in mia.look("/incidents")
    assert "Keys leaked" in house.person(security.name, "security").look("/")


def test_an_announcement_window_is_a_banner_and_says_what_it_lacks(house, mia, clock):
    plan = PlanWindow(title="Launch", starts_at="2026-11-23T14:10:00Z", ends_at="2026-11-23T20:00:00Z")
    house.verbs.do(windows.plan_window, plan)
    assert 'id="window"' not in mia.look("/")
    clock.forward(minutes=20)
    automation.run_due(house.context)
    mia.look("/")
    assert "Launch until 20:00 UTC" in words_of(mia, "window")
    assert "It has no owner and no plan." in words_of(mia, "window")


def test_ones_own_tasks_lead_to_their_place(house, mia, ref):
    house.verbs.do(roles.offer_role, ref, "messenger", commands.OfferRole(person="mia@example.com"))
    page = mia.look("/")
    assert re.search(
        rf'href="/desk/incidents/{ref}\?at=roles#roles"[^>]*>ada@example.com offers you the role of messenger', page
    )


def test_a_title_is_shown_as_it_was_typed(house, mia):
    house.verbs.declare('<script>alert(1)</script> & "quotes"')
    page = mia.look("/")
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_all_incidents_can_be_searched(house, mia, ref):
    house.verbs.declare("Mail waits")
    assert "Mail waits" in mia.look("/incidents")
    assert "Mail waits" not in mia.look("/incidents?q=search")
    assert "Search fails" in mia.look("/incidents?severity=critical&q=&state=")
    assert "No incident is like that." in mia.look("/incidents?state=closed")
    mia.look("/incidents?state=nonsense", 400)


def test_an_empty_portal_says_where_to_begin(house, mia):
    ada = house.person("ada@example.com", "admin")
    assert "say what the page lists" not in ada.look("/"), "it lists something"
    for one in components.list_components(house.context, PORTAL)["items"]:
        components.remove_component(house.context, PORTAL, one["slug"])
    assert 'href="/desk/components"' in ada.look("/")
    assert "say what the page lists" not in mia.look("/"), "she may not"
