import pytest

from portal.domain.errors import Conflict, Invalid
from portal.verbs import checklist, closing, commands, followups, links


@pytest.fixture
def ref(desk):
    return desk.declare(customer_impact="yes", components={"search": "major_outage"})["ref"]


def reasons(desk, ref, outcome="resolved", **fields):
    """Why it can't be closed; nothing may have been written."""
    before = desk.dump()
    with pytest.raises(Conflict) as refused:
        desk.close(ref, outcome, **fields)
    assert desk.dump() == before
    return refused.value.more["reasons"]


def reopen(desk, ref):
    return desk.do(closing.reopen, ref, commands.Reopen(reason="It is back"))


def test_the_gate_lists_everything_that_is_missing(desk, ref):
    desk.do(followups.add_followup, ref, commands.AddFollowup(title="Watch the index", owner="lea"))
    said = reasons(desk, ref)
    for words in (
        "Search is still at major outage",
        "Customers were affected and have read nothing",
        "Checklist: Tell the support channel",
        "Follow-up 'Watch the index' has no due date and no issue",
        "The postmortem is not published",
        "no longer felt it",
    ):
        assert any(words in one for one in said), (words, said)


def test_a_public_one_needs_its_resolved_post(desk, ref):
    desk.post(ref, "monitoring")
    assert any("still says monitoring" in one for one in reasons(desk, ref))


def test_when_all_is_done_it_closes(desk, ref, clock):
    desk.post(ref, "investigating")
    desk.post(ref, "resolved")
    desk.tick_all(ref)
    desk.write_postmortem(ref, waived_reason="The same as INC-0")
    desk.do(followups.add_followup, ref, commands.AddFollowup(title="Nothing to do"))
    assert reasons(desk, ref) == [
        "Follow-up 'Nothing to do' has no owner and no due date and no issue: add it, or give a reason."
    ]
    desk.do(followups.change_followup, 1, commands.ChangeFollowup(reason="Somebody will"))
    desk.do(links.add_link, ref, commands.AddLink(url="https://issues.example.com/1", kind="issue"))
    desk.do(links.add_link, ref, commands.AddLink(url="https://issues.example.com/2", kind="issue", state="closed"))
    said = desk.close(ref)
    assert (said["state"], said["outcome"], said["closed_at"]) == ("closed", "resolved", clock.text)
    assert [one["url"] for one in said["open_issues"]] == ["https://issues.example.com/1"]
    assert desk.last.change is None


def test_an_unknown_impact_is_asked_about(desk):
    ref = desk.declare()["ref"]
    assert any("Say whether customers were affected" in one for one in reasons(desk, ref))


def test_one_that_nobody_felt_needs_no_post(desk, clock):
    ref = desk.declare(customer_impact="no")["ref"]
    clock.forward(minutes=10)
    desk.change(ref, mitigated_at="2026-11-23T14:05:00Z")
    desk.tick_all(ref)
    desk.write_postmortem(ref, waived_reason="Nobody felt it")
    assert desk.close(ref)["resolved_at"] == "2026-11-23T14:05:00.000Z"


def test_a_checklist_row_may_not_apply_but_says_why(desk, ref):
    items = checklist.list_checklist(desk.context, desk.actor, ref)["items"]
    with pytest.raises(Invalid):
        desk.do(checklist.change_checklist_item, items[0]["id"], commands.ChangeChecklistItem(state="na"))
    said = desk.do(
        checklist.change_checklist_item, items[0]["id"], commands.ChangeChecklistItem(state="na", reason="Nobody there")
    )
    assert (said["state"], said["reason"], said["changed_by"]) == ("na", "Nobody there", "ada@example.com")


@pytest.mark.parametrize(
    ("outcome", "fields", "words"),
    [
        ("false_positive", {}, ["what was seen", "lesson"]),
        ("false_positive", {"lesson": "Tune it"}, ["what was seen"]),
        ("cancelled", {}, ["why"]),
    ],
)
def test_other_outcomes_need_only_their_own_fields(desk, ref, outcome, fields, words):
    said = reasons(desk, ref, outcome, **fields)
    assert len(said) == len(words)
    assert all(word in one for word, one in zip(words, said, strict=True))


def test_a_false_positive_that_was_never_public_ends_quietly(desk, ref):
    said = desk.close(ref, "false_positive", what_was_seen="One alert", lesson="Tune it")
    assert (said["outcome"], said["components"], said["metrics"]) == ("false_positive", {"search": "operational"}, None)
    assert desk.last.change is None


def test_one_that_was_public_says_so_first_and_keeps_its_address(desk, ref):
    desk.post(ref, "investigating")
    said = reasons(desk, ref, "false_positive", what_was_seen="One alert", lesson="Tune it")
    assert len(said) == 1
    assert "false alarm" in said[0]
    desk.post(ref, "resolved", "This was a false alarm; the Search component worked for all customers all the time.")
    after = desk.close(ref, "false_positive", what_was_seen="One alert", lesson="Tune it")
    assert after["public_url"] is not None
    assert desk.last.change is not None
    assert desk.sql("SELECT false_alarm FROM public_incident")[0][0] == 1
    assert desk.sql("SELECT count(*) FROM public_impact")[0][0] == 0
    reopen(desk, ref)
    assert desk.last.change is not None
    assert desk.sql("SELECT count(*) FROM public_impact")[0][0] == 1


def test_a_duplicate_names_what_it_repeats(desk, ref):
    other = desk.declare("Search is broken")["ref"]
    assert desk.close(other, "duplicate", duplicate_of=ref.lower())["duplicate_of"] == ref


@pytest.mark.parametrize("named", [None, "INC-1", "INC-99", "nonsense", "INC-0", "INC-99999999999999999999"])
def test_a_duplicate_of_nothing_or_itself_is_refused(desk, ref, named):
    with pytest.raises(Invalid) as refused:
        desk.close(ref, "duplicate", duplicate_of=named)
    assert list(refused.value.more["errors"]) == ["duplicate_of"]


def test_duplicates_do_not_go_round_in_a_circle(desk, ref):
    two, three = desk.declare("Two")["ref"], desk.declare("Three")["ref"]
    desk.close(two, "duplicate", duplicate_of=ref)
    desk.close(three, "duplicate", duplicate_of=two)
    with pytest.raises(Invalid, match="repeat itself"):
        desk.close(ref, "duplicate", duplicate_of=three)


def test_closing_twice_is_told(desk, ref):
    desk.close(ref, "cancelled", reason="A test")
    assert "closed already, as cancelled" in reasons(desk, ref, "cancelled", reason="A test")[0]


def test_reopening_takes_the_outcome_back(desk, ref):
    with pytest.raises(Conflict, match="is open"):
        reopen(desk, ref)
    desk.close(ref, "cancelled", reason="A test")
    said = reopen(desk, ref)
    assert (said["state"], said["outcome"], said["closed_at"], said["resolved_at"]) == ("active", None, None, None)
    assert "It is back" in desk.sql("SELECT text FROM timeline ORDER BY id DESC")[0][0]


def test_a_drill_closes_without_a_word_to_the_public(desk):
    ref = desk.declare(kind="drill", components={"search": "major_outage"})["ref"]
    desk.change(ref, components={"search": "operational"}, mitigated_at="2026-11-23T14:00:00Z")
    assert desk.close(ref)["outcome"] == "resolved"
    assert desk.sql("SELECT count(*) FROM change WHERE subject = 'incident'")[0][0] == 0
