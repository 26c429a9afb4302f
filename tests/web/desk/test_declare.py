# ruff: noqa: F811
"""Declaring at the desk: a title is enough, and nothing that was typed is lost."""

import pytest

from portal.domain.names import Permission
from portal.verbs import calling
from portal.verbs.people import add_person
from tests.web.desk.rooms import page_of, words_of
from tests.web.desk.writing import desk, house, mia, ref  # noqa: F401


def test_a_title_alone_is_enough(house, mia):
    mia.look("/declare")
    page = mia.press("/declare", title="Search returns errors")
    assert page.request.path == "/desk/incidents/INC-1"
    assert "INC-1 is declared. Nothing of it is public yet." in words_of(mia)
    said = house.verbs.get("INC-1")
    assert (said["title"], said["severity"], said["customer_impact"]) == ("Search returns errors", "major", "unknown")
    assert said["components"] == {}
    assert mia.presses == 1


def test_everything_else_can_be_said_in_the_same_form(house, mia):
    mia.look("/declare")
    mia.press(
        "/declare",
        title="Search returns errors",
        severity="critical",
        customer_impact="yes",
        components__search="major_outage",
        lead="rob@example.com",
        messenger="mia@example.com",
        reporter__kind="customer",
        reporter__name="Grace",
        summary="The index is red.",
        started_at="2026-11-23T13:50",
        audience="cloud",
        breadth="many",
    )
    said = house.verbs.get("INC-1")
    assert said["components"] == {"search": "major_outage"}
    assert said["started_at"] == "2026-11-23T13:50:00.000Z"
    assert said["roles"]["lead"]["offer"]["person"] == "rob@example.com"
    assert said["roles"]["messenger"]["person"] == "mia@example.com"
    assert said["reporter"] == {"kind": "customer", "name": "Grace", "contact": None}
    room = words_of(mia)
    assert "Acknowledge Grace" in room
    assert "They should hear from us in 10 minutes 14:10 UTC" in room
    assert "Thank you Grace for telling us (Search returns errors)." in room


def test_examples_stand_beside_the_severity(mia):
    mia.look("/declare")
    said = words_of(mia, "fold-severity")
    assert "Everything is down, or data was lost" in said
    assert "Belongs to support: support@example.com" in said


def test_minor_shows_the_support_route_and_asks_for_a_reason(house, mia):
    mia.look("/declare")
    page = mia.press("/declare", title="A typo", severity="minor", lead="rob@example.com")
    assert page.status_code == 422
    assert "A minor problem belongs to support: support@example.com." in words_of(mia)
    assert 'value="A typo"' in page.text
    assert page_of(mia).get_element_by_id("fold-who").get("open") is not None, "what was typed stays in sight"
    page = mia.press("/declare", reason="It is on the front page")
    assert page.status_code == 200
    assert house.verbs.get("INC-1")["severity_reason"] == "It is on the front page"


def test_similar_open_incidents_are_offered_before_anything_is_typed_and_while(mia, ref, house):
    house.verbs.declare("Mail waits")
    mia.look("/declare")
    assert "Open now. If it is one of these, join it instead." in words_of(mia, "similar")
    part = mia.client.get("/desk/declare/similar?title=&components.search=degraded_performance").text
    assert "INC-1" in part
    assert "INC-2" not in part
    assert "This may be one of these." in part
    assert "INC-2" in mia.client.get("/desk/declare/similar?title=Waiting+mail").text


def test_one_can_join_instead_and_nothing_is_declared(house, mia, ref):
    mia.look("/declare")
    button = page_of(mia).xpath("//button[@formaction]")[0]
    assert button.get("formaction") == f"/desk/incidents/{ref}/join"
    csrf = dict(mia.fields("/declare"))["_csrf"]
    page = mia.send(f"/incidents/{ref}/join", [("_csrf", csrf), ("title", "Queries time out")])
    assert "You joined INC-1." in page.text
    assert "mia@example.com joins: Seen as well: Queries time out" in page.text
    assert house.verbs.sql("SELECT count(*) FROM incident")[0][0] == 1


def test_declaring_is_never_stopped_by_a_similar_one_and_the_room_offers_to_join(house, mia, ref):
    mia.look("/declare")
    mia.press("/declare", title="Search is slow", components__search="degraded_performance")
    assert "INC-1 Search fails is open, too. It affects search too." in words_of(mia)
    from tests.web.desk.rooms import fill

    page = fill(mia, "join-INC-1")
    assert page.request.path == "/desk/incidents/INC-1"
    assert "INC-2 is closed: it repeats INC-1, this one." in words_of(mia)


def test_a_private_incident_says_what_that_means(house, mia):
    mia.look("/declare")
    assert "It can't become public by a switch" in words_of(mia, "fold-private")
    mia.press("/declare", title="Keys leaked", security="1")
    assert "Private." in words_of(mia)
    assert house.verbs.sql("SELECT security FROM incident")[0][0] == 1


def test_who_is_in_no_team_that_knows_sees_that_support_is_called(house, mia):
    mia.look("/declare")
    mia.press("/declare", title="Search fails")
    assert "Support is called, since you are in none of the teams product, engineering, support." in words_of(mia)
    assert "Thank you for identifying this." in words_of(mia)
    assert calling.list_calls(house.context, house.verbs.actor, "INC-1")["items"][0]["team"] == "support"


def test_a_first_post_can_be_published_with_it(house, mia):
    mia.look("/declare")
    words = "Searches in the Search component fail for some customers. We are looking into it this morning."
    page = mia.press("/declare", title="Search fails", post__body=words)
    assert page.status_code == 422
    assert "P1" in words_of(mia, "fold-post")
    assert words in page.text
    assert house.verbs.sql("SELECT count(*) FROM incident")[0][0] == 0, "nothing is declared yet"
    page = mia.press("/declare", post__confirm="1")
    assert "and its first post is public" in words_of(mia)
    assert house.verbs.get("INC-1")["posts"][0]["body"].startswith("Searches in the Search component fail")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"title": ""}, "This field is needed."),
        ({"title": "x", "started_at": "2027-01-01T00:00"}, "That has not happened yet."),
        ({"title": "x" * 301}, "Keep this to 300 characters; it has 301."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(mia, typed, said):
    mia.look("/declare")
    page = mia.press("/declare", summary="Kept <b>", **typed)
    assert page.status_code == 422
    assert said in words_of(mia)
    assert "Kept &lt;b&gt;" in page.text


def test_a_form_that_is_sent_twice_declares_once(house, mia):
    mia.look("/declare")
    sent = [*mia.fields("/declare"), ("title", "Search fails")]
    sent = [(name, value) for name, value in sent if (name, value) != ("title", "")]
    mia.send("/declare", sent)
    mia.send("/declare", sent)
    assert house.verbs.sql("SELECT count(*) FROM incident")[0][0] == 1


def test_names_of_people_with_an_account_are_enough(house, mia):
    add_person(house.context, house.verbs.actor, "rob@example.com", [Permission.RESPONDER], "Rob Example")
    mia.look("/declare")
    mia.press("/declare", title="Search fails", lead="rob example")
    assert house.verbs.get("INC-1")["roles"]["lead"]["offer"]["person"] == "rob@example.com"
