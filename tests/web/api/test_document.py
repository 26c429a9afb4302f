"""The OpenAPI document and the page made of it."""

import re
from html.parser import HTMLParser

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from portal.domain import errors
from portal.web import problems
from portal.web.api import answers
from portal.web.api.examples import EXAMPLES
from portal.web.api.meanings import MEANINGS, OF_ONE
from portal.web.api.openapi import document, operation_id
from portal.web.api.route import PREFIX
from portal.web.api.routes import ROUTES
from portal.web.reading import read_model

UNDOCUMENTED = {
    "/api/v1/openapi.json",
    "/api/v1/docs",
    "/api/v1/docs.css",
    "/api/v1",
    "/api/v1/",
    "/api/v1/<path:rest>",
    "/healthz",
    "/readyz",
    "/metrics",
}
"""What programs do not call through the document: the document itself, its page, health, and all that is not there."""


def test_the_document_is_valid_openapi_3_1():
    assert list(OpenAPIV31SpecValidator(document()).iter_errors()) == []


def test_every_rule_of_the_application_is_documented(app):
    documented = {PREFIX + path for path in document()["paths"]}
    rules = {
        re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", r"{\1}", rule.rule): rule.rule for rule in app.url_map.iter_rules()
    }
    left = {
        plain: rule
        for plain, rule in rules.items()
        if not (plain in documented or rule in UNDOCUMENTED or rule.startswith("/desk"))
    }
    assert left == {}
    assert documented <= set(rules)


def test_every_operation_has_its_own_id():
    ids = [operation_id(route) for route in ROUTES]
    assert len(ids) == len(set(ids)) == len({(route.method, route.path) for route in ROUTES})


def test_commands_and_answers_have_different_names():
    commands = {route.command.__name__: route.command for route in ROUTES if route.command}
    assert [name for name in commands if hasattr(answers, name)] == []


def test_every_reference_leads_somewhere():
    made = document()
    names = set(re.findall(r"'#/components/(\w+/[\w-]+)'", str(made)))
    assert {name for name in names if name.partition("/")[2] not in made["components"][name.partition("/")[0]]} == set()
    used = {name.partition("/")[2] for name in names if name.startswith("schemas/")}
    assert set(made["components"]["schemas"]) - used == set()


def test_every_body_with_fields_has_an_example_that_its_command_takes():
    for route in ROUTES:
        if route.command is not None and route.command.model_fields:
            read_model(route.command, EXAMPLES[(route.method, route.path)])
    assert {(route.method, route.path) for route in ROUTES} >= set(EXAMPLES)


def test_every_field_of_a_request_is_explained():
    schemas = document()["components"]["schemas"]
    silent = [
        f"{route.command.__name__}.{name}"
        for route in ROUTES
        if route.command is not None
        for name, field in schemas[route.command.__name__]["properties"].items()
        if not field.get("description")
    ]
    assert silent == []


def test_no_explanation_is_left_over():
    schemas = document()["components"]["schemas"]
    fields = {(model, name) for model, schema in schemas.items() for name in schema.get("properties", {})}
    parameters = {
        one["name"] for path in document()["paths"].values() for way in path.values() for one in way["parameters"]
    }
    assert set(MEANINGS) - {name for _, name in fields} - parameters == set()
    assert set(OF_ONE) - fields == set()


def test_answers_may_grow_but_requests_may_not():
    schemas = document()["components"]["schemas"]
    assert schemas["Declare"]["additionalProperties"] is False
    assert "additionalProperties" not in schemas["IncidentWritten"]


def test_the_document_is_public_and_is_what_it_says(app):
    answer = app.test_client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json == document()


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def all(self, name: str) -> list[str]:
        return [attrs[name] for _, attrs in self.tags if attrs.get(name)]


@pytest.fixture
def page(app) -> Page:
    answer = app.test_client().get("/api/v1/docs")
    assert answer.content_type == "text/html; charset=utf-8"
    assert "default-src 'none'; style-src 'self'" in answer.headers["Content-Security-Policy"]
    return Page(answer.text)


def test_the_page_has_every_operation_and_every_error(page):
    ids = page.all("id")
    assert len(ids) == len(set(ids))
    assert {operation_id(route) for route in ROUTES} <= set(ids)
    assert {f"error-{kind.code}" for kind in problems.EVERY} <= set(ids)
    assert {href[1:] for href in page.all("href") if href.startswith("#")} <= set(ids)


def test_the_page_asks_no_other_host_and_runs_nothing(page):
    assert [one for one in page.all("href") + page.all("src") if not one.startswith(("#", "/api/v1/"))] == []
    assert {tag for tag, _ in page.tags} & {"script", "style", "iframe", "img"} == set()
    assert [name for _, attrs in page.tags for name in attrs if name == "style" or name.startswith("on")] == []


def test_the_style_has_its_type(app):
    answer = app.test_client().get("/api/v1/docs.css")
    assert answer.content_type == "text/css; charset=utf-8"
    assert "url(" not in answer.text


def test_every_error_that_a_person_can_cause_is_explained():
    def kinds(kind):
        return {kind}.union(*(kinds(one) for one in kind.__subclasses__()))

    assert {kind for kind in kinds(errors.Refused) if "code" in vars(kind) or kind is errors.BadRequest} - {
        errors.Refused
    } == set(problems.EVERY)
    for kind in problems.EVERY:
        assert kind.__doc__, f"{kind.__name__} needs a sentence for the docs"
