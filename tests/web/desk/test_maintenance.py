"""Maintenances at the desk: planned, seen in a calendar, started, lengthened, ended, cancelled."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.verbs import automation
from portal.web.desk.months import month_of, neighbours, weeks
from tests.verbs.conftest import WORDS

WINDOW = {"scheduled_for": "2026-11-24T10:00", "scheduled_until": "2026-11-24T11:30"}
PLAN = {"title": "Upgrade of the Search database", "body": WORDS["scheduled"], **WINDOW}


@pytest.fixture
def planned(house, clock):
    begin = clock.moment + timedelta(hours=20)
    return house.verbs.plan(begin, begin + timedelta(minutes=90), components=["search"])["ref"]


def test_nothing_is_planned_at_first(mia):
    text = mia.look("/maintenances")
    assert "Nothing is planned." in text
    assert "November 2026" in text


def test_it_is_planned_with_one_press_and_stands_in_list_and_calendar(house, mia):
    mia.look("/maintenances/plan")
    page = mia.press("/maintenances/plan", "plan", **PLAN, components="search")
    assert "It is announced." in page.text
    one = house.verbs.get("INC-1")
    assert (one["scheduled_for"], one["scheduled_until"]) == ("2026-11-24T10:00:00.000Z", "2026-11-24T11:30:00.000Z")
    assert (one["auto"], list(one["components"])) == (True, ["search"])
    text = mia.look("/maintenances")
    assert text.count('href="/desk/maintenances/INC-1"') == 2
    assert "INC-1 · Search</span>" in text
    assert "starts and ends by itself" in text
    assert "2026-11-24 10:00 UTC to 11:30 UTC" in text


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(house, mia):
    mia.look("/maintenances/plan")
    page = mia.press("/maintenances/plan", "plan", **{**PLAN, "scheduled_until": "2026-11-24T09:00"})
    assert page.status_code == 422
    assert 'id="scheduled_until-error"' in page.text
    given = dict(mia.fields("/maintenances/plan"))
    assert {name: given[name] for name in ("title", "body")} == {name: PLAN[name] for name in ("title", "body")}
    mia.press("/maintenances/plan", "plan", scheduled_until="2026-11-24T11:30")
    assert house.verbs.get("INC-1")["scheduled_until"] == "2026-11-24T11:30:00.000Z"


def test_what_is_easily_misread_goes_out_with_a_second_press(house, mia):
    mia.look("/maintenances/plan")
    body = "Search is read-only for all customers from 10am on, while we upgrade its database."
    page = mia.press("/maintenances/plan", "plan", **{**PLAN, "body": body})
    assert page.status_code == 422
    assert "all the same" in page.text
    mia.press("/maintenances/plan", "plan")
    assert house.verbs.get("INC-1")["posts"][0]["body"].startswith(body)


def test_it_can_be_looked_at_first(house, mia):
    mia.look("/maintenances/plan")
    page = mia.press("/maintenances/plan", "check", **{**PLAN, "body": "Search is *read-only* for all customers."})
    assert "<em>read-only</em>" in page.text
    assert house.verbs.sql("SELECT count(*) FROM incident")[0][0] == 0


def test_it_is_started_lengthened_and_ended_by_hand(house, mia, planned):
    mia.look(f"/maintenances/{planned}")
    page = mia.press(f"/maintenances/{planned}/start")
    assert "It has begun." in page.text
    assert house.verbs.status("search") == "under_maintenance"
    until = house.verbs.get(planned)["scheduled_until"]
    page = mia.press(f"/maintenances/{planned}", _extend="30")
    assert page.status_code == 200
    moved = datetime.fromisoformat(house.verbs.get(planned)["scheduled_until"]) - datetime.fromisoformat(until)
    assert moved == timedelta(minutes=30)
    page = mia.press(
        f"/maintenances/{planned}/end", body="The upgrade of Search took place and all customers can save."
    )
    assert "It is over." in page.text
    assert house.verbs.status("search") == "operational"
    assert "Start it now" not in page.text


def test_it_starts_and_ends_by_the_clock_and_the_page_says_so(house, mia, planned, clock):
    assert "starts and ends by itself" in mia.look(f"/maintenances/{planned}")
    clock.forward(hours=20)
    automation.run_due(house.context)
    text = mia.look(f"/maintenances/{planned}")
    assert "ends by itself" in text
    assert "by the clock" in text
    assert "Running now" in mia.look("/maintenances")
    clock.forward(hours=2)
    automation.run_due(house.context)
    assert "Past" in mia.look("/maintenances")


def test_the_plan_is_changed(house, mia, planned):
    mia.look(f"/maintenances/{planned}")
    mia.press(
        f"/maintenances/{planned}",
        title="Upgrade of Search",
        scheduled_for="2026-11-25T10:00",
        scheduled_until="2026-11-25T12:00",
        components="sign-in",
        auto="",
    )
    one = house.verbs.get(planned)
    assert (one["public_title"], one["scheduled_for"][:16], one["auto"]) == (
        "Upgrade of Search",
        "2026-11-25T10:00",
        False,
    )
    assert list(one["components"]) == ["sign-in"]


def test_it_is_cancelled_with_words_and_keeps_its_page(house, mia, planned):
    mia.look(f"/maintenances/{planned}")
    page = mia.press(
        f"/maintenances/{planned}/cancel",
        body="The upgrade of Search is put off for all customers.",
        reason="Not ready",
    )
    assert "It is cancelled" in page.text
    assert "Not ready" in page.text
    assert house.verbs.get(planned)["posts"][-1]["body"] == "The upgrade of Search is put off for all customers."
    assert "cancelled" in mia.look("/maintenances")


def test_an_earlier_version_of_the_page_starts_nothing_that_another_started(house, mia, planned):
    mia.look(f"/maintenances/{planned}")
    house.verbs.post(planned, "in_progress")
    page = mia.press(f"/maintenances/{planned}/start")
    assert page.status_code == 409
    assert len(house.verbs.get(planned)["posts"]) == 2


def test_a_post_about_it_begins_with_its_window(mia, planned, clock):
    mia.look(f"/incidents/{planned}/post")
    given = dict(mia.fields(f"/incidents/{planned}/post"))
    assert given["state"] == "scheduled"
    assert "from 2026-11-24 10:00 UTC to 2026-11-24 11:30 UTC" in given["body"]
    clock.forward(hours=20)
    mia.look(f"/incidents/{planned}/post")
    assert dict(mia.fields(f"/incidents/{planned}/post"))["state"] == "in_progress"


def test_a_responder_plans_nothing_and_loses_nothing(house):
    rob = house.person("rob@example.com", "responder")
    rob.look("/maintenances/plan")
    page = rob.press("/maintenances/plan", "plan", **PLAN)
    assert page.status_code == 403
    assert dict(rob.fields("/maintenances/plan"))["body"] == PLAN["body"]


def test_an_incident_is_no_maintenance(mia, ref):
    mia.look(f"/maintenances/{ref}", status=404)


def test_a_month_has_whole_weeks_and_a_window_stands_on_every_day_that_it_touches():
    item = {"scheduled_for": "2026-11-29T22:00:00.000Z", "scheduled_until": "2026-12-01T00:00:00.000Z"}
    found = weeks(date(2026, 11, 1), [item])
    assert [len(week) for week in found] == [7] * 6
    assert (found[0][0].date, found[-1][-1].date) == (date(2026, 10, 26), date(2026, 12, 6))
    assert [day.date.day for week in found for day in week if day.items] == [29, 30]


@pytest.mark.parametrize("asked", ["", "2026-13", "nonsense", "2026-1", "٢٠٢٦-١١"])
def test_an_odd_month_is_this_one(asked):
    assert month_of(asked, datetime(2026, 11, 23, tzinfo=UTC)) == date(2026, 11, 1)


def test_the_months_beside_a_month():
    assert neighbours(date(2026, 1, 1)) == (date(2025, 12, 1), date(2026, 2, 1))
    assert neighbours(date(2026, 12, 1)) == (date(2026, 11, 1), date(2027, 1, 1))
