"""P9, P16, P17, P18, P20 and the order of states."""

import pytest

from portal.domain.names import PostState
from tests.domain.rules.asking import findings, hits, rules

GOOD = "Some searches in the Search component fail with an error since 10:30 UTC."


@pytest.mark.parametrize(
    "body",
    [
        "We are investigating the issue.",
        "We are continuing to investigate this issue.",
        "A fix has been implemented and we are monitoring the results.",
        "The problem is identified. Thank you for your patience.",
    ],
)
def test_a_post_that_would_fit_any_incident_does_not_say_who_is_affected(body):
    assert "P16" in rules(body)


@pytest.mark.parametrize(
    "body",
    [
        GOOD,
        "Search is slow.",
        "Customers can't sign in.",
        "There is an issue with code search.",
        "Batch changes fail to start.",
        "Nothing has changed since the last update.",
    ],
)
def test_a_component_a_feature_or_people_are_enough(body):
    assert "P16" not in rules(body)


def test_length_is_between_40_and_600_characters():
    assert hits("P17", "Search is slow.") == ["Search is slow."]
    assert hits("P17", "S" * 39) == ["S" * 39]
    assert hits("P17", "S" * 40) == []
    assert hits("P17", "  " + "S" * 600 + "\n") == []
    assert hits("P17", "S" * 603) == ["SSS"]


def test_five_sentences_are_enough():
    five = (
        "Search is slow for all. It is so since 10:30 UTC. We look, e.g. at caches. Ask support.example.com. More comes"
    )
    assert hits("P17", five + ".") == []
    assert hits("P17", five + ". A sixth one.") == [" A sixth one."]
    assert hits("P17", "Slow: version 5.2.1 of the app at 10:30 UTC, i.e. all. " * 5) == []
    assert len(hits("P17", "Search is slow\n\n" * 6)) == 1


def test_the_same_words_again_are_shown():
    assert hits("P18", GOOD, previous_body=GOOD) == [GOOD]
    assert hits("P18", GOOD.replace("10:30", "10:31"), previous_body=GOOD)
    assert hits("P18", GOOD, previous_body="We are rolling back the last change of the ranking.") == []
    assert hits("P18", GOOD + " We found a full disk and add more space.", previous_body=GOOD) == []
    assert hits("P18", GOOD, previous_body=None) == []
    assert hits("P18", GOOD + " Nothing has changed.", previous_body=GOOD + " Nothing has changed.") == []


@pytest.mark.parametrize("more", [{"private": True}, {"drill": True}])
def test_private_incidents_and_drills_block(more):
    (finding,) = [one for one in findings(GOOD, **more) if one.rule == "P20"]
    assert finding.level == "block"
    assert (finding.start, finding.end) == (0, len(GOOD))


@pytest.mark.parametrize(("minutes", "asked"), [(None, False), (30, False), (120, False), (121, True), (1440, True)])
def test_an_update_promised_later_than_two_hours_is_asked_about(minutes, asked):
    found = [one for one in findings(GOOD, next_update_minutes=minutes) if one.rule == "P9"]
    assert [one.level for one in found] == ["confirm"] * asked
    assert "P9" not in rules(GOOD, "resolved", next_update_minutes=minutes)


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("monitoring", "identified", True),
        ("identified", "investigating", True),
        ("investigating", "monitoring", False),
        ("identified", "identified", False),
        ("resolved", "investigating", False),
        ("in_progress", "scheduled", True),
        (None, "investigating", False),
    ],
)
def test_a_step_back_is_shown(before, after, shown):
    found = [one for one in findings(GOOD, after, previous_state=before and PostState(before)) if one.rule == "ORDER"]
    assert [one.level for one in found] == ["warn"] * shown
