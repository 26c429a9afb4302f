"""Webhooks: asked first, told once and signed, tried again when they fail, and never in anybody's way."""

from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook as Verifier

from portal.domain.errors import Invalid, NotFound
from portal.store.counts import counts
from portal.verbs import subscribing, webhooks
from portal.verbs.commands_subscriptions import ChangeSubscription
from portal.verbs.commands_webhooks import FollowByWebhook
from tests.webhooks.conftest import Hooking


def news(hooking: Hooking, path: str = "/hook"):
    return [one["incident"]["status"] for one in hooking.server.at(path) if "incident" in one]


def test_nothing_is_sent_before_the_button_and_news_only_after_the_challenge(desk, hooking):
    kept = hooking.ask()
    hooking.deliver()
    assert hooking.server.got == []
    hooking.server.answers["/hook"] = lambda got: (200, b"thank you")
    webhooks.challenge_webhook(hooking.context, kept["token"])
    hooking.deliver()
    assert [list(one.said) for one in hooking.server.got] == [["challenge"]]
    assert webhooks.webhook_state(hooking.context, kept["token"]) == "failed"
    desk.post(desk.declare()["ref"], "investigating")
    hooking.deliver(minutes=2)
    assert len(hooking.server.got) == 1
    del hooking.server.answers["/hook"]
    webhooks.challenge_webhook(hooking.context, kept["token"])
    hooking.deliver()
    assert webhooks.webhook_state(hooking.context, kept["token"]) == "follows"
    assert news(hooking) == ["investigating"]  # the present state of what is open


@pytest.mark.parametrize("answer", [(302, b""), (404, b""), (500, b""), (410, b"")])
def test_a_challenge_is_not_tried_again_by_itself(desk, hooking, answer):
    hooking.server.answers["/hook"] = lambda got: (answer[0], got.said["challenge"].encode())
    kept = hooking.ask()
    webhooks.challenge_webhook(hooking.context, kept["token"])
    hooking.deliver()
    hooking.deliver(hours=3)
    assert len(hooking.server.got) == 1
    assert webhooks.webhook_state(hooking.context, kept["token"]) == "failed"


def test_the_verifier_of_standard_webhooks_accepts_ours(desk, hooking):
    hooking.clock.moment = datetime.now(UTC)
    kept = hooking.follow()
    ref = desk.declare()["ref"]
    desk.post(ref, "investigating", components={"search": "major_outage"})
    hooking.deliver(minutes=1)
    got = hooking.server.got
    assert len(got) == 3
    assert len({one.headers["webhook-id"] for one in got}) == 3
    for one in got:
        Verifier(kept["secret"]).verify(one.body, one.headers)
    assert set(got[1].said) == {"meta", "page", "incident"}
    assert got[1].said["incident"]["incident_updates"][0]["status"] == "investigating"
    update = got[2].said["component_update"]
    assert (update["old_status"], update["new_status"]) == ("operational", "major_outage")
    assert got[2].said["component"]["name"] == "Search"


def test_a_failing_address_hears_of_it_later_with_the_same_id_and_others_do_not_wait(desk, hooking):
    hooking.follow("/dead")
    hooking.follow("/well")
    hooking.server.answers["/dead"] = lambda got: (503, b"")
    ref = desk.declare()["ref"]
    desk.post(ref, "investigating")
    hooking.deliver(minutes=2)
    desk.post(ref, "identified")
    hooking.deliver(minutes=2)
    assert hooking.queue("/dead")[0] == "webhook late"
    assert hooking.queue("/well")[0] == "webhook"
    assert news(hooking, "/well") == ["investigating", "identified"]
    tries = [one.headers["webhook-id"] for one in hooking.server.got if one.path == "/dead"][1:]
    assert len(tries) >= 2
    assert len(set(tries)) == 1  # the second waits for the first
    del hooking.server.answers["/dead"]
    hooking.deliver(hours=1)
    hooking.deliver(seconds=5)
    told = [one.headers["webhook-id"] for one in hooking.server.got if one.path == "/dead"][1:]
    assert told[-2] == tries[0] != told[-1]
    assert hooking.queue("/dead")[0] == "webhook"
    before = len(hooking.server.got)
    hooking.deliver(hours=5)
    assert len(hooking.server.got) == before


def test_410_ends_it(desk, hooking):
    kept = hooking.follow()
    hooking.server.answers["/hook"] = lambda got: (410, b"")
    desk.post(desk.declare()["ref"], "investigating")
    hooking.deliver(minutes=2)
    with pytest.raises(NotFound):
        webhooks.webhook_state(hooking.context, kept["token"])
    seen = len(hooking.server.got)
    hooking.deliver(days=1)
    assert len(hooking.server.got) == seen


def test_five_days_of_failing_pause_it_until_its_owner_saves(desk, hooking):
    kept = hooking.follow()
    hooking.server.answers["/hook"] = lambda got: (500, b"")
    for _ in range(5):
        desk.post(desk.declare()["ref"], "investigating")
        hooking.deliver(minutes=2)
        assert hooking.queue()[1] is None
        hooking.deliver(days=1)
    assert "HTTP 500" in hooking.queue()[1]
    seen = len(hooking.server.got)
    hooking.deliver(days=1)
    assert len(hooking.server.got) == seen
    subscribing.change_subscription(hooking.context, kept["token"], ChangeSubscription())
    assert hooking.queue()[1] is None
    desk.post(desk.declare()["ref"], "investigating")
    hooking.deliver(minutes=2)
    assert len(hooking.server.got) > seen
    assert hooking.queue()[1] is None


def test_what_turns_private_is_not_sent(desk, hooking):
    hooking.follow()
    ref = desk.declare()["ref"]
    desk.post(ref, "investigating", components={"search": "major_outage"})
    hooking.server.answers["/hook"] = lambda got: (503, b"")
    hooking.deliver(minutes=2)
    seen = len(hooking.server.got)
    desk.change(ref, security=True)
    del hooking.server.answers["/hook"]
    hooking.deliver(hours=1)
    hooking.deliver(hours=1)
    assert len(hooking.server.got) == seen
    assert {state for event, state in hooking.states() if event != "challenge"} == {"withdrawn"}


def test_choices_are_kept(desk, hooking):
    hooking.follow("/search", components=["search"], kinds=["incidents"])
    hooking.follow("/sign-in", components=["sign-in"])
    desk.post(desk.declare()["ref"], "investigating", components={"search": "major_outage"})
    hooking.deliver(minutes=2)
    assert len(hooking.server.at("/search")) == 2
    assert hooking.server.at("/sign-in") == []


def test_an_address_that_follows_is_not_challenged_again_by_others(desk, hooking):
    hooking.follow()
    other = hooking.ask()
    assert set(other) == {"secret", "token"}
    webhooks.challenge_webhook(hooking.context, other["token"])
    hooking.deliver()
    assert len(hooking.server.got) == 1
    assert webhooks.webhook_state(hooking.context, other["token"]) == "failed"


def test_one_host_is_challenged_ten_times_an_hour_at_most(desk, hooking):
    hooking.server.answers |= {f"/{number}": lambda got: (500, b"") for number in range(15)}
    for number in range(15):
        kept = hooking.ask(f"/{number}")
        webhooks.challenge_webhook(hooking.context, kept["token"])
    for _ in range(3):
        hooking.deliver()
    assert len(hooking.server.got) == 10
    hooking.deliver(minutes=61)
    hooking.deliver()
    assert len(hooking.server.got) == 15


@pytest.mark.parametrize(
    "url", ["http://hooks.example/", "https://127.0.0.1/", "https://[::1]/", "https://a:b@hooks.example/", "x", " "]
)
def test_only_addresses_that_may_be_asked_are_kept(desk, context, url):
    with pytest.raises(Invalid) as refused:
        webhooks.ask_webhook(context, FollowByWebhook(url=url), "192.0.2.7")
    assert "url" in refused.value.more["errors"]


def failing(hooking):
    with hooking.context.database.snapshot() as db:
        found = next(found for name, _, found in counts(db) if name == "recipients_failing")
    return {labels["kind"]: number for labels, number in found}


def test_a_dead_webhook_is_counted_without_its_address(desk, hooking):
    hooking.follow()
    assert failing(hooking) == {"chat": 0, "hub": 0, "mail": 0, "webhook": 0}
    hooking.server.answers["/hook"] = lambda got: (500, b"")
    ref = desk.declare()["ref"]
    for state in ("investigating", "identified"):
        desk.post(ref, state)
    hooking.deliver(minutes=2)
    assert failing(hooking) == {"chat": 0, "hub": 0, "mail": 0, "webhook": 1}
    del hooking.server.answers["/hook"]
    hooking.deliver(minutes=2)
    assert failing(hooking)["webhook"] == 0
