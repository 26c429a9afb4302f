from dataclasses import replace

import pytest

from portal.domain.gate import Facts, own_fields, reasons, still_open_in_public
from portal.domain.names import CustomerImpact, Kind, Outcome, PostState

DONE = Facts(Kind.INCIDENT, False, CustomerImpact.YES, PostState.RESOLVED, postmortem_done=True, has_end=True)


def test_when_all_is_done_there_is_no_reason():
    assert reasons(DONE) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"open_impacts": [("Search", "partial outage")]}, "Search is still at partial outage"),
        ({"post_state": PostState.MONITORING}, "still says monitoring"),
        ({"post_state": None}, "have read nothing"),
        ({"post_state": None, "customer_impact": CustomerImpact.UNKNOWN}, "Say whether customers were affected"),
        ({"todo": ["Tell sales"]}, "Checklist: Tell sales"),
        ({"loose_followups": [("Fix it", ["owner", "issue"])]}, "'Fix it' has no owner and no issue"),
        ({"postmortem_done": False}, "postmortem is not published"),
        ({"has_end": False}, "no longer felt it"),
    ],
)
def test_each_thing_that_is_missing_is_one_sentence(change, words):
    [said] = reasons(replace(DONE, **change))
    assert words in said
    assert said.endswith(".")


def test_nobody_was_affected_so_nobody_needs_to_read_anything():
    assert reasons(replace(DONE, post_state=None, customer_impact=CustomerImpact.NO)) == []


def test_a_private_one_and_a_drill_need_no_post():
    assert reasons(replace(DONE, post_state=None, private=True)) == []
    assert reasons(replace(DONE, post_state=None, kind=Kind.DRILL, postmortem_done=False)) == []


def test_an_advisory_needs_no_postmortem():
    assert reasons(replace(DONE, kind=Kind.ADVISORY, postmortem_done=False)) == []


def test_other_outcomes_say_their_own_things():
    assert len(own_fields(Outcome.FALSE_POSITIVE, None, None, None)) == 2
    assert own_fields(Outcome.FALSE_POSITIVE, "Tune it", "A spike", None) == []
    assert len(own_fields(Outcome.CANCELLED, None, None, None)) == 1
    assert own_fields(Outcome.DUPLICATE, None, None, None) == []


def test_the_page_must_not_go_on_saying_that_it_is_open():
    assert still_open_in_public(None) == []
    assert still_open_in_public(PostState.RESOLVED) == []
    assert len(still_open_in_public(PostState.IDENTIFIED)) == 1
