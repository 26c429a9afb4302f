"""The parts of an API request, each read strictly."""

import hashlib
import re
from typing import Any

from flask import Request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from portal.domain.errors import BadRequest, Invalid, NotSignedIn
from portal.verbs.commands import Command
from portal.verbs.context import Actor, Context, IdempotencyKey
from portal.verbs.people import actor_for_token
from portal.web.api.queries import NoQuery
from portal.web.limits import TOKEN_PER_PLACE, place, the_limits
from portal.web.problems import TooLarge, WrongContentType
from portal.web.reading import canonical, invalid, read_json, read_model

_KEY = re.compile(r"[\x21-\x7e]{1,255}")


def read_actor(context: Context, request: Request) -> Actor:
    """Whoever the bearer token (RFC 6750) stands for. Raises NotSignedIn, and TooMany after many wrong ones."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotSignedIn("Send a token: `Authorization: Bearer TOKEN`. An admin makes one with `portal token add`.")
    try:
        return actor_for_token(context, token.strip())
    except NotSignedIn:
        the_limits().spend(TOKEN_PER_PLACE, "token", place(request.remote_addr))
        raise


def read_query(model: type[BaseModel] | None, request: Request) -> dict[str, Any]:
    """The query parameters by name. Raises BadRequest for unknown, repeated and misspelt ones."""
    model = model or NoQuery
    sent = {name: values[0] for name, values in request.args.lists() if len(values) == 1}
    if repeated := [name for name, values in request.args.lists() if len(values) > 1]:
        raise BadRequest(f"The parameter {repeated[0]!r} is there more than once.")
    try:
        return dict(model.model_validate(sent))
    except ValidationError as error:
        said = invalid(model, error).more["errors"]
        unknown = sorted(set(sent) - set(model.model_fields))
        known = ", ".join(model.model_fields) or "none"
        detail = f"There is no parameter {unknown[0]!r} here; there are: {known}." if unknown else _first(said)
        raise BadRequest(detail, errors=said) from error


def _first(errors: dict[str, list[str]]) -> str:
    name, said = next(iter(errors.items()))
    return f"The parameter {name!r} can't be read: {said[0]}"


def read_body(model: type[Command], request: Request) -> tuple[Command, str]:
    """The command in a JSON body, and the SHA-256 of its canonical form. Raises BadRequest, Invalid, TooLarge."""
    try:
        raw = request.get_data(cache=False)
    except RequestEntityTooLarge as error:
        raise TooLarge("The body is larger than 1 MiB; send less at once.") from error
    except HTTPException as error:
        raise BadRequest("The body did not arrive whole.") from error
    value: Any = {}
    if raw.strip() or _needs_something(model):
        if request.mimetype != "application/json":
            raise WrongContentType("Send the body as JSON, with the header `Content-Type: application/json`.")
        value = read_json(raw)
    if not isinstance(value, dict):
        raise Invalid("The body must be a JSON object.")
    return read_model(model, value), hashlib.sha256(canonical(value)).hexdigest()


def _needs_something(model: type[Command]) -> bool:
    return any(field.is_required() for field in model.model_fields.values())


def read_key(request: Request, request_hash: str, status: int) -> IdempotencyKey | None:
    """What makes a POST repeatable, when the client sent an Idempotency-Key. Raises BadRequest for a malformed one."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        raise BadRequest("An Idempotency-Key has 1 to 255 visible ASCII characters.")
    return IdempotencyKey(key, f"{request.method} {request.path}", request_hash, status)


def prefers_async(request: Request) -> bool:
    """True when the client does not want to wait until its change is public (RFC 7240)."""
    preferences = ",".join(request.headers.getlist("Prefer")).split(",")
    return any(one.split(";")[0].strip().lower() == "respond-async" for one in preferences)
