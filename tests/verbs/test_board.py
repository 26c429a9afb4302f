"""The board: what is urgent comes first, and everybody sees what they may."""

import pytest

from portal.domain.names import Permission
from portal.verbs import boards, calling, commands, commands_room, followups, roles
from portal.verbs.people import add_person


def board(desk):
    return boards.board(desk.context, desk.actor)


def test_overdue_ones_come_first_and_say_by_how_much(desk, clock):
    calm = desk.declare("Calm", customer_impact="no")["ref"]
    late = desk.declare("Late", severity="critical", customer_impact="yes")["ref"]
    soon = desk.declare("Soon", severity="major", customer_impact="yes")["ref"]
    clock.forward(minutes=7)
    lines = board(desk)["open"]
    assert [(one["ref"], one["due_in_minutes"]) for one in lines] == [(late, -2), (soon, 3), (calm, None)]
    assert lines[0]["lead"]["person"] == desk.actor.name
    assert (lines[0]["needs_messenger"], lines[2]["needs_messenger"]) == (True, False)


def test_the_clock_runs_from_the_last_post(desk, clock):
    ref = desk.declare(severity="critical", customer_impact="yes", components={"search": "major_outage"})["ref"]
    desk.post(ref, "investigating")
    posted = clock.text
    clock.forward(minutes=4)
    line = board(desk)["open"][0]
    assert (line["due_since"], line["last_post_age_minutes"], line["due_in_minutes"]) == (posted, 4, 11)


def test_what_ended_waits_to_be_closed_and_what_is_planned_is_listed(desk, clock):
    ref = desk.declare(components={"search": "major_outage"})["ref"]
    desk.post(ref, "resolved")
    near = desk.plan("2026-11-24T10:00:00Z", "2026-11-24T11:00:00Z", components=["search"])["ref"]
    desk.plan("2026-12-24T10:00:00Z", "2026-12-24T11:00:00Z", components=["search"])
    said = board(desk)
    assert [one["ref"] for one in said["unfinished"]] == [ref]
    assert [one["ref"] for one in said["maintenances"]] == [near], "the other one is more than a week away"
    assert said["open"] == []


def test_a_private_incident_is_on_no_other_board(desk, security, responder):
    desk.as_(security).declare("Keys leaked", security=True)
    assert board(desk)["open"] == []
    assert board(desk.as_(responder))["tasks"] == []
    assert len(board(desk.as_(security))["open"]) == 1


def test_tasks_are_what_one_has_to_do_oneself(desk, clock, responder):
    add_person(desk.context, desk.actor, responder.name, [Permission.RESPONDER], "Rob")
    ref = desk.declare()["ref"]
    desk.do(followups.add_followup, ref, commands.AddFollowup(title="Later", owner=responder.name, due="2026-12-24"))
    desk.do(followups.add_followup, ref, commands.AddFollowup(title="Late", owner="Rob", due="2026-11-22"))
    desk.do(followups.add_followup, ref, commands.AddFollowup(title="Not mine", owner="ada@example.com"))
    desk.write_postmortem(ref, owner="Rob", title="Why")
    desk.do(roles.offer_role, ref, "messenger", commands.OfferRole(person=responder.name))
    desk.do(calling.page_person, ref, commands_room.PagePerson(person=responder.name))
    tasks = board(desk.as_(responder))["tasks"]
    assert [(one["kind"], one["overdue"]) for one in tasks] == [
        ("call", False),
        ("role", False),
        ("followup", True),
        ("followup", False),
        ("postmortem", False),
    ], "what has no day comes last"
    assert [one["kind"] for one in board(desk)["tasks"]] == ["checklist", "followup"], "the lead keeps the checklist"


def test_only_people_inside_see_it(desk):
    from portal.domain.errors import NotAllowed
    from tests.conftest import person

    with pytest.raises(NotAllowed):
        boards.board(desk.context, person("nobody"))
