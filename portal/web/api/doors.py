"""The doors: parse, call one verb, answer. All of them are this one function, fed by the table of routes."""

import dataclasses
import json
import time
from typing import Any

from flask import Response, request
from werkzeug.routing import BaseConverter

from portal.domain.errors import NotFound
from portal.verbs.context import AlreadyDone
from portal.web import problems
from portal.web.api import requests
from portal.web.api.route import PREFIX, Route
from portal.web.running import publish, the_portal


class Number(BaseConverter):
    """A positive number that fits everywhere; others are not found."""

    regex = "[1-9][0-9]{0,8}"

    def to_python(self, value: str) -> int:
        return int(value)


def enter(routes: dict[str, Route], place: dict[str, Any]) -> Response:
    """Answer the current request at a path that has these routes, by method."""
    began = time.monotonic()
    route = routes.get("GET" if request.method == "HEAD" else request.method)
    if route is None:
        return _without_route(routes)
    portal = the_portal()
    context = portal.context
    actor = requests.read_actor(context, request)
    arguments: dict[str, Any] = requests.read_query(route.query, request)
    if route.passes_filters:
        paging = {name: arguments.pop(name) for name in ("limit", "cursor")}
        arguments = {"filters": {name: value for name, value in arguments.items() if value is not None}, **paging}
    asked = [place[name] for name in route.places]
    if route.command is not None:
        command, request_hash = requests.read_body(route.command, request)
        asked.append(command)
        if route.method == "POST":
            key = requests.read_key(request, request_hash, route.status)
            context = dataclasses.replace(context, idempotency=key)
    headers = {}
    try:
        done = route.verb(context, actor, *asked, **arguments)
    except AlreadyDone as before:
        done, headers = before, {"Idempotent-Replayed": "true"}
    if not route.writes:
        return _answer(done, route.status, headers)
    if requests.prefers_async(request):
        headers["Preference-Applied"] = "respond-async"
    if route.location:
        headers["Location"] = PREFIX + route.location.format(**done.answer)
    shown = publish(portal, done.change, wait="Preference-Applied" not in headers, began=began)
    return _answer({**done.answer, "change": done.change, "published": shown}, route.status, headers)


def _answer(answer: dict[str, Any], status: int, headers: dict[str, str]) -> Response:
    text = json.dumps(answer, ensure_ascii=False)
    return Response(text, status=status, content_type="application/json", headers=headers)


def _without_route(routes: dict[str, Route]) -> Response:
    methods = {*routes, "OPTIONS"} | ({"HEAD"} if "GET" in routes else set())
    allow = {"Allow": ", ".join(sorted(methods))}
    if request.method == "OPTIONS":
        return Response(status=204, headers=allow)
    detail = f"This address has no {request.method[:20]}; it has {allow['Allow']}."
    return problems.answer(problems.MethodNotAllowed(detail), allow)


def nothing_here() -> Response:
    """Every other address below the prefix."""
    raise NotFound(f"There is nothing at this address; {PREFIX}/docs lists all of them.")
