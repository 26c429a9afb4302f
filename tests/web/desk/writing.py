"""People at the desk, without a browser: they look at pages, fill in the form that is there, and press its buttons."""

import html.parser
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any, ClassVar

import jinja2
import pytest
from flask import Flask
from werkzeug.test import Client, TestResponse

from portal.domain.names import Permission
from portal.verbs import people
from portal.verbs.context import PORTAL, Context
from portal.web import application
from tests.verbs.conftest import Desk
from tests.web.api.conftest import ReadyPublisher


class _Fields(html.parser.HTMLParser):
    """What a browser would send of the forms of a page, by their action."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, list[tuple[str, str]]] = {}
        self._action: str | None = None
        self._area: str | None = None
        self._select: str | None = None
        self._options: list[tuple[str, bool]] = []
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._action = given["action"]
            self.forms.setdefault(self._action, [])
        elif self._action is not None and tag == "input" and "name" in given:
            ticked = given.get("type") not in ("checkbox", "radio") or "checked" in given
            if ticked:
                default = "on" if given.get("type") == "checkbox" else ""
                self.forms[self._action].append((given["name"], given.get("value", default)))
        elif tag == "textarea":
            self._area, self._text = given.get("name", ""), ""
        elif tag == "select":
            self._select, self._options = given.get("name", ""), []
        elif tag == "option" and self._select is not None:
            self._options.append((given.get("value", ""), "selected" in given))

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._action = None
        elif tag == "textarea" and self._action is not None and self._area:
            self.forms[self._action].append((self._area, self._text.removeprefix("\n").replace("\n", "\r\n")))
        elif tag == "select" and self._action is not None and self._select:
            chosen = [value for value, is_it in self._options if is_it] or [self._options[0][0]]
            self.forms[self._action].append((self._select, chosen[0]))
            self._select = None


@dataclass
class Person:
    """Somebody at the desk. `page` is what they look at, `presses` how many buttons they have pressed."""

    client: Client
    email: str
    page: TestResponse | None = None
    presses: int = field(default=0)

    def look(self, path: str, status: int = 200) -> str:
        self.page = self.client.get(f"/desk{path}", follow_redirects=True)
        assert self.page.status_code == status, f"{path}: {self.page.status_code}\n{self.page.text[:3000]}"
        return self.page.text

    def fields(self, action: str) -> list[tuple[str, str]]:
        assert self.page is not None
        reader = _Fields()
        reader.feed(self.page.text)
        assert f"/desk{action}" in reader.forms, f"{action} is not among {sorted(reader.forms)}"
        return reader.forms[f"/desk{action}"]

    def press(self, action: str, act: str | None = None, **typed: Any) -> TestResponse:
        """Press a button of the form that is on the page, with what was typed into it; follows to the next page."""
        names = {name.replace("__", "."): value for name, value in typed.items()}
        sent = [(name, value) for name, value in self.fields(action) if name not in names]
        sent += [(name, value) for name, value in names.items() if value is not None]
        return self.send(action, [*sent, *([("_act", act)] if act else [])])

    def send(self, action: str, sent: list[tuple[str, str]], **headers: str) -> TestResponse:
        data: dict[str, list[str]] = {}
        for name, value in sent:
            data.setdefault(name, []).append(value)
        self.presses += 1
        self.page = self.client.post(f"/desk{action}", data=data, headers=headers, follow_redirects=True)
        return self.page


@dataclass
class House:
    """A portal with its desk; `verbs` acts directly, as an admin."""

    app: Flask
    context: Context
    verbs: Desk
    publisher: ReadyPublisher

    def person(self, email: str, *permissions: str) -> Person:
        """Somebody who has signed in with a one-time link."""
        wanted = [Permission(one) for one in permissions or ("messenger",)]
        token = people.add_person(self.context, PORTAL, email, wanted)
        client = self.app.test_client()
        answer = client.post(f"/desk/sign-in/link/{token}")
        assert answer.status_code == 303, answer.text[:2000]
        return Person(client, email)

    def with_settings(self, **process: Any) -> "House":
        settings = self.context.settings
        changed = settings.model_copy(update={"process": settings.process.model_copy(update=process)})
        return house_of(replace(self.context, settings=changed), self.verbs)


class _Compiled(jinja2.BytecodeCache):
    """Templates are compiled once in a run, and not again for every portal."""

    kept: ClassVar[dict[str, bytes]] = {}

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


def house_of(context: Context, desk: Desk) -> House:
    publisher = ReadyPublisher()
    portal = SimpleNamespace(settings=context.settings, database=context.database, context=context, publisher=publisher)
    app = application.create(portal, public=False, desk=True)
    app.testing = True
    app.jinja_env.bytecode_cache = _Compiled()
    return House(app, context, replace(desk, context=context), publisher)


@pytest.fixture
def desk(context: Context, admin: Any) -> Desk:
    desk = Desk(context, admin)
    for name in ("Search", "Sign-in", "Code intelligence"):
        desk.component(name, group="Product")
    return desk


@pytest.fixture
def house(context: Context, desk: Desk) -> House:
    return house_of(context, desk)


@pytest.fixture
def mia(house: House) -> Person:
    return house.person("mia@example.com", "messenger")


@pytest.fixture
def ref(house: House) -> str:
    return str(
        house.verbs.declare(severity="critical", customer_impact="yes", components={"search": "major_outage"})["ref"]
    )


__all__ = ["House", "Person", "desk", "house", "house_of", "mia", "ref"]
