"""Errors as `application/problem+json` (RFC 9457): mapped once, logged once, without anything internal in them."""

import json
import logging
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from portal.domain.errors import (
    BadRequest,
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Overtaken,
    PostRefused,
    Refused,
    TooMany,
)
from portal.store.database import Uncertain
from portal.web.reading import read_json

log = logging.getLogger("portal.web")

CONTENT_TYPE = "application/problem+json"
TYPES = "/api/v1/docs#error-"
"""Where a problem's type is explained; a path, so that no address is ever made from the Host header."""


class MethodNotAllowed(Refused):
    """This address exists, but not for this method; the `Allow` header lists the methods that it has."""

    status, code, title = 405, "method-not-allowed", "Method not allowed"


class TooLarge(Refused):
    """The body is larger than 1 MiB."""

    status, code, title = 413, "too-large", "Too large"


class WrongContentType(Refused):
    """Bodies are JSON and say so: `Content-Type: application/json`."""

    status, code, title = 415, "wrong-content-type", "Wrong content type"


class Busy(Refused):
    """The database was busy for too long, or its disk is full. Nothing was done; send the request again after
    `Retry-After` seconds."""

    status, code, title = 503, "busy", "Busy"


class Broken(Refused):
    """The portal failed; its log says why. `detail` says whether nothing was done, or whether that is not certain."""

    status, code, title = 500, "broken", "Something is broken here"


EVERY: tuple[type[Refused], ...] = (
    BadRequest,
    NotSignedIn,
    NotAllowed,
    NotFound,
    MethodNotAllowed,
    Conflict,
    Overtaken,
    TooLarge,
    WrongContentType,
    Invalid,
    PostRefused,
    TooMany,
    Broken,
    Busy,
)

UNCERTAIN = (
    "The portal's disk failed while this was being recorded, so it is not certain that it was. Send the request again"
    " with the same Idempotency-Key, or look before you send it without one."
)

_OF_HTTP = {kind.status: kind for kind in reversed(EVERY)}


def body(refused: Refused) -> dict[str, object]:
    """The problem's JSON: type, title, status, detail, and `errors`, `findings` or `reasons` where there are any."""
    return {
        "type": TYPES + refused.code,
        "title": refused.title,
        "status": refused.status,
        "detail": refused.detail,
        **{name: said for name, said in refused.more.items() if said},
    }


def answer(refused: Refused, headers: Mapping[str, str] | None = None) -> Response:
    """A refusal as a response, with the headers that belong to its status."""
    response = Response(
        json.dumps(body(refused), ensure_ascii=False), status=refused.status, content_type=CONTENT_TYPE, headers=headers
    )
    if isinstance(refused, NotSignedIn):
        known = ', error="invalid_token"' if "Authorization" in request.headers else ""
        response.headers["WWW-Authenticate"] = f'Bearer realm="portal"{known}'
    if isinstance(refused, TooMany):
        response.headers["Retry-After"] = str(refused.retry_after)
    if isinstance(refused, Busy):
        response.headers["Retry-After"] = "1"
    return response


def answer_program(act: Callable[[Any], Mapping[str, Any]]) -> Response:
    """What a program is told at a form for anybody: what `act` answers (202) for the JSON that it sent, or why not."""
    try:
        said = act(read_json(request.get_data(cache=False)))
    except HTTPException as error:
        return answer(BadRequest(f"The body did not arrive whole: {error.name}."))
    except Refused as refused:
        return answer(refused)
    return Response(json.dumps(said), 202, content_type="application/json", headers={"Cache-Control": "no-store"})


def of_exception(error: Exception) -> Response:
    """Any exception as a problem; what nobody expected is logged here, once."""
    if isinstance(error, Refused):
        return answer(error)
    if isinstance(error, HTTPException):
        return _of_http(error)
    if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
        log.warning("the database was locked for %s %s", request.method, place())
        return answer(Busy("The database is busy. Nothing was done; send the request again in a second."))
    if getattr(error, "sqlite_errorname", "") == "SQLITE_FULL":
        log.error("the disk is full: %s %s was refused", request.method, place())
        return answer(
            Busy("Nothing can be recorded at the moment. Nothing was done; send the request again in a while.")
        )
    log.error("%s %s failed", request.method, place(), exc_info=error)
    if isinstance(error, Uncertain):
        return answer(Broken(UNCERTAIN))
    return answer(Broken("The portal failed to do this. Nothing was done; its log says why."))


def place() -> str:
    """The path that is asked for, without a token in it."""
    token = (request.view_args or {}).get("token")
    return request.path.replace(token, "...") if token else request.path


def _of_http(error: HTTPException) -> Response:
    kind = _OF_HTTP.get(error.code or 400, BadRequest)
    response = answer(kind(_SENTENCES.get(kind, "The request could not be read.")))
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


_SENTENCES: dict[type[Refused], str] = {
    NotFound: "There is nothing at this address.",
    MethodNotAllowed: "This address does not have this method; the Allow header lists those that it has.",
    TooLarge: "The body is larger than 1 MiB; send less at once.",
}


def register(app: Flask, answers: Mapping[str, Callable[[Exception], Response]]) -> None:
    """Answer errors below each prefix in its own way also where routing failed before a blueprint was found."""

    @app.errorhandler(HTTPException)
    def _routing_failed(error: HTTPException) -> Response | HTTPException:
        for prefix, answer_ in answers.items():
            if request.path.startswith(prefix):
                return answer_(error)
        return error
