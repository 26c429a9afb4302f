"""Rules that cross all routes, on all routes."""

import json
import re

import pytest

from portal.domain.names import Permission
from portal.web.api.examples import EXAMPLES
from portal.web.api.queries import NoQuery
from portal.web.api.route import PREFIX, VERB, Route
from portal.web.api.routes import ROUTES
from tests.web.api.conftest import Caller

PLACES = {"ref": "INC-1", "slug": "search", "role": "buddy", "seq": "1", "id": "1", "kind": "confirmation"}
NOWHERE = PLACES | {"ref": "INC-999999", "slug": "no-such-thing", "seq": "999999", "id": "999999", "kind": "none"}

every_route = pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
with_body = pytest.mark.parametrize(
    "route", [route for route in ROUTES if route.command], ids=lambda route: f"{route.method} {route.path}"
)


def address(route: Route, places: dict[str, str] = PLACES) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: places[found[1]], route.path)


def example(route: Route) -> dict | None:
    return EXAMPLES.get((route.method, route.path), {}) if route.command else None


@every_route
def test_without_a_good_token_the_answer_is_401_whatever_else_is_wrong(app, route):
    for token in (None, "wrong", "abp_" + "x" * 40, "é"):
        answer = Caller(app, token)(route.method, address(route) + "?nonsense=1", b"{not json")
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
        assert ("invalid_token" in answer.headers["WWW-Authenticate"]) is (token is not None)


@every_route
def test_an_unknown_parameter_is_400(api, route):
    answer = api(route.method, address(route) + "?nonsense=1", example(route))
    assert answer.status_code == 400
    assert "'nonsense'" in answer.json["detail"]


@every_route
def test_a_parameter_said_twice_is_400(api, route):
    name = next(iter((route.query or NoQuery).model_fields), "limit")
    assert api(route.method, f"{address(route)}?{name}=1&{name}=2", example(route)).status_code == 400


NOT_JSON = [
    b"{not json",
    b'{"a": NaN}',
    b'{"a": 1e999}',
    b'{"a": 1, "a": 2}',
    b'{"a": "\\ud800"}',
    b'{"\\udc00": 1}',
    b'{"a": %s}' % (b"9" * 5000),
    b'{"a": 9223372036854775808}',
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b"\xff\xfe",
    b'{"a": "\x00"}',
    b"{} {}",
    b"{}\x00",
    b"{'a': 1}",
    "\ufeff{}".encode(),
]


@with_body
def test_a_body_that_is_not_json_is_400(api, route):
    for body in NOT_JSON:
        answer = api(route.method, address(route), body)
        assert answer.status_code == 400, f"{body[:20]!r}: {answer.text}"


@with_body
def test_json_of_another_shape_is_422(api, route):
    for body in (b"[]", b'"text"', b"1", b"null", b'{"no_such_field_": 1}'):
        assert api(route.method, address(route), body).status_code == 422


@with_body
def test_every_field_refuses_a_number_or_text_of_the_wrong_kind_with_its_name(api, route):
    for name, field in route.command.model_fields.items():
        sent = field.alias or name
        body = (example(route) or {}) | {sent: [[]]}
        answer = api(route.method, address(route), body)
        assert answer.status_code == 422
        assert any(said.partition(".")[0] == sent for said in answer.json["errors"]), answer.json


@with_body
def test_another_content_type_is_415(api, route):
    answer = api(route.method, address(route), b"title=x", Content_Type="application/x-www-form-urlencoded")
    assert answer.status_code == 415


@with_body
def test_a_body_above_a_mebibyte_is_413(api, route):
    body = json.dumps({"title": "x" * (1024 * 1024)}).encode()
    assert api(route.method, address(route), body).status_code == 413


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if route.places], ids=lambda route: f"{route.method} {route.path}"
)
def test_what_is_not_there_is_404(chief, route):
    answer = chief(route.method, address(route, NOWHERE), example(route))
    assert answer.status_code == 404
    assert answer.json["detail"] != ""


ODD = ["%00", "%ff", "%ed%a0%80", "INC-" + "9" * 5000, "..", "%2e%2e", "'", "INC-1%20", "INC-１", "0", "-1", "1e3"]


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if route.places], ids=lambda route: f"{route.method} {route.path}"
)
def test_odd_addresses_are_not_found_and_never_an_error_of_ours(chief, incident, route):
    for name in set(route.places) - {"role"}:
        for odd in ODD:
            answer = chief(route.method, address(route, PLACES | {name: odd}), example(route))
            assert answer.status_code in (404, 405), f"{odd}: {answer.text}"


@every_route
def test_other_methods_are_405_and_say_which_there_are(app, token_for, route):
    here = {one.method for one in ROUTES if one.path == route.path}
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"} - here:
        answer = app.test_client().open(PREFIX + address(route), method=method)
        assert answer.status_code == 405
        assert here <= set(answer.headers["Allow"].split(", "))
        assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize("path", ["/nope", "/incidents/", "//incidents", "/subscriber-lists", "/%00", "/docs/x", ""])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PROPFIND"])
def test_unknown_addresses_are_404_for_every_method(api, method, path):
    assert api(method, path).status_code == 404


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if route.method == "POST"], ids=lambda route: f"{route.method} {route.path}"
)
def test_a_malformed_idempotency_key_is_400(api, route):
    for key in ("", "has space", "é", "x" * 256):
        assert api(route.method, address(route), example(route), Idempotency_Key=key).status_code == 400


@pytest.mark.parametrize(
    "route",
    [route for route in ROUTES if route.permission not in (VERB, Permission.RESPONDER)],
    ids=lambda route: f"{route.method} {route.path}",
)
def test_the_documented_permission_is_needed(caller, incident, route):
    others = {"responder", "messenger", "admin", "security"} - {route.permission.value}
    for other in others:
        answer = caller(other)(route.method, address(route), example(route))
        assert answer.status_code == 403, f"{other}: {answer.text}"


@every_route
def test_answers_are_not_kept_by_anyone_and_not_guessed_about(api, route):
    answer = api(route.method, address(route, NOWHERE), example(route))
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers


@every_route
def test_no_answer_repeats_the_host_header(app, token_for, route):
    headers = {"Host": "evil.example", "Authorization": f"Bearer {token_for('admin')}"}
    answer = app.test_client().open(PREFIX + address(route), method=route.method, headers=headers)
    assert "evil.example" not in answer.text + str(answer.headers)
