"""Every page of the desk x method x who asks: made from the table of pages, held against a list written by hand."""

import base64
import pathlib
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from werkzeug.test import TestResponse

from portal.config import Settings
from portal.domain.names import Permission
from portal.store.database import Database
from portal.store.portal_row import ensure_portal_row
from portal.verbs import people, sessions
from portal.verbs.commands_people import ChangePerson
from portal.verbs.context import PORTAL, Actor, Context
from portal.verbs.sessions import Visitor
from portal.web.desk import PAGES, PREFIX
from portal.web.desk.pages import Page
from tests.conftest import HeldClock, Tell, person
from tests.verbs.conftest import Desk
from tests.web.desk.who_may import MAY, PLACES, listed
from tests.web.desk.writing import House, house_of

LISTED = listed()
ALL = pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.method} {page.path}")
PERSONS = ("responder", "messenger", "admin", "security")
asked: Counter[str] = Counter()


def test_every_page_is_listed_and_nothing_else():
    assert {(page.method, page.path) for page in PAGES} == set(LISTED)


def test_pages_only_look_or_send():
    assert {page.method for page in PAGES} == {"GET", "POST"}


@pytest.fixture(scope="module")
def inside(migrated: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One house for all of them: a person of each permission, one who is gone, and one incident."""
    home = tmp_path_factory.mktemp("who-may")
    shutil.copy(migrated, home / "portal.db")
    database = Database(home / "portal.db")
    database.connection().execute("PRAGMA synchronous = OFF")
    context = Context(database, Settings(home=home), now=HeldClock())
    with database.transaction() as db:
        ensure_portal_row(db, "0123456789abcdef", "page00000001", context.now().isoformat())
    house = house_of(context, Desk(context, person("ada@example.com", "admin")))
    house.verbs.component("Search")
    house.verbs.declare(components={"search": "major_outage"})
    for name in PERSONS:
        people.add_person(context, PORTAL, f"{name}@example.com", [Permission(name)])
    people.add_person(context, PORTAL, "lea@example.com", [Permission.RESPONDER])
    people.add_person(context, PORTAL, "gone@example.com", [Permission.ADMIN])
    yield house
    database.close()


@pytest.fixture(scope="module")
def gone(inside: House) -> tuple[str, str]:
    """The session of an admin whose account was disabled."""
    begun = session(inside, "gone")
    people.change_person(inside.context, PORTAL, "gone@example.com", ChangePerson(disabled=True))
    return begun


@pytest.fixture(scope="module")
def tokens(inside: House) -> list[str]:
    """A token of the API with every permission, and one that was revoked."""
    found = [people.add_token(inside.context, PORTAL, name, list(Permission)) for name in ("bot", "revoked")]
    people.revoke_token(inside.context, PORTAL, "revoked")
    return found


def address(page: Page) -> str:
    def place(found: re.Match[str]) -> str:
        kind, _, name = found[1].rpartition(":")
        if kind.startswith("any("):
            return kind[4:-1].split(",")[0]
        return "1" if kind == "number" else PLACES[name]

    return PREFIX + re.sub(r"<([^>]+)>", place, page.path)


def session(house: House, who: str) -> tuple[str, str]:
    """The cookie and the forms' word of a new session."""
    email = f"{who}@example.com"
    with house.context.write(Actor(email, frozenset())) as write:
        row = write.db.execute("SELECT id FROM person WHERE email = ?", (email,)).fetchone()
        token = sessions.begin(write, row["id"], "password", Visitor("192.0.2.1", "test"))
    found = sessions.read_session(house.context, token)
    assert found is not None
    return token, found.csrf


def ask(house: House, page: Page, who: str | None, *, word: bool = True, **headers: str) -> TestResponse:
    client = house.app.test_client()
    data = {}
    if who is not None:
        token, csrf = session(house, who)
        client.set_cookie("desk", packed(token))
        data = {"_csrf": csrf} if word else {}
    sent = {"Origin": "http://localhost", **headers} if page.method == "POST" else headers
    asked["requests"] += 1
    return client.open(address(page), method=page.method, data=data if page.method == "POST" else None, headers=sent)


def packed(token: str) -> str:
    """A session's token as its cookie holds it."""
    return base64.urlsafe_b64encode(token.encode()).decode().rstrip("=")


def shut_out(answer: TestResponse) -> bool:
    """Whether somebody who is not signed in is sent to sign in."""
    if answer.status_code == 303:
        return answer.headers["Location"].startswith("/desk/sign-in")
    return answer.status_code == 401 and "not signed in" in answer.text


@ALL
def test_who_may(inside: House, page: Page) -> None:
    lists = LISTED[page.method, page.path]
    leaving = page.path in ("/sign-out", "/sign-in") or page.path.startswith("/sign-in/")
    for who, may in MAY.items():
        answer = ask(inside, page, None if who == "anonymous" else who)
        assert answer.status_code < 500, f"{who}: {answer.text[:2000]}"
        if lists in may:
            assert "This page needs the" not in answer.text, who
            assert leaving or not shut_out(answer), who
        elif who == "anonymous":
            assert shut_out(answer), answer.status_code
        else:
            assert answer.status_code == 403, who
            assert "This page needs the" in answer.text, who


@ALL
def test_who_is_disabled_and_what_has_only_a_token_are_as_anonymous(
    inside: House, gone: tuple[str, str], tokens: list[str], page: Page
) -> None:
    if page.permission is None:
        return
    client = inside.app.test_client()
    client.set_cookie("desk", packed(gone[0]))
    headers = {"Origin": "http://localhost"}
    assert shut_out(client.open(address(page), method=page.method, data={"_csrf": gone[1]}, headers=headers))
    for token in tokens:
        assert shut_out(ask(inside, page, None, Authorization=f"Bearer {token}"))


@ALL
def test_nothing_is_done_for_a_form_from_elsewhere(inside: House, page: Page) -> None:
    if page.method != "POST":
        return
    before = inside.context.database.connection().execute("SELECT max(id) FROM audit").fetchone()[0]
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        for who in (None, "admin", "security"):
            assert ask(inside, page, who, **headers).status_code == 403
    without = ask(inside, page, "admin", word=False)
    assert without.status_code == 403, "without the session's word"
    rows = inside.context.database.connection().execute("SELECT action FROM audit WHERE id > ?", (before,))
    assert {row["action"] for row in rows} == {"session.begin"}


def test_a_session_opens_nothing_of_the_api(inside: House) -> None:
    token, _ = session(inside, "admin")
    client = inside.app.test_client()
    client.set_cookie("desk", packed(token))
    assert client.get("/api/v1/incidents").status_code == 401


def test_a_page_that_opens_to_everybody_would_be_noticed(inside: House, monkeypatch: pytest.MonkeyPatch) -> None:
    found = next(page for page in PAGES if (page.method, page.path) == ("GET", "/tokens"))
    opened = replace(found, permission=Permission.RESPONDER)
    from portal.web import application
    from portal.web.desk import doors

    monkeypatch.setattr(doors, "PAGES", [opened if page is found else page for page in PAGES])
    portal = inside.app.extensions["portal"]
    other = replace(inside, app=application.create(portal, public=False, desk=True))
    with pytest.raises(AssertionError):
        test_who_may(other, found)


def test_how_much_was_asked(tell: Tell) -> None:
    tell("who may, desk", f"{len(PAGES)} pages, {asked['requests']} requests")
