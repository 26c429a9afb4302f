import sqlite3

import pytest

from portal.web.api import doors
from tests.web.api.conftest import Caller


def errors(answer):
    assert answer.status_code == 422, answer.text
    return answer.json["errors"]


def test_a_missing_field_is_named(api):
    assert errors(api("POST", "/incidents", {})) == {"title": ["This field is needed."]}


def test_a_misspelt_field_is_met_with_a_guess(api):
    said = errors(api("POST", "/incidents", {"title": "x", "post": {"state": "resolved", "body": "x", "notfy": True}}))
    assert said == {"post.notfy": ["There is no such field; did you mean notify?"]}


def test_a_closed_list_is_spelt_out(api):
    said = errors(api("POST", "/incidents", {"title": "x", "severity": "sev1"}))
    assert said == {"severity": ["Use 'critical', 'major' or 'minor'."]}


@pytest.mark.parametrize("more", [{}, {"components": {f"no slug {number}": "down" for number in range(500)}}])
def test_of_many_faults_only_the_first_are_named(api, more):
    answer = api("POST", "/incidents", {"title": "x", **{f"field{number}": 1 for number in range(500)}, **more})
    assert 0 < len(errors(answer)) <= 20
    assert answer.json["detail"].endswith("and many more fields need attention.")


@pytest.mark.parametrize(
    "moment", [0, 1700000000, "0", "1700000000", "2026-11-23", "2026-11-23T10:00:00", "yesterday", True, ""]
)
def test_a_moment_needs_a_date_a_time_and_a_zone(api, moment):
    assert list(errors(api("POST", "/incidents", {"title": "x", "started_at": moment}))) == ["started_at"]


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1969-12-31T23:59:59Z"])
def test_a_moment_outside_the_years_of_the_calendar_is_refused(api, moment):
    assert list(errors(api("POST", "/incidents", {"title": "x", "started_at": moment}))) == ["started_at"]


def test_moments_of_other_zones_become_utc(api):
    made = api.ok("POST", "/incidents", {"title": "x", "started_at": "2026-11-23T09:00:00.123456-04:00"})
    assert made["started_at"] == "2026-11-23T13:00:00.123Z"


@pytest.mark.parametrize("value", [1, 0, "true", "yes", None, []])
def test_only_true_and_false_are_true_and_false(api, value):
    assert list(errors(api("POST", "/incidents", {"title": "x", "security": value}))) == ["security"]


@pytest.mark.parametrize("value", [5, 1.5, True, ["x"], {"x": 1}])
def test_numbers_and_lists_are_no_texts(api, value):
    assert errors(api("POST", "/incidents", {"title": value})) == {"title": ["Send a text, in quotes."]}


@pytest.mark.parametrize("title", ["", "   ", "\n\t", "\u202e\u200e", "\x00\x07"])
def test_a_title_of_nothing_visible_is_empty(api, title):
    assert errors(api("POST", "/incidents", {"title": title})) == {"title": ["This can't be empty."]}


def test_a_text_that_is_too_long_says_by_how_much(api):
    said = errors(api("POST", "/incidents", {"title": "x" * 301}))
    assert said == {"title": ["Keep this to 300 characters; it has 301."]}


def test_several_faults_come_together(api):
    said = errors(api("POST", "/incidents", {"title": 1, "kind": "x", "components": {"A b": "bad"}}))
    assert list(said) == ["title", "kind", "components.A b"]


def test_the_body_may_say_its_charset(api):
    assert api("POST", "/incidents", {"title": "x"}, Content_Type="application/json; charset=utf-8").status_code == 201


def test_an_empty_body_is_fine_where_no_field_is_needed(api, incident):
    assert api("POST", f"/incidents/{incident}/roles/lead/accept").status_code == 200


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        ("limit=1.0", "limit"),
        ("limit=%D9%A1", "limit"),
        ("limit=", "limit"),
        ("state=open", "state"),
        ("cursor=%00", "cursor"),
        ("q=%00", "q"),
        ("q=" + "x" * 201, "q"),
        ("Limit=1", "Limit"),
        ("cursor=nonsense", "cursor"),
    ],
)
def test_a_parameter_that_can_not_be_read_is_400_and_named(api, query, word):
    answer = api("GET", f"/incidents?{query}")
    assert answer.status_code == 400
    assert word in answer.json["detail"]


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "bearer", "Token x", "Bearer a b", "Bearer " + "x" * 10_000],
)
def test_an_odd_authorization_is_401(app, header):
    assert Caller(app, None)("GET", "/components", Authorization=header).status_code == 401


def test_the_scheme_may_be_written_in_any_case(app, token_for):
    assert Caller(app, None)("GET", "/components", Authorization=f"bEARER {token_for('admin')}").status_code == 200


def test_a_token_in_the_address_is_no_token(app, token_for):
    assert Caller(app, None)("GET", f"/components?access_token={token_for('admin')}").status_code == 401


def broken(error):
    def verb(*_, **__):
        raise error

    return verb


@pytest.fixture
def breaking(monkeypatch):
    """Let every verb fail with an error, as an unforeseen one would."""

    def use(error):
        enter = doors.enter

        def broken_enter(routes, place):
            import dataclasses

            return enter({name: dataclasses.replace(one, verb=broken(error)) for name, one in routes.items()}, place)

        monkeypatch.setattr(doors, "enter", broken_enter)

    return use


def test_an_unforeseen_error_is_logged_once_and_tells_nothing(api, breaking, caplog):
    breaking(RuntimeError("SECRET /srv/portal.db"))
    answer = api.client.get("/api/v1/components", headers={"Authorization": f"Bearer {api.token}"})
    assert answer.status_code == 500
    assert answer.content_type == "application/problem+json"
    assert "SECRET" not in answer.text
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "SECRET" in caplog.text


def test_a_locked_database_asks_to_come_back(api, breaking):
    breaking(sqlite3.OperationalError("database is locked"))
    answer = api("POST", "/incidents", {"title": "x"})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "1"


def test_head_is_get_without_a_body(api, incident):
    answer = api("HEAD", f"/incidents/{incident}")
    assert answer.status_code == 200
    assert answer.data == b""


def test_options_lists_the_methods_without_a_token(app):
    answer = app.test_client().options("/api/v1/incidents")
    assert answer.status_code == 204
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS, POST"
