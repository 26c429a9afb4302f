from datetime import timedelta

import pytest

from portal.domain.errors import Conflict, Invalid, PostRefused
from portal.domain.times import to_text
from portal.verbs import checklist
from tests.verbs.conftest import WORDS


def test_a_title_is_enough_and_nothing_is_public(desk, clock):
    made = desk.declare("Search fails")
    assert made["ref"] == "INC-1"
    assert (made["severity"], made["state"], made["customer_impact"]) == ("major", "active", "unknown")
    assert made["public_url"] is None
    assert made["started_at"] == made["detected_at"] == made["declared_at"] == clock.text
    assert made["roles"]["lead"] == {
        "person": "ada@example.com",
        "acting": True,
        "accepted_at": clock.text,
        "offer": None,
    }
    assert made["acknowledged_at"] is None
    assert desk.last.change is None


def test_with_a_post_it_is_public_in_one_step(desk):
    made = desk.declare(
        customer_impact="yes",
        components={"search": "major_outage"},
        post={"state": "investigating", "body": WORDS["investigating"]},
    )
    assert made["public_url"] == f"https://status.example.com/incidents/{made['public_id']}/"
    assert made["public_title"] == "Search fails"
    assert [one["seq"] for one in made["posts"]] == [1]
    assert made["posts"][0]["components"] == [
        {"slug": "search", "name": "Search", "old_status": "operational", "new_status": "major_outage"}
    ]
    assert desk.last.change is not None


def test_a_refused_first_post_leaves_no_incident(desk):
    before = desk.dump()
    with pytest.raises(PostRefused):
        desk.declare(post={"state": "investigating", "body": "Search is down, TODO say more about it."})
    assert desk.dump() == before


def test_the_public_title_is_examined_with_the_first_post(desk):
    with pytest.raises(PostRefused) as refused:
        desk.declare("Search fails TODO", post={"state": "investigating", "body": WORDS["investigating"]})
    assert {one["field"] for one in refused.value.more["findings"]} == {"public_title"}


def test_a_minor_problem_goes_to_support_unless_somebody_says_why_not(desk):
    with pytest.raises(Invalid, match=r"support@example\.com"):
        desk.declare(severity="minor")
    assert desk.declare(severity="minor", reason="The biggest customer asked")["severity"] == "minor"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"components": {"nothing": "major_outage"}}, "components.nothing"),
        ({"audience": "martians"}, "audience"),
        ({"kind": "maintenance"}, "kind"),
        ({"started_at": "2026-11-23T14:06:00Z"}, "started_at"),
        ({"detected_at": "2199-01-01T00:00:00Z"}, "detected_at"),
        ({"started_at": "2026-11-23T13:00:00Z", "detected_at": "2026-11-23T12:00:00Z"}, "detected_at"),
    ],
)
def test_a_wrong_field_is_named_and_leaves_nothing(desk, fields, field):
    before = desk.dump()
    with pytest.raises(Invalid) as refused:
        desk.declare(**fields)
    assert list(refused.value.more["errors"]) == [field]
    assert desk.dump() == before


def test_an_unknown_component_is_answered_with_the_known_ones(desk):
    with pytest.raises(Invalid, match="search, sign-in, code-intelligence"):
        desk.declare(components={"nothing": "major_outage"})


def test_a_clock_that_is_a_little_ahead_is_taken_for_now(desk, clock):
    made = desk.declare(started_at=to_text(clock.moment + timedelta(minutes=4)))
    assert made["started_at"] == clock.text


def test_it_starts_when_it_was_detected(desk):
    made = desk.declare(detected_at="2026-11-23T13:30:00Z", components={"search": "partial_outage"})
    assert made["started_at"] == "2026-11-23T13:30:00.000Z"
    assert desk.sql("SELECT from_at FROM impact")[0][0] == made["started_at"]


def test_a_lead_is_offered_and_the_declarer_acts_until_then(desk):
    lead = desk.declare(lead="lea@example.com", messenger="mia@example.com")["roles"]["lead"]
    assert (lead["person"], lead["acting"], lead["offer"]["person"]) == ("ada@example.com", True, "lea@example.com")


def test_naming_oneself_lead_is_accepting_it(desk, clock):
    made = desk.declare(lead="ada@example.com")
    assert made["roles"]["lead"]["acting"] is False
    assert made["acknowledged_at"] == clock.text


@pytest.mark.parametrize(("severity", "minutes"), [("critical", 5), ("major", 10)])
def test_customers_must_hear_soon_once_they_are_known_to_be_affected(desk, clock, severity, minutes):
    due = desk.declare(severity=severity, customer_impact="yes")["next_update_due"]
    assert due == to_text(clock.moment + timedelta(minutes=minutes))
    assert desk.declare(severity=severity, customer_impact="no")["next_update_due"] is None


@pytest.mark.parametrize("fields", [{"security": True}, {"kind": "drill"}])
def test_private_ones_and_drills_take_no_post(desk, fields):
    before = desk.dump()
    with pytest.raises(Conflict):
        desk.declare(**fields, post={"state": "investigating", "body": WORDS["investigating"]})
    assert desk.dump() == before


def test_a_checklist_comes_with_it_and_grows_with_it(desk):
    def keys(ref):
        return {one["key"] for one in checklist.list_checklist(desk.context, desk.actor, ref, 100)["items"]}

    ref = desk.declare(reporter={"kind": "mail", "name": "A customer"})["ref"]
    assert keys(ref) == {"reporter", "support", "customer_success", "sales"}
    desk.change(ref, customer_impact="yes", severity="critical")
    assert keys(ref) > {"marketing", "general", "leadership", "social", "customers"}
    assert keys(desk.declare(security=True)["ref"]) == {
        "advisory",
        "cve",
        "changelog",
        "mailing_list",
        "upgrades",
        "legal",
    }


def test_a_component_can_be_named_although_it_works(desk):
    made = desk.declare(kind="advisory", components={"search": "operational"})
    assert made["components"] == {"search": "operational"}
