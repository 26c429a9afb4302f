"""Drafts: what is typed is kept, through crashes and second tabs, and others see it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from portal.domain.errors import Conflict, Invalid, NotAllowed, NotFound, Overtaken, PostRefused
from portal.domain.names import Permission
from portal.verbs import changing, commands, commands_drafts, drafts, redacting, sending
from tests.verbs.conftest import WORDS


@pytest.fixture
def ref(desk):
    return desk.declare(severity="critical", customer_impact="yes", components={"search": "major_outage"})["ref"]


@pytest.fixture
def mia(desk, messenger):
    return desk.as_(messenger)


def save(desk, ref, **fields):
    return desk.do(drafts.save_draft, ref, commands_drafts.SaveDraft.model_validate(fields))


def change(desk, draft, **fields):
    return desk.do(drafts.change_draft, draft["id"], commands_drafts.SaveDraft.model_validate(fields))


def publish(desk, draft, **fields):
    given = {"version": draft["version"], **fields}
    return desk.do(sending.publish_draft, draft["id"], commands_drafts.PublishDraft.model_validate(given))


def listed(desk, ref):
    return drafts.list_drafts(desk.context, desk.actor, ref)["items"]


def test_half_a_sentence_is_kept_and_nothing_of_it_is_public(mia, ref):
    draft = save(mia, ref, body="Searches in the", state="investigating")
    assert mia.last.change is None
    assert drafts.get_draft(mia.context, mia.actor, draft["id"])["body"] == "Searches in the"
    assert mia.get(ref)["posts"] == []


def test_words_that_no_post_may_have_are_kept_all_the_same(mia, ref):
    assert save(mia, ref, body="Search is down since 9am, TODO. " + "x" * 6000)["version"] == 1


def test_each_save_is_a_version_and_the_same_words_again_are_none(mia, ref):
    draft = save(mia, ref, body="One", tab="a")
    assert change(mia, draft, body="One two", version=1, tab="a")["version"] == 2
    assert change(mia, draft, body="One two", version=1, tab="a")["version"] == 2


def test_an_answer_that_was_lost_on_the_way_does_not_split_the_draft(mia, ref):
    draft = save(mia, ref, body="One", tab="a")
    change(mia, draft, body="One two", version=1, tab="a")  # its answer is lost, so the tab still thinks of version 1
    said = change(mia, draft, body="One two three", version=1, tab="a")
    assert (said["id"], said["version"], said["forked_from"]) == (draft["id"], 3, None)


def test_a_second_tab_goes_on_where_the_first_was_and_then_both_are_kept(mia, ref):
    draft = save(mia, ref, body="First tab", tab="a")
    second = change(mia, draft, body="Second tab", version=1, tab="b")
    assert (second["id"], second["version"]) == (draft["id"], 2)
    first = change(mia, draft, body="First tab again", version=1, tab="a")
    assert first["forked_from"] == draft["id"]
    assert first["id"] != draft["id"]
    assert {one["body"] for one in listed(mia, ref)} == {"Second tab", "First tab again"}


def test_somebody_elses_draft_is_read_and_never_overwritten(mia, desk, ref):
    draft = save(mia, ref, body="Mia's words")
    assert [one["person"] for one in listed(desk, ref)] == ["mia@example.com"]
    mine = change(desk, draft, body="Ada's words", version=1)
    assert mine["forked_from"] == draft["id"]
    assert drafts.get_draft(mia.context, mia.actor, draft["id"])["body"] == "Mia's words"


def test_the_second_of_two_is_told_who_posted_what_meanwhile_and_loses_nothing(mia, desk, ref):
    draft = save(mia, ref, state="identified", body=WORDS["identified"], seen=0)
    desk.post(ref, "investigating")
    with pytest.raises(Overtaken) as refused:
        publish(mia, draft)
    assert "ada@example.com" in refused.value.detail
    assert WORDS["investigating"].split(".")[0] in refused.value.more["reasons"][0]
    kept = drafts.get_draft(mia.context, mia.actor, draft["id"])
    assert kept["body"] == WORDS["identified"]
    assert [(one["who"], one["what"]) for one in kept["meanwhile"]] == [("ada@example.com", "investigating")]
    again = change(mia, kept, state="identified", body=WORDS["identified"], seen=1, version=1)
    assert publish(mia, again)["seq"] == 2


def test_who_writes_is_told_what_else_changed(mia, desk, ref, clock):
    draft = save(mia, ref, body="Searches", seen=0)
    clock.forward(minutes=1)
    desk.do(changing.change_incident, ref, commands.ChangeIncident(severity="major", reason="Half of it is back"))
    told = drafts.get_draft(mia.context, mia.actor, draft["id"])["meanwhile"]
    assert [(one["what"], "critical -> major" in one["text"]) for one in told] == [("severity", True)]


def test_a_post_of_the_clock_is_no_news(desk, mia, clock):
    ref = desk.plan(*(clock.moment.replace(hour=hour) for hour in (15, 16)), components=["search"])["ref"]
    draft = save(mia, ref, state="in_progress", body=WORDS["in_progress"], seen=1)
    desk.sql("UPDATE post SET automatic = 1")
    assert publish(mia, draft)["seq"] == 2


def test_a_published_draft_is_the_post_and_keeps_no_words(mia, ref):
    draft = save(mia, ref, state="investigating", body=WORDS["investigating"], next_update_minutes=20)
    said = publish(mia, draft)
    assert (said["seq"], said["author"]) == (1, "mia@example.com")
    after = drafts.get_draft(mia.context, mia.actor, draft["id"])
    assert (after["post_seq"], after["body"]) == (1, "")
    assert listed(mia, ref) == []


def test_a_second_press_finds_it_published(mia, ref):
    draft = save(mia, ref, state="investigating", body=WORDS["investigating"])
    publish(mia, draft)
    with pytest.raises(Conflict, match="published as post 1"):
        publish(mia, draft)
    assert len(mia.get(ref)["posts"]) == 1


def test_a_late_save_of_what_was_just_published_leaves_no_ghost(mia, ref):
    draft = save(mia, ref, state="investigating", body=WORDS["investigating"], tab="a")
    publish(mia, draft)
    change(mia, draft, state="investigating", body=WORDS["investigating"], tab="a", version=1)
    assert listed(mia, ref) == []
    change(mia, draft, state="investigating", body="Something else entirely", tab="a", version=1)
    assert [one["body"] for one in listed(mia, ref)] == ["Something else entirely"]


def test_two_first_saves_of_a_tab_that_cross_are_one_draft(mia, ref):
    first = save(mia, ref, state="investigating", body="Searches in", tab="a", autosave=True)
    second = save(mia, ref, state="investigating", body=WORDS["investigating"], tab="a")
    assert (second["id"], second["forked_from"]) == (first["id"], None)
    publish(mia, second)
    assert listed(mia, ref) == []


def test_what_the_editor_had_saved_before_a_press_and_arrives_after_it_is_no_draft(mia, ref, clock):
    publish(mia, save(mia, ref, state="investigating", body=WORDS["investigating"], tab="a"))
    save(mia, ref, state="investigating", body="Searches with other words", tab="a", autosave=True)
    assert listed(mia, ref) == []
    clock.forward(seconds=10)
    save(mia, ref, state="identified", body="Typed in the same tab afterwards", tab="a", autosave=True)
    assert [one["body"] for one in listed(mia, ref)] == ["Typed in the same tab afterwards"]


@pytest.mark.parametrize("press", ["scheduled", "to be read"])
def test_what_the_editor_had_saved_before_a_press_takes_nothing_off_the_schedule(mia, ref, clock, press):
    asked = {"publish_at": clock.moment + timedelta(hours=1)} if press == "scheduled" else {"review": True}
    save(mia, ref, state="investigating", body=WORDS["investigating"], tab="a", **asked)
    save(mia, ref, state="investigating", body="Searches with other words", tab="a", autosave=True)
    (draft,) = listed(mia, ref)
    assert draft["body"] == WORDS["investigating"]
    assert draft["publish_at" if press == "scheduled" else "review_asked_at"]
    clock.forward(seconds=10)
    save(mia, ref, state="investigating", body="Typed in the same tab afterwards", tab="a", autosave=True)
    (draft,) = listed(mia, ref)
    assert (draft["body"], draft["publish_at"]) == ("Typed in the same tab afterwards", None)


def test_a_press_on_an_older_version_publishes_nothing(mia, ref):
    draft = save(mia, ref, state="investigating", body=WORDS["investigating"], tab="a")
    change(mia, draft, state="investigating", body="Other words that nobody has read yet.", tab="a", version=1)
    with pytest.raises(Conflict, match="changed"):
        publish(mia, draft)
    assert mia.get(ref)["posts"] == []


def test_a_draft_without_words_or_state_says_what_is_missing(mia, ref):
    with pytest.raises(Invalid) as refused:
        publish(mia, save(mia, ref))
    assert set(refused.value.more["errors"]) == {"state", "body"}


def test_the_first_post_says_what_the_page_calls_it(mia, ref):
    publish(mia, save(mia, ref, state="investigating", body=WORDS["investigating"], public_title="Searches fail"))
    assert mia.get(ref)["public_title"] == "Searches fail"
    with pytest.raises(Invalid) as refused:
        mia.post(ref, "identified", public_title="Another name")
    assert set(refused.value.more["errors"]) == {"public_title"}


def test_the_public_title_is_examined_like_a_first_line(mia, ref):
    draft = save(mia, ref, state="investigating", body=WORDS["investigating"], public_title="Search is down, TODO")
    with pytest.raises(PostRefused) as refused:
        publish(mia, draft)
    assert [(one["rule"], one["field"]) for one in refused.value.more["findings"]] == [("P7", "public_title")]


def test_confirming_names_what_was_read_and_nothing_else(mia, ref):
    body = "Search fails for customers since 9am and probably for longer than that."
    draft = save(mia, ref, state="investigating", body=body, tab="a")
    with pytest.raises(PostRefused) as refused:
        publish(mia, draft)
    known = [one["id"] for one in refused.value.more["findings"] if one["level"] == "confirm"]
    worse = change(mia, draft, state="investigating", body=f"{body} It was fine last night.", tab="a")
    with pytest.raises(PostRefused):
        publish(mia, worse, confirmed=known)
    better = change(mia, draft, state="investigating", body=f"{body} We look into it.", tab="a")
    assert publish(mia, better, confirmed=known)["seq"] == 1


def test_only_its_writer_or_a_messenger_discards_a_draft(mia, desk, responder, ref):
    mine, other = save(mia, ref, body="One"), save(desk, ref, body="Two")
    with pytest.raises(NotAllowed):
        desk.as_(responder).do(drafts.discard_draft, mine["id"])
    desk.do(drafts.discard_draft, mine["id"])
    mia.do(drafts.discard_draft, other["id"])
    assert listed(mia, ref) == []
    with pytest.raises(Conflict, match="discarded"):
        publish(mia, mine)


def test_nobody_drafts_in_public_for_what_is_private(desk, security, messenger):
    sam = desk.as_(security)
    ref = sam.declare(security=True)["ref"]
    with pytest.raises(Conflict, match="private"):
        save(sam, ref, body="Something")
    with pytest.raises(NotFound):
        save(desk.as_(messenger), ref, body="Something")


def test_a_draft_goes_out_of_sight_with_its_incident(desk, mia, security, ref):
    draft = save(mia, ref, state="investigating", body=WORDS["investigating"])
    desk.change(ref, security=True)
    with pytest.raises(NotFound):
        drafts.get_draft(mia.context, mia.actor, draft["id"])
    both = desk.as_(replace(security, permissions=security.permissions | {Permission.MESSENGER}))
    with pytest.raises(Conflict, match="private"):
        publish(both, draft)


def test_redacted_words_leave_the_drafts_too(desk, mia, ref):
    desk.post(ref, "investigating", "Searches fail on db-17 for some customers of the Search component.", confirm=True)
    save(mia, ref, body="It is db-17 again")
    desk.do(redacting.redact, ref, 1, commands.Redact(words="db-17"))
    assert "db-17" not in "".join(row[0] for row in desk.sql("SELECT words FROM draft"))
