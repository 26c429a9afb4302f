import json
from datetime import timedelta

import pytest

from portal.domain.errors import Conflict, Invalid, PostRefused
from portal.domain.times import to_text
from portal.verbs import commands, posts
from tests.verbs.conftest import WORDS

CONTACT = "If you have any questions, email support@example.com."


def lint(desk, **fields):
    return posts.lint(desk.context, desk.actor, commands.Lint.model_validate(fields))


@pytest.fixture
def ref(desk):
    return desk.declare(severity="critical", customer_impact="yes", components={"search": "major_outage"})["ref"]


def test_the_first_post_gets_the_support_contact_and_later_ones_do_not(desk, ref):
    assert desk.post(ref, "investigating")["body"] == f"{WORDS['investigating']}\n\n{CONTACT}"
    assert CONTACT not in desk.post(ref, "identified")["body"]


def test_a_contact_that_is_there_is_not_repeated(desk, ref):
    body = f"Searches in the Search component fail for some customers. {CONTACT}"
    assert desk.post(ref, "investigating", body)["body"] == body


def test_the_answer_shows_the_fragment_as_published(desk, ref):
    said = desk.post(ref, "investigating", "Searches in *Search* fail for <b>some</b> customers of the component.")
    assert "<em>Search</em>" in said["html"]
    assert "<b>" not in said["html"]
    assert said["public_url"].endswith(f"/incidents/{desk.get(ref)['public_id']}/#{said['public_id']}")


@pytest.mark.parametrize(
    ("state", "severity", "minutes"),
    [
        ("investigating", "critical", 15),
        ("investigating", "major", 30),
        ("identified", "critical", 20),
        ("identified", "major", 30),
        ("monitoring", "critical", 30),
        ("monitoring", "major", 60),
    ],
)
def test_every_post_promises_the_next_one(desk, clock, state, severity, minutes):
    ref = desk.declare(severity=severity)["ref"]
    due = to_text(clock.moment + timedelta(minutes=minutes))
    assert desk.post(ref, state)["next_update_due"] == due
    assert desk.get(ref)["next_update_due"] == due


def test_a_post_may_promise_its_own_time(desk, ref, clock):
    said = desk.post(ref, "investigating", next_update_minutes=120)
    assert said["next_update_due"] == to_text(clock.moment + timedelta(minutes=120))


def test_a_promise_of_more_than_two_hours_wants_a_second_press(desk, ref):
    with pytest.raises(PostRefused) as refused:
        desk.post(ref, "investigating", next_update_minutes=121)
    assert [one["rule"] for one in refused.value.more["findings"] if one["level"] == "confirm"] == ["P9"]
    said = desk.post(ref, "investigating", next_update_minutes=121, confirm=True)
    assert "P9" in {one["rule"] for one in said["findings"]}


def test_a_refused_post_leaves_nothing(desk, ref):
    before = desk.dump()
    for body in ("Search is down, TODO say more about it.", "Search is down since 9am PST for everybody who uses it."):
        with pytest.raises(PostRefused):
            desk.post(ref, "investigating", body, components={"sign-in": "major_outage"})
    assert desk.dump() == before


def test_confirming_does_not_help_against_what_blocks(desk, ref):
    with pytest.raises(PostRefused):
        desk.post(ref, "investigating", "Search is down, TODO say more about it.", confirm=True)


def test_accepted_findings_are_kept_with_their_reason(desk, ref):
    body = "Search probably fails because of the new index, as far as the Search component goes."
    said = desk.post(ref, "identified", body, accept={"P11": "Marketing asked for it"})
    kept = json.loads(desk.sql("SELECT findings FROM post")[0][0])
    assert kept == said["findings"]
    assert {one["rule"]: one.get("reason") for one in kept}["P11"] == "Marketing asked for it"


def test_a_step_back_is_told_and_not_in_the_way(desk, ref):
    desk.post(ref, "monitoring")
    said = desk.post(ref, "investigating")
    assert [one["level"] for one in said["findings"] if one["rule"] == "ORDER"] == ["warn"]


def test_a_jump_forward_is_nothing_special(desk, ref):
    desk.post(ref, "investigating")
    assert "ORDER" not in {one["rule"] for one in desk.post(ref, "resolved")["findings"]}


@pytest.mark.parametrize("state", ["scheduled", "in_progress", "verifying", "completed"])
def test_states_of_maintenances_are_refused_with_the_list(desk, ref, state):
    with pytest.raises(Invalid) as refused:
        desk.post(ref, state)
    assert "investigating, identified, monitoring, resolved" in refused.value.more["errors"]["state"][0]


def test_the_states_of_a_maintenance_are_its_own(desk, clock):
    ref = desk.plan(clock.moment + timedelta(hours=1), clock.moment + timedelta(hours=2))["ref"]
    with pytest.raises(Invalid, match="maintenance"):
        desk.post(ref, "investigating")


def test_resolving_ends_impacts_and_starts_the_learning(desk, ref, clock):
    desk.post(ref, "investigating")
    end = clock.forward(minutes=20)
    said = desk.post(ref, "resolved", next_update_minutes=30, customer_action="None.")
    assert said["next_update_due"] is None
    assert said["customer_action"] is None
    assert said["components"] == [
        {"slug": "search", "name": "Search", "old_status": "major_outage", "new_status": "operational"}
    ]
    after = desk.get(ref)
    assert (after["state"], after["resolved_at"], after["next_update_due"]) == ("learning", to_text(end), None)
    assert after["components"] == {"search": "operational"}
    article = desk.sql("SELECT state, owner, due_at FROM postmortem")[0]
    assert tuple(article) == ("draft", "ada@example.com", to_text(end + timedelta(days=3)))


def test_a_major_one_is_due_after_five_working_days(desk, clock):
    ref = desk.declare(severity="major")["ref"]  # a Monday
    desk.post(ref, "resolved")
    assert desk.sql("SELECT due_at FROM postmortem")[0][0] == to_text(clock.moment + timedelta(days=7))


def test_a_resolved_post_can_not_leave_something_down(desk, ref):
    with pytest.raises(Invalid, match="ends all impacts"):
        desk.post(ref, "resolved", components={"search": "partial_outage"})


def test_after_resolved_only_reopening(desk, ref):
    desk.post(ref, "resolved")
    with pytest.raises(Conflict, match="reopen"):
        desk.post(ref, "investigating")


def test_a_post_that_leaves_a_component_out_keeps_its_level(desk, ref):
    desk.post(ref, "investigating", components={"sign-in": "partial_outage"})
    desk.post(ref, "identified", components={"sign-in": "operational"})
    assert desk.get(ref)["components"] == {"search": "major_outage", "sign-in": "operational"}


def test_a_level_that_changes_makes_a_new_interval(desk, ref, clock):
    desk.post(ref, "investigating")
    changed = clock.forward(minutes=5)
    desk.post(ref, "identified", components={"search": "degraded_performance"})
    assert [tuple(row) for row in desk.sql("SELECT level, from_at, to_at FROM impact ORDER BY from_at")] == [
        ("major_outage", "2026-11-23T14:00:00.000Z", to_text(changed)),
        ("degraded_performance", to_text(changed), None),
    ]


def test_overlapping_incidents_leave_the_worst_that_remains(desk, ref):
    desk.post(ref, "investigating")
    other = desk.declare("Index is stale", components={"search": "degraded_performance"})["ref"]
    desk.post(other, "investigating")
    assert desk.status("search") == "major_outage"
    desk.post(ref, "resolved")
    assert desk.status("search") == "degraded_performance"
    desk.post(other, "resolved")
    assert desk.status("search") == "operational"


def test_a_missed_promise_is_written_down(desk, ref, clock):
    desk.post(ref, "investigating")
    clock.forward(minutes=27)
    desk.post(ref, "identified")
    missed = desk.sql("SELECT text FROM timeline WHERE kind = 'missed_promise'")
    assert [row[0] for row in missed] == ["The update that was due at 14:15 UTC came 12 minutes late."]


def test_what_the_incident_says_equals_what_its_posts_say(desk, ref, clock):
    for state in ("investigating", "identified", "monitoring", "investigating", "resolved"):
        desk.post(ref, state, confirm=True)
        clock.forward(minutes=7)
        rows = desk.sql("SELECT * FROM post ORDER BY display_at, id")
        row = desk.sql("SELECT * FROM incident")[0]
        newest = rows[-1]
        assert (row["first_post_at"], row["last_post_at"]) == (rows[0]["display_at"], newest["display_at"])
        assert (row["post_state"], row["next_update_due"]) == (newest["state"], newest["next_update_due"])
        assert row["updated_at"] == newest["published_at"]


def test_a_clock_that_was_set_back_does_not_reorder_posts(desk, ref, clock):
    desk.post(ref, "investigating")
    clock.forward(minutes=-10)
    assert desk.post(ref, "identified")["seq"] == 2
    assert desk.get(ref)["post_state"] == "identified"


def test_monitoring_means_mitigated(desk, ref, clock):
    desk.post(ref, "investigating")
    clock.forward(minutes=9)
    desk.post(ref, "monitoring")
    assert desk.get(ref)["mitigated_at"] == clock.text


def test_lint_says_what_posting_would_and_writes_nothing(desk, ref):
    before = desk.dump()
    body = "Search is down since 9am PST for everybody who uses it."
    said = lint(desk, ref=ref, state="investigating", body=body)
    with pytest.raises(PostRefused) as refused:
        desk.post(ref, "investigating", body)
    assert said["findings"] == refused.value.more["findings"]
    assert said["body"] == f"{body}\n\n{CONTACT}"
    assert desk.dump() == before


def test_lint_works_without_an_incident(desk):
    said = lint(desk, state="investigating", body="Search is down, TODO.", components={"search": "major_outage"})
    assert "P7" in {one["rule"] for one in said["findings"]}


@pytest.mark.parametrize("fields", [{"security": True}, {"kind": "drill"}])
def test_lint_knows_that_private_ones_and_drills_are_not_published(desk, fields):
    ref = desk.declare(**fields)["ref"]
    found = lint(desk, ref=ref, state="investigating", body=WORDS["investigating"])["findings"]
    assert [one["rule"] for one in found if one["level"] == "block"] == ["P20"]


def test_posts_are_listed_in_pages(desk, ref):
    for state in ("investigating", "identified", "monitoring"):
        desk.post(ref, state)
    first = posts.list_posts(desk.context, desk.actor, ref, 2)
    rest = posts.list_posts(desk.context, desk.actor, ref, 2, first["next_cursor"])
    assert [one["seq"] for one in first["items"] + rest["items"]] == [1, 2, 3]
    assert rest["next_cursor"] is None
