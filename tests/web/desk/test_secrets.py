# ruff: noqa: F811
"""No secret in logs, answers or errors: a password, a session, a link, a token; also when things break."""

import logging
import sqlite3

import pytest

from portal.domain.names import Permission
from portal.verbs import people
from portal.verbs.context import PORTAL
from portal.web.limits import TOKEN_PER_PLACE
from tests.web.desk.writing import House, desk, house  # noqa: F401

PASSWORD = "correct horse battery"


def test_what_proves_who_somebody_is_is_never_logged(house: House, caplog, capfd, monkeypatch):
    caplog.set_level(logging.DEBUG)
    ada = house.person("ada@example.com", "admin")
    ada.look("/account")
    ada.press("/account/password", password=PASSWORD)
    cookie = ada.client.get_cookie("desk").value
    token = people.add_token(house.context, PORTAL, "bot", [Permission.ADMIN])
    link = people.new_link(house.context, PORTAL, "ada@example.com")

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("the disk is on fire")

    answers = []
    for broken in (False, True):
        if broken:
            house.app.testing = False
            house.app.config["PROPAGATE_EXCEPTIONS"] = False
            monkeypatch.setattr("portal.verbs.passwords.sign_in_by_password", fails)
            monkeypatch.setattr("portal.verbs.sessions.sign_in_by_link", fails)
            monkeypatch.setattr("portal.verbs.people.list_people", fails)
            monkeypatch.setattr("portal.verbs.people.add_token", fails)
        client = house.app.test_client()
        answers += [
            client.post("/desk/sign-in", data={"email": "ada@example.com", "password": PASSWORD}),
            client.post(f"/desk/sign-in/link/{link}"),
            ada.client.get("/desk/people"),
            ada.client.post(
                "/desk/tokens", data={"name": "x", "_csrf": "wrong"}, headers={"Origin": "http://localhost"}
            ),
            client.get("/api/v1/incidents", headers={"Authorization": f"Bearer {token}"}),
            client.get("/api/v1/incidents", headers={"Authorization": f"Bearer {token}x"}),
        ]
    assert [one.status_code for one in answers].count(500) == 3
    told = capfd.readouterr()
    said = caplog.text + told.out + told.err + "".join(one.text for one in answers)
    for secret in (PASSWORD, cookie, token, link):
        assert secret not in said


def test_a_broken_page_says_so_without_what_broke(house: House, monkeypatch):
    house.app.testing = False
    house.app.config["PROPAGATE_EXCEPTIONS"] = False
    ada = house.person("ada@example.com", "admin")

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("/srv/portal/secret.key is unreadable")

    monkeypatch.setattr("portal.verbs.people.list_people", fails)
    page = ada.client.get("/desk/people")
    assert (page.status_code, "secret.key" in page.text) == (500, False)
    assert "Nothing was done" in page.text
    monkeypatch.setattr("portal.verbs.people.list_people", lambda *_: (_ for _ in ()).throw(_locked()))
    page = ada.client.get("/desk/people")
    assert (page.status_code, page.headers["Retry-After"]) == (503, "1")


def _locked() -> sqlite3.OperationalError:
    return sqlite3.OperationalError("database is locked")


def test_wrong_tokens_of_the_api_are_limited_and_right_ones_never(house: House):
    token = people.add_token(house.context, PORTAL, "bot", [Permission.ADMIN])
    client = house.app.test_client()
    codes = [
        client.get("/api/v1/incidents", headers={"Authorization": f"Bearer guess-{number}"}).status_code
        for number in range(TOKEN_PER_PLACE.amount + 1)
    ]
    assert codes == [401] * TOKEN_PER_PLACE.amount + [429]
    answer = client.get("/api/v1/incidents", headers={"Authorization": "Bearer guess"})
    assert answer.content_type == "application/problem+json"
    assert int(answer.headers["Retry-After"]) > 0
    assert client.get("/api/v1/incidents", headers={"Authorization": f"Bearer {token}"}).status_code == 200


@pytest.mark.parametrize(
    "path", ["/desk/", "/desk/account", "/desk/sign-in", "/desk/no/such/page", "/desk//x", "/desk/%2e"]
)
def test_every_answer_of_the_desk_has_its_headers(house: House, path):
    ada = house.person("ada@example.com", "admin")
    for client in (ada.client, house.app.test_client()):
        answer = client.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "script-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "set-cookie" not in answer.headers or "HttpOnly" in answer.headers["Set-Cookie"]


def test_own_files_are_kept_for_ever_under_names_that_change(house: House):
    page = house.app.test_client().get("/desk/sign-in").text
    for name in ("sign.svg", "desk.css", "desk.js", "htmx"):
        address = next(part for part in page.split('"') if f"/static/{name}" in part)
        answer = house.app.test_client().get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        answer.close()
