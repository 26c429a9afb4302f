"""PROCESS, Status posts: each row's promise, through form, API and command."""

import pytest

from portal.domain.times import from_text
from portal.verbs import automation, keeping, postmortems
from portal.verbs.context import PORTAL
from portal.verbs.keeping import snooze_reminder
from tests.verbs.conftest import WORDS

NO_FAULT = "Searches in the Search component fail for some customers. We are looking into it."
SAMPLES = {
    "P1": ("confirm", "Searches in the Search component have failed for some customers since this morning."),
    "P2": ("confirm", "Searches in the Search component have failed for some customers since 10:30 ET."),
    "P3": ("confirm", "Searches in the Search component have failed for some customers since 10:30 am."),
    "P4": ("warn", "Searches in the Search component fail for some customers, as they did this summer."),
    "P6": ("warn", "Searches in the Search component fail for some customers, caused by a bad deployment."),
    "P7": ("block", "Searches in the Search component fail for ___ and we are looking into it now."),
    "P8": ("warn", "Searches in the Search component fail for some customers; it will be fixed in 10 minutes."),
    "P11": ("warn", "Searches in the Search component fail for some customers, probably since the last release."),
    "P12": ("confirm", "Searches in the Search component fail for some customers because of human error."),
    "P13": ("warn", "Searches in the Search component fail for some customers. Sorry for any inconvenience."),
    "P14": ("warn", "There is an outage of the Search component for some customers. We are looking into it."),
    "P15": ("warn", "Searches in the Search component fail for some customers of the host 10.1.2.3 since then."),
    "P16": ("warn", "We are aware of an issue and are investigating it now."),
    "P17": ("warn", "Search fails."),
    "P19": ("confirm", "The issue with searches in the Search component is resolved for all customers."),
}
"""rule -> its level, and a post that it objects to"""
SECRET = "Searches fail for some customers who use the Search component with AKIAIOSFODNN7EXAMPLE as their key."


def found(house, ref):
    return {one["rule"] for one in house.verbs.get(ref)["posts"][-1]["findings"]}


@pytest.mark.parametrize("level", ["block", "confirm", "warn"])
def test_block_refuses_confirm_asks_once_and_warn_is_never_in_the_way(house, mia, level):
    for rule, (its, body) in SAMPLES.items():
        if its != level:
            continue
        ref = house.verbs.declare(components={"search": "degraded_performance"}, severity="major")["ref"]
        first = mia.post("investigating", body, ref=ref)
        if level == "warn":
            assert first.done, f"{rule}: {first.text[:300]}"
            assert rule in found(house, ref), f"{rule}: {found(house, ref)}"
            continue
        assert first.status == 422, rule
        assert rule in first.text
        again = mia.post("investigating", body, ref=ref, again=True)
        assert again.done is (level == "confirm"), f"{rule}: {again.text[:300]}"
        assert bool(house.verbs.get(ref)["posts"]) is (level == "confirm")


def test_a_secret_is_never_published(house, mia):
    mia.declare()
    assert mia.post("investigating", SECRET, again=True).status == 422
    assert house.verbs.sql("SELECT * FROM post") == []


def test_the_same_words_again_are_remarked_on(house, mia):
    mia.declare(components={"search": "degraded_performance"})
    assert mia.post("investigating", NO_FAULT).done
    assert mia.post("investigating", house.verbs.get(mia.ref)["posts"][0]["body"]).done
    assert "P18" in found(house, mia.ref)


def test_the_first_post_carries_the_support_contact_and_no_other_does(house, mia):
    mia.declare()
    mia.post("investigating", NO_FAULT)
    mia.post("identified", WORDS["identified"])
    bodies = [one["body"] for one in house.verbs.get(mia.ref)["posts"]]
    assert ["support@example.com" in body for body in bodies] == [True, False]


def test_any_jump_forward_is_fine_a_step_back_is_remarked_on_and_after_the_end_only_reopening(house, mia):
    mia.declare(components={"search": "degraded_performance"})
    assert mia.post("monitoring", WORDS["monitoring"]).done
    assert mia.post("identified", WORDS["identified"]).done
    assert mia.post("resolved", WORDS["resolved"]).done
    assert mia.post("monitoring", WORDS["monitoring"]).status == 409
    assert mia.act("reopen").status == 422
    assert mia.act("reopen", reason="It fails again").done
    assert mia.post("investigating", WORDS["investigating"]).done


@pytest.mark.parametrize(
    ("severity", "minutes"), [("critical", (15, 20, 30)), ("major", (30, 30, 60))], ids=["critical", "major"]
)
def test_the_next_update_is_promised_by_state_and_severity_and_printed(house, mia, severity, minutes, clock):
    mia.declare(severity=severity)
    for state, wait in zip(("investigating", "identified", "monitoring"), minutes, strict=True):
        assert mia.post(state, WORDS[state]).done
        due = from_text(house.verbs.get(mia.ref)["next_update_due"])
        assert (due - clock.moment).total_seconds() == wait * 60, state
    assert mia.post("resolved", WORDS["resolved"]).done
    assert house.verbs.get(mia.ref)["next_update_due"] is None


def test_a_post_may_promise_its_own_time_up_to_a_day(house, mia, clock):
    mia.declare()
    assert mia.post("investigating", NO_FAULT, next_update_minutes=90).done
    assert (from_text(house.verbs.get(mia.ref)["next_update_due"]) - clock.moment).total_seconds() == 5400
    assert mia.post("identified", WORDS["identified"], next_update_minutes=1441).status == 422
    assert mia.post("identified", WORDS["identified"], next_update_minutes=240).status == 422
    assert mia.post("identified", WORDS["identified"], next_update_minutes=240, again=True).done


def test_the_first_post_is_due_five_minutes_after_the_impact_is_known(house, rob, clock):
    rob.declare(severity="critical")
    clock.forward(minutes=3)
    rob.act("change", customer_impact="yes")
    due = from_text(house.verbs.get(rob.ref)["next_update_due"])
    assert (due - clock.moment).total_seconds() == 300


def test_reminders_come_before_at_and_after_the_promise_until_a_post_comes(house, mia, clock):
    mia.declare(severity="critical", messenger=mia.me)
    mia.post("investigating", NO_FAULT)
    told = []
    for minute in range(1, 38):
        clock.forward(minutes=1)
        automation.run_due(house.context)
        rows = house.verbs.sql("SELECT who FROM reminder WHERE kind = 'next_update' ORDER BY id")
        told += [(minute, row["who"]) for row in rows[len(told) :]]
    assert told == [
        (10, '["role:messenger"]'),
        (15, '["channel:incidents"]'),
        (25, '["role:lead"]'),
        (35, '["role:lead"]'),
    ]
    mia.post("identified", WORDS["identified"])
    assert keeping.due_reminders(house.context, PORTAL)["items"] == []


def test_snoozes_and_missed_promises_are_written_to_the_timeline_and_counted(house, mia, clock):
    mia.declare(severity="critical", messenger=mia.me)
    mia.post("investigating", NO_FAULT)
    clock.forward(minutes=12)
    automation.run_due(house.context)
    (one,) = keeping.due_reminders(house.context, PORTAL)["items"]
    assert mia.act("snooze", id=one["id"], minutes=10, reason="Almost there").done
    (one,) = keeping.due_reminders(house.context, PORTAL)["items"]
    assert (one["snoozes"], one["snoozed_until"] is not None) == (1, True)
    clock.forward(minutes=20)
    assert mia.post("identified", WORDS["identified"]).done
    kinds = [row["kind"] for row in house.verbs.sql("SELECT kind FROM timeline ORDER BY id")]
    assert (kinds.count("snooze"), kinds.count("missed_promise")) == (1, 1)
    metrics = house.verbs.get(mia.ref)["metrics"]
    assert (metrics["promises"], metrics["promises_kept"]) == (1, 0)
    assert snooze_reminder.__doc__


def test_a_resolved_post_makes_the_postmortem_with_owner_and_due_date_and_ends_the_impacts(house, mia):
    mia.declare(severity="critical", components={"search": "major_outage"})
    mia.post("investigating", NO_FAULT)
    assert house.verbs.status("search") == "major_outage"
    assert mia.post("resolved", WORDS["resolved"]).done
    said = postmortems.get_postmortem(house.context, house.verbs.actor, mia.ref)
    assert (said["owner"], said["due_at"], said["state"]) == (mia.me, "2026-11-26T14:00:00.000Z", "draft")
    assert house.verbs.status("search") == "operational"


def test_customer_action_is_none_unless_said(house, mia):
    mia.declare()
    mia.post("investigating", NO_FAULT)
    mia.post("resolved", WORDS["resolved"], customer_action="Sign in again.")
    assert [one["customer_action"] for one in house.verbs.get(mia.ref)["posts"]] == [None, "Sign in again."]
