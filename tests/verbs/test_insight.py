"""The numbers over many incidents, and lists of what is still to do."""

import csv
import io
from datetime import date

import pytest

from portal.domain.errors import BadRequest
from portal.domain.insight import By
from portal.store import followups as followup_store
from portal.store import insight as store
from portal.store import postmortems as postmortem_store
from portal.verbs import commands, followups, roles
from portal.verbs.insight import MOST_DOTS, export_insight, get_insight
from portal.verbs.postmortem_answers import list_postmortems
from tests.verbs.conftest import WORDS


@pytest.fixture
def past(desk, clock):
    """Three incidents with 5, 10 and 60 minutes from detection to the first post, and a false alarm."""
    for number, minutes in enumerate((5, 10, 60)):
        severity = "critical" if number == 2 else "major"
        component = "sign-in" if number == 2 else "search"
        ref = desk.declare(f"Number {number}", severity=severity, components={component: "major_outage"})["ref"]
        clock.forward(minutes=minutes)
        desk.post(ref, "investigating")
        clock.forward(minutes=10)
        desk.post(ref, "identified")
        clock.forward(minutes=100)
        desk.post(ref, "resolved")
    ref = desk.declare("=cmd|'/C calc'!A0")["ref"]
    desk.close(ref, "false_positive", what_was_seen="One alert on a canary.", lesson="Wait longer.")
    return desk


def insight(desk, actor=None, **asked):
    return get_insight(desk.context, actor or desk.actor, **asked)


def measure(said, name):
    return next(one for one in said["measures"] if one["name"] == name)


def test_every_duration_has_median_and_range_and_dots(past):
    said = insight(past)
    assert (said["since"], said["until"], said["incidents"]) == ("2025-11-23", "2026-11-23", 3)
    first = measure(said, "first_post_after_s")
    assert first["all"] == {"count": 3, "median_s": 600.0, "low_s": 300, "high_s": 3600}
    (month,) = first["groups"]
    assert (month["words"], month["count"]) == ("November 2026", 3)
    assert [(one["ref"], one["seconds"]) for one in month["dots"]] == [("INC-1", 300), ("INC-2", 600), ("INC-3", 3600)]
    assert measure(said, "largest_gap_s")["all"]["median_s"] == 6000


def test_by_severity_and_by_component(past):
    by = {one: measure(insight(past, by=one), "first_post_after_s")["groups"] for one in (By.SEVERITY, By.COMPONENT)}
    assert [(one["words"], one["median_s"]) for one in by[By.SEVERITY]] == [("Critical", 3600.0), ("Major", 450.0)]
    assert [(one["group"], one["count"]) for one in by[By.COMPONENT]] == [("search", 2), ("sign-in", 1)]


def test_promises_kept(past):
    said = insight(past)["on_time"]
    assert (said["made"], said["kept"], said["share"]) == (6, 3, 0.5)


def test_false_positives_are_valued_and_stay_out_of_durations(past):
    said = insight(past)
    assert measure(said, "resolved_after_s")["all"]["count"] == 3
    false = said["false_positives"]
    assert (false["count"], false["share"], false["with_lesson"]) == (1, 0.25, 1)
    assert false["items"][0]["lesson"] == "Wait longer."


def test_the_period_is_the_day_on_which_they_began(past, clock):
    assert insight(past, since=date(2026, 11, 24), until=date(2026, 11, 30))["incidents"] == 0
    assert insight(past, until=date(2026, 11, 22))["incidents"] == 0
    assert insight(past, since=date(2026, 11, 23), until=date(2026, 11, 23))["incidents"] == 3
    with pytest.raises(BadRequest, match="ends before it begins"):
        insight(past, since=date(2026, 11, 23), until=date(2026, 11, 22))


def test_private_incidents_are_counted_for_the_security_role_only(past, security, messenger):
    private = past.as_(messenger).declare("Keys leaked", security=True)["ref"]
    past.do(followups.add_followup, past.declare()["ref"], commands.AddFollowup(title="x"))
    past.as_(messenger).do(followups.add_followup, private, commands.AddFollowup(title="Rotate", due="2026-11-01"))
    for actor, seen in ((past.actor, False), (messenger, False), (security, True)):
        assert ("Keys leaked" in str(insight(past, actor)) or private in str(insight(past, actor)["measures"])) is seen
        assert ("Keys leaked" in export_insight(past.context, actor)) is seen
    assert insight(past)["followups"] == {"open": 1, "overdue": 0, "items": []}
    assert insight(past, security)["followups"]["overdue"] == 1


def test_a_crowd_is_counted_but_not_all_of_it_drawn(desk):
    rows = [
        (number, f"2026-{1 + number % 11:02}-03T10:{number % 60:02}:00.000Z") for number in range(1, MOST_DOTS + 51)
    ]
    with desk.context.database.transaction() as db:
        db.executemany(
            "INSERT INTO incident (id, public_id, kind, title, state, severity, customer_impact, started_at,"
            " detected_at, declared_at, declared_by, created_at, updated_at) SELECT ?1, 'p' || ?1, 'incident', 'x',"
            " 'active', 'major', 'no', ?2, strftime('%Y-%m-%dT%H:%M:%fZ', ?2, '+5 minutes'), ?2, 'a', ?2, ?2",
            rows,
        )
    said = measure(insight(desk), "detected_after_s")
    assert (said["all"]["count"], said["dots_left_out"]) == (MOST_DOTS + 50, 50)
    assert sum(len(group["dots"]) for group in said["groups"]) == MOST_DOTS
    assert sum(group["count"] for group in said["groups"]) == MOST_DOTS + 50


def test_the_table_for_spreadsheets_holds_no_formula(past):
    rows = list(csv.reader(io.StringIO(export_insight(past.context, past.actor), newline="")))
    assert rows[0][:3] == ["ref", "title", "severity"]
    assert [row[0] for row in rows[1:]] == ["INC-1", "INC-2", "INC-3", "INC-4"]
    assert rows[4][1] == "'=cmd|'/C calc'!A0"
    assert rows[1][rows[0].index("first_post_after_s")] == "300"
    assert rows[4][rows[0].index("resolved_after_s")] == "", "a false positive has no duration"


@pytest.mark.parametrize("sql", [store.INCIDENTS, store.POSTS, store.COMPONENTS])
def test_the_reads_walk_no_table(context, sql):
    rows = context.database.connection().execute(f"EXPLAIN QUERY PLAN {sql}", ("2026-01-01", "2026-12-31", 0))
    plan = [row["detail"] for row in rows]
    assert any("incident_by_start" in one for one in plan)
    assert not [one for one in plan if one.startswith("SCAN")]


# all follow-ups, all postmortems


def test_follow_ups_of_all_incidents_with_what_is_due_first_on_top(desk, clock):
    refs = [desk.declare(f"Number {number}")["ref"] for number in range(2)]
    for ref, title, due, owner in (
        (refs[0], "later", "2026-12-01", "ada@example.com"),
        (refs[1], "late", "2026-11-20", "lea"),
        (refs[0], "some time", None, None),
        (refs[0], "today", "2026-11-23", "ada@example.com"),
    ):
        desk.do(followups.add_followup, ref, commands.AddFollowup(title=title, due=due, owner=owner))

    def titles(limit=25, cursor=None, **filters):
        return [one["title"] for one in listed(limit, cursor, **filters)["items"]]

    def listed(limit=25, cursor=None, **filters):
        return followups.list_all_followups(desk.context, desk.actor, filters, limit, cursor)

    assert titles() == ["late", "today", "later", "some time"]
    assert titles(owner="ada@example.com") == ["today", "later"]
    assert titles(overdue="true") == ["late"]
    assert listed()["items"][0]["overdue"] is True
    desk.do(followups.change_followup, 2, commands.ChangeFollowup(state="done"))
    assert titles(state="done") == ["late"]
    assert titles(overdue="true") == []
    pages, cursor = [], None
    for _ in range(4):
        page = listed(1, cursor)
        pages += [one["title"] for one in page["items"]]
        cursor = page["next_cursor"]
    assert (pages, cursor) == (titles(), None)


def test_postmortems_with_what_is_overdue_first(desk, clock):
    for number, severity in enumerate(("major", "critical")):
        ref = desk.declare(f"Number {number}", severity=severity)["ref"]
        desk.post(ref, "resolved", WORDS["resolved"])

    def listed(limit=25, cursor=None, **filters):
        return list_postmortems(desk.context, desk.actor, filters, limit, cursor)

    assert [(one["ref"], one["overdue"]) for one in listed()["items"]] == [("INC-2", False), ("INC-1", False)]
    assert listed(overdue="true")["items"] == []
    clock.forward(days=4)
    assert [(one["ref"], one["overdue"]) for one in listed()["items"]] == [("INC-2", True), ("INC-1", False)]
    assert [one["ref"] for one in listed(overdue="true")["items"]] == ["INC-2"]
    desk.write_postmortem("INC-2", waived_reason="Covered elsewhere")
    assert listed(overdue="true")["items"] == []
    assert [one["ref"] for one in listed(state="draft", owner="ada@example.com")["items"]] == ["INC-2", "INC-1"]
    first = listed(1)
    assert [one["ref"] for one in listed(1, first["next_cursor"])["items"]] == ["INC-1"]


def test_lists_leave_private_ones_out(desk, security, messenger, responder):
    ref = desk.as_(messenger).declare("Keys leaked", security=True)["ref"]
    desk.as_(messenger).write_postmortem(ref, sections={"summary": "Keys."})
    desk.as_(messenger).do(followups.add_followup, ref, commands.AddFollowup(title="Rotate"))
    for actor, seen in ((responder, 0), (messenger, 1), (security, 1)):
        assert len(list_postmortems(desk.context, actor, {})["items"]) == seen
        assert len(followups.list_all_followups(desk.context, actor, {})["items"]) == seen


def plan(context, query):
    sql, values = query
    return [row["detail"] for row in context.database.connection().execute(f"EXPLAIN QUERY PLAN {sql}", values)]


def test_the_lists_of_open_ones_walk_no_table(context):
    for query in (
        followup_store.page_query({"state": "open"}, seen_by=None, after=None),
        followup_store.page_query({"due_before": "2026-11-23"}, seen_by="x", after=None),
        postmortem_store.page_query(["draft"], owner=None, due_before="2026", seen_by=None, after=None),
    ):
        assert not [one for one in plan(context, query) if one.startswith("SCAN")]


def test_every_duration_is_measured_where_its_moments_are_known(desk, clock):
    ref = desk.declare(started_at="2026-11-23T13:50:00Z", detected_at="2026-11-23T13:55:00Z")["ref"]
    desk.do(roles.offer_role, ref, "lead", commands.OfferRole(person=desk.actor.name))
    desk.post(ref, "investigating")
    clock.forward(minutes=10)
    desk.post(ref, "resolved")
    assert [one["name"] for one in insight(desk)["measures"] if one["all"] is None] == []
