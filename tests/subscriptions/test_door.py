"""Following by mail in a browser without scripts: ask, confirm by a button, change, leave; GET changes nothing."""

import dataclasses
import re

import pytest

from portal import root
from portal.verbs import subscribing
from portal.verbs.commands_subscriptions import AddSubscriber
from portal.verbs.context import IdempotencyKey
from portal.verbs.fanning import forget_once
from portal.verbs.subscribers import add_subscriber
from tests.proofs import FULL

ADA, BOB = "ada@customer.example", "bob@customer.example"
START = "https://status.example.com"


def confirm(browser, mailing, email=ADA, **choices):
    """Ask, read the mail, press its button; answers the token of the subscriber's page."""
    assert browser.post("/subscriptions", data={"email": email, **choices}).status_code == 202
    link = mailing.link(mailing.deliver()[-1], "confirm")
    page = browser.post(f"/subscriptions/confirm/{link}")
    assert page.status_code == 200
    return re.search(r"\.\./unsubscribe/([\w-]+)", page.text)[1]


def rows(context, table="subscriber"):
    return [tuple(row) for row in context.database.connection().execute(f"SELECT * FROM {table} ORDER BY 1")]


def test_the_whole_way_by_forms(desk, browser, mailing):
    token = confirm(browser, mailing, components=["search"], kinds=["incidents"], updates="ends")
    page = browser.get(f"/subscriptions/manage/{token}")
    assert re.search(r'value="search" checked', page.text)
    assert re.search(r'value="ends" checked', page.text)
    changed = browser.post(f"/subscriptions/manage/{token}", data={"kinds": ["", "advisories"], "updates": "all"})
    assert "Saved." in changed.text
    assert subscribing.subscription(mailing.context, token)["kinds"] == ["advisories"]
    assert browser.post(f"/subscriptions/unsubscribe/{token}").status_code == 200
    assert browser.get(f"/subscriptions/manage/{token}").status_code == 404
    assert rows(mailing.context) == []


def test_one_click_needs_no_cookie_and_no_page_and_works_twice(desk, browser, mailing):
    token = confirm(browser, mailing)
    mail = mailing.server.to(ADA)[0].mail
    assert mail["List-Unsubscribe"] is None  # nobody follows yet
    for _ in range(2):
        answer = browser.post(f"/subscriptions/unsubscribe/{token}", data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
    assert rows(mailing.context) == []


def test_reading_every_link_of_every_mail_three_times_changes_nothing(desk, browser, mailing):
    confirm(browser, mailing)
    browser.post("/subscriptions", data={"email": BOB})
    mailing.deliver()
    desk.post(desk.declare()["ref"], "investigating")
    mailing.deliver(minutes=2)
    before = [rows(mailing.context, table) for table in ("subscriber", "sign_up", "suppressed_address")]
    mails = mailing.server.taken
    links = {link for one in mails for link in re.findall(rf"{START}(/[^\s\"<>]*)", one.text + one.html)}
    links |= {link for one in mails for link in re.findall(rf"{START}(/[^\s>]*)", one.mail["List-Unsubscribe"] or "")}
    own = sorted(link for link in links if link.startswith("/subscriptions"))
    assert len(own) >= 4
    for link in own * 3:
        for method in ("GET", "HEAD", "OPTIONS"):
            assert browser.open(link, method=method).status_code == 200
    assert [rows(mailing.context, table) for table in ("subscriber", "sign_up", "suppressed_address")] == before


def test_ten_thousand_sign_ups_of_one_address_are_one_mail(desk, mailing):
    command = subscribing.Subscribe(email=ADA)
    for number in range(10_000 if FULL else 300):
        subscribing.subscribe(mailing.context, command, f"198.51.{number % 250}.{number % 99}")
        if number % 100 == 0:
            mailing.deliver(minutes=10)
    mailing.deliver()
    assert len(mailing.server.taken) == 1
    mailing.clock.forward(hours=24)
    subscribing.subscribe(mailing.context, command, "198.51.100.1")
    mailing.deliver()
    assert len(mailing.server.taken) == 2


def test_nobody_learns_who_follows(desk, browser, mailing):
    confirm(browser, mailing, "known@customer.example")
    left = confirm(browser, mailing, "departed@customer.example")
    browser.post(f"/subscriptions/unsubscribe/{left}")
    browser.post("/subscriptions", data={"email": "pending@customer.example"})
    mailing.deliver()
    mailing.clock.forward(hours=25)
    answers, mails = set(), []
    for name in ("known", "departed", "pending", "unknown"):
        for how in ({"data": {"email": f"{name}@customer.example"}}, {"json": {"email": f"{name}@customer.example"}}):
            answer = browser.post("/subscriptions", **how)
            answers.add((answer.status_code, answer.text.replace(name, ""), tuple(sorted(answer.headers))))
        mails.append(mailing.deliver())
    assert len(answers) == 2  # a page, and JSON
    assert [len(one) for one in mails] == [1, 1, 1, 1]
    texts = {re.sub(r"confirm/\S+", "", one.text) for (one,) in mails}
    assert len(texts) == 1
    assert len({str(one.mail["Subject"]) for (one,) in mails}) == 1


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Client-IP"])
def test_one_network_gets_twenty_links_an_hour_whatever_it_says_of_itself(desk, browser, mailing, header):
    for number in range(30):
        name = {header: f"203.0.113.{number}"}
        assert browser.post("/subscriptions", data={"email": f"a{number}@x.example"}, headers=name).status_code == 202
    assert len(mailing.deliver()) == 20
    assert len(mailing.deliver(minutes=59)) == 0
    assert len(mailing.deliver(minutes=2)) == 10


def test_a_program_that_fills_in_everything_gets_the_same_answer_and_nothing_else(desk, browser, mailing):
    asked = browser.post("/subscriptions", data={"email": ADA})
    mailing.deliver()
    filled = browser.post("/subscriptions", data={"email": BOB, "website": "https://spam.example"})
    assert (filled.status_code, filled.text) == (asked.status_code, asked.text)
    assert mailing.deliver() == []


@pytest.mark.parametrize(
    "typed",
    ["", "ada", "ada@localhost", "a@b@c.example", "a b@c.example", "ada@customer.example, bob@customer.example",
     "ada@customer.example\r\nBcc: bob@customer.example", "<ada@customer.example>", '"a,b"@c.example', "ädä@c.example",
     "a" * 65 + "@c.example", "ada@" + "c" * 64 + ".example", "ada@[192.0.2.1]"],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_everything_that_was_typed(desk, browser, typed):
    answer = browser.post("/subscriptions", data={"email": typed, "kinds": "advisories", "components": "search"})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert re.search(r'value="search" checked', answer.text)
    assert re.search(r'value="incidents">', answer.text)
    assert browser.post("/subscriptions", json={"email": typed}).status_code == 422


def test_an_international_domain_is_one_address(desk, browser, mailing):
    confirm(browser, mailing, "ada@bücher.example")
    assert mailing.server.taken[0].recipient == "ada@xn--bcher-kva.example"


def test_what_the_public_cannot_see_cannot_be_followed(desk, browser):
    desk.component("Secret plans", hidden=True)
    ref = desk.declare()["ref"]
    private = desk.get(ref)["public_id"]
    hidden = browser.post("/subscriptions", json={"email": ADA, "components": ["secret-plans"]})
    unknown = browser.post("/subscriptions", json={"email": ADA, "components": ["no-such-plans"]})
    assert hidden.text.replace("secret-plans", "") == unknown.text.replace("no-such-plans", "")
    assert browser.post("/subscriptions", json={"email": ADA, "incident": private}).status_code == 422
    form = browser.get("/subscriptions?components=search")
    assert (form.status_code, "Secret plans" in form.text) == (200, False)
    assert re.search(r'value="search" checked', form.text)


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"email": 1}', b'{"email": "a@b.example", "x": 1}'])
def test_json_that_is_not_right_is_a_problem_with_a_sentence(desk, browser, body):
    answer = browser.post("/subscriptions", data=body, content_type="application/json")
    assert answer.status_code in (400, 422)
    assert answer.content_type == "application/problem+json"


def test_a_link_works_for_two_days(desk, browser, mailing):
    browser.post("/subscriptions", data={"email": ADA})
    link = mailing.link(mailing.deliver()[0], "confirm")
    mailing.clock.forward(hours=49)
    forget_once(mailing.context)
    assert browser.post(f"/subscriptions/confirm/{link}").status_code == 404


def test_who_never_confirmed_is_forgotten_in_kept_answers_too(desk, mailing):
    key = IdempotencyKey("once", "POST /api/v1/subscribers", "a hash", 201)
    context = dataclasses.replace(mailing.context, idempotency=key)
    add_subscriber(context, desk.actor, AddSubscriber(email=ADA))
    assert ADA in str(rows(context, "idempotency"))
    mailing.clock.forward(hours=49)
    forget_once(context)
    assert rows(context, "idempotency") == []


def test_asking_again_for_a_known_address_changes_nothing_until_it_says_yes(desk, browser, mailing):
    token = confirm(browser, mailing, components=["search"])
    mailing.clock.forward(hours=25)
    browser.post("/subscriptions", data={"email": ADA, "components": "sign-in"})
    mailing.deliver()
    assert subscribing.subscription(mailing.context, token)["components"] == ["search"]


def test_components_of_one_name_are_told_apart_by_their_group(desk, browser, mailing):
    for group in ("Europe", "Asia & <b>"):
        desk.component(f"API {group}", slug=group[:4].lower(), group=group)
    with desk.context.database.transaction() as db:  # as they come with an import
        db.execute("UPDATE component SET name = 'API' WHERE name LIKE 'API %'")
    form = browser.get("/subscriptions").text
    assert "API (Europe)" in form
    assert "API (Asia &amp; &lt;b&gt;)" in form
    assert "Search (" not in form
    confirm(browser, mailing, components=["euro"])
    assert "- API (Europe)" in mailing.server.taken[0].text
    desk.post(desk.declare(components={"euro": "major_outage"})["ref"], "investigating")
    (mail,) = mailing.deliver(minutes=2)
    assert str(mail.mail["Subject"]).startswith("[Investigating: API (Europe)]")
    assert "API (Europe): Major outage" in mail.text
    assert "API (Europe)" in mail.html


def test_erasing_erases(desk, browser, mailing):
    mailing.server.handler.answer = lambda step, to: f"250 2.0.0 queued for <{to}>" if step == "DOT" else None
    token = confirm(browser, mailing)
    mailing.server.handler.answer = lambda step, to: f"550 5.1.1 <{to}> is not here" if step == "RCPT" else None
    ref = desk.declare()["ref"]
    desk.post(ref, "investigating")
    mailing.deliver(minutes=2)
    desk.post(ref, "identified")
    mailing.clock.forward(minutes=2)
    mailing.fan_out()
    context = mailing.context
    assert [ADA in str(row) for row in rows(context, "delivery")] == [True, True, False]
    browser.post(f"/subscriptions/unsubscribe/{token}")
    context.database.connection().execute("VACUUM")
    assert not any(ADA in line for line in context.database.connection().iterdump())
    assert len(rows(context, "suppressed_address")) == 1
    mailing.clock.forward(days=91)
    forget_once(context)
    assert rows(context, "delivery") == []


def test_what_a_server_said_of_an_address_that_never_confirmed_is_forgotten(desk, browser, mailing):
    mailing.server.handler.answer = lambda step, to: f"550 5.1.1 <{to}> is not here" if step == "RCPT" else None
    browser.post("/subscriptions", data={"email": ADA})
    mailing.deliver()
    assert ADA in str(rows(mailing.context, "delivery")[0])
    mailing.clock.forward(hours=49)
    forget_once(mailing.context)
    assert ADA not in str(rows(mailing.context, "delivery")[0])


def test_asking_for_a_follower_changes_nothing_of_theirs_until_the_mail_is_answered(desk, browser, mailing):
    token = confirm(browser, mailing, components=["search"], kinds=["incidents"], updates="ends")
    before = subscribing.subscription(mailing.context, token)
    mailing.clock.forward(hours=25)
    for _ in range(2):
        asked = {"email": ADA, "components": ["sign-in"], "kinds": ["postmortems"]}
        assert browser.post("/subscriptions", data=asked).status_code == 202
    (mail,) = mailing.deliver()
    link = mailing.link(mail, "confirm")
    assert "Sign-in" in browser.get(f"/subscriptions/confirm/{link}").text  # what the button would do
    assert subscribing.subscription(mailing.context, token) == before
    mailing.clock.forward(hours=50)
    forget_once(mailing.context)
    assert browser.post(f"/subscriptions/confirm/{link}").status_code == 404
    assert subscribing.subscription(mailing.context, token) == before


@pytest.mark.parametrize("limit", ["WAITING_MOST", "WAITING_NETWORK"])
def test_what_is_asked_without_end_is_kept_up_to_a_limit(desk, browser, mailing, monkeypatch, limit):
    monkeypatch.setattr(subscribing, limit, 5)
    for number in range(12):
        assert browser.post("/subscriptions", data={"email": f"a{number}@x.example"}).status_code == 202
    assert len(rows(mailing.context, "sign_up")) == 5
    mailing.deliver()
    mailing.clock.forward(hours=49)
    forget_once(mailing.context)
    assert rows(mailing.context, "sign_up") == []


def test_every_form_for_anybody_has_the_field_for_programs():
    asking = [
        form
        for path in [*root().glob("site_templates/blocks/**/*.html"), *root().glob("content/**/*.md")]
        for form in re.findall(r"<form.*?</form>", path.read_text("utf-8"), re.DOTALL)
        if re.search(r'name="(?:email|url)"', form)
    ]
    assert len(asking) >= 5
    assert [form for form in asking if 'name="website"' not in form] == []
