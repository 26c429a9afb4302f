# ruff: noqa: F811
"""Signing in by link and by password, sessions that end, cookies, and forms that come from elsewhere."""

import re
from datetime import timedelta

import pytest

from portal.domain.names import Permission
from portal.verbs import people, sessions
from portal.verbs.commands_people import ChangePerson
from portal.verbs.context import PORTAL
from tests.web.desk.writing import House, Person, desk, house, house_of  # noqa: F401

PASSWORD = "correct horse battery"


def link(house: House, email: str = "ada@example.com", pressed: bool = False) -> str:
    token = people.add_person(house.context, PORTAL, email, [Permission.ADMIN], pressed=pressed)
    return f"/desk/sign-in/link/{token}"


def is_in(client) -> bool:
    return client.get("/desk/account").status_code == 200


def with_password(house: House, email: str = "ada@example.com") -> Person:
    one = house.person(email, "admin")
    one.look("/account")
    assert "The password is set." in one.press("/account/password", password=PASSWORD).text
    return one


def try_password(client, password: str, email: str = "ada@example.com", **environ: str):
    return client.post("/desk/sign-in", data={"email": email, "password": password}, environ_base=environ)


def test_a_printed_link_signs_in_with_one_click_and_once(house):
    address = link(house)
    first, second = house.app.test_client(), house.app.test_client()
    answer = first.get(address)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/")
    assert is_in(first)
    assert "used already" in second.get(address).text
    assert not is_in(second)


@pytest.mark.parametrize("headers", [{"Sec-Purpose": "prefetch"}, {"Purpose": "prefetch"}])
def test_what_is_fetched_in_advance_does_not_use_a_link_up(house, headers):
    address, client = link(house), house.app.test_client()
    client.head(address)
    assert "Press the button" in client.get(address, headers=headers).text
    assert not is_in(client)
    client.get(address)
    assert is_in(client)


def test_a_link_that_is_sent_waits_for_a_press(house):
    address, client = link(house, pressed=True), house.app.test_client()
    for _ in range(3):
        assert "Press the button" in client.get(address).text
    assert not is_in(client)
    assert client.post(address).status_code == 303
    assert is_in(client)


def test_a_link_lasts_a_day(house, clock):
    address, client = link(house), house.app.test_client()
    clock.forward(hours=25)
    assert client.get(address).status_code == 401
    assert not is_in(client)


def test_a_new_link_ends_the_one_before(house):
    old = link(house)
    new = f"/desk/sign-in/link/{people.new_link(house.context, PORTAL, 'ada@example.com')}"
    client = house.app.test_client()
    client.get(old)
    assert not is_in(client)
    client.get(new)
    assert is_in(client)


def test_who_is_not_signed_in_signs_in_first_and_comes_back(house):
    with_password(house)
    client = house.app.test_client()
    answer = client.get("/desk/people?x=1")
    assert answer.headers["Location"] == "/desk/sign-in?to=%2Fdesk%2Fpeople%3Fx%3D1"
    assert 'value="/desk/people?x=1"' in client.get(answer.headers["Location"]).text
    sent = {"email": "ada@example.com", "password": PASSWORD, "to": "/desk/people?x=1"}
    assert client.post("/desk/sign-in", data=sent).headers["Location"] == "/desk/people?x=1"


@pytest.mark.parametrize(
    "to", ["https://evil.example/", "//evil.example", "/desk//evil.example", "/desk/\\evil", "/", "/desk/sign-out", ""]
)
def test_nobody_is_sent_elsewhere_after_signing_in(house, to):
    with_password(house)
    sent = {"email": "ada@example.com", "password": PASSWORD, "to": to}
    assert house.app.test_client().post("/desk/sign-in", data=sent).headers["Location"] == "/desk/"


def test_a_wrong_address_and_a_wrong_password_are_answered_alike(house):
    with_password(house)
    house.person("new@example.com", "responder")
    said = set()
    for email in ("ada@example.com", "new@example.com", "nobody@example.com", "", "'; --"):
        answer = try_password(house.app.test_client(), "wrong", email)
        assert answer.status_code == 401
        said.add(re.search(r"errors__title.*?</p>", answer.text, re.DOTALL)[0])
    assert len(said) == 1


@pytest.mark.parametrize(
    ("password", "said"), [("short", "at least 12"), ("x" * 1001, "1,000 characters"), ("", "needed")]
)
def test_a_password_is_asked_for_its_length_alone(house, password, said):
    one = house.person("ada@example.com")
    one.look("/account")
    answer = one.press("/account/password", password=password)
    assert answer.status_code == 422
    assert said in answer.text
    one.look("/account")
    assert "The password is set." in one.press("/account/password", password=" " * 6 + "ünïcödé").text


def test_a_new_password_ends_the_other_sessions(house):
    here = with_password(house)
    there, link_of = house.app.test_client(), house.app.test_client()
    assert try_password(there, PASSWORD).status_code == 303
    link_of.get(f"/desk/sign-in/link/{people.new_link(house.context, PORTAL, 'ada@example.com')}")
    assert is_in(there)
    assert is_in(link_of)
    here.look("/account")
    assert "2 other sessions ended" in here.press("/account/password", password="another password").text
    assert is_in(here.client)
    assert not is_in(there)
    assert not is_in(link_of)


def test_a_new_password_ends_links_that_were_not_used(house):
    here = with_password(house)
    unused = link(house)
    here.look("/account")
    here.press("/account/password", password="another password")
    client = house.app.test_client()
    client.get(unused)
    assert not is_in(client)


def test_who_came_by_password_says_the_old_one(house):
    with_password(house)
    one = Person(house.app.test_client(), "ada@example.com")
    try_password(one.client, PASSWORD)
    one.look("/account")
    answer = one.press("/account/password", current="wrong password", password="another password")
    assert (answer.status_code, "not the password you have now" in answer.text) == (422, True)
    one.look("/account")
    assert "is set" in one.press("/account/password", current=PASSWORD, password="another password").text


def test_signing_in_again_gives_another_session_and_ends_the_one_before(house):
    with_password(house)
    client = house.app.test_client()
    try_password(client, PASSWORD)
    before = client.get_cookie("__Host-desk", "localhost") or client.get_cookie("desk")
    page = client.get("/desk/account").text
    token = re.search(r'name="_csrf" value="(\w+)"', page)[1]
    client.post("/desk/sign-in", data={"email": "ada@example.com", "password": PASSWORD, "_csrf": token})
    after = client.get_cookie("desk")
    assert before.value != after.value
    client.set_cookie("desk", before.value)
    assert not is_in(client)


def test_signing_out_ends_the_session_itself(house):
    one = with_password(house)
    kept = one.client.get_cookie("desk").value
    one.look("/account")
    one.press("/sign-out")
    one.client.set_cookie("desk", kept)
    assert not is_in(one.client)


def test_a_session_ends_when_it_is_idle_and_when_it_is_old(house, clock):
    idle, old = house.person("idle@example.com"), house.person("old@example.com")
    for _ in range(29):
        clock.forward(days=1)
        assert is_in(old.client)
    assert not is_in(idle.client)
    clock.forward(days=1, minutes=1)
    assert not is_in(old.client)


def test_ones_own_sessions_are_listed_and_ended(house):
    here, there = with_password(house), house.app.test_client()
    try_password(there, PASSWORD, REMOTE_ADDR="192.0.2.7", HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux) Firefox/145.0")
    page = here.look("/account")
    assert "Firefox on Linux" in page
    assert "192.0.2.7" in page
    number = re.search(r"/desk(/account/sessions/\d+/end)", page)[1]
    assert "has ended" in here.press(number).text
    assert not is_in(there)
    assert is_in(here.client)


def test_nobody_ends_the_session_of_somebody_else(house):
    rob, lea = house.person("rob@example.com", "responder"), house.person("lea@example.com", "responder")
    [one] = sessions.list_sessions(house.context, PORTAL, "lea@example.com")["items"]
    rob.look("/account")
    token = dict(rob.fields("/account/password"))["_csrf"]
    assert rob.send(f"/account/sessions/{one['id']}/end", [("_csrf", token)]).status_code == 404
    assert is_in(lea.client)


def test_a_disabled_person_is_out_everywhere_at_once_and_stays_out(house):
    rob = house.person("rob@example.com", "responder")
    later = people.new_link(house.context, PORTAL, "rob@example.com")
    people.change_person(house.context, PORTAL, "rob@example.com", ChangePerson(disabled=True))
    assert not is_in(rob.client)
    people.change_person(house.context, PORTAL, "rob@example.com", ChangePerson(disabled=False))
    assert not is_in(rob.client), "the session does not come back"
    client = house.app.test_client()
    client.get(f"/desk/sign-in/link/{later}")
    assert not is_in(client), "nor does a link from before"


@pytest.mark.parametrize(
    ("address", "base", "name", "secure"),
    [
        ("https://status.example.com", "http://status.example.com", "__Host-desk", True),
        ("https://status.example.com", "https://status.example.com", "__Host-desk", True),
        ("https://status.example.com", "http://127.0.0.1:8000", "desk", False),
        ("http://status.example.com", "http://status.example.com", "desk", False),
        ("http://status.example.com", "https://status.example.com", "__Host-desk", True),
    ],
)
def test_the_cookie_is_bound_to_the_host_where_tls_is(house, desk, address, base, name, secure):
    settings = house.context.settings.model_copy(update={"site_url": address})
    other = house_of(type(house.context)(house.context.database, settings, now=house.context.now), desk)
    answer = other.app.test_client().get(link(other), base_url=base)
    [cookie] = [one for one in answer.headers.getlist("Set-Cookie") if "desk=" in one]
    assert cookie.startswith(f"{name}=")
    assert ("Secure" in cookie) is secure
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Domain" not in cookie


def test_the_database_knows_no_cookie_and_no_link(house):
    address = link(house)
    client = house.app.test_client()
    client.get(address)
    dump = "\n".join(house.context.database.connection().iterdump())
    assert address.rpartition("/")[2] not in dump
    assert client.get_cookie("desk").value not in dump


FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "http://localhost.evil.example"},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_form_from_another_site_does_nothing_even_with_the_right_word(house, headers):
    one = house.person("ada@example.com", "admin")
    one.look("/tokens")
    sent = [*one.fields("/tokens"), ("name", "stolen")]
    answer = one.send("/tokens", sent, **headers)
    assert answer.status_code == 403
    assert "stolen" not in answer.text
    assert people.list_tokens(house.context, PORTAL)["items"] == []


def test_a_form_without_this_sessions_word_is_shown_again_and_not_lost(house):
    one = house.person("ada@example.com", "admin")
    one.look("/tokens")
    sent = [(name, value) for name, value in one.fields("/tokens") if name != "_csrf"] + [("name", "deploy bot")]
    assert one.send("/tokens", sent).status_code == 403, "nobody vouches for it"
    answer = one.send("/tokens", sent, Origin="http://localhost")
    assert answer.status_code == 403
    assert "deploy bot" in answer.text
    assert people.list_tokens(house.context, PORTAL)["items"] == []
    assert "abp_" in one.press("/tokens").text


def test_what_was_typed_outlives_a_session(house):
    one = house.person("ada@example.com", "admin")
    one.look("/tokens")
    sent = [*one.fields("/tokens"), ("name", "deploy bot")]
    house.context.now.forward(**{"days": 8})
    answer = one.send("/tokens", sent, Origin="http://localhost")
    assert answer.status_code == 401
    assert "deploy bot" in answer.text
    one.client.get(link(house))
    assert one.press("/tokens").status_code == 403  # the page from before the new sign-in has its old word
    one.page = one.client.post("/desk/tokens", data=dict(sent), headers={"Origin": "http://localhost"})
    assert "abp_" in one.press("/tokens").text


def test_too_many_tries_are_refused_and_a_known_place_stays_open(house):
    with_password(house)
    known = house.app.test_client()
    assert try_password(known, PASSWORD, REMOTE_ADDR="192.0.2.1").status_code == 303
    answers = [try_password(house.app.test_client(), "wrong", REMOTE_ADDR="192.0.2.9") for _ in range(11)]
    assert [one.status_code for one in answers] == [401] * 10 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 900
    right = try_password(house.app.test_client(), PASSWORD, REMOTE_ADDR="192.0.2.9")
    assert right.status_code == 429, "also the right one"
    assert try_password(house.app.test_client(), PASSWORD, REMOTE_ADDR="192.0.2.1").status_code == 303


def test_links_can_t_be_guessed_forever(house):
    client = house.app.test_client()
    codes = [client.get(f"/desk/sign-in/link/guess{number}").status_code for number in range(31)]
    assert codes == [401] * 30 + [429]


def test_idle_time_is_a_setting(house, desk, clock):
    settings = house.context.settings
    short = settings.model_copy(update={"sessions": settings.sessions.model_copy(update={"idle_hours": 1})})
    other = house_of(type(house.context)(house.context.database, short, now=clock), desk)
    one = other.person("ada@example.com")
    clock.moment += timedelta(minutes=61)
    assert not is_in(one.client)


def test_a_password_is_not_shown_again_with_what_was_typed(house):
    one = with_password(house)
    sent = [("current", PASSWORD), ("password", "another password"), ("note", "kept")]
    answer = one.send("/account/password", sent, Origin="http://localhost")
    assert (answer.status_code, "kept" in answer.text) == (403, True)
    assert PASSWORD not in answer.text
    assert "another password" not in answer.text


def test_a_method_that_a_page_does_not_have_is_said_with_those_it_has(house):
    one = house.person("ada@example.com", "admin")
    answer = one.client.put("/desk/people", headers={"Origin": "http://localhost"})
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, POST")
