from datetime import timedelta

import pytest

from portal.domain.errors import Conflict, Invalid
from portal.domain.times import to_text
from tests.verbs.conftest import WORDS


@pytest.fixture
def ref(desk, clock):
    """Investigating at 14:00, identified at 14:10, monitoring at 14:20; now it is 14:30."""
    ref = desk.declare(components={"search": "major_outage"})["ref"]
    for state in ("investigating", "identified", "monitoring"):
        desk.post(ref, state)
        clock.forward(minutes=10)
    return ref


def seqs(desk, ref):
    return [(one["seq"], one["state"], one["display_at"][11:16]) for one in desk.get(ref)["posts"]]


def test_a_backfilled_post_takes_its_place_and_leaves_the_present_alone(desk, ref, clock):
    before = desk.get(ref)
    said = desk.post(ref, "investigating", happened_at="2026-11-23T14:05:00Z", components={"search": "partial_outage"})
    assert (said["seq"], said["next_update_due"]) == (2, None)
    assert said["components"] == [
        {"slug": "search", "name": "Search", "old_status": "major_outage", "new_status": "partial_outage"}
    ]
    after = desk.get(ref)
    for name in ("post_state", "components", "next_update_due", "state", "last_post_at"):
        assert after[name] == before[name]
    assert seqs(desk, ref) == [
        (1, "investigating", "14:00"),
        (2, "investigating", "14:05"),
        (3, "identified", "14:10"),
        (4, "monitoring", "14:20"),
    ]


def test_a_backfilled_post_before_the_start_moves_the_start(desk, ref):
    desk.post(ref, "investigating", happened_at="2026-10-31T23:50:00Z")
    after = desk.get(ref)
    assert after["started_at"] == after["first_post_at"] == after["detected_at"] == "2026-10-31T23:50:00.000Z"
    assert desk.sql("SELECT min(from_at) FROM impact")[0][0] == after["started_at"]
    assert {"2026-10", "2026-11"} <= set(_touched_months(desk))


def _touched_months(desk):
    import json

    return json.loads(desk.sql("SELECT touches FROM change ORDER BY seq DESC LIMIT 1")[0][0])["months"]


def test_the_future_has_not_happened(desk, ref, clock):
    with pytest.raises(Invalid) as refused:
        desk.post(ref, "monitoring", happened_at=to_text(clock.moment + timedelta(minutes=6)))
    assert "happened_at" in refused.value.more["errors"]


def test_what_happened_after_the_newest_post_speaks_for_the_present(desk, ref, clock):
    said = desk.post(ref, "resolved", happened_at="2026-11-23T14:25:00Z")
    assert said["seq"] == 4
    assert desk.get(ref)["resolved_at"] == "2026-11-23T14:25:00.000Z"
    assert desk.sql("SELECT to_at FROM impact")[0][0] == "2026-11-23T14:25:00.000Z"


def test_a_whole_incident_can_be_written_down_afterwards(desk, clock):
    ref = desk.declare(
        started_at="2026-11-20T10:00:00Z", detected_at="2026-11-20T10:04:00Z", components={"search": "partial_outage"}
    )["ref"]
    desk.post(ref, "investigating", happened_at="2026-11-20T10:06:00Z")
    desk.post(ref, "resolved", happened_at="2026-11-20T10:30:00Z")
    desk.post(ref, "identified", happened_at="2026-11-20T10:15:00Z")
    after = desk.get(ref)
    assert [one["state"] for one in after["posts"]] == ["investigating", "identified", "resolved"]
    assert after["metrics"]["resolved_after_s"] == 1800
    assert after["metrics"]["first_post_after_s"] == 120


def test_the_promise_of_a_late_post_counts_from_when_it_is_made(desk, clock):
    ref = desk.declare(started_at="2026-11-23T12:00:00Z")["ref"]
    said = desk.post(ref, "investigating", happened_at="2026-11-23T12:05:00Z")
    assert said["next_update_due"] == to_text(clock.moment + timedelta(minutes=30))


def test_a_correction_keeps_the_state_and_the_promise(desk, ref):
    before = desk.get(ref)
    said = desk.post(ref, "identified", WORDS["identified"].replace("broke", "slowed"), corrects=2, notify=False)
    assert (said["seq"], said["corrects"], said["state"], said["notify"]) == (4, 2, "monitoring", False)
    assert said["next_update_due"] == before["next_update_due"]
    assert desk.get(ref)["post_state"] == "monitoring"


def test_a_correction_can_be_corrected(desk, ref):
    desk.post(ref, "monitoring", corrects=3, body="Searches in the Search component succeed again for 99 % of people.")
    assert desk.post(ref, "monitoring", corrects=4)["corrects"] == 4


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"state": "monitoring", "corrects": 4}, "corrects"),
        ({"state": "investigating", "corrects": 2}, "state"),
        ({"state": "monitoring", "corrects": 1, "happened_at": "2026-11-23T14:01:00Z"}, "happened_at"),
    ],
)
def test_what_a_correction_can_not_be(desk, ref, fields, field):
    before = desk.dump()
    with pytest.raises(Invalid) as refused:
        desk.post(ref, **fields)
    assert list(refused.value.more["errors"]) == [field]
    assert desk.dump() == before


def test_a_resolved_incident_still_takes_corrections_and_history(desk, ref, clock):
    desk.post(ref, "resolved")
    before = desk.get(ref)
    clock.forward(hours=2)
    desk.post(ref, "resolved", "Searches work again since 14:20 UTC in the Search component.", corrects=4)
    desk.post(ref, "identified", happened_at="2026-11-23T14:15:00Z")
    after = desk.get(ref)
    for name in ("state", "resolved_at", "components", "next_update_due"):
        assert after[name] == before[name]
    with pytest.raises(Conflict, match="reopen"):
        desk.post(ref, "resolved", happened_at="2026-11-23T16:25:00Z")
    with pytest.raises(Conflict, match="reopen"):
        desk.post(ref, "resolved", corrects=1, components={"sign-in": "operational"})


def test_a_closed_incident_takes_corrections_only(desk, ref):
    desk.post(ref, "resolved")
    desk.close(ref, "cancelled", reason="It was a test")
    desk.post(ref, "resolved", "Searches work again since 14:20 UTC in the Search component.", corrects=4)
    with pytest.raises(Conflict, match="closed"):
        desk.post(ref, "identified", happened_at="2026-11-23T14:15:00Z")


def test_reopened_means_open_in_public_with_the_next_post(desk, ref, clock):
    from portal.verbs import closing, commands

    desk.post(ref, "resolved")
    desk.do(closing.reopen, ref, commands.Reopen(reason="It is back"))
    assert desk.last.change is None
    assert desk.get(ref)["state"] == "active"
    assert desk.get(ref)["resolved_at"] is not None, "the page still says resolved"
    said = desk.post(ref, "investigating", components={"search": "partial_outage"})
    assert "ORDER" not in {one["rule"] for one in said["findings"]}
    assert desk.get(ref)["resolved_at"] is None
    assert desk.status("search") == "partial_outage"
    clock.forward(minutes=3)
    desk.post(ref, "resolved")
    assert desk.get(ref)["resolved_at"] == clock.text
    assert desk.sql("SELECT count(*) FROM postmortem")[0][0] == 1
