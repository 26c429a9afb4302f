from datetime import timedelta

import pytest

from portal.domain.errors import Conflict, Invalid, NotAllowed, NotFound, PostRefused
from portal.domain.times import to_text
from portal.verbs import automation, commands, maintenances, recap

HOUR = timedelta(hours=1)


@pytest.fixture
def window(clock):
    return clock.moment + HOUR, clock.moment + 2 * HOUR


@pytest.fixture
def ref(desk, window):
    return desk.plan(*window, components=["search", "sign-in"], remind_minutes=0)["ref"]


def change(desk, ref, **fields):
    return desk.do(maintenances.change_maintenance, ref, commands.ChangeMaintenance.model_validate(fields))


def cancel(desk, ref, **fields):
    return desk.do(maintenances.cancel_maintenance, ref, commands.CancelMaintenance.model_validate(fields))


def run(desk):
    return automation.run_due(desk.context)


def posted(desk, ref):
    return [(one["state"], one["display_at"][11:16], one["automatic"]) for one in desk.get(ref)["posts"]]


def test_planned_work_is_announced_at_once(desk, ref, window, clock):
    said = desk.get(ref)
    assert (said["kind"], said["post_state"], said["state"]) == ("maintenance", "scheduled", "active")
    assert (said["scheduled_for"], said["scheduled_until"]) == (to_text(window[0]), to_text(window[1]))
    assert said["components"] == {"search": "operational", "sign-in": "operational"}
    assert said["public_url"] is not None
    assert said["next_update_due"] is None
    assert desk.last.change is not None
    assert desk.status("search") == "operational"
    assert [one["new_status"] for one in said["posts"][0]["components"]] == ["operational", "operational"]


def test_its_recap_tells_the_window_and_every_component(desk, ref):
    said = recap.recap(desk.context, desk.actor, ref)
    assert "Maintenance: scheduled.\nFrom 2026-11-23 15:00 UTC to 16:00 UTC.\n" in said["text"]
    assert "Affected: search (operational), sign-in (operational)." in said["text"]
    assert "Started" not in said["text"]


def test_it_starts_and_ends_by_itself_once_each(desk, ref, clock):
    assert run(desk) is False
    clock.forward(hours=1)
    assert run(desk) is True
    assert desk.status("search") == "under_maintenance"
    assert desk.get(ref)["posts"][-1]["author"] == "portal"
    assert run(desk) is False
    clock.forward(hours=1)
    assert run(desk) is True
    assert run(desk) is False
    after = desk.get(ref)
    assert posted(desk, ref) == [
        ("scheduled", "14:00", False),
        ("in_progress", "15:00", True),
        ("completed", "16:00", True),
    ]
    assert (after["state"], after["outcome"], after["resolved_at"]) == (
        "closed",
        "resolved",
        "2026-11-23T16:00:00.000Z",
    )
    assert desk.status("search") == "operational"


def test_after_a_long_sleep_it_catches_up_with_the_right_times(desk, ref, clock):
    clock.forward(days=1)
    assert run(desk) is True
    assert posted(desk, ref) == [
        ("scheduled", "14:00", False),
        ("in_progress", "15:00", True),
        ("completed", "16:00", True),
    ]
    assert [tuple(row) for row in desk.sql("SELECT level, from_at, to_at FROM impact")] == [
        ("under_maintenance", "2026-11-23T15:00:00.000Z", "2026-11-23T16:00:00.000Z")
    ] * 2
    assert run(desk) is False


def test_several_that_waited_come_in_order(desk, window, clock):
    refs = [desk.plan(window[0] + n * HOUR, window[1] + n * HOUR)["ref"] for n in range(3)]
    clock.forward(days=2)
    run(desk)
    assert {desk.get(ref)["state"] for ref in refs} == {"closed"}
    assert desk.sql("SELECT count(*) FROM post")[0][0] == 9


def test_automatic_posts_say_what_happened_and_are_not_examined(desk, ref, clock):
    clock.forward(hours=2)
    run(desk)
    posts = desk.get(ref)["posts"][1:]
    assert [one["body"] for one in posts] == [
        "The scheduled maintenance has started.",
        "The scheduled maintenance has been completed.",
    ]
    assert [one["findings"] for one in posts] == [[], []]


def test_without_auto_people_start_and_end_it(desk, window, clock):
    ref = desk.plan(*window, components=["search"], auto=False)["ref"]
    clock.forward(hours=3)
    run(desk)
    assert posted(desk, ref) == [("scheduled", "14:00", False)]
    desk.post(ref, "in_progress")
    assert desk.status("search") == "under_maintenance"
    desk.post(ref, "verifying")
    desk.post(ref, "completed")
    assert desk.status("search") == "operational"
    assert desk.get(ref)["resolved_at"] == clock.text


def test_starting_early_by_hand_is_fine(desk, ref, clock):
    clock.forward(minutes=30)
    desk.post(ref, "in_progress", components={"search": "partial_outage"})
    assert (desk.status("search"), desk.status("sign-in")) == ("partial_outage", "under_maintenance")
    clock.forward(minutes=31)
    assert run(desk) is False
    clock.forward(minutes=60)
    run(desk)
    assert [state for state, _, _ in posted(desk, ref)] == ["scheduled", "in_progress", "completed"]


def test_extending_moves_the_end(desk, ref, clock):
    clock.forward(hours=1)
    run(desk)
    said = change(desk, ref, scheduled_until=to_text(clock.moment + 2 * HOUR))
    assert desk.last.change is not None
    assert len(said["posts"]) == 2
    clock.forward(minutes=90)
    assert run(desk) is False
    clock.forward(minutes=30)
    run(desk)
    assert desk.get(ref)["resolved_at"] == "2026-11-23T17:00:00.000Z"


def test_the_plan_can_change_until_it_starts(desk, ref, clock):
    said = change(
        desk,
        ref,
        components=["sign-in", "code-intelligence"],
        scheduled_for=to_text(clock.moment + HOUR / 2),
        title="Upgrade of sign-in",
    )
    assert said["components"] == {"sign-in": "operational", "code-intelligence": "operational"}
    assert said["public_title"] == "Upgrade of sign-in"
    assert said["started_at"] == said["scheduled_for"]
    clock.forward(minutes=30)
    run(desk)
    assert (desk.status("search"), desk.status("code-intelligence")) == ("operational", "under_maintenance")
    for fields in ({"components": ["search"]}, {"scheduled_for": to_text(clock.moment + HOUR)}):
        with pytest.raises(Conflict, match="started"):
            change(desk, ref, **fields)


def test_a_change_that_changes_nothing_is_no_news(desk, ref, window):
    change(desk, ref, scheduled_for=to_text(window[0]), components=["sign-in", "search"])
    assert desk.last.change is None


@pytest.mark.parametrize(
    ("begin", "end", "field"),
    [
        (HOUR, HOUR, "scheduled_until"),
        (2 * HOUR, HOUR, "scheduled_until"),
        (-HOUR, HOUR, "scheduled_for"),
        (HOUR, timedelta(days=3000), "scheduled_until"),
    ],
)
def test_a_window_lies_ahead_and_has_a_length(desk, clock, begin, end, field):
    before = desk.dump()
    with pytest.raises(Invalid) as refused:
        desk.plan(clock.moment + begin, clock.moment + end)
    assert list(refused.value.more["errors"]) == [field]
    assert desk.dump() == before


def test_the_announcement_is_examined(desk, window):
    with pytest.raises(PostRefused):
        desk.plan(*window, body="Search is read-only, TODO for whom.")
    body = "Search is read-only tomorrow morning for all customers of the component."
    with pytest.raises(PostRefused):
        desk.plan(*window, body=body)
    assert desk.plan(*window, body=body, confirm=True)["post_state"] == "scheduled"


def test_cancelled_before_it_starts(desk, ref, clock):
    clock.forward(minutes=10)
    said = cancel(desk, ref, reason="The vendor is not ready")
    assert (said["outcome"], said["state"], said["post_state"]) == ("cancelled", "closed", "completed")
    assert said["started_at"] <= said["resolved_at"] == clock.text
    assert "cancelled" in said["posts"][-1]["body"]
    assert desk.sql("SELECT count(*) FROM impact")[0][0] == 0
    clock.forward(days=1)
    run(desk)
    assert len(desk.get(ref)["posts"]) == 2


def test_cancelled_while_it_runs_ends_its_impacts(desk, ref, clock):
    clock.forward(minutes=90)
    run(desk)
    cancel(desk, ref, body="The upgrade of Search is cancelled; nothing has changed for customers.")
    assert desk.status("search") == "operational"
    assert desk.get(ref)["resolved_at"] == clock.text


def test_what_is_over_stays_over(desk, ref, clock):
    clock.forward(hours=2)
    run(desk)
    before = desk.dump()
    for act in (
        lambda: cancel(desk, ref),
        lambda: change(desk, ref, scheduled_until=to_text(clock.moment + HOUR)),
        lambda: desk.post(ref, "in_progress"),
        lambda: desk.close(ref, "cancelled", reason="x"),
    ):
        with pytest.raises(Conflict):
            act()
    assert desk.dump() == before


def test_an_incident_is_no_maintenance(desk):
    ref = desk.declare()["ref"]
    with pytest.raises(NotFound, match="no maintenance"):
        cancel(desk, ref)


def test_planning_needs_the_right_to_publish(desk, responder, messenger, window):
    with pytest.raises(NotAllowed):
        desk.as_(responder).plan(*window)
    desk.as_(messenger).plan(*window)


def test_they_have_a_list_of_their_own(desk, ref):
    desk.declare()
    listed = maintenances.list_maintenances(desk.context, desk.actor)["items"]
    assert [one["ref"] for one in listed] == [ref]


def test_time_boundaries_are_crossed_by_themselves(desk, clock):
    clock.forward(days=1)
    before = desk.sql("SELECT count(*) FROM change")[0][0]
    assert run(desk) is True
    assert run(desk) is False
    assert desk.sql("SELECT count(*) FROM change")[0][0] == before + 1
