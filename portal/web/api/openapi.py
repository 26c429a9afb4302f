"""The OpenAPI 3.1 document, made from the table of routes and the models that the doors really use."""

from collections.abc import Iterable, Sequence
from functools import cache
from http import HTTPStatus
from typing import Any, Literal, TypeVar

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from portal import __version__
from portal.domain.errors import BadRequest, Conflict, Invalid, NotAllowed, NotFound, NotSignedIn, Refused, TooMany
from portal.web import problems
from portal.web.api.answers import Problem
from portal.web.api.examples import EXAMPLES
from portal.web.api.meanings import meaning
from portal.web.api.route import PLACES, PREFIX, VERB, Route
from portal.web.api.routes import ROUTES

Model = TypeVar("Model", bound=BaseModel)

_REF = "#/components/schemas/{model}"

DESCRIPTION = """\
Every answer is JSON, every time is UTC with `Z`, every error is `application/problem+json`.

A write answers with `change`, the number of the public change it made (null when nothing public changed), and
`published`: true when the public files already show it. The server waits up to two seconds for that;
`Prefer: respond-async` skips the wait.

Every POST takes an `Idempotency-Key`: for at least 24 hours, the same key with the same body gives the same answer
and does nothing twice.

Lists answer `{items, next_cursor}`; send `next_cursor` as `cursor` for the next page, until it is null.

Within v1, fields are only added: ignore those that you do not know."""


@cache
def document() -> dict[str, Any]:
    """The whole document. Do not change what it answers; it is made once."""
    schemas = _schemas()
    paths: dict[str, Any] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Status portal API", "version": __version__, "description": _folded(DESCRIPTION)},
        "servers": [{"url": PREFIX}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {kind.code: _refusal(kind) for kind in _unique_kinds()},
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "made by `portal token add NAME --role ROLE`",
                }
            },
        },
    }


def _folded(text: str) -> str:
    """Each paragraph on one line."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


def operation(route: Route) -> dict[str, Any]:
    """One route as an OpenAPI operation."""
    made: dict[str, Any] = {
        "operationId": operation_id(route),
        "tags": [_tag(route)],
        "summary": route.summary,
        "description": _permission(route),
        "parameters": [*_places(route), *_query(route.query), *_headers(route)],
        "responses": {
            str(route.status): _success(route),
            **{str(kind.status): {"$ref": f"#/components/responses/{kind.code}"} for kind in refusals(route)},
        },
    }
    if route.command is not None:
        content: dict[str, Any] = {"schema": {"$ref": _REF.format(model=route.command.__name__)}}
        if example := EXAMPLES.get((route.method, route.path)):
            content["example"] = example
        needed = any(field.is_required() for field in route.command.model_fields.values())
        made["requestBody"] = {"required": needed, "content": {"application/json": content}}
    return made


def operation_id(route: Route) -> str:
    """The verb's name; with the path's first word where one verb has two doors."""
    twins = [one for one in ROUTES if one.verb is route.verb]
    return route.name if twins[0] is route else f"{route.name}_{route.path.split('/')[1]}"


def refusals(route: Route) -> list[type[Refused]]:
    """The problems that a route can answer with, in order of status."""
    kinds: list[type[Refused]] = [BadRequest, NotSignedIn, NotAllowed, TooMany, problems.Busy]
    if route.places or (route.command and "ref" in route.command.model_fields):
        kinds.append(NotFound)
    if route.command is not None:
        kinds += [problems.TooLarge, problems.WrongContentType, Invalid]
    if route.gate:
        kinds.append(Conflict)
    return sorted(kinds, key=lambda kind: kind.status)


def _tag(route: Route) -> str:
    """Where the docs list it: with the thing that it is about."""
    parts = [part for part in route.path.split("/") if part and not part.startswith("{")]
    things = {"lint": "posts", "posts": "posts"} | {part: part for part in _PARTS}
    return next((things[part] for part in reversed(parts) if part in things), parts[0])


_PARTS = ("impacts", "links", "roles", "timeline", "postmortem", "followups", "checklist")


def _permission(route: Route) -> str:
    if route.permission == VERB:
        return "Needs the messenger permission, or the lead or messenger role of the incident."
    return f"Needs the {route.permission} permission."


def _places(route: Route) -> Iterable[dict[str, Any]]:
    for name in route.places:
        _, schema, said = PLACES[name]
        yield {"name": name, "in": "path", "required": True, "schema": schema, "description": said}


def _query(model: type[BaseModel] | None) -> Iterable[dict[str, Any]]:
    if model is None:
        return
    schema = model.model_json_schema(ref_template=_REF)
    for name, one in schema["properties"].items():
        kept = {key: value for key, value in one.items() if key not in ("title", "description")}
        if kept.get("default", "") is None:
            kept = next(option for option in kept.pop("anyOf") if option.get("type") != "null")
        yield {"name": name, "in": "query", "schema": kept, "description": one.get("description", "")}


def _headers(route: Route) -> Iterable[dict[str, Any]]:
    if route.method == "POST":
        yield {
            "name": "Idempotency-Key",
            "in": "header",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
            "description": "any text that is new for each new request",
        }
    if route.writes:
        yield {
            "name": "Prefer",
            "in": "header",
            "schema": {"type": "string"},
            "description": "`respond-async`: do not wait until the change is public",
        }


def _success(route: Route) -> dict[str, Any]:
    made: dict[str, Any] = {
        "description": HTTPStatus(route.status).phrase,
        "content": {"application/json": {"schema": {"$ref": _REF.format(model=route.answer.__name__)}}},
    }
    headers = {}
    if route.location:
        headers["Location"] = "the address of what was made, as a path"
    if route.method == "POST":
        headers["Idempotent-Replayed"] = "`true` when this answers a request that was carried out before"
    if headers:
        made["headers"] = {name: {"description": said, "schema": {"type": "string"}} for name, said in headers.items()}
    return made


def _refusal(kind: type[Refused]) -> dict[str, Any]:
    content = {problems.CONTENT_TYPE: {"schema": {"$ref": _REF.format(model=Problem.__name__)}}}
    made: dict[str, Any] = {"description": kind.title, "content": content}
    header = {401: "WWW-Authenticate", 503: "Retry-After"}.get(kind.status)
    if header:
        made["headers"] = {header: {"schema": {"type": "string"}}}
    return made


def _schemas() -> dict[str, Any]:
    commands = _unique(route.command for route in ROUTES)
    queries = _unique(route.query for route in ROUTES)
    answers = _unique(route.answer for route in ROUTES)
    sent: list[type[BaseModel]] = [*commands, *queries]
    read, told = _definitions(sent), _definitions([*answers, Problem])
    schemas = {**{name: _open(schema) for name, schema in told.items()}, **read}
    for query in queries:
        del schemas[query.__name__]
    for name, schema in schemas.items():
        for field, one in schema.get("properties", {}).items():
            if said := one.get("description") or meaning(name, field):
                one["description"] = said
    return dict(sorted(schemas.items()))


def _definitions(models: Iterable[type[BaseModel]]) -> dict[str, Any]:
    asked: list[tuple[type[BaseModel], Literal["validation"]]] = [(one, "validation") for one in models]
    made: dict[str, Any] = models_json_schema(asked, ref_template=_REF, schema_generator=_Untitled)[1]["$defs"]
    return made


class _Untitled(GenerateJsonSchema):
    """Without pydantic's titles, which only repeat the names."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False


def _open(schema: dict[str, Any]) -> dict[str, Any]:
    """Answers may grow within v1, so their schemas forbid no further fields; the tests do."""
    return {key: value for key, value in schema.items() if key != "additionalProperties" or value is not False}


def _unique_kinds() -> Sequence[type[Refused]]:
    return list(dict.fromkeys(kind for route in ROUTES for kind in refusals(route)))


def _unique(models: Iterable[type[Model] | None]) -> list[type[Model]]:
    return list(dict.fromkeys(model for model in models if model is not None))
