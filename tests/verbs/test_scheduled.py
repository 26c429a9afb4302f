"""Posts that are published by the clock, and posts that a second person reads first."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from portal.config import Process
from portal.domain.errors import Conflict, Invalid, NotAllowed, PostRefused
from portal.domain.times import to_text
from portal.verbs import commands_drafts, drafts, people, sending
from portal.verbs.automation import run_due
from portal.verbs.context import PORTAL
from tests.verbs.conftest import WORDS
from tests.verbs.test_drafts import change, listed, publish, save

AT = "2026-11-23T14:30:00Z"


@pytest.fixture
def ref(desk):
    return desk.declare(severity="critical", customer_impact="yes", components={"search": "major_outage"})["ref"]


@pytest.fixture
def mia(desk, messenger):
    return desk.as_(messenger)


@pytest.fixture
def read_first(desk, settings):
    """The same desk in a house where a second person reads every post."""
    changed = settings.model_copy(update={"process": Process(review_posts=True)})
    return replace(desk, context=replace(desk.context, settings=changed))


def schedule(desk, ref, body=WORDS["investigating"], state="investigating", **fields):
    return save(desk, ref, state=state, body=body, publish_at=AT, **fields)


def run(desk):
    """What the clock does each second; how many posts it looked at."""
    return sum(1 for _ in iter(lambda: sending.publish_scheduled_once(desk.context), False))


def approve(desk, draft, **fields):
    given = {"version": draft["version"], **fields}
    return desk.do(sending.approve_draft, draft["id"], commands_drafts.ApproveDraft.model_validate(given))


def reminders(desk):
    return [json.loads(row[0]) for row in desk.sql("SELECT details FROM outbox WHERE event = 'reminder_due'")]


def test_a_scheduled_post_is_published_once_at_its_time_by_its_writer(mia, ref, clock):
    schedule(mia, ref, seen=0)
    clock.forward(minutes=29)
    assert run(mia) == 0
    clock.forward(minutes=1)
    assert run(mia) == 1
    assert run(mia) == 0
    said = mia.get(ref)["posts"]
    assert [(one["author"], one["published_at"], one["automatic"]) for one in said] == [
        ("mia@example.com", to_text(clock.moment), False)
    ]
    assert listed(mia, ref) == []


def test_after_a_long_sleep_it_is_published_late_and_still_once(mia, ref, clock):
    schedule(mia, ref)
    clock.forward(days=2)
    assert run(mia) == 1
    assert len(mia.get(ref)["posts"]) == 1


def test_what_could_not_be_published_now_can_not_be_scheduled(mia, ref):
    with pytest.raises(PostRefused):
        schedule(mia, ref, "Search is down, TODO say more about it.")
    with pytest.raises(PostRefused):
        schedule(mia, ref, "Search is down since 9am PST for everybody who uses it.")
    with pytest.raises(Invalid):
        save(mia, ref, publish_at=AT)


@pytest.mark.parametrize("at", ["2026-11-23T13:59:00Z", "2027-11-23T14:00:00Z"])
def test_a_time_that_is_past_or_far_away_is_refused(mia, ref, at):
    with pytest.raises(Invalid) as refused:
        save(mia, ref, state="investigating", body=WORDS["investigating"], publish_at=at)
    assert set(refused.value.more["errors"]) == {"publish_at"}


def test_what_was_confirmed_when_it_was_scheduled_is_confirmed_at_its_time(mia, ref, clock):
    schedule(mia, ref, "Search is down since 9am PST for everybody who uses it.", confirm=True)
    clock.forward(minutes=30)
    run(mia)
    assert len(mia.get(ref)["posts"]) == 1


def test_it_is_examined_again_and_a_new_objection_keeps_it_back_with_a_reminder(mia, desk, ref, clock):
    draft = schedule(mia, ref, "Search works for all customers again, as far as the Search component goes.", "resolved")
    desk.post(ref, "investigating")
    body = "Searches work for all customers again, as far as Search goes, TODO."
    desk.sql("UPDATE draft SET words = json_set(words, '$.body', ?)", body)
    clock.forward(minutes=30)
    assert run(mia) == 1
    assert run(mia) == 0
    kept = drafts.get_draft(mia.context, mia.actor, draft["id"])
    assert (kept["publish_at"], kept["body"]) == (None, body)
    assert "P7" in {one["rule"] for one in kept["findings"]}
    assert kept["refusal"].startswith("This can't be published")
    told = reminders(mia)
    assert [one["to"][0] for one in told] == ["mia@example.com"]
    assert told[0]["link"] == f"/desk/incidents/{ref}/post?draft={draft['id']}"
    assert len(mia.get(ref)["posts"]) == 1


def test_a_post_that_came_between_keeps_it_back(mia, desk, ref, clock):
    draft = schedule(mia, ref, seen=0)
    desk.post(ref, "resolved")
    clock.forward(minutes=30)
    run(mia)
    kept = drafts.get_draft(mia.context, mia.actor, draft["id"])
    assert "ada@example.com posted" in kept["refusal"]
    assert [one["state"] for one in mia.get(ref)["posts"]] == ["resolved"]


def test_an_incident_that_became_private_keeps_it_back(mia, desk, ref, clock):
    schedule(mia, ref)
    desk.change(ref, security=True)
    clock.forward(minutes=30)
    run(mia)
    assert desk.sql("SELECT count(*) FROM post")[0][0] == 0
    assert "private" in desk.sql("SELECT refusal FROM draft")[0][0]


def test_whoever_works_here_no_more_publishes_nothing(mia, desk, ref, clock):
    people.add_person(desk.context, PORTAL, "mia@example.com", ["messenger"])
    draft = schedule(mia, ref)
    desk.sql("UPDATE person SET disabled_at = ?", clock.text)
    clock.forward(minutes=30)
    run(mia)
    assert "closed" in drafts.get_draft(mia.context, desk.actor, draft["id"])["refusal"]
    assert mia.get(ref)["posts"] == []


def test_changed_words_are_off_the_schedule_until_somebody_says_so_again(mia, ref, clock):
    draft = schedule(mia, ref, tab="a")
    changed = change(mia, draft, state="investigating", body="Half a sen", tab="a")
    assert changed["publish_at"] is None
    clock.forward(minutes=30)
    assert run(mia) == 0
    assert mia.get(ref)["posts"] == []


def test_a_responder_schedules_nothing(desk, responder, ref):
    with pytest.raises(NotAllowed):
        schedule(desk.as_(responder), ref)


def test_a_second_reader_publishes_what_they_read(read_first, messenger, ref):
    mia = read_first.as_(messenger)
    draft = save(mia, ref, state="investigating", body=WORDS["investigating"], review=True)
    assert reminders(mia)[0]["link"].endswith(f"?draft={draft['id']}")
    said = approve(read_first, draft)
    assert said["post_seq"] == 1
    assert [one["author"] for one in mia.get(ref)["posts"]] == ["mia@example.com"]
    assert "ada@example.com read it before it was published" in [row[0] for row in mia.sql("SELECT text FROM timeline")]


def test_nobody_is_the_second_reader_of_their_own_words(read_first, messenger, ref):
    mia = read_first.as_(messenger)
    draft = save(mia, ref, state="investigating", body=WORDS["investigating"], review=True)
    for attempt in (lambda: approve(mia, draft), lambda: publish(mia, draft)):
        with pytest.raises(Conflict):
            attempt()
    assert mia.get(ref)["posts"] == []


def test_a_second_reader_approves_only_the_version_they_read(read_first, messenger, ref):
    mia = read_first.as_(messenger)
    draft = save(mia, ref, state="investigating", body=WORDS["investigating"], review=True, tab="a")
    change(mia, draft, state="investigating", body=WORDS["identified"], review=True, tab="a")
    with pytest.raises(Conflict, match="changed"):
        approve(read_first, draft)


def test_one_press_without_a_reader_is_refused_by_every_way_in(read_first, messenger, ref):
    mia = read_first.as_(messenger)
    with pytest.raises(Conflict, match="second person"):
        mia.post(ref, "investigating")
    with pytest.raises(Conflict, match="second person"):
        mia.declare(post={"state": "investigating", "body": WORDS["investigating"]})
    with pytest.raises(Conflict, match="second person"):
        publish(mia, save(mia, ref, state="investigating", body=WORDS["investigating"]))


def test_whoever_is_alone_publishes_with_a_reason_that_is_kept(read_first, messenger, ref):
    mia = read_first.as_(messenger)
    assert mia.post(ref, "investigating", unreviewed="Nobody else is awake.")["seq"] == 1
    draft = save(mia, ref, state="identified", body=WORDS["identified"])
    assert publish(mia, draft, unreviewed="Still nobody.")["seq"] == 2
    kept = [row[0] for row in mia.sql("SELECT text FROM timeline WHERE kind = 'unreviewed'")]
    assert kept == [
        "Published without a second reader: Nobody else is awake.",
        "Published without a second reader: Still nobody.",
    ]


def test_a_scheduled_post_waits_for_its_reader_and_is_kept_back_without_one(read_first, messenger, ref, clock):
    mia = read_first.as_(messenger)
    read, unread = schedule(mia, ref), schedule(mia, ref, WORDS["identified"], "identified")
    assert approve(read_first, read)["approved_by"] == "ada@example.com"
    assert mia.get(ref)["posts"] == []
    clock.forward(minutes=30)
    assert run(mia) == 2
    assert [one["state"] for one in mia.get(ref)["posts"]] == ["investigating"]
    assert drafts.get_draft(mia.context, mia.actor, unread["id"])["refusal"] == "Nobody else has read it yet."


def test_the_clock_worker_publishes_scheduled_posts(mia, ref, clock):
    schedule(mia, ref)
    clock.moment += timedelta(minutes=30)
    assert run_due(mia.context)
    assert len(mia.get(ref)["posts"]) == 1
