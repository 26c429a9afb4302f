"""Playbooks: which are offered, in which order, and what ticking a step leaves."""

from dataclasses import replace
from datetime import date

import pytest

from portal.domain import playbooks as rules
from portal.domain.errors import Conflict, Invalid
from portal.domain.names import Severity
from portal.verbs import commands_room, playbooks, recap, timeline
from portal.verbs.playbooks import read_shelf

ROLLBACK = """---
title: Roll back
components: [search]
last_reviewed: 2026-11-01
---
Some words.

## Look
- [ ] Look at the graphs

## Rollback
- [ ] Deploy the version before
"""
SLOW = """---
title: Count and wait
components: [search]
severity: [critical]
symptoms: ["queue is long"]
last_reviewed: 2026-01-01
---
- [ ] Count the queue
"""
OTHER = "---\ntitle: Sign-in\ncomponents: [sign-in]\n---\n- [ ] Try it\n"


@pytest.fixture
def shelf(desk, tmp_path):
    """A desk whose company has three playbooks of its own, and one that can't be read."""
    folder = tmp_path / "content" / "playbooks"
    folder.mkdir(parents=True)
    for name, text in {"a-slow": SLOW, "roll-back": ROLLBACK, "sign-in": OTHER, "broken": "no front matter"}.items():
        (folder / f"{name}.md").write_text(text)
    settings = desk.context.settings.model_copy(update={"content": tmp_path / "content"})
    desk.context = replace(desk.context, settings=settings)
    return desk


def offered(desk, ref):
    return [one["slug"] for one in playbooks.offered_playbooks(desk.context, desk.actor, ref)["items"]]


def tick(desk, ref, step=1, playbook="roll-back", **more):
    command = commands_room.TickStep(playbook=playbook, step=step, **more)
    return desk.do(playbooks.tick_step, ref, command)


def test_those_that_match_are_offered_rollback_first(shelf):
    ref = shelf.declare(severity="critical", components={"search": "major_outage"})["ref"]
    assert offered(shelf, ref) == ["roll-back", "a-slow"]


def test_the_recap_names_those_that_fit_until_it_is_over(shelf):
    ref = shelf.declare(severity="critical", components={"search": "major_outage"})["ref"]
    assert "Playbooks: Roll back; Count and wait." in recap.recap(shelf.context, shelf.actor, ref)["text"]
    shelf.close(ref, "cancelled", reason="A test")
    assert recap.recap(shelf.context, shelf.actor, ref)["playbooks"] == []


def test_one_for_another_severity_or_another_component_is_not_offered(shelf):
    ref = shelf.declare(severity="major", components={"search": "major_outage"})["ref"]
    assert offered(shelf, ref) == ["roll-back"]
    assert offered(shelf, shelf.declare("Mail waits")["ref"]) == []


def test_a_symptom_in_what_people_write_finds_its_playbook(shelf):
    ref = shelf.declare("Something is odd", severity="critical")["ref"]
    assert offered(shelf, ref) == []
    shelf.do(timeline.add_timeline, ref, timeline.AddTimeline(text="The Queue\nis long again"))
    assert offered(shelf, ref) == ["a-slow"]


def test_steps_that_roll_back_come_first(shelf):
    steps = rules.parse("x", ROLLBACK).steps
    assert [(step.text, step.rollback) for step in steps] == [
        ("Deploy the version before", True),
        ("Look at the graphs", False),
    ]


def test_ticking_a_step_writes_the_timeline_once(shelf, responder):
    ref = shelf.declare(components={"search": "major_outage"})["ref"]
    said = tick(shelf.as_(responder), ref, note="errors fall")
    assert said["steps"][0]["done_by"] == responder.name
    again = tick(shelf, ref)
    assert again["steps"][0]["done_by"] == responder.name, "who did it stays"
    lines = [
        one for one in timeline.list_timeline(shelf.context, shelf.actor, ref)["items"] if one["kind"] == "playbook"
    ]
    assert [one["text"] for one in lines] == ["Roll back: Deploy the version before (errors fall)"]
    undone = tick(shelf, ref, done=False)
    assert undone["steps"][0]["done_by"] is None


def test_a_step_stays_ticked_when_the_file_gets_another_one_above_it(shelf, tmp_path):
    ref = shelf.declare(components={"search": "major_outage"})["ref"]
    tick(shelf, ref, 2)
    path = tmp_path / "content" / "playbooks" / "roll-back.md"
    path.write_text(ROLLBACK.replace("## Look\n", "## Look\n- [ ] Breathe\n"))
    steps = playbooks.offered_playbooks(shelf.context, shelf.actor, ref)["items"][0]["steps"]
    assert [step["text"] for step in steps if step["done_by"]] == ["Look at the graphs"]


def test_one_that_nobody_has_reviewed_for_long_is_marked(shelf):
    stale = {one["slug"]: one["stale"] for one in playbooks.list_playbooks(shelf.context, shelf.actor)["items"]}
    assert stale == {"a-slow": True, "roll-back": False, "sign-in": True, "broken": True}


def test_one_that_cannot_be_read_says_why_and_is_never_in_the_way(shelf):
    said = playbooks.list_playbooks(shelf.context, shelf.actor)["items"][-1]
    assert said["problem"] == "it does not begin with front matter between two lines of ---"
    with pytest.raises(Invalid, match="does not begin with front matter"):
        tick(shelf, shelf.declare()["ref"], playbook="broken")
    with pytest.raises(Invalid, match="There is no playbook no-such"):
        tick(shelf, "INC-1", playbook="no-such")


def test_a_step_that_is_not_there_and_a_closed_incident_are_refused(shelf):
    ref = shelf.declare()["ref"]
    with pytest.raises(Invalid, match="no such step"):
        tick(shelf, ref, 9)
    shelf.close(ref, "cancelled", reason="A test")
    with pytest.raises(Conflict, match="reopen"):
        tick(shelf, ref)


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("severity: [huge]", "severity is one or more of critical, major, minor"),
        ("component: search", "there is no field component"),
        ("components: {a: b}", "components is a list"),
        ("last_reviewed: soon", "last_reviewed is a day"),
        ("title: [", "its front matter is no YAML"),
        ("- a", "its front matter has no fields"),
    ],
)
def test_front_matter_that_is_wrong_says_what_to_write(head, said):
    with pytest.raises(rules.Unreadable, match=said):
        rules.parse("x", f"---\n{head}\n---\n")


def test_a_list_inside_a_code_block_is_no_step():
    text = "---\ntitle: x\n---\n```\n- [ ] not a step\n```\n- [x] a step\n"
    assert [step.text for step in rules.parse("x", text).steps] == ["a step"]


def test_a_general_one_fits_everything_of_its_severity():
    one = rules.parse("x", "---\nseverity: critical\n---\n")
    assert rules.matching([one], [], Severity.CRITICAL, "") == [one]
    assert rules.matching([one], ["search"], Severity.MAJOR, "") == []
    assert rules.is_stale(one, date(2026, 1, 1), 180)


def test_the_samples_that_come_along_can_all_be_used(context):
    shelf = read_shelf(context.settings)
    assert len(shelf.playbooks) >= 3
    assert shelf.unreadable == {}
    assert all(one.steps and one.last_reviewed for one in shelf.playbooks.values())
