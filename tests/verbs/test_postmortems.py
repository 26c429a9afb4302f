import json

import pytest

from portal.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.verbs import closing, commands, followups, postmortems, timeline
from tests.verbs.conftest import POSTMORTEM


@pytest.fixture
def ref(desk, clock):
    ref = desk.declare("Search fails", started_at="2026-11-23T13:50:00Z", components={"search": "major_outage"})["ref"]
    clock.forward(minutes=5)
    desk.post(ref, "investigating")
    clock.forward(minutes=45)
    desk.do(timeline.add_timeline, ref, commands.AddTimeline(text="Bob restarted everything"))
    desk.post(ref, "resolved")
    return ref


def get(desk, ref):
    return postmortems.get_postmortem(desk.context, desk.actor, ref)


def public(desk):
    return [tuple(row) for row in desk.sql("SELECT slug, title FROM public_postmortem")]


def test_the_draft_is_made_of_facts_and_keeps_notes_internal(desk, ref):
    said = get(desk, ref)
    assert (said["state"], said["public"], said["owner"], said["title"]) == (
        "draft",
        False,
        "ada@example.com",
        "Search fails",
    )
    assert said["sections"]["detection"].startswith(
        "- Detected 10 minutes after it started, at 14:00 UTC.\n- Mitigated 1 hour after it started, at 14:50 UTC."
    )
    assert said["sections"]["impact"] == (
        "- Search: major outage for 1 hour, from 2026-11-23 13:50 to 14:50 UTC.\n"
        "- Not affected: Sign-in, Code intelligence."
    )
    assert "2026-11-23 13:50 UTC - The incident started." in said["sections"]["timeline_notes"]
    assert "first update came 5 minutes after" in said["sections"]["communication"]
    assert "No update for 45 minutes, from 2026-11-23 14:05 to 14:50 UTC" in said["sections"]["communication"]
    assert "0 of 1 promised updates came in time" in said["sections"]["communication"]
    assert "Bob" in said["sections"]["internal_notes"]
    assert "Bob" not in json.dumps({name: text for name, text in said["sections"].items() if name != "internal_notes"})


def test_there_is_none_before_the_end_unless_somebody_begins(desk):
    ref = desk.declare()["ref"]
    with pytest.raises(NotFound):
        get(desk, ref)
    with pytest.raises(NotFound):
        desk.move_postmortem(ref, "in_review")
    desk.write_postmortem(ref, sections={"background": "It was a Monday."})
    assert get(desk, ref)["sections"]["background"] == "It was a Monday."
    desk.post(ref, "resolved")
    assert get(desk, ref)["sections"]["background"] == "It was a Monday."


def test_it_becomes_public_step_by_step(desk, ref, clock):
    said = desk.published_postmortem(ref)
    assert (said["state"], said["slug"], said["published_at"]) == ("published", "search-fails", clock.text)
    assert said["public_url"] == "https://status.example.com/postmortems/search-fails/"
    assert said["reviewer"] == "ada@example.com"
    assert public(desk) == [("search-fails", "Search fails")]
    assert desk.last.change is not None


def test_the_audit_log_says_who_wrote_it_and_who_reviewed_it(desk, ref):
    """A program may carry both out; then both names are the same, for everybody to see."""
    desk.write_postmortem(ref, owner="lea@example.com", sections=POSTMORTEM)
    desk.move_postmortem(ref, "in_review", "reviewed")
    [row] = desk.sql("SELECT details FROM audit WHERE action = 'postmortem.move' ORDER BY id DESC LIMIT 1")
    said = json.loads(row["details"])
    assert (said["owner"], said["asked_by"], said["reviewer"]) == ("lea@example.com", desk.actor.name, desk.actor.name)


@pytest.mark.parametrize(
    "states",
    [
        ("reviewed",),
        ("published",),
        ("withdrawn",),
        ("draft",),
        ("in_review", "published"),
        ("in_review", "reviewed", "withdrawn"),
    ],
)
def test_no_step_is_left_out(desk, ref, states):
    desk.write_postmortem(ref, sections=POSTMORTEM)
    desk.move_postmortem(ref, *states[:-1])
    before = desk.dump()
    with pytest.raises(Conflict) as refused:
        desk.move_postmortem(ref, states[-1])
    assert refused.value.more["reasons"]
    assert desk.dump() == before


def test_a_review_needs_something_to_review(desk, ref):
    with pytest.raises(Conflict) as refused:
        desk.move_postmortem(ref, "in_review")
    assert len(refused.value.more["reasons"]) == 2
    desk.write_postmortem(ref, sections={**POSTMORTEM, "summary": "   "})
    with pytest.raises(Conflict, match="summary"):
        desk.move_postmortem(ref, "in_review")


def test_what_goes_on_is_not_published(desk):
    ref = desk.declare()["ref"]
    desk.post(ref, "investigating")
    desk.write_postmortem(ref, sections=POSTMORTEM, public=True)
    desk.move_postmortem(ref, "in_review", "reviewed")
    with pytest.raises(Conflict, match="not over"):
        desk.move_postmortem(ref, "published")
    assert public(desk) == []


def test_only_public_ones_show(desk, ref):
    desk.published_postmortem(ref, public=False)
    assert (public(desk), desk.last.change) == ([], None)
    desk.write_postmortem(ref, public=True)
    assert len(public(desk)) == 1
    assert desk.last.change is not None
    desk.write_postmortem(ref, public=False)
    assert public(desk) == []
    assert desk.last.change is not None


def test_the_address_never_changes_and_withdrawing_keeps_it(desk, ref, clock):
    first = desk.published_postmortem(ref)
    desk.move_postmortem(ref, "withdrawn")
    assert public(desk) == []
    assert desk.last.change is not None
    clock.forward(days=1)
    desk.write_postmortem(ref, title="A better title")
    again = desk.move_postmortem(ref, "draft", "in_review", "reviewed", "published")
    assert (again["slug"], again["published_at"]) == (first["slug"], first["published_at"])


def test_addresses_are_unique(desk, ref):
    desk.published_postmortem(ref)
    other = desk.declare()["ref"]
    desk.post(other, "resolved")
    assert desk.published_postmortem(other)["slug"] == "search-fails-2"


def test_a_title_without_latin_letters_gets_the_incident_s_address(desk):
    ref = desk.declare("検索が失敗する")["ref"]
    desk.post(ref, "resolved")
    assert desk.published_postmortem(ref)["slug"] == desk.get(ref)["public_id"]


def test_changes_after_publishing_are_in_the_changelog(desk, ref, clock):
    desk.published_postmortem(ref)
    clock.forward(hours=1)
    desk.write_postmortem(ref, sections={"faq": "Was data lost? No.", "summary": "Searches failed for 13 minutes."})
    assert desk.last.change is not None
    desk.write_postmortem(ref, sections={"faq": "Was data lost? No, none."}, note="One word more")
    said = get(desk, ref)["changelog"]
    assert [one["note"] for one in said] == ["Updated: Summary, Questions and answers", "One word more"]


def test_internal_notes_are_no_public_news(desk, ref, clock):
    desk.published_postmortem(ref)
    before = get(desk, ref)
    clock.forward(hours=1)
    desk.write_postmortem(ref, sections={"internal_notes": "Bob again"}, note="Bob", owner="lea@example.com")
    after = get(desk, ref)
    assert desk.last.change is None
    assert (after["changelog"], after["updated_at"]) == (before["changelog"], before["updated_at"])


def test_drafts_are_no_public_news(desk, ref):
    desk.write_postmortem(ref, sections=POSTMORTEM, public=True, tags=["search", "index", "search"])
    assert desk.last.change is None
    desk.move_postmortem(ref, "in_review")
    assert desk.last.change is None
    assert get(desk, ref)["tags"] == ["search", "index"]


def test_every_save_is_kept(desk, ref):
    desk.write_postmortem(ref, sections=POSTMORTEM)
    desk.write_postmortem(ref, sections={"summary": ""})
    desk.write_postmortem(ref, sections={"summary": ""})
    kept = [json.loads(row[0]) for row in desk.sql("SELECT sections FROM postmortem_revision ORDER BY id")]
    assert [one.get("summary") for one in kept] == [None, POSTMORTEM["summary"], None]
    assert "summary" not in get(desk, ref)["sections"]


def test_sections_are_known_ones(desk, ref):
    before = desk.dump()
    with pytest.raises(Invalid, match="internal_notes") as refused:
        desk.write_postmortem(ref, sections={"blame": "Bob"})
    assert list(refused.value.more["errors"]) == ["sections.blame"]
    assert desk.dump() == before


def test_a_careful_reader_s_remarks_are_not_in_the_way(desk, ref):
    said = desk.write_postmortem(
        ref, sections={"summary": "word " * 81, "impact": "Many.", "contributing_factors": "A bug."}
    )
    assert {one["rule"] for one in said["findings"]} == {
        "summary_length",
        "summary_duration",
        "impact_numbers",
        "factors_plural",
        "section_empty",
    }
    assert desk.move_postmortem(ref, "in_review")["state"] == "in_review"
    rest = {"resolution": "A rollback.", "went_well": "The alert.", "went_badly": "The canary."}
    assert desk.write_postmortem(ref, sections=POSTMORTEM | rest)["findings"] == []


def test_publishing_needs_the_right_to_publish(desk, ref, responder):
    other = desk.as_(responder)
    other.write_postmortem(ref, sections=POSTMORTEM, public=True)
    other.move_postmortem(ref, "in_review", "reviewed")
    with pytest.raises(NotAllowed):
        other.move_postmortem(ref, "published")
    desk.move_postmortem(ref, "published")
    with pytest.raises(NotAllowed):
        other.write_postmortem(ref, sections={"faq": "Mine"})


def test_a_waived_postmortem_opens_the_gate(desk, ref):
    desk.tick_all(ref)
    with pytest.raises(Conflict, match="postmortem"):
        desk.close(ref)
    desk.write_postmortem(ref, waived_reason="Covered by INC-0")
    assert desk.do(closing.close, ref, commands.Close(outcome="resolved"))["state"] == "closed"


def test_follow_ups_show_with_their_progress(desk, ref, responder):
    add = commands.AddFollowup(title="Cover it by the canary", public=True, due="2026-12-01")
    desk.do(followups.add_followup, ref, add)
    assert desk.last.change is None, "nothing is published yet"
    desk.published_postmortem(ref)
    desk.do(followups.change_followup, 1, commands.ChangeFollowup(state="done"))
    assert desk.last.change is not None
    assert tuple(desk.sql("SELECT title, state FROM public_followup")[0]) == ("Cover it by the canary", "done")
    desk.do(followups.change_followup, 1, commands.ChangeFollowup(state="done"))
    assert desk.last.change is None, "the second press changes nothing"
    desk.do(followups.add_followup, ref, commands.AddFollowup(title="Internal"))
    assert desk.last.change is None
    with pytest.raises(NotAllowed):
        desk.as_(responder).do(followups.change_followup, 1, commands.ChangeFollowup(title="Mine"))


def test_a_follow_up_that_won_t_be_done_says_why(desk, ref):
    desk.do(followups.add_followup, ref, commands.AddFollowup(title="Rewrite it"))
    with pytest.raises(Invalid) as refused:
        desk.do(followups.change_followup, 1, commands.ChangeFollowup(state="wont_do"))
    assert list(refused.value.more["errors"]) == ["reason"]
    said = desk.do(followups.change_followup, 1, commands.ChangeFollowup(state="wont_do", reason="Too big"))
    assert (said["state"], said["reason"], said["done_at"]) == ("wont_do", "Too big", "2026-11-23T14:50:00.000Z")
    assert desk.do(followups.change_followup, 1, commands.ChangeFollowup(state="open"))["done_at"] is None
