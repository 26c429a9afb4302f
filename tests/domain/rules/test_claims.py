"""P19: the words agree with the state and with the components."""

import pytest

from portal.domain.names import ComponentStatus
from tests.domain.rules.asking import findings, hits


@pytest.mark.parametrize(
    ("body", "marked"),
    [
        ("The issue is resolved.", "is resolved"),
        ("The issue has been fixed.", "been fixed"),
        ("The issue is now fully resolved.", "is now fully resolved"),
        ("We have resolved the errors.", "have resolved"),
        ("We've fixed it.", "We've fixed"),
        ("It's fixed.", "It's fixed"),
        ("Everything is back to normal.", "is back to normal"),
        ("All systems operational.", "All systems operational"),
        ("It was not the cache, the issue is resolved.", "is resolved"),
        ("The issue has been resolved and we watch it until 15:00 UTC.", "been resolved"),
    ],
)
def test_a_claim_that_it_is_over_needs_the_resolved_state(body, marked):
    found = [one for one in findings(body, "monitoring") if one.rule == "P19"]
    assert [body[one.start : one.end] for one in found] == [marked]
    assert [one.level for one in found] == ["confirm"]
    assert hits("P19", body, "resolved") == []


@pytest.mark.parametrize(
    "body",
    [
        "The issue is not fixed.",
        "The issue isn't fully resolved yet, nor is it known.",
        "This does not mean that the issue is fixed.",
        "We post here until it is resolved.",
        "We post an update as soon as the issue is fully resolved.",
        "Once this has been fixed we will say so.",
        "We will confirm when the issue is fixed.",
        "We check if it has been resolved.",
        "The issue should be resolved.",
        "It is almost fixed, and partially resolved.",
        "The issue has been resolved for most customers.",
        "It is fixed in version 5.2.",
        "We are working on getting this to be resolved.",
        "We are monitoring to ensure the issue is resolved.",
        "After the issue is resolved we write a postmortem.",
        "The page said “the issue is resolved”.",
        "Our resolved incidents are listed below.",
    ],
)
def test_denied_conditional_and_partial_claims_are_left_alone(body):
    assert hits("P19", body, "monitoring") == []


@pytest.mark.parametrize(
    ("body", "status", "contradicts"),
    [
        ("Search is operational.", "major_outage", True),
        ("Search is operational.", "operational", False),
        ("Search is fully operational again.", "degraded_performance", True),
        ("Search is back to normal.", "partial_outage", True),
        ("Code intelligence is working normally.", "partial_outage", True),
        ("Search is down.", "operational", True),
        ("Search is down.", "degraded_performance", True),
        ("Search is down.", "major_outage", False),
        ("Search is still unavailable.", "operational", True),
        ("Search is slow.", "operational", True),
        ("Search is slow.", "degraded_performance", False),
        ("Search is not operational.", "major_outage", False),
        ("We work until Search is operational.", "major_outage", False),
        ("Search results are down the page.", "operational", False),
        ("Search was down.", "operational", False),
    ],
)
def test_what_is_said_of_a_component_agrees_with_its_status(body, status, contradicts):
    components = {"Search": ComponentStatus(status), "Code intelligence": ComponentStatus(status)}
    assert bool(hits("P19", body, "resolved", components=components)) is contradicts


def test_components_that_the_post_does_not_touch_are_not_judged():
    assert hits("P19", "Sign-in is down.", components={"Search": ComponentStatus.OPERATIONAL}) == []
