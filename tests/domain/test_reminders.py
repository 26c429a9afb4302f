"""The pure half of the process keeper: facts in, reminders out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from portal.domain import reminders
from portal.domain.reminders import Call, Facts, Offer, Reminder, latest, of_incident, snoozed
from portal.domain.reminders_after import Article, Request, Task, Window, of_article, of_requests, of_task, of_window

T0 = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return T0 + timedelta(minutes=minutes)


CALM = Facts(
    id=7,
    ref="INC-7",
    title="Search fails",
    kind="incident",
    private=False,
    severity="critical",
    customer_impact="no",
    declared_at=T0,
    declared_by="rob@example.com",
    roles={"lead": "rob@example.com", "messenger": "mia@example.com"},
)


def due(facts: Facts, now: datetime) -> list[tuple[str, int, tuple[str, ...]]]:
    """(kind, minutes after T0, who) of what is due."""
    found = [one for one in of_incident(facts, now) if one.due_at <= now]
    found.sort(key=lambda one: one.due_at)
    return [(one.kind, int((one.due_at - T0).total_seconds() // 60), one.who) for one in found]


def test_a_calm_incident_asks_for_nothing():
    assert of_incident(CALM, at(10_000)) == []


def test_the_next_update_is_asked_of_the_messenger_then_of_the_channel_then_of_the_lead_and_again():
    facts = replace(CALM, first_post_at=T0, next_update_due=at(15))
    assert due(facts, at(9)) == []
    assert due(facts, at(10)) == [("next_update", 10, ("role:messenger",))]
    assert due(facts, at(15))[1:] == [("next_update", 15, ("channel:incidents",))]
    assert due(facts, at(25))[2:] == [("next_update", 25, ("role:lead",))]
    assert due(facts, at(34)) == due(facts, at(25))
    assert due(facts, at(35))[2:] == [("next_update", 35, ("role:lead",))]


def test_a_sleep_of_hours_asks_for_the_late_update_once_and_not_once_for_each_ten_minutes():
    facts = replace(CALM, first_post_at=T0, next_update_due=at(15))
    assert [minute for _, minute, _ in due(facts, at(500))] == [10, 15, 495]


def test_a_lead_and_a_buddy_hear_both_and_an_empty_role_falls_to_the_lead():
    both = replace(CALM, first_post_at=T0, next_update_due=at(15), roles={"lead": "a", "buddy": "b"})
    assert [who for _, _, who in due(both, at(25))] == [
        ("role:lead",),
        ("channel:incidents",),
        ("role:lead", "role:buddy"),
    ]


def test_without_anybody_the_channel_is_asked():
    nobody = replace(CALM, first_post_at=T0, next_update_due=at(15), roles={})
    assert {who for _, _, who in due(nobody, at(25))} == {("channel:incidents",)}


def test_the_first_post_is_asked_for_when_it_is_due():
    facts = replace(CALM, customer_impact="yes", impact_known_at=T0, next_update_due=at(5))
    assert due(facts, at(4)) == []
    assert due(facts, at(5)) == [("first_post", 5, ("role:messenger", "channel:incidents"))]
    assert due(facts, at(15))[1:] == [("first_post", 15, ("role:lead",))]


@pytest.mark.parametrize("facts", [replace(CALM, private=True), replace(CALM, kind="drill")])
def test_nothing_that_can_not_be_posted_asks_for_a_post(facts):
    assert of_incident(replace(facts, next_update_due=at(5)), at(60)) == []


def test_an_offer_that_lapsed_reminds_whoever_offered_it():
    facts = replace(CALM, offers=[Offer(3, "messenger", "ada@example.com", "rob@example.com", T0)])
    assert due(facts, at(5)) == [("role_offer", 5, ("rob@example.com", "role:lead"))]


def test_an_empty_messenger_role_tells_support_and_pages_only_when_customers_are_known_to_be_affected():
    alone = replace(CALM, roles={"lead": "rob@example.com"})
    for impact, pages in (("unknown", False), ("yes", True)):
        found = [one for one in of_incident(replace(alone, customer_impact=impact), at(10)) if one.due_at <= at(10)]
        assert [(one.kind, one.who, one.pages) for one in found] == [("messenger", ("team:support",), pages)]
    assert of_incident(replace(alone, customer_impact="no"), at(60)) == []
    assert of_incident(replace(alone, customer_impact="unknown", triage=True), at(60)) == []


def test_support_has_its_ten_minutes_from_when_the_impact_is_known():
    late = replace(CALM, roles={}, customer_impact="yes", impact_known_at=at(30))
    assert due(late, at(39)) == []
    assert due(late, at(40)) == [("messenger", 40, ("team:support",))]


def test_the_reporter_is_acknowledged_with_a_ready_reply():
    facts = replace(CALM, todo=frozenset({"reporter"}), reply="Thank you.")
    (one,) = of_incident(facts, at(10))
    assert (one.kind, one.due_at, one.words.endswith("Thank you.")) == ("reporter", at(10), True)


def test_a_page_that_nobody_answers_offers_the_next():
    facts = replace(CALM, calls=[Call(4, "ada@example.com", "rob@example.com", T0)])
    (one,) = of_incident(facts, at(10))
    assert (one.due_at, one.who) == (at(10), ("rob@example.com", "role:lead"))
    assert "call the next" in one.words


def test_a_summary_goes_stale_after_half_an_hour():
    assert due(replace(CALM, summary_at=T0), at(30)) == [("summary", 30, ("role:lead",))]


def test_legal_clocks_run_from_when_it_is_known_that_customers_are_affected():
    facts = replace(CALM, private=True, impact_known_at=T0, todo=frozenset({"clients_24h", "clients_72h"}))
    hours = [(kind, minutes // 60) for kind, minutes, _ in due(facts, at(90 * 60))]
    assert hours == [
        ("clients_24h", 20),
        ("clients_24h", 23),
        ("clients_72h", 60),
        ("clients_72h", 70),
        ("clients_72h", 84),
        ("clients_24h", 88),
    ]
    assert {who for _, _, who in due(facts, at(90 * 60))} == {("permission:security", "role:lead")}


def test_words_about_a_private_incident_hold_nothing_of_its_title():
    facts = replace(
        CALM,
        private=True,
        summary_at=T0,
        impact_known_at=T0,
        todo=frozenset({"reporter", "clients_24h"}),
        offers=[Offer(3, "messenger", "ada@example.com", "rob@example.com", T0)],
        calls=[Call(4, "ada@example.com", "rob@example.com", T0)],
    )
    found = of_incident(facts, at(2000))
    assert {one.kind for one in found} == {"summary", "reporter", "clients_24h", "role_offer", "page"}
    assert [one.words for one in found if "Search" in one.words] == []


def test_a_maintenance_reminds_before_it_starts_and_one_that_is_run_by_hand_of_its_start_and_end():
    planned = replace(
        CALM,
        kind="maintenance",
        post_state="scheduled",
        scheduled_for=at(120),
        scheduled_until=at(180),
        remind_minutes=60,
        customer_impact="unknown",
    )
    assert due(planned, at(1000)) == [("maintenance_start", 60, ("role:lead",))]
    assert [minute for _, minute, _ in due(replace(planned, auto=False), at(1000))] == [60, 120]
    running = replace(planned, auto=False, post_state="in_progress")
    assert [minute for _, minute, _ in due(running, at(185))] == [180]
    assert [minute for _, minute, _ in due(running, at(205))] == [200]


def keyed(found):
    return [(one.step, int((one.due_at - T0).total_seconds() // 60)) for one in found]


def test_a_snooze_asks_once_at_its_end_instead_of_what_lies_before():
    facts = replace(CALM, first_post_at=T0, next_update_due=at(15))
    chain = of_incident(facts, at(10))[0].chain
    left = snoozed(of_incident(facts, at(22)), {chain: at(22)})
    assert keyed(left)[:2] == [("again 2026-11-23T14:22:00.000Z", 22), ("+10", 25)]
    assert left[0].who == ("channel:incidents",)


def test_a_snooze_of_one_thing_leaves_the_others_alone():
    facts = replace(CALM, summary_at=T0, todo=frozenset({"reporter"}))
    chain = next(one.chain for one in of_incident(facts, at(30)) if one.kind == "summary")
    assert {one.kind for one in snoozed(of_incident(facts, at(30)), {chain: at(60)}) if one.due_at <= at(30)} == {
        "reporter"
    }


def test_a_board_shows_the_newest_of_each_thing():
    facts = replace(CALM, first_post_at=T0, next_update_due=at(15), summary_at=T0)
    assert [(one.kind, one.step) for one in latest(of_incident(facts, at(31)), at(31))] == [
        ("next_update", "+10"),
        ("summary", "+30"),
    ]


def test_every_reminder_has_a_key_of_its_own():
    facts = replace(
        CALM,
        first_post_at=T0,
        next_update_due=at(15),
        summary_at=T0,
        todo=frozenset({"reporter"}),
        offers=[Offer(3, "messenger", "a", "b", T0), Offer(4, "messenger", "c", "b", T0)],
    )
    keys = [one.key for minute in range(0, 120) for one in of_incident(facts, at(minute))]
    assert len(set(keys)) == len({(one.chain, one.due_at) for m in range(120) for one in of_incident(facts, at(m))})


def test_a_postmortem_is_asked_for_a_day_before_when_due_and_every_week():
    article = Article(7, "INC-7", "ada@example.com", T0)
    found = list(of_article(article, T0 + timedelta(days=15)))
    assert [(one.due_at - T0).days for one in found] == [-1, 14, 21]
    assert found[0].who == ("ada@example.com",)
    assert found[1].who == ("ada@example.com", "role:lead")


def test_a_follow_up_is_asked_for_on_its_day_and_when_it_is_late():
    task = Task(3, 7, "INC-7", "Cover the canary", None, datetime(2026, 11, 20, tzinfo=UTC))
    found = [(one.due_at.day, one.who) for one in of_task(task, T0)]
    assert found == [(20, ("role:lead",)), (21, ("role:lead",)), (28, ("role:lead",))]


@pytest.mark.parametrize(
    ("owner", "plan", "said"),
    [
        (None, None, "has no owner and no plan"),
        ("ada@example.com", None, "has no plan"),
        (None, "Plan", "has no owner"),
    ],
)
def test_a_window_without_owner_or_plan_is_asked_about_when_made_a_day_before_and_when_it_starts(owner, plan, said):
    window = Window(1, "Launch", T0, owner, plan, "rob@example.com", T0 - timedelta(days=3))
    found = list(of_window(window, T0))
    assert [(one.due_at - T0).days for one in found] == [-3, -1, 0]
    assert all(said in one.words for one in found)
    assert found[0].who == (owner or "rob@example.com", "team:marketing")


def test_a_window_that_is_complete_asks_for_nothing_and_one_made_late_asks_at_once():
    window = Window(1, "Launch", T0, "ada@example.com", "Plan", "rob@example.com", T0 - timedelta(days=3))
    assert list(of_window(window, T0)) == []
    late = replace(window, plan=None, created_at=T0 - timedelta(hours=2))
    assert [one.due_at - T0 for one in of_window(late, T0)] == [timedelta(hours=-2), timedelta(0)]


def test_customers_who_asked_for_a_postmortem_and_were_not_told_are_named_every_day():
    asked = [Request(n, 7, "INC-7", f"Customer {n}", None, T0) for n in range(7)]
    found = list(of_requests(asked, T0 + timedelta(days=3)))
    assert [(one.due_at - T0).days for one in found] == [3, 4]
    assert "Customer 4 and others" in found[0].words


def test_the_channel_of_a_reminder_is_the_one_of_its_incident():
    one = Reminder("INC-7/x/y", "+0", T0, ("role:lead",), "Do it.", "/desk/incidents/INC-7", 7)
    assert (one.key, one.kind) == ("INC-7/x/y/+0", "x")
    assert reminders.INCIDENTS == "channel:incidents"
