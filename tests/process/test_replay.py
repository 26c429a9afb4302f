"""A whole incident with a clock that is held: every reminder at its minute, for the people who are meant."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from portal.domain.names import Permission
from portal.domain.times import from_text, to_text
from portal.verbs import (
    automation,
    calling,
    checklist,
    commands,
    commands_room,
    followups,
    keeping,
    people,
    postmortem_requests,
    roles,
    windows,
)
from portal.verbs.commands_keeper import PlanWindow, SnoozeReminder
from portal.verbs.commands_learning import AddRequest, ChangeRequest
from portal.verbs.context import PORTAL
from tests.verbs.conftest import POSTMORTEM, Desk

T0 = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


@pytest.fixture
def desk(context, admin):
    desk = Desk(context, admin)
    desk.component("Search", group="Product")
    for email, *permissions in (
        ("ada@example.com", "admin"),
        ("mia@example.com", "messenger"),
        ("rob@example.com", "responder"),
    ):
        people.add_person(context, PORTAL, email, [Permission(one) for one in permissions], team="engineering")
    return desk


class Replay:
    """Moves the clock a minute at a time, and says what was filed since it was asked last."""

    def __init__(self, desk, clock):
        self.desk, self.clock, self.seen = desk, clock, 0

    def until(self, minute, *, step=1):
        while self.clock.moment < T0 + timedelta(minutes=minute):
            self.clock.forward(minutes=step)
            automation.run_due(self.desk.context)
        return self.filed()

    def filed(self):
        rows = self.desk.sql("SELECT * FROM reminder WHERE id > ? ORDER BY id", self.seen)
        self.seen = max([self.seen, *(row["id"] for row in rows)])
        for row in rows:
            assert row["due_at"] == row["filed_at"], "it is filed at its minute"
        return [
            (int((from_text(row["filed_at"]) - T0).total_seconds() // 60), row["kind"], *json.loads(row["who"]))
            for row in rows
        ]


def test_a_whole_incident_asks_for_everything_at_its_minute(desk, clock, responder, messenger):
    replay = Replay(desk, clock)
    rob, mia = desk.as_(responder), desk.as_(messenger)

    # 14:00 Rob declares for a customer; nobody knows yet whether others are affected.
    ref = rob.declare(
        "Search fails",
        severity="critical",
        components={"search": "major_outage"},
        summary="Searches fail since 13:58.",
        reporter={"kind": "customer", "name": "Grace", "contact": "grace@customer.example"},
        messenger="mia@example.com",
    )["ref"]
    call = rob.do(calling.page_person, ref, commands_room.PagePerson(person="ada@example.com"))
    assert replay.until(9) == [(5, "role_offer", "rob@example.com", "role:lead")]

    # 14:10 nobody has taken the messenger's role, answered the page or written to Grace.
    assert sorted(replay.until(10)) == [
        (10, "messenger", "team:support"),
        (10, "page", "rob@example.com", "role:lead"),
        (10, "reporter", "role:lead"),
    ]
    desk.do(calling.acknowledge_call, call["id"], commands_room.AcknowledgeCall(person="ada@example.com"))
    rows = checklist.list_checklist(desk.context, desk.actor, ref, 100)["items"]
    desk.do(checklist.change_checklist_item, rows[0]["id"], commands.ChangeChecklistItem(state="done"))

    # 14:12 customers are affected: five minutes to the first post, ten until somebody is paged for it.
    replay.until(12)
    rob.change(ref, customer_impact="yes")
    assert replay.until(17) == [(17, "first_post", "role:lead", "channel:incidents")]
    assert replay.until(22) == [(22, "messenger", "team:support")]
    assert [row["team"] for row in desk.sql("SELECT team FROM call WHERE called_by = 'portal'")] == ["support"]
    assert replay.until(27) == [(27, "first_post", "role:lead")]
    mia.do(roles.offer_role, ref, "messenger", commands.OfferRole(person="mia@example.com"))

    # 14:28 the first post promises the next within 15 minutes; the summary goes stale at 14:30.
    replay.until(28)
    mia.post(ref, "investigating")
    assert replay.until(37) == [(30, "summary", "role:lead"), (32, "page", "role:lead")]
    desk.do(calling.acknowledge_call, 2, commands_room.AcknowledgeCall(person="mia@example.com"))
    rob.change(ref, summary="The rollout of 13:55 broke the index.")
    assert replay.until(38) == [(38, "next_update", "role:messenger")]

    # 14:39 Mia snoozes for six minutes: she is asked at 14:45, and after it the lead and again.
    (one,) = keeping.due_reminders(desk.context, messenger)["items"]
    mia.do(keeping.snooze_reminder, one["id"], SnoozeReminder(minutes=7, reason="The rollback ends at 14:44."))
    assert replay.until(52) == [(45, "next_update", "channel:incidents")]
    assert replay.until(53) == [(53, "next_update", "role:lead")]
    assert replay.until(63) == [(63, "next_update", "role:lead")]

    # 15:04 the next post, late; it is kept in the timeline, and the new promise counts.
    replay.until(64)
    mia.post(ref, "identified", next_update_minutes=60)
    assert [row["text"] for row in desk.sql("SELECT text FROM timeline WHERE kind = 'missed_promise'")] == [
        "The update that was due at 14:17 UTC came 11 minutes late.",
        "The update that was due at 14:43 UTC came 21 minutes late.",
    ]
    assert replay.until(118) == [(67, "summary", "role:lead")]
    assert replay.until(119) == [(119, "next_update", "role:messenger")]
    mia.post(ref, "resolved")
    assert replay.until(200) == []

    # Afterwards: the postmortem after three days, its follow-up, and the customer who asked.
    task = {"title": "Cover the canary", "owner": "rob@example.com", "due": "2026-11-25"}
    number = desk.do(followups.add_followup, ref, commands.AddFollowup.model_validate(task))["id"]
    desk.do(postmortem_requests.add_request, ref, AddRequest(name="Example Corp"))
    day = 24 * 60
    assert replay.until(3 * day) == [
        (2 * day - 840, "followup", "rob@example.com"),
        (2 * day + 119, "postmortem", "rob@example.com"),
        (3 * day - 840, "followup", "rob@example.com", "role:lead"),
    ]
    desk.write_postmortem(ref, title="Search failed for an hour", public=True, sections=POSTMORTEM)
    desk.move_postmortem(ref, "in_review")
    mia.move_postmortem(ref, "reviewed", "published")
    desk.do(followups.change_followup, number, commands.ChangeFollowup(state="done"))
    replay.filed()
    published = clock.moment
    later = replay.until(5 * day - 10, step=10)
    assert later == [
        (
            int((published - T0).total_seconds() // 60) + day,
            "postmortem_request",
            "rob@example.com",
            "channel:incidents",
        )
    ]
    desk.do(postmortem_requests.change_request, 1, ChangeRequest(told=True))
    assert replay.until(20 * day, step=60) == []
    assert keeping.due_reminders(desk.context, desk.actor)["items"] == []


def test_a_security_incident_and_a_launch_day_ask_at_their_hours(desk, clock, security):
    replay = Replay(desk, clock)
    desk.as_(security).declare("A leak", security=True, customer_impact="yes", severity="critical")
    window = {
        "title": "Launch",
        "starts_at": to_text(T0 + timedelta(days=2)),
        "ends_at": to_text(T0 + timedelta(days=3)),
    }
    desk.do(windows.plan_window, PlanWindow.model_validate(window))
    automation.run_due(desk.context)
    hours = sorted((minute / 60, kind) for minute, kind, *_ in replay.until(97 * 60, step=60))
    assert hours == [
        (0, "announcement_window"),
        (20, "clients_24h"),
        (23, "clients_24h"),
        (24, "announcement_window"),
        (24, "clients_24h"),
        (28, "clients_24h"),
        (32, "clients_24h"),
        (36, "clients_24h"),
        (40, "clients_24h"),
        (44, "clients_24h"),
        (48, "announcement_window"),
        (48, "clients_24h"),
        (52, "clients_24h"),
        (56, "clients_24h"),
        (60, "clients_24h"),
        (60, "clients_72h"),
        (64, "clients_24h"),
        (68, "clients_24h"),
        (70, "clients_72h"),
        (72, "clients_24h"),
        (72, "clients_72h"),
        (76, "clients_24h"),
        (80, "clients_24h"),
        (84, "clients_24h"),
        (84, "clients_72h"),
        (88, "clients_24h"),
        (92, "clients_24h"),
        (96, "clients_24h"),
        (96, "clients_72h"),
    ]
