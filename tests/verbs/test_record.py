"""Timeline, links, checklist and recap: what people inside read."""

import sqlite3

import pytest

from portal.domain.errors import Invalid, NotFound
from portal.verbs import checklist, commands, links, recap, timeline


@pytest.fixture
def ref(desk):
    return desk.declare(
        severity="critical", customer_impact="yes", components={"search": "major_outage"}, summary="The index is gone"
    )["ref"]


def add(desk, ref, text="Seen", **fields):
    return desk.do(timeline.add_timeline, ref, commands.AddTimeline.model_validate({"text": text, **fields}))


def test_the_timeline_is_in_the_order_of_what_happened(desk, ref, clock):
    clock.forward(minutes=10)
    add(desk, ref, "Second", happened_at="2026-11-23T14:05:00Z")
    add(desk, ref, "Third")
    add(desk, ref, "First", happened_at="2026-11-23T13:00:00Z")
    seen, cursor = [], None
    while True:
        page = timeline.list_timeline(desk.context, desk.actor, ref, 1, cursor)
        seen += [one["text"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == ["First", "Declared: Search fails", "Second", "Third"]
    assert desk.last.change is None


def test_nothing_in_it_changes_or_goes(desk, ref):
    add(desk, ref)
    for sql in ("UPDATE timeline SET text = 'x'", "DELETE FROM timeline"):
        with pytest.raises(sqlite3.IntegrityError):
            desk.sql(sql)


def test_the_future_is_not_in_it(desk, ref):
    with pytest.raises(Invalid):
        add(desk, ref, happened_at="2026-11-23T15:00:00Z")


def test_a_link_is_there_once(desk, ref):
    one = desk.do(links.add_link, ref, commands.AddLink(url="https://issues.example.com/1", kind="issue", state="open"))
    two = desk.do(
        links.add_link, ref, commands.AddLink(url="https://issues.example.com/1", kind="issue", state="closed")
    )
    assert (one["id"], two["state"]) == (two["id"], "closed")
    assert len(links.list_links(desk.context, desk.actor, ref)["items"]) == 1


def test_a_row_of_one_s_own_is_there_once(desk, ref):
    one = desk.do(checklist.add_checklist_item, ref, commands.AddChecklistItem(title="Call the bank"))
    two = desk.do(checklist.add_checklist_item, ref, commands.AddChecklistItem(title="Call the bank"))
    assert one == two
    assert checklist.list_checklist(desk.context, desk.actor, ref, 100)["items"][-1]["title"] == "Call the bank"


@pytest.mark.parametrize("named", ["INC-2", "inc-", "1", "", "INC-01", "INC-99999999999999999999", "INC-1\n", "INC-١"])
def test_what_is_not_there_is_not_found(desk, ref, named):
    with pytest.raises(NotFound):
        recap.recap(desk.context, desk.actor, named)


def test_references_are_read_in_any_case(desk, ref):
    assert recap.recap(desk.context, desk.actor, "inc-1")["ref"] == "INC-1"


def test_the_recap_before_anything_is_public(desk, ref, clock):
    clock.forward(minutes=31)
    said = recap.recap(desk.context, desk.actor, ref)
    for words in (
        "INC-1  Search fails",
        "State: active. Severity: critical. Customer impact: yes.",
        "31 minutes ago",
        "Affected: search (major_outage).",
        "Lead: ada@example.com (acting). Messenger: nobody yet.",
        "Summary (stale: 31 minutes old): The index is gone",
        "Last post: none",
        "Next update due: 14:05 UTC, overdue by 26 minutes.",
        "Public: nothing yet",
    ):
        assert words in said["text"], words
    assert (said["age_minutes"], said["summary_stale"], said["last_post"]) == (31, True, None)


def test_the_recap_of_one_that_runs(desk, ref, clock):
    desk.post(ref, "investigating")
    clock.forward(minutes=5)
    said = recap.recap(desk.context, desk.actor, ref)
    assert "Last post: investigating, 5 minutes ago" in said["text"]
    assert "Next update due: 14:15 UTC." in said["text"]
    assert said["last_post_age_minutes"] == 5
    assert any(one["title"] == "Tell the support channel" for one in said["open_actions"])


def test_the_recap_of_one_that_is_over(desk, ref, clock):
    desk.post(ref, "investigating")
    clock.forward(minutes=20)
    desk.post(ref, "resolved")
    clock.forward(days=3)
    said = recap.recap(desk.context, desk.actor, ref)
    assert "20 minutes long" in said["text"]
    assert "Postmortem: draft, owner ada@example.com, due 2026-11-26 14:20 UTC." in said["text"]


def test_reading_writes_nothing(desk, ref):
    before = desk.dump()
    recap.recap(desk.context, desk.actor, ref)
    timeline.list_timeline(desk.context, desk.actor, ref)
    assert desk.dump() == before


def test_a_row_keeps_its_link_until_another_is_given(desk, ref):
    def mark(**fields):
        return desk.do(checklist.change_checklist_item, 1, commands.ChangeChecklistItem.model_validate(fields))

    sent = "https://chat.example.com/1"
    assert mark(state="done", link=sent)["link"] == sent
    assert mark(state="todo")["link"] == sent
    assert mark(state="done", link=None)["link"] is None
