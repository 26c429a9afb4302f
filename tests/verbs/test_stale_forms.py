"""Two people change the same thing: the second is told who changed what meanwhile."""

import pytest

from portal.domain.errors import Conflict, Invalid
from portal.verbs import checklist, commands, timeline


def change(desk, ref, **fields):
    return desk.change(ref, **fields)


def test_a_change_of_what_is_another_now_is_refused_and_says_who_did_it(desk, clock, responder):
    ref = desk.declare(severity="major")["ref"]
    clock.forward(minutes=5)
    desk.as_(responder).change(ref, severity="critical")
    with pytest.raises(
        Conflict, match=r"severity was major when you looked; it is critical now \(rob@example.com, 14:05"
    ):
        change(desk, ref, severity="minor", reason="Only a canary", seen={"severity": "major"})
    assert desk.get(ref)["severity"] == "critical"
    change(desk, ref, severity="major", reason="Only a canary", seen={"severity": "critical"})
    assert desk.get(ref)["severity"] == "major"


def test_other_fields_and_the_same_value_are_no_conflict(desk, responder):
    ref = desk.declare(summary="Old")["ref"]
    desk.as_(responder).change(ref, summary="New", title="Search is gone")
    change(desk, ref, summary="New", breadth="many", seen={"summary": "Old", "breadth": None, "title": "Search fails"})
    assert desk.get(ref)["breadth"] == "many"
    with pytest.raises(Conflict, match="summary was Old"):
        change(desk, ref, summary="Mine", seen={"summary": "Old"})


def test_only_fields_of_the_incident_can_be_compared(desk):
    with pytest.raises(Invalid, match="can't be compared"):
        change(desk, desk.declare()["ref"], title="x", seen={"ref": "INC-1"})


def test_a_row_of_the_checklist_that_somebody_else_marked_is_not_written_over(desk, responder):
    ref = desk.declare()["ref"]
    item = checklist.list_checklist(desk.context, desk.actor, ref)["items"][0]["id"]
    mark = commands.ChangeChecklistItem
    desk.as_(responder).do(checklist.change_checklist_item, item, mark(state="na", reason="No sales team", seen="todo"))
    with pytest.raises(Conflict, match=r"rob@example.com has marked '.+' na meanwhile \(No sales team\)"):
        desk.do(checklist.change_checklist_item, item, mark(state="done", seen="todo"))
    desk.do(checklist.change_checklist_item, item, mark(state="done", seen="na"))


def add(desk, ref, **fields):
    return desk.do(timeline.add_timeline, ref, commands.AddTimeline(**fields))


def test_an_update_of_the_lead_has_three_parts(desk):
    ref = desk.declare()["ref"]
    said = add(desk, ref, kind="update", did="Rolled back", result="Errors fall", next="Watch for 10 minutes")
    assert said["text"] == "Did: Rolled back\nResult: Errors fall\nNext: Watch for 10 minutes"
    assert said["details"] == {"did": "Rolled back", "result": "Errors fall", "next": "Watch for 10 minutes"}
    assert add(desk, ref, kind="update", did="Rolled back")["text"] == "Did: Rolled back"
    assert add(desk, ref, kind="update", text="In one go")["details"] is None


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "what happened"),
        ({"kind": "update"}, "what happened"),
        ({"text": "x", "did": "y"}, "Only an update"),
        ({"kind": "update", "text": "x", "did": "y"}, "a text or its three parts"),
    ],
)
def test_a_line_says_something_once(desk, fields, said):
    with pytest.raises(Invalid, match=said):
        add(desk, desk.declare()["ref"], **fields)


def test_redacted_words_leave_the_parts_of_an_update_too(desk):
    from portal.verbs import redacting

    ref = desk.declare(customer_impact="yes")["ref"]
    desk.post(ref, "investigating", "Searches in Search fail on db-17 for some customers.", confirm=True)
    add(desk, ref, kind="update", did="Restarted db-17", result="Better")
    desk.do(redacting.redact, ref, 1, commands.Redact(words="db-17"))
    assert "db-17" not in "\n".join(desk.dump())
