"""Announcement windows: owner and plan, and marketing at once for whatever is open inside one."""

import json
from datetime import timedelta

import pytest

from portal.domain.errors import Conflict, Invalid, NotFound
from portal.domain.times import to_text
from portal.verbs import automation, windows
from portal.verbs import checklist as checklists
from portal.verbs.commands_keeper import CancelWindow, ChangeWindow, PlanWindow


def plan(desk, clock, begin=1.0, end=5.0, **fields):
    """A window some hours from now."""
    given = {
        "title": "Launch of Search 5",
        "starts_at": to_text(clock.moment + timedelta(hours=begin)),
        "ends_at": to_text(clock.moment + timedelta(hours=end)),
        "owner": "mia@example.com",
        "plan": "Mia can hold it.",
        **fields,
    }
    return desk.do(windows.plan_window, PlanWindow.model_validate(given))


def called(desk):
    rows = desk.sql("SELECT * FROM outbox WHERE event = 'marketing_called' ORDER BY id")
    return [(row["incident_id"], json.loads(row["details"])["to"]) for row in rows]


def run(desk):
    return automation.run_due(desk.context)


def test_a_window_needs_an_owner_and_a_plan_and_is_taken_without(desk, clock):
    assert plan(desk, clock)["missing"] == []
    bare = plan(desk, clock, owner=None, plan=None)
    assert bare["missing"] == ["owner", "plan"]
    said = desk.do(windows.change_window, bare["id"], ChangeWindow(owner="mia@example.com"))
    assert said["missing"] == ["plan"]
    assert desk.do(windows.change_window, bare["id"], ChangeWindow(plan="Hold it."))["missing"] == []
    assert desk.do(windows.change_window, bare["id"], ChangeWindow(owner=None))["missing"] == ["owner"]


def test_the_window_that_is_open_now_is_the_banner(desk, clock):
    plan(desk, clock)
    assert windows.current_window(desk.context, desk.actor) is None
    clock.forward(hours=1)
    assert windows.current_window(desk.context, desk.actor)["title"] == "Launch of Search 5"
    clock.forward(hours=4)
    assert windows.current_window(desk.context, desk.actor) is None


def test_inside_a_window_marketing_is_called_at_once_whatever_the_incident_is(desk, clock):
    plan(desk, clock, begin=-0.5, notify=["lea@example.com"])
    ref = desk.declare(customer_impact="no", severity="major")["ref"]
    run(desk)
    run(desk)
    assert called(desk) == [(1, ["team:marketing", "mia@example.com", "lea@example.com"])]
    rows = checklists.list_checklist(desk.context, desk.actor, ref, 100)["items"]
    assert [row["state"] for row in rows if row["key"] == "marketing"] == ["todo"]
    assert desk.sql("SELECT text FROM timeline WHERE kind = 'marketing'")[0]["text"].endswith("Launch of Search 5")


def test_an_incident_that_is_open_when_a_window_begins_calls_marketing_then(desk, clock):
    plan(desk, clock)
    desk.declare(customer_impact="no")
    run(desk)
    assert called(desk) == []
    clock.forward(hours=1)
    run(desk)
    assert [number for number, _ in called(desk)] == [1]


def test_private_incidents_drills_and_maintenances_never_call_marketing(desk, security, clock):
    plan(desk, clock, begin=-0.5)
    desk.as_(security).declare("A leak", security=True, customer_impact="yes")
    desk.declare("A drill", kind="drill")
    desk.plan(clock.moment + timedelta(hours=1), clock.moment + timedelta(hours=2))
    run(desk)
    assert called(desk) == []


def test_a_cancelled_window_calls_nobody(desk, clock):
    number = plan(desk, clock)["id"]
    said = desk.do(windows.cancel_window, number, CancelWindow(reason="Moved to January"))
    assert (said["over"], said["reason"]) == (True, "Moved to January")
    desk.declare()
    clock.forward(hours=2)
    run(desk)
    assert called(desk) == []
    with pytest.raises(Conflict, match="is over"):
        desk.do(windows.change_window, number, ChangeWindow(plan="Again"))


@pytest.mark.parametrize(("begin", "end", "field"), [(3, 2, "ends_at"), (-4, -2, "ends_at"), (2, 2, "ends_at")])
def test_a_window_ends_after_it_starts_and_in_the_future(desk, clock, begin, end, field):
    with pytest.raises(Invalid) as refused:
        plan(desk, clock, begin=begin, end=end)
    assert list(refused.value.more["errors"]) == [field]


def test_a_change_is_checked_as_a_whole(desk, clock):
    number = plan(desk, clock)["id"]
    with pytest.raises(Invalid):
        desk.do(windows.change_window, number, ChangeWindow(ends_at=clock.moment + timedelta(minutes=30)))
    with pytest.raises(Invalid):
        desk.do(windows.change_window, number, ChangeWindow.model_validate({"title": None}))
    with pytest.raises(NotFound):
        desk.do(windows.change_window, 99, ChangeWindow(title="x"))


def test_windows_are_listed_last_first(desk, clock):
    plan(desk, clock)
    plan(desk, clock, begin=24, end=30, title="Webinar")
    said = windows.list_windows(desk.context, desk.actor)["items"]
    assert [one["title"] for one in said] == ["Webinar", "Launch of Search 5"]
    assert windows.get_window(desk.context, desk.actor, 2)["title"] == "Webinar"
    with pytest.raises(NotFound):
        windows.get_window(desk.context, desk.actor, 3)


def test_nothing_of_it_is_public(desk, clock):
    before = desk.sql("SELECT count(*) FROM change")[0][0]
    plan(desk, clock, begin=-0.5)
    desk.declare()
    run(desk)
    assert desk.sql("SELECT count(*) FROM change")[0][0] == before
