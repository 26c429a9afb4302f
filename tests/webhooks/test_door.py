"""Following by webhook in a browser without scripts and by JSON: ask, prove, choose, leave; GET changes nothing."""

import dataclasses
import re

import pytest

from portal.domain.errors import NotFound
from portal.verbs import webhooks
from portal.verbs.commands_webhooks import AddWebhook
from portal.verbs.context import AlreadyDone, IdempotencyKey
from portal.verbs.fanning import forget_once
from portal.verbs.subscribing import leave, subscription

PAGE = re.compile(r"https://status\.example\.com(/subscriptions/webhooks/at/([\w-]+))<")


def asked(browser, hooking, path="/hook", **choices):
    """Answers the path of the page, its token and the secret."""
    answer = browser.post("/subscriptions/webhooks", data={"url": hooking.server.url(path), **choices})
    assert answer.status_code == 202
    found = PAGE.search(answer.text)
    return found[1], found[2], re.search(r"whsec_[\w+/=]+", answer.text)[0]


def test_the_whole_way_by_forms(desk, browser, hooking):
    page, token, secret = asked(browser, hooking, components=["search"], kinds=["incidents"])
    assert "does not follow yet" in browser.get(page).text
    assert "on its way" in browser.post(page).text
    hooking.deliver()
    told = browser.get(page).text
    assert hooking.server.url() in told
    assert secret not in told
    assert re.search(r'value="search" checked', told)
    changed = browser.post(page.replace("/at/", "/choices/"), data={"kinds": ["", "advisories"], "updates": "ends"})
    assert "Saved." in changed.text
    assert subscription(hooking.context, token)["kinds"] == ["advisories"]
    assert browser.post(page.replace("/at/", "/choices/"), data={"kinds": ""}).status_code == 422
    for _ in range(3):
        assert browser.get(page.replace("/at/", "/leave/")).status_code == 200
    assert "What your address is sent" in browser.get(page).text
    for _ in range(2):
        assert browser.post(page.replace("/at/", "/leave/")).status_code == 200
    assert browser.get(page).status_code == 404
    assert browser.get("/subscriptions/webhooks/leave/nothing").status_code == 200


def test_a_failed_challenge_says_what_is_needed(desk, browser, hooking):
    hooking.server.answers["/hook"] = lambda got: (500, b"")
    page, *_ = asked(browser, hooking)
    browser.post(page)
    hooking.deliver()
    assert "has not answered the challenge" in browser.get(page).text


def test_known_unknown_and_dropped_addresses_get_the_same_answer(desk, browser, hooking):
    hooking.follow()
    answers = [
        browser.post("/subscriptions/webhooks", data={"url": hooking.server.url(path), **more})
        for path, more in (("/hook", {}), ("/other", {}), ("/other", {"website": "x"}))
    ]
    assert len({answer.status_code for answer in answers}) == 1
    bare = {re.sub(r"whsec_[\w+/=]+|webhooks/at/[\w-]+", "-", answer.text) for answer in answers}
    assert len(bare) == 1


def test_a_bad_address_comes_back_with_what_was_typed(desk, browser, hooking):
    answer = browser.post("/subscriptions/webhooks", data={"url": "https://10.0.0.1/", "components": "search"})
    assert answer.status_code == 422
    assert 'value="https://10.0.0.1/"' in answer.text
    assert re.search(r'value="search" checked', answer.text)
    assert "whole internet" in answer.text


def test_the_same_by_json(desk, browser, hooking):
    answer = browser.post("/subscriptions/webhooks", json={"url": hooking.server.url()})
    assert answer.status_code == 202
    assert set(answer.json) == {"detail", "secret", "page"}
    assert browser.post(answer.json["page"].removeprefix("https://status.example.com")).status_code == 200
    hooking.deliver()
    token = answer.json["page"].rsplit("/", 1)[-1]
    assert webhooks.webhook_state(hooking.context, token) == "follows"
    led = browser.get(f"/subscriptions/manage/{token}")
    assert (led.status_code, led.headers["Location"]) == (303, f"../webhooks/at/{token}")
    assert browser.post("/subscriptions/webhooks", json={"url": "http://x"}).status_code == 422


def test_staff_add_list_and_remove(desk, hooking):
    made = desk.do(webhooks.add_webhook, AddWebhook(url=hooking.server.url(), kinds=["incidents"]))
    token = made["page"].rsplit("/", 1)[-1]
    webhooks.challenge_webhook(hooking.context, token)
    hooking.deliver()
    [one] = webhooks.list_webhooks(desk.context, desk.actor)["items"]
    assert (one["url"], one["kinds"], one["failing_since"]) == (hooking.server.url(), ["incidents"], None)
    desk.do(webhooks.remove_webhook, one["id"])
    with pytest.raises(NotFound):
        desk.do(webhooks.remove_webhook, one["id"])
    assert webhooks.list_webhooks(desk.context, desk.actor)["items"] == []


def test_mail_and_webhooks_do_not_see_each_other(desk, browser, hooking):
    kept = hooking.follow()
    assert browser.get(f"/subscriptions/webhooks/at/{kept['token']}").status_code == 200
    from portal.verbs.subscribers import list_subscribers

    assert list_subscribers(desk.context, desk.actor)["items"] == []


def test_secrets_are_in_no_export_and_no_audit(desk, hooking):
    from portal.store import exports

    kept = hooking.follow()
    made = desk.do(webhooks.add_webhook, AddWebhook(url=hooking.server.url("/other")))
    with hooking.context.database.snapshot() as db:
        everything = str([list(exports.rows(db, table)) for table in exports.tables(db)])
    assert hooking.server.url() in everything
    for secret in (kept["secret"], kept["token"], made["secret"], made["page"].rsplit("/", 1)[-1]):
        assert secret not in everything


@pytest.mark.parametrize("end", ["removed", "left", "never answered"])
def test_a_kept_answer_does_not_outlive_the_secret_that_it_tells(desk, hooking, end):
    database, command = hooking.context.database, AddWebhook(url=hooking.server.url("/quagga"))
    key = IdempotencyKey("once", "POST /api/v1/webhooks", "a hash", 201)
    repeatable = dataclasses.replace(hooking.context, idempotency=key)
    made = webhooks.add_webhook(repeatable, desk.actor, command).answer
    token = made["page"].rsplit("/", 1)[-1]
    with pytest.raises(AlreadyDone) as again:
        webhooks.add_webhook(repeatable, desk.actor, command)
    assert again.value.answer == made
    webhooks.add_webhook(hooking.context, desk.actor, command)
    if end != "never answered":
        webhooks.challenge_webhook(hooking.context, token)
        hooking.deliver()
        with pytest.raises(AlreadyDone):
            webhooks.add_webhook(repeatable, desk.actor, command)
    words = ["/quagga", made["secret"], token]
    assert [word in held(database) for word in words] == [True] * 3
    if end == "left":
        leave(hooking.context, token)
    elif end == "removed":
        [one] = webhooks.list_webhooks(desk.context, desk.actor)["items"]
        key = IdempotencyKey("twice", "/desk/webhooks/remove remove_webhook", "another", 200)
        repeatable = dataclasses.replace(hooking.context, idempotency=key)
        webhooks.remove_webhook(repeatable, desk.actor, one["id"])
    else:
        hooking.clock.forward(hours=49)
        forget_once(hooking.context)
    assert [word for word in words if word in held(database)] == []


def held(database) -> str:
    """Everything that is written in the file of the database."""
    database.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return database.path.read_bytes().decode("latin-1")


def test_a_single_incident_is_followed_and_kept_or_let_go(desk, browser, hooking):
    one, other = desk.declare("Search fails"), desk.declare("Sign-in fails")
    for it in (one, other):
        desk.post(it["ref"], "investigating")
    public = desk.context.database.connection().execute("SELECT public_id FROM incident ORDER BY id").fetchall()
    form = browser.get("/subscriptions/webhooks", query_string={"incident": public[0][0]}).text
    assert "Only this: Search fails" in form
    assert 'name="kinds"' not in form
    page, token, _ = asked(browser, hooking, incident=public[0][0])
    browser.post(page)
    hooking.deliver()
    for it in (other, one):
        desk.post(it["ref"], "identified")
    hooking.deliver(minutes=2)
    assert [(said["incident"]["id"], said["incident"]["status"]) for said in hooking.server.at("/hook")] == [
        (public[0][0], "investigating"),
        (public[0][0], "identified"),
    ]
    assert "Search fails" in browser.get(page).text
    choices = page.replace("/at/", "/choices/")
    assert "Saved." in browser.post(choices, data={"kinds": "", "incidents_too": "1"}).text
    assert subscription(hooking.context, token)["incidents"] == ["Search fails"]
    assert browser.post(choices, data={"kinds": ""}).status_code == 422
    assert "Saved." in browser.post(choices, data={"kinds": ["", "incidents"]}).text
    assert subscription(hooking.context, token)["incidents"] == []


@pytest.mark.parametrize("wrong", ["nothing0000", "NO", ""])
def test_an_incident_that_the_public_cannot_see_is_refused(desk, browser, hooking, wrong):
    given = {"url": hooking.server.url(), "incident": wrong}
    assert browser.post("/subscriptions/webhooks", data=given).status_code == (422 if wrong else 202)
