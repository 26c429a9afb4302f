"""The texts that posts begin with: filled in, without a finding, and the owner's own in front."""

import pytest

from portal.config import Process
from portal.domain.lifecycle import post_states
from portal.domain.names import Kind
from portal.verbs import commands, post_templates, posts

INCIDENT_STATES = [str(state) for state in post_states(Kind.INCIDENT)]


def texts(desk, ref):
    return post_templates.list_templates(desk.context, desk.actor, ref)["texts"]


def findings(desk, ref, state, body):
    said = posts.lint(desk.context, desk.actor, commands.Lint(ref=ref, state=state, body=body))
    return [(one["rule"], body[one["start"] : one["end"]]) for one in said["findings"]]


@pytest.mark.parametrize("state", INCIDENT_STATES)
@pytest.mark.parametrize(
    "facts",
    [
        {"components": {"search": "major_outage"}},
        {"components": {"search": "major_outage", "sign-in": "partial_outage"}, "breadth": "some"},
        {"components": {"search": "partial_outage"}, "breadth": "all", "audience": "cloud"},
        {"components": {"search": "degraded_performance"}, "breadth": "one", "audience": "self-hosted"},
    ],
)
def test_a_filled_in_text_has_no_finding(desk, state, facts):
    ref = desk.declare(**facts)["ref"]
    assert findings(desk, ref, state, texts(desk, ref)[state]) == []


@pytest.mark.parametrize("state", INCIDENT_STATES[1:])
def test_nor_has_one_that_follows_another(desk, state):
    ref = desk.declare(components={"search": "major_outage"})["ref"]
    desk.post(ref, "investigating", texts(desk, ref)["investigating"])
    assert findings(desk, ref, state, texts(desk, ref)[state]) == []


def test_nor_have_those_of_a_maintenance(desk, clock):
    begin, end = clock.moment.replace(hour=20), clock.moment.replace(hour=21)
    ref = desk.plan(begin, end, components=["search"])["ref"]
    said = texts(desk, ref)
    assert list(said) == ["scheduled", "in_progress", "verifying", "completed"]
    assert [findings(desk, ref, state, body) for state, body in said.items()] == [[], [], [], []]
    assert "from 2026-11-23 20:00 UTC to 2026-11-23 21:00 UTC" in said["scheduled"]


def test_the_first_text_names_the_contact_and_who_is_concerned(desk):
    ref = desk.declare(components={"search": "major_outage", "sign-in": "major_outage"}, breadth="many")["ref"]
    assert texts(desk, ref)["investigating"] == (
        "We are aware there is an issue with Search and Sign-in, which affects many customers. We are investigating a"
        " resolution. If you have any questions, email support@example.com."
    )


def test_what_nobody_knows_yet_is_a_blank_that_can_not_be_published(desk):
    ref = desk.declare("Nothing answers")["ref"]
    body = texts(desk, ref)["investigating"]
    assert "an issue with ___." in body
    assert ("P7", "___") in findings(desk, ref, "investigating", body)


def test_an_advisory_says_who_is_affected_and_what_to_do(desk):
    ref = desk.declare("Upgrade to 5.2", kind="advisory", components={"search": "operational"})["ref"]
    assert texts(desk, ref)["identified"].startswith("You are affected if you use Search. Do ___ before ___.")


def test_the_owners_texts_stand_in_front_of_ours(desk, tmp_path):
    folder = tmp_path / "posts"
    folder.mkdir()
    (folder / "investigating.md").write_text(
        "{{ site_name }} looks into {{ components | join(' + ') }} ({{ title }}).\n"
    )
    object.__setattr__(desk.context.settings, "process", Process(post_templates=folder))
    ref = desk.declare(components={"search": "major_outage"})["ref"]
    said = texts(desk, ref)
    assert said["investigating"] == "Status looks into Search (Search fails)."
    assert said["identified"].startswith("We have identified")


def test_a_text_that_can_not_be_filled_says_so_and_is_not_in_the_way(desk, tmp_path):
    folder = tmp_path / "posts"
    folder.mkdir()
    (folder / "resolved.md").write_text("{{ nobody_knows }}")
    object.__setattr__(desk.context.settings, "process", Process(post_templates=folder))
    ref = desk.declare(components={"search": "major_outage"})["ref"]
    assert "resolved.md can't be used: 'nobody_knows' is undefined" in texts(desk, ref)["resolved"]


def test_a_component_that_the_title_says_fills_the_blank(desk):
    desk.component("Web application")
    ref = desk.declare(title="The web application is slow for many", components={})["ref"]
    assert "an issue with Web application." in texts(desk, ref)["investigating"]
    desk.component("Ledger", hidden=True)
    ref = desk.declare(title="Ledger stands still", components={})["ref"]
    assert "an issue with ___." in texts(desk, ref)["investigating"], "what is hidden is not named"
