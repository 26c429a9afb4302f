"""API v1: one table of routes, from which come the doors, the OpenAPI document and the readable docs."""

from functools import partial
from typing import Any

from flask import Blueprint, Response
from flask.blueprints import BlueprintSetupState
from werkzeug.routing import Rule

from portal.web import problems
from portal.web.api import docs, doors
from portal.web.api.route import PREFIX, Route
from portal.web.api.routes import ROUTES

__all__ = ["PREFIX", "bp"]

bp = Blueprint("api", __name__)


@bp.record
def _open_doors(state: BlueprintSetupState) -> None:
    """One rule per path for every method, so that a wrong method is answered here and never by the public files."""
    app = state.app
    app.url_map.converters["number"] = doors.Number
    for path in dict.fromkeys(route.path for route in ROUTES):
        routes = {route.method: route for route in ROUTES if route.path == path}
        _add(state, next(iter(routes.values())).rule, f"api.{path}", partial(_enter, routes))
    _add(state, PREFIX + "/openapi.json", "api.openapi", docs.openapi)
    _add(state, PREFIX + "/docs", "api.docs", docs.page)
    _add(state, PREFIX + "/docs.css", "api.style", docs.style)
    for rest in ("", "/", "/<path:rest>"):
        _add(state, PREFIX + rest, "api.nothing", lambda **_: doors.nothing_here())


def _add(state: BlueprintSetupState, rule: str, endpoint: str, view: Any) -> None:
    state.app.url_map.add(Rule(rule, endpoint=endpoint, strict_slashes=True))
    state.app.view_functions[endpoint] = view


def _enter(routes: dict[str, Route], **place: Any) -> Response:
    return doors.enter(routes, place)


bp.register_error_handler(Exception, problems.of_exception)


@bp.after_request
def _private(response: Response) -> Response:
    """Answers belong to whoever asked."""
    response.headers.setdefault("Cache-Control", "no-store")
    return response
