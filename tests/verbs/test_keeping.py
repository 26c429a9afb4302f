"""The process keeper as the clock runs it: what is filed, for whom, once, and what snoozing leaves behind."""

import json
from datetime import timedelta

import pytest

from portal.domain.errors import Conflict, NotAllowed, NotFound
from portal.domain.times import to_text
from portal.store.database import Database
from portal.verbs import (
    audits,
    automation,
    calling,
    changing,
    commands,
    commands_room,
    followups,
    keeping,
    people,
    roles,
    windows,
)
from portal.verbs import checklist as checklists
from portal.verbs.commands_keeper import ChangeWindow, PlanWindow, SnoozeReminder
from portal.verbs.context import PORTAL, Context
from tests.conftest import person


def run(desk):
    return automation.run_due(desk.context)


def run_until(desk, clock, minutes):
    """The clock, once a minute."""
    for _ in range(minutes):
        clock.forward(minutes=1)
        run(desk)


def filed(desk):
    """(minutes after 14:00, kind, who) of every reminder."""
    rows = desk.sql("SELECT kind, filed_at, who FROM reminder ORDER BY id")
    return [
        (int(row["filed_at"][11:13]) * 60 + int(row["filed_at"][14:16]) - 840, row["kind"], json.loads(row["who"]))
        for row in rows
    ]


def shown(desk, actor=None):
    return keeping.due_reminders(desk.context, actor or desk.actor)["items"]


def snooze(desk, reminder, minutes, reason=None):
    return desk.do(keeping.snooze_reminder, reminder, SnoozeReminder(minutes=minutes, reason=reason))


@pytest.fixture
def late(desk, clock):
    """A public incident whose update is due at 14:15, with nobody but its lead."""
    ref = desk.declare(severity="critical", customer_impact="yes", messenger=desk.actor.name)["ref"]
    desk.post(ref, "investigating")
    return ref


def test_each_reminder_is_one_row_and_one_message(desk, late, clock):
    run_until(desk, clock, 10)
    (row,) = desk.sql("SELECT * FROM reminder")
    (told,) = desk.sql("SELECT * FROM outbox WHERE event = 'reminder_due'")
    assert told["key"] == f"reminder/{row['key']}"
    assert json.loads(told["details"]) == {
        "to": ["role:messenger"],
        "text": row["text"],
        "link": f"/desk/incidents/{late}",
        "kind": "next_update",
    }
    assert told["incident_id"] == row["incident_id"] == 1


def test_a_clock_that_runs_every_second_files_each_once(desk, late, clock):
    clock.forward(minutes=9, seconds=30)
    for _ in range(120):
        clock.forward(seconds=1)
        run(desk)
    assert filed(desk) == [(10, "next_update", ["role:messenger"])]


def test_a_long_sleep_files_each_once(desk, late, clock):
    clock.forward(hours=5)
    run(desk)
    run(desk)
    assert [kind for _, kind, _ in filed(desk)] == ["next_update"] * 3
    run_until(desk, clock, 4)
    assert len(filed(desk)) == 3


def test_a_clock_that_jumps_back_and_forth_files_each_once(desk, late, clock):
    start = clock.moment
    for minutes in (10, 3, 16, 9, 27, 1, 27, 34):
        clock.moment = start + timedelta(minutes=minutes)
        run(desk)
    keys = [row["key"] for row in desk.sql("SELECT key FROM reminder")]
    assert len(keys) == len(set(keys)) == 3


def test_a_post_ends_it_and_the_next_promise_begins(desk, late, clock):
    run_until(desk, clock, 16)
    assert [one["kind"] for one in shown(desk)] == ["next_update"]
    desk.post(late, "identified")
    assert shown(desk) == []
    run_until(desk, clock, 14)
    assert [one["kind"] for one in shown(desk)] == []
    run_until(desk, clock, 1)
    assert [one["text"] for one in shown(desk)] == ["The next update of INC-1 (Search fails) is due at 14:36 UTC."]


def test_nothing_of_it_is_public(desk, late, clock):
    before = desk.sql("SELECT max(seq) FROM change")[0][0]
    clock.forward(minutes=12)
    assert run(desk)
    assert len(filed(desk)) == 1
    assert desk.sql("SELECT max(seq) FROM change")[0][0] == before
    clock.forward(minutes=5)
    run(desk)  # the promise has passed: that is the page's own boundary
    assert desk.sql("SELECT max(seq) FROM change")[0][0] == before + 1
    assert [row["subject"] for row in desk.sql("SELECT subject FROM change WHERE seq > ?", before)] == ["clock"]


def test_when_nothing_is_due_nothing_is_written(desk, late, clock):
    clock.forward(minutes=3)
    before = desk.counts()
    assert not run(desk)
    assert desk.counts() == before


def test_what_comes_due_while_nobody_writes_is_not_missed(desk, clock):
    ref = desk.declare(severity="major", customer_impact="no", messenger=desk.actor.name)["ref"]
    desk.post(ref, "resolved")
    desk.write_postmortem(ref, due_at=clock.moment + timedelta(hours=25, minutes=35))
    task = {"title": "Cover the canary", "owner": "rob@example.com", "due": "2026-11-24"}
    desk.do(followups.add_followup, ref, commands.AddFollowup.model_validate(task))
    for _ in range(125):
        clock.forward(minutes=5)
        keeping.file_due_reminders(desk.context)
    rows = desk.sql("SELECT kind, due_at, filed_at FROM reminder ORDER BY id")
    assert [(row["kind"], row["filed_at"][5:16]) for row in rows] == [
        ("postmortem", "11-23T15:35"),
        ("followup", "11-24T00:00"),
    ]


def test_another_program_that_writes_is_noticed(desk, late, clock):
    assert not keeping.file_due_reminders(desk.context)
    other = Context(Database(desk.context.database.path), desk.context.settings, now=clock)
    changing.change_incident(other, desk.actor, late, commands.ChangeIncident(summary="Old news"))
    with other.database.transaction() as db:
        db.execute("UPDATE incident SET summary_at = '2026-11-23T13:00:00.000Z'")
    other.database.close()
    assert keeping.file_due_reminders(desk.context)
    assert [kind for _, kind, _ in filed(desk)] == ["summary"]


def test_the_queries_of_every_second_walk_no_table(desk, late, clock, monkeypatch):
    asked = []
    connection = desk.context.database.connection()
    connection.set_trace_callback(asked.append)
    run(desk)
    connection.set_trace_callback(None)
    walked = []
    for sql in asked:
        if sql.startswith("SELECT"):
            plan = connection.execute(f"EXPLAIN QUERY PLAN {sql}")
            walked += [row["detail"] for row in plan if row["detail"].startswith("SCAN")]
    harmless = ("json_each", "portal", "rota_file", "CONSTANT", "incident_open", "incident_promise", "incident_public")
    harmless += ("signal_contact",)
    assert [one for one in walked if not any(word in one for word in harmless)] == []


def test_people_see_what_is_theirs(desk, late, responder, clock):
    run_until(desk, clock, 10)
    assert [(one["ref"], one["mine"], one["to"]) for one in shown(desk)] == [(late, True, ["role:messenger"])]
    assert [one["mine"] for one in shown(desk, responder)] == [False]
    with pytest.raises(NotAllowed):
        keeping.due_reminders(desk.context, person("nobody"))


def test_a_snooze_waits_leaves_a_trace_and_is_counted(desk, late, clock):
    run_until(desk, clock, 10)
    (one,) = shown(desk)
    said = snooze(desk, one["id"], 12, "The rollback ends soon.")
    assert (said["snoozed_until"], said["snoozes"]) == ("2026-11-23T14:22:00.000Z", 1)
    run_until(desk, clock, 11)
    assert len(filed(desk)) == 1
    run_until(desk, clock, 1)
    assert filed(desk)[1:] == [(22, "next_update", ["channel:incidents"])]
    (again,) = shown(desk)
    assert (again["snoozed_until"], again["snoozes"]) == (None, 1)
    traces = desk.sql("SELECT text, actor FROM timeline WHERE kind = 'snooze'")
    assert [(row["actor"], row["text"].split(":", 2)[0]) for row in traces] == [(desk.actor.name, "Snoozed until 14")]
    assert "The rollback ends soon." in traces[0]["text"]


def test_a_snooze_can_be_repeated_and_the_reminders_after_it_come(desk, late, clock):
    run_until(desk, clock, 10)
    snooze(desk, shown(desk)[0]["id"], 6)
    run_until(desk, clock, 6)
    assert snooze(desk, shown(desk)[0]["id"], 5)["snoozes"] == 2
    run_until(desk, clock, 30)
    assert [minute for minute, _, _ in filed(desk)] == [10, 16, 21, 25, 35, 45]


def test_what_is_done_can_not_be_snoozed(desk, late, clock):
    run_until(desk, clock, 10)
    (one,) = shown(desk)
    desk.post(late, "monitoring")
    with pytest.raises(Conflict, match="is done"):
        snooze(desk, one["id"], 5)
    with pytest.raises(NotFound):
        snooze(desk, 999, 5)


def test_reminders_of_a_private_incident_are_for_those_who_may_see_it(desk, security, responder, clock):
    secret = desk.as_(security).declare("A leak", severity="critical", security=True, customer_impact="yes")["ref"]
    clock.forward(hours=21)
    run(desk)
    assert [(one["ref"], one["kind"]) for one in shown(desk, security)] == [(secret, "clients_24h")]
    assert shown(desk, responder) == shown(desk) == []
    number = desk.sql("SELECT id FROM reminder")[0]["id"]
    with pytest.raises(NotFound):
        keeping.snooze_reminder(desk.context, responder, number, SnoozeReminder(minutes=5))
    assert "leak" not in " ".join(row["text"] for row in desk.sql("SELECT text FROM reminder"))


def test_the_audit_log_shows_no_snooze_of_a_private_incident_to_who_may_not_see_it(desk, security, clock):
    desk.as_(security).declare("A leak", severity="critical", security=True, customer_impact="yes")
    clock.forward(hours=21)
    run(desk)
    snooze(desk.as_(security), shown(desk, security)[0]["id"], 5)
    assert "reminder.snooze" in [one["action"] for one in audits.list_audit(desk.context, PORTAL)["items"]]
    eve = person("eve@example.com", "admin")
    assert "reminder.snooze" not in [one["action"] for one in audits.list_audit(desk.context, eve)["items"]]


def test_the_legal_clocks_end_when_their_rows_are_ticked(desk, security, clock):
    mine = desk.as_(security)
    secret = mine.declare("A leak", severity="critical", security=True, customer_impact="yes")["ref"]
    clock.forward(hours=21)
    run(desk)
    rows = checklists.list_checklist(desk.context, security, secret, 100)["items"]
    one = next(row for row in rows if row["key"] == "clients_24h")
    mine.do(checklists.change_checklist_item, one["id"], commands.ChangeChecklistItem(state="done"))
    assert shown(desk, security) == []


def test_the_channel_is_never_told_of_a_private_incident(desk, security, clock):
    desk.as_(security).declare("A leak", severity="critical", security=True, customer_impact="yes")
    for _ in range(80):
        clock.forward(hours=1)
        run(desk)
    to = {one for row in desk.sql("SELECT who FROM reminder") for one in json.loads(row["who"])}
    assert to == {"permission:security", "role:lead"}


def test_an_empty_messenger_role_pages_support_once_customers_are_known_to_be_affected(desk, clock):
    ref = desk.declare(severity="major")["ref"]
    run_until(desk, clock, 20)
    assert filed(desk) == [(10, "messenger", ["team:support"])]
    assert desk.sql("SELECT * FROM call") == []
    desk.change(ref, customer_impact="yes")
    run_until(desk, clock, 10)
    assert [(minute, kind) for minute, kind, _ in filed(desk)][1:] == [(30, "first_post"), (30, "messenger")]
    assert [(row["team"], row["called_by"]) for row in desk.sql("SELECT * FROM call")] == [("support", "portal")]


def test_a_role_that_was_taken_asks_nothing(desk, messenger, clock):
    ref = desk.declare(severity="major")["ref"]
    desk.do(roles.offer_role, ref, "messenger", commands.OfferRole(person=messenger.name))
    run_until(desk, clock, 5)
    assert filed(desk) == [(5, "role_offer", [desk.actor.name, "role:lead"])]
    desk.do(roles.offer_role, ref, "messenger", commands.OfferRole(person=messenger.name))
    desk.as_(messenger).do(roles.accept_role, ref, "messenger")
    run_until(desk, clock, 20)
    assert len(filed(desk)) == 1
    assert shown(desk) == []


def test_a_page_that_nobody_answered_is_offered_to_the_next(desk, clock):
    people.add_person(desk.context, PORTAL, "mia@example.com", [*desk.actor.permissions])
    ref = desk.declare(severity="major", customer_impact="no")["ref"]
    call = desk.do(calling.page_person, ref, commands_room.PagePerson(person="mia@example.com"))
    run_until(desk, clock, 10)
    assert [one["kind"] for one in shown(desk)] == ["page"]
    assert "call the next" in shown(desk)[0]["text"]
    desk.do(calling.acknowledge_call, call["id"], commands_room.AcknowledgeCall(person="mia@example.com"))
    assert shown(desk) == []


def test_a_reporter_is_acknowledged_with_a_ready_reply(desk, clock):
    reporter = {"kind": "customer", "name": "Grace", "contact": "grace@customer.example"}
    ref = desk.declare(severity="major", customer_impact="no", reporter=reporter)["ref"]
    run_until(desk, clock, 10)
    (one,) = shown(desk)
    assert one["kind"] == "reporter"
    assert "Thank you Grace for telling us" in one["text"]
    desk.tick_all(ref)
    assert shown(desk) == []


def test_a_postmortem_and_its_follow_ups_are_asked_for_when_they_are_due(desk, clock):
    ref = desk.declare(severity="critical", customer_impact="no", messenger=desk.actor.name)["ref"]
    desk.post(ref, "resolved")
    task = {"title": "Cover the canary", "owner": "rob@example.com", "due": "2026-11-25"}
    desk.do(followups.add_followup, ref, commands.AddFollowup.model_validate(task))
    days = []
    for day in range(6):
        run(desk)
        days.append((day, [one["kind"] for one in shown(desk)]))
        clock.forward(days=1)
    assert days == [
        (0, []),
        (1, []),
        (2, ["followup", "postmortem"]),
        (3, ["followup", "postmortem"]),
        (4, ["followup", "postmortem"]),
        (5, ["followup", "postmortem"]),
    ]
    assert len(filed(desk)) == 4
    desk.published_postmortem(ref, title="Search failed", public=True)
    desk.do(followups.change_followup, 1, commands.ChangeFollowup(state="done"))
    assert shown(desk) == []


def test_a_window_without_a_plan_is_asked_about_until_it_has_one(desk, clock):
    window = {
        "title": "Launch",
        "starts_at": to_text(clock.moment + timedelta(days=2)),
        "ends_at": to_text(clock.moment + timedelta(days=2, hours=4)),
        "owner": "mia@example.com",
    }
    made = desk.do(windows.plan_window, PlanWindow.model_validate(window))
    run(desk)
    (one,) = shown(desk)
    assert (one["kind"], one["ref"]) == ("announcement_window", None)
    assert "has no plan" in one["text"]
    assert snooze(desk, one["id"], 60)["snoozed_until"] == to_text(clock.moment + timedelta(hours=1))
    desk.do(windows.change_window, made["id"], ChangeWindow(plan="Mia can hold it."))
    assert shown(desk) == []
