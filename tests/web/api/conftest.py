"""An API beside a publisher that is always quick, and a caller that holds every answer against the document."""

import json
import re
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal.config import Settings
from portal.domain.names import Permission
from portal.store.database import Database
from portal.verbs.context import PORTAL, Context
from portal.verbs.people import add_token
from portal.web import application
from portal.web.api.answers import Problem
from portal.web.api.openapi import refusals
from portal.web.api.route import PREFIX, Route
from portal.web.api.routes import ROUTES


@dataclass
class ReadyPublisher:
    """Answers as the publisher does when it is quick; `shows` False: when it is not."""

    shows: bool = True
    error: str | None = None
    woken: int = 0
    waited_for: list[int] = field(default_factory=list)

    def wake(self) -> None:
        self.woken += 1

    def wait_until_public(self, seq: int, timeout_s: float) -> bool:
        self.waited_for.append(seq)
        return self.shows

    def status(self) -> SimpleNamespace:
        return SimpleNamespace(sequence=0, current=self.shows, error=self.error)


@dataclass
class OpenPortal:
    settings: Settings
    database: Database
    context: Context
    publisher: ReadyPublisher


@pytest.fixture
def portal(context: Context, settings: Settings) -> OpenPortal:
    return OpenPortal(settings, context.database, context, ReadyPublisher())


@pytest.fixture
def app(portal: OpenPortal) -> Flask:
    return application.create(portal, public=False, desk=True)


def route_of(method: str, path: str) -> Route | None:
    """The row of the table that a request is for."""
    for route in ROUTES:
        pattern = re.sub(r"\{\w+\}", "[^/]+", route.path)
        if route.method == method and re.fullmatch(pattern, path.partition("?")[0]):
            return route
    return None


class Caller:
    """Speaks to the API as one token; fails when an answer is not what the document promises."""

    def __init__(self, app: Flask, token: str | None) -> None:
        self.client, self.token = app.test_client(), token

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        data = body if isinstance(body, bytes | None) else json.dumps(body)
        answer = self.client.open(PREFIX + path, method=method, data=data, headers=sent)
        promised(route_of(method, path), answer)
        return answer

    def ok(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The answer's JSON of a request that must succeed."""
        answer = self(method, path, body, **headers)
        assert answer.status_code in (200, 201), f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json


def promised(route: Route | None, answer: TestResponse) -> None:
    """Fail when an answer's status, type or fields are not those of the document."""
    if answer.status_code >= 400:
        assert answer.content_type == "application/problem+json"
        problem = Problem.model_validate_json(answer.data)
        assert problem.status == answer.status_code
        assert problem.type.startswith("/api/v1/docs#error-")
        assert problem.detail.endswith((".", "!", "?")) or problem.findings, problem.detail
    if route is not None:
        allowed = [route.status, *(kind.status for kind in refusals(route))]
        assert answer.status_code in allowed, f"{answer.status_code} is not documented: {answer.text}"
        if answer.status_code == route.status:
            assert answer.content_type == "application/json"
            route.answer.model_validate_json(answer.data, strict=True)


@pytest.fixture
def token_for(context: Context):
    """A token's text with these permissions, the same for the same name."""
    made: dict[tuple[str, ...], str] = {}

    def give(*permissions: str) -> str:
        if permissions not in made:
            wanted = [Permission(one) for one in permissions]
            made[permissions] = add_token(context, PORTAL, "-".join(permissions), wanted)
        return made[permissions]

    return give


@pytest.fixture
def caller(app: Flask, token_for):
    """`caller("messenger")` speaks as a token with that permission; `caller()` without a token."""
    return lambda *permissions: Caller(app, token_for(*permissions) if permissions else None)


@pytest.fixture
def api(caller) -> Caller:
    """Speaks as an admin."""
    return caller("admin")


@pytest.fixture
def chief(caller) -> Caller:
    """May do everything."""
    return caller("admin", "security")


FIRST = (
    "We are aware of errors when searching in the Search component. Please email support@example.com with questions."
)


@pytest.fixture
def incident(api: Caller) -> str:
    """The reference of a public incident on the component Search, with one post."""
    api.ok("POST", "/components", {"name": "Search", "group": "Product"})
    body = {
        "title": "Search returns errors",
        "severity": "critical",
        "customer_impact": "yes",
        "components": {"search": "major_outage"},
        "post": {"state": "investigating", "body": FIRST},
    }
    return api.ok("POST", "/incidents", body)["ref"]
