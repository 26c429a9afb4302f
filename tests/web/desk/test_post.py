"""The page on which a post is written: two presses at most, and nothing that was typed is ever lost."""

import sqlite3

import pytest

from portal.verbs import drafts, previewing
from tests.verbs.conftest import WORDS

CLOCK = "Search is down since 9am PST for everybody who uses it."


def posts(house, ref):
    return house.verbs.get(ref)["posts"]


def test_the_form_begins_with_the_first_state_and_its_text_filled_in(mia, ref):
    text = mia.look(f"/incidents/{ref}/post")
    given = dict(mia.fields(f"/incidents/{ref}/post"))
    assert given["state"] == "investigating"
    assert given["body"] == (
        "We are aware there is an issue with Search. We are investigating a resolution."
        " If you have any questions, email support@example.com."
    )
    assert given["public_title"] == "Search fails"
    assert "Nothing to remark." in text
    assert "Next update by" in text


def test_one_press_publishes_and_says_where_it_went(house, mia, ref):
    mia.look(f"/incidents/{ref}/post")
    page = mia.press(f"/incidents/{ref}/post", "publish")
    assert mia.presses == 1
    assert page.request.path == f"/desk/incidents/{ref}/posts/1"
    assert [one["author"] for one in posts(house, ref)] == ["mia@example.com"]
    for words in ("https://status.example.com/incidents/", "updates.rss", "of 280 characters", "It is public"):
        assert words in page.text
    assert house.publisher.waited_for


def test_what_needs_a_second_look_comes_back_with_everything_typed_and_a_second_press_publishes(house, mia, ref):
    mia.look(f"/incidents/{ref}/post")
    typed = {
        "body": CLOCK,
        "customer_action": "Search by hand.",
        "public_title": "Search & more",
        "next_update_minutes": "30",
    }
    page = mia.press(f"/incidents/{ref}/post", "publish", **typed, components__search="partial_outage")
    assert page.status_code == 422
    assert "Publish all the same" in page.text
    assert posts(house, ref) == []
    given = dict(mia.fields(f"/incidents/{ref}/post"))
    assert {name: given[name] for name in typed} == typed
    assert given["components.search"] == "partial_outage"
    mia.press(f"/incidents/{ref}/post", "publish")
    assert mia.presses == 2
    (said,) = posts(house, ref)
    assert said["body"].startswith(CLOCK)
    assert (said["customer_action"], house.verbs.get(ref)["public_title"]) == ("Search by hand.", "Search & more")
    assert house.verbs.get(ref)["components"]["search"] == "partial_outage"


def test_a_second_press_confirms_only_what_was_shown(house, mia, ref):
    mia.look(f"/incidents/{ref}/post")
    mia.press(f"/incidents/{ref}/post", "publish", body=CLOCK)
    page = mia.press(f"/incidents/{ref}/post", "publish", body=f"{CLOCK} It was fine last night.")
    assert page.status_code == 422
    assert posts(house, ref) == []
    mia.press(f"/incidents/{ref}/post", "publish")
    assert len(posts(house, ref)) == 1


def test_what_blocks_is_not_to_be_pressed_away(house, mia, ref):
    mia.look(f"/incidents/{ref}/post")
    for _ in range(3):
        page = mia.press(f"/incidents/{ref}/post", "publish", body="Search is down, TODO say more about it.")
        assert page.status_code == 422
        assert "Must change" in page.text
        assert "Publish all the same" not in page.text
    assert posts(house, ref) == []


def test_warnings_are_never_in_the_way_and_their_reasons_are_kept(house, mia, ref):
    mia.look(f"/incidents/{ref}/post")
    body = "Search probably fails because of the new index, as far as the Search component goes."
    mia.press(f"/incidents/{ref}/post", "check", body=body)
    assert "Worth a look" in mia.page.text
    assert "accept.P11" in dict(mia.fields(f"/incidents/{ref}/post"))
    mia.press(f"/incidents/{ref}/post", "publish", **{"accept.P11": "Marketing asked for it"})
    (said,) = posts(house, ref)
    assert {one["rule"]: one.get("reason") for one in said["findings"]}["P11"] == "Marketing asked for it"


def test_the_words_are_marked_and_a_suggestion_is_taken_by_its_button_without_scripts(house, mia, ref):
    mia.look(f"/incidents/{ref}/post")
    page = mia.press(
        f"/incidents/{ref}/post", "check", body="<b>Search</b> fails since 10:30 am for many customers & more."
    )
    assert '<mark class="mark--confirm">10:30 am</mark>' in page.text
    assert "&lt;b&gt;Search&lt;/b&gt; fails since" in page.text
    place = page.text.split('value="apply:')[1].split('"')[0]
    page = mia.press(f"/incidents/{ref}/post", f"apply:{place}")
    assert (
        dict(mia.fields(f"/incidents/{ref}/post"))["body"]
        == "<b>Search</b> fails since 10:30 UTC for many customers & more."
    )
    page = mia.press(f"/incidents/{ref}/post", f"apply:{place}")
    assert page.status_code == 409
    assert "have changed" in page.text


def test_the_text_of_another_state_is_put_in_without_losing_ones_own(mia, ref):
    mia.look(f"/incidents/{ref}/post")
    mia.press(f"/incidents/{ref}/post", "template", state="identified")
    assert dict(mia.fields(f"/incidents/{ref}/post"))["body"].startswith("We have identified the cause")
    mia.press(f"/incidents/{ref}/post", "template", state="monitoring", body="My own words.")
    body = dict(mia.fields(f"/incidents/{ref}/post"))["body"]
    assert body.startswith("A fix for the issue with Search is in place")
    assert body.endswith("My own words.")


def test_enter_looks_and_does_not_publish(house, mia, ref):
    text = mia.look(f"/incidents/{ref}/post")
    form = text.split('id="post"')[1]
    assert form.index('value="check"') < form.index('value="template"') < form.index('value="publish"')
    mia.press(f"/incidents/{ref}/post", "check")
    assert posts(house, ref) == []


def test_each_press_keeps_the_draft_and_the_next_visit_goes_on_with_it(house, mia, ref):
    mia.look(f"/incidents/{ref}/post")
    mia.press(f"/incidents/{ref}/post", "later", body="Searches in the", state="identified", next_update_minutes="45")
    mia.look(f"/incidents/{ref}/post")
    given = dict(mia.fields(f"/incidents/{ref}/post"))
    assert (given["body"], given["state"], given["next_update_minutes"]) == ("Searches in the", "identified", "45")
    mia.press(f"/incidents/{ref}/post", "publish", body=WORDS["identified"])
    assert drafts.list_drafts(house.context, house.verbs.actor, ref)["items"] == []


def test_a_field_that_can_not_be_read_is_said_beside_it_and_the_rest_is_kept(house, mia, ref):
    mia.look(f"/incidents/{ref}/post")
    page = mia.press(f"/incidents/{ref}/post", "publish", body=WORDS["investigating"], happened_at="yesterday-ish")
    assert page.status_code == 422
    assert "write a date and time" in page.text.lower()
    assert dict(mia.fields(f"/incidents/{ref}/post"))["body"] == WORDS["investigating"]
    assert [one["body"] for one in drafts.list_drafts(house.context, house.verbs.actor, ref)["items"]] == [
        WORDS["investigating"]
    ]


def test_two_messengers_at_once_lose_nothing_and_the_second_is_told_what_the_first_said(house, mia, ref):
    leo = house.person("leo@example.com", "messenger")
    for one in (mia, leo):
        one.look(f"/incidents/{ref}/post")
    leo.press(f"/incidents/{ref}/post", "publish", body=WORDS["identified"], state="identified")
    page = mia.press(f"/incidents/{ref}/post", "publish", body=WORDS["investigating"], customer_action="Wait.")
    assert page.status_code == 409
    assert "leo@example.com posted" in page.text
    assert "A configuration change broke searches" in page.text
    given = dict(mia.fields(f"/incidents/{ref}/post"))
    assert (given["body"], given["customer_action"]) == (WORDS["investigating"], "Wait.")
    page = mia.press(f"/incidents/{ref}/post", "publish", body=f"{WORDS['identified']} More customers have it.")
    assert page.status_code == 200
    assert [one["author"] for one in posts(house, ref)] == ["leo@example.com", "mia@example.com"]


def test_two_tabs_of_one_person_are_kept_as_two_drafts(house, mia, ref):
    mia.look(f"/incidents/{ref}/post")
    first = mia.press(f"/incidents/{ref}/post", "check", body="Begun in one tab")
    one_tab = mia.fields(f"/incidents/{ref}/post")
    mia.look(f"/incidents/{ref}/post")
    mia.press(f"/incidents/{ref}/post", "check", body="Gone on in another tab")
    sent = [(name, value) for name, value in one_tab if name != "body"] + [
        ("body", "Still in the first"),
        ("_act", "check"),
    ]
    page = mia.send(f"/incidents/{ref}/post", sent)
    assert first.status_code == page.status_code == 200
    assert "Both are kept" in page.text
    kept = drafts.list_drafts(house.context, house.verbs.actor, ref)["items"]
    assert {one["body"] for one in kept} == {"Gone on in another tab", "Still in the first"}


def test_typing_keeps_the_draft_and_answers_the_panel_and_the_presses(house, mia, ref):
    mia.look(f"/incidents/{ref}/post")
    sent = [(n, v) for n, v in mia.fields(f"/incidents/{ref}/post") if n not in ("body", "_touched")]
    sent += [("body", "Searches in the Search component fail"), ("_touched", "1")]
    page = mia.send(f"/incidents/{ref}/post/preview", sent, HX_Request="true")
    assert page.status_code == 200
    assert "<html" not in page.text
    assert 'id="beside"' in page.text
    assert 'hx-swap-oob="true"' in page.text
    assert "<p>Searches in the Search component fail</p>" in page.text
    assert "Kept as a draft at 14:00:00 UTC" in page.text
    assert len(drafts.list_drafts(house.context, house.verbs.actor, ref)["items"]) == 1


def test_looking_alone_keeps_no_draft(house, mia, ref):
    mia.look(f"/incidents/{ref}/post")
    mia.send(f"/incidents/{ref}/post/preview", mia.fields(f"/incidents/{ref}/post"), HX_Request="true")
    assert drafts.list_drafts(house.context, house.verbs.actor, ref)["items"] == []


def test_another_state_brings_its_text_while_nothing_of_ones_own_is_there(mia, ref):
    mia.look(f"/incidents/{ref}/post")
    sent = [(n, v) for n, v in mia.fields(f"/incidents/{ref}/post") if n != "state"]
    page = mia.send(f"/incidents/{ref}/post/preview", [*sent, ("state", "resolved")], HX_Request="true")
    assert '<textarea id="body"' in page.text
    assert "The issue with Search is resolved, and" in page.text


def test_a_double_press_publishes_once_and_leads_to_the_same_page(house, mia, ref):
    mia.look(f"/incidents/{ref}/post")
    mia.press(f"/incidents/{ref}/post", "check", body=WORDS["investigating"])
    sent = [*mia.fields(f"/incidents/{ref}/post"), ("_act", "publish")]
    pages = [mia.send(f"/incidents/{ref}/post", sent) for _ in range(2)]
    assert [page.request.path for page in pages] == [f"/desk/incidents/{ref}/posts/1"] * 2
    assert len(posts(house, ref)) == 1


def test_a_correction_begins_with_what_it_corrects(house, mia, ref):
    house.verbs.post(ref, "investigating")
    house.verbs.post(ref, "identified")
    mia.look(f"/incidents/{ref}/post?corrects=1")
    given = dict(mia.fields(f"/incidents/{ref}/post"))
    assert (given["corrects"], given["state"]) == ("1", "identified")
    assert given["body"].startswith(WORDS["investigating"])
    mia.press(f"/incidents/{ref}/post", "publish", body="Searches fail for all customers of the Search component.")
    assert posts(house, ref)[-1]["corrects"] == 1


def test_a_post_is_written_down_later(house, mia, ref, clock):
    house.verbs.post(ref, "investigating")
    clock.forward(hours=1)
    mia.look(f"/incidents/{ref}/post")
    mia.press(
        f"/incidents/{ref}/post",
        "publish",
        body=WORDS["identified"],
        state="identified",
        happened_at="2026-11-23T14:30",
    )
    assert posts(house, ref)[-1]["display_at"] == "2026-11-23T14:30:00.000Z"


def test_nobody_is_told_when_the_switch_says_so(house, mia, ref):
    mia.look(f"/incidents/{ref}/post")
    sent = [(n, v) for n, v in mia.fields(f"/incidents/{ref}/post") if n != "notify"]
    page = mia.send(f"/incidents/{ref}/post", [*sent, ("notify", ""), ("_act", "publish")])
    assert posts(house, ref)[0]["notify"] is False
    assert "nobody is told of this post" in page.text


def test_a_responder_writes_and_a_messenger_publishes_it(house, mia, ref):
    rob = house.person("rob@example.com", "responder")
    rob.look(f"/incidents/{ref}/post")
    page = rob.press(f"/incidents/{ref}/post", "publish", body=WORDS["investigating"])
    assert page.status_code == 403
    assert dict(rob.fields(f"/incidents/{ref}/post"))["body"] == WORDS["investigating"]
    (draft,) = drafts.list_drafts(house.context, house.verbs.actor, ref)["items"]
    assert "rob@example.com has a draft" in mia.look(f"/incidents/{ref}/post")
    mia.look(f"/incidents/{ref}/post?draft={draft['id']}")
    mia.press(f"/drafts/{draft['id']}", "publish")
    assert [one["author"] for one in posts(house, ref)] == ["rob@example.com"]


def test_somebody_elses_draft_is_gone_on_with_as_a_copy(house, mia, ref):
    leo = house.person("leo@example.com", "messenger")
    leo.look(f"/incidents/{ref}/post")
    leo.press(f"/incidents/{ref}/post", "later", body="Leo's words about Search")
    (draft,) = drafts.list_drafts(house.context, house.verbs.actor, ref)["items"]
    mia.look(f"/incidents/{ref}/post?draft={draft['id']}&edit=1")
    mia.press(f"/incidents/{ref}/post", "later", body="Mia's words about Search")
    kept = {one["person"]: one["body"] for one in drafts.list_drafts(house.context, house.verbs.actor, ref)["items"]}
    assert kept == {"leo@example.com": "Leo's words about Search", "mia@example.com": "Mia's words about Search"}


def test_a_post_is_scheduled_taken_back_and_published_now(house, mia, ref):
    mia.look(f"/incidents/{ref}/post")
    page = mia.press(f"/incidents/{ref}/post", "schedule", body=WORDS["investigating"])
    assert page.status_code == 422
    page = mia.press(f"/incidents/{ref}/post", "schedule", _publish_at="2026-11-23T14:30")
    assert "It is scheduled." in page.text
    assert "2026-11-23 14:30 UTC" in page.text
    (draft,) = drafts.list_drafts(house.context, house.verbs.actor, ref)["items"]
    assert draft["publish_at"] == "2026-11-23T14:30:00.000Z"
    mia.look(f"/incidents/{ref}/post?draft={draft['id']}&edit=1")
    mia.press(f"/incidents/{ref}/post", "check", body=WORDS["identified"])
    (draft,) = drafts.list_drafts(house.context, house.verbs.actor, ref)["items"]
    assert draft["publish_at"] is None
    mia.press(f"/incidents/{ref}/post", "schedule", _publish_at="2026-11-23T14:30")
    mia.press(f"/drafts/{draft['id']}", "publish")
    assert len(posts(house, ref)) == 1


def test_a_time_that_is_past_is_said_beside_its_field(mia, ref):
    mia.look(f"/incidents/{ref}/post")
    page = mia.press(f"/incidents/{ref}/post", "schedule", _publish_at="2026-11-23T13:30")
    assert 'id="_publish_at-error"' in page.text


def test_where_the_house_asks_for_it_a_second_person_reads_first(house, ref):
    house = house.with_settings(review_posts=True)
    mia, leo = house.person("mia@example.com"), house.person("leo@example.com")
    mia.look(f"/incidents/{ref}/post")
    page = mia.press(f"/incidents/{ref}/post", "publish", body=WORDS["investigating"])
    assert page.status_code == 409
    mia.press(f"/incidents/{ref}/post", "review")
    (draft,) = drafts.list_drafts(house.context, house.verbs.actor, ref)["items"]
    leo.look(f"/incidents/{ref}/post?draft={draft['id']}")
    page = leo.press(f"/drafts/{draft['id']}", "approve")
    assert page.request.path == f"/desk/incidents/{ref}/posts/1"
    assert [one["author"] for one in posts(house, ref)] == ["mia@example.com"]


def test_whoever_is_alone_publishes_with_a_reason(house, ref):
    house = house.with_settings(review_posts=True)
    mia = house.person("mia@example.com")
    mia.look(f"/incidents/{ref}/post")
    mia.press(f"/incidents/{ref}/post", "publish", body=WORDS["investigating"], unreviewed="Nobody is awake.")
    assert len(posts(house, ref)) == 1


def test_words_that_must_not_be_public_are_blanked_by_an_admin(house, ref):
    house.verbs.post(
        ref, "investigating", "Searches on db-17 fail for some customers of the Search component.", confirm=True
    )
    ada, mia = house.person("ada@example.com", "admin"), house.person("mia@example.com")
    assert "Blank words" not in mia.look(f"/incidents/{ref}/posts/1")
    ada.look(f"/incidents/{ref}/posts/1")
    page = ada.press(f"/incidents/{ref}/posts/1/redact", words="db-18")
    assert page.status_code == 422
    assert "not in post 1" in page.text
    page = ada.press(f"/incidents/{ref}/posts/1/redact", words="db-17")
    assert "db-17" not in page.text
    assert "db-17" not in posts(house, ref)[0]["body"]


def test_the_mail_of_the_first_minute_is_stopped(house, mia, ref):
    mia.look(f"/incidents/{ref}/post")
    mia.press(f"/incidents/{ref}/post", "publish")
    page = mia.press(f"/incidents/{ref}/posts/1/stop-mail")
    assert "stopped at 2026-11-23 14:00 UTC" in page.text
    assert house.verbs.sql("SELECT withdrawn_at FROM outbox WHERE event = 'post_published'")[0][0]


def test_a_busy_database_leaves_the_form_there(house, mia, ref, monkeypatch):
    def busy(*_, **__):
        raise sqlite3.OperationalError("database is locked")

    monkeypatch.setattr(previewing, "publish", busy)
    assert "The database is busy" in mia.look(f"/incidents/{ref}/post")
    mia.press(f"/incidents/{ref}/post", "publish")
    assert len(posts(house, ref)) == 1


def test_what_can_not_be_published_now_is_said_before_the_press(house, mia, ref):
    house.verbs.post(ref, "resolved")
    assert "is resolved; reopen it first" in mia.look(f"/incidents/{ref}/post")


def test_a_post_that_is_not_there_is_not_found(mia, ref):
    mia.look(f"/incidents/{ref}/posts/7", status=404)
    mia.look("/incidents/INC-99/post", status=404)
    mia.look(f"/incidents/{ref}/post?draft=99", status=404)


@pytest.mark.parametrize("fields", [{"security": True}, {"kind": "drill"}])
def test_for_what_is_never_public_the_form_says_so_and_keeps_the_words(house, fields):
    sam = house.person("sam@example.com", "messenger", "security")
    ref = house.verbs.declare(**fields)["ref"]
    if fields.get("security"):
        assert house.person("zoe@example.com").look(f"/incidents/{ref}/post", status=404)
    sam.look(f"/incidents/{ref}/post")
    page = sam.press(f"/incidents/{ref}/post", "publish", body=WORDS["investigating"])
    assert page.status_code == 409
    assert dict(sam.fields(f"/incidents/{ref}/post"))["body"] == WORDS["investigating"]
    assert posts(house, ref) == [] if not fields.get("security") else True


def test_after_the_last_post_comes_the_postmortem(house, mia, ref):
    house.verbs.post(ref, "investigating")
    assert "Next post" in mia.look(f"/incidents/{ref}/posts/1")
    house.verbs.post(ref, "resolved")
    said = mia.look(f"/incidents/{ref}/posts/2")
    assert "Write the postmortem" in said
    assert "Next post" not in said
