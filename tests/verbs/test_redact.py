from dataclasses import replace

import pytest

from portal.domain.errors import Invalid, NotAllowed, NotFound
from portal.verbs import (
    checklist,
    commands,
    followups,
    keeping,
    links,
    postmortem_requests,
    redacting,
    signals,
    timeline,
    triage,
)
from portal.verbs.commands_keeper import Promote, SendSignal, SnoozeReminder
from portal.verbs.commands_learning import AddRequest
from portal.verbs.context import AlreadyDone, IdempotencyKey
from tests.verbs.conftest import POSTMORTEM

SECRET = "Acme & <Söhne>"


def redact(desk, ref, seq, words=SECRET):
    return desk.do(redacting.redact, ref, seq, commands.Redact(words=words))


@pytest.fixture
def ref(desk):
    """An incident with the words in every place that people write in."""
    ref = desk.declare(
        f"{SECRET} can't search",
        summary=f"About {SECRET}",
        components={"search": "partial_outage"},
        reporter={"kind": "mail", "name": SECRET},
    )["ref"]
    desk.post(ref, "investigating", f"Searches of {SECRET} in the Search component fail for some people.", confirm=True)
    desk.post(
        ref,
        "identified",
        f"Searches of {SECRET.upper()} in the Search component fail because of an index.",
        customer_action=f"Write to {SECRET}",
        accept={"P6": f"{SECRET} knows"},
        confirm=True,
    )
    desk.do(timeline.add_timeline, ref, commands.AddTimeline(text=f"Called {SECRET}"))
    desk.do(followups.add_followup, ref, commands.AddFollowup(title=f"Visit {SECRET}", public=True))
    desk.do(links.add_link, ref, commands.AddLink(url="https://example.com/1", title=f"Room of {SECRET}"))
    desk.do(checklist.add_checklist_item, ref, commands.AddChecklistItem(title=f"Tell {SECRET}"))
    desk.post(ref, "resolved")
    desk.published_postmortem(
        ref,
        title=f"{SECRET} can't search",
        sections={**POSTMORTEM, "summary": f"{SECRET} waited 5 minutes.", "internal_notes": f"{SECRET} is angry"},
    )
    return ref


def left(desk, *words):
    db = desk.context.database.connection()
    dump = "\n".join(db.iterdump()).casefold()
    return [word for word in words if word.casefold() in dump]


def test_the_words_are_gone_everywhere_in_any_case(desk, ref):
    assert left(desk, SECRET, "Söhne", "acme") == [SECRET, "Söhne", "acme"]
    said = redact(desk, ref, 1)
    assert "█████" in said["body"]
    assert "█████" in said["html"]
    assert left(desk, SECRET, "Söhne") == []
    assert desk.sql("SELECT slug FROM postmortem")[0][0] == "cant-search"
    assert desk.last.change is not None


def test_the_words_are_gone_from_signals_reminders_and_requests_too(desk, clock):
    report = SendSignal(title=f"{SECRET} writes", kind="report", text=f"{SECRET} can't search", contact=SECRET)
    signal = desk.do(signals.send_signal, report)["id"]
    ref = desk.do(triage.promote_signal, signal, Promote())["ref"]
    desk.do(postmortem_requests.add_request, ref, AddRequest(name=SECRET, contact=SECRET, note=f"For {SECRET}"))
    clock.forward(hours=1)
    keeping.keep(desk.context)
    reminder = keeping.due_reminders(desk.context, desk.actor)["items"][0]
    desk.do(keeping.snooze_reminder, reminder["id"], SnoozeReminder(minutes=5, reason=f"{SECRET} is asleep"))
    desk.post(ref, "investigating", f"Searches of {SECRET} in the Search component fail for some people.", confirm=True)
    assert SECRET in desk.sql("SELECT group_concat(text) FROM reminder")[0][0]
    redact(desk, ref, 1)
    assert left(desk, SECRET, "Söhne") == []


def test_every_post_that_held_them_is_marked(desk, ref, clock):
    redact(desk, ref, 2)
    assert [one["redacted_at"] for one in desk.get(ref)["posts"]] == [clock.text, clock.text, None]


def test_the_audit_log_keeps_that_it_happened(desk, ref):
    redact(desk, ref, 1)
    row = desk.sql("SELECT action, subject, details FROM audit ORDER BY id DESC LIMIT 1")[0]
    assert (row["action"], row["subject"]) == ("post.redact", ref)
    assert "cme" not in row["details"]
    assert "post 1" in desk.sql("SELECT text FROM timeline WHERE kind = 'redacted'")[0][0]


def test_kept_answers_lose_the_words_too_and_still_prevent_a_repetition(desk, ref):
    clock_key = IdempotencyKey("k1", "POST /posts", "hash", 201)
    kept = replace(desk.context, idempotency=clock_key)
    again = desk.declare()["ref"]
    body = f"Searches of {SECRET} in the Search component fail for some people."
    one = replace(desk, context=kept)
    one.post(again, "investigating", body)
    redact(desk, again, 1)
    with pytest.raises(AlreadyDone) as before:
        one.post(again, "investigating", body)
    assert "Söhne" not in str(before.value.answer)
    assert "█████" in before.value.answer["html"]


def test_words_that_are_not_there_are_not_found(desk, ref):
    before = desk.dump()
    with pytest.raises(Invalid) as refused:
        redact(desk, ref, 3)
    assert list(refused.value.more["errors"]) == ["words"]
    for seq in (0, 4, 10**6):
        with pytest.raises(NotFound):
            redact(desk, ref, seq)
    assert desk.dump() == before


def test_only_admins_redact(desk, ref, messenger):
    with pytest.raises(NotAllowed):
        redact(desk.as_(messenger), ref, 1)


@pytest.mark.parametrize("words", ["50 %", "a.b*c", "(secret)", r"\d+", "$1"])
def test_words_are_words_not_patterns(desk, words):
    ref = desk.declare()["ref"]
    desk.post(
        ref, "investigating", f"Searches with {words} in the Search component fail for some customers.", confirm=True
    )
    said = redact(desk, ref, 1, words)
    assert said["body"].startswith("Searches with █████ in the Search component")


def test_white_space_between_words_does_not_matter(desk):
    ref = desk.declare()["ref"]
    desk.post(ref, "investigating", "Searches of Example\nCompany in the Search component fail for now.", confirm=True)
    assert "█████" in redact(desk, ref, 1, "example company")["body"]


def test_addresses_and_tags_of_a_published_article_do_not_tell_either(desk):
    ref = desk.declare("Quux Corp can't search")["ref"]
    desk.post(ref, "investigating", "Searches of Quux Corp in the Search component fail for now.", confirm=True)
    desk.post(ref, "resolved")
    desk.published_postmortem(ref, tags=["quux-corp", "search"])
    desk.write_postmortem(ref, title="Searching fails")
    redact(desk, ref, 1, "Quux Corp")
    row = desk.sql("SELECT slug, tags, title FROM public_postmortem")[0]
    assert tuple(row) == ("searching-fails", '["search"]', "Searching fails")
