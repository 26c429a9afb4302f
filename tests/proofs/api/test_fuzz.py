"""Requests that Schemathesis draws from the document: no 5xx, no answer that the document does not promise, and every
refusal a problem whose words help.

Ten per operation; `make prove` draws 10,000 and more in all.
"""

import json
import re
from collections import Counter

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from portal.web.api.answers import Problem
from portal.web.api.examples import EXAMPLES
from portal.web.api.routes import ROUTES
from portal.web.problems import CONTENT_TYPE
from tests.proofs import FULL
from tests.web.api.conftest import Caller

DRAWN = 230 if FULL else 10
MIXED = 2000 if FULL else 40
LENIENT = ("maxLength", "format")
"""Texts are cleaned before their length is judged, and moments may be written with a blank between date and time."""
INSIDE = re.compile(r"Traceback|sqlite|pydantic|NoneType|Error\b|Exception|object at 0x|\.py\b|/portal/|SELECT ")
"""Words that tell of the program instead of the request."""

counted: Counter[str] = Counter()


def refuses_what_the_document_forbids(context, answer, case):
    try:
        return negative_data_rejection(context, answer, case)
    except AcceptedNegativeData as accepted:
        if not any(f"`{word}`" in accepted.message for word in LENIENT):
            raise


def refuses_in_words_that_help(_context, answer, case):
    """A refusal is a problem; its sentences are whole, of the request, and never of the program's inside."""
    if answer.status_code < 400:
        return
    assert answer.headers["content-type"] == [CONTENT_TYPE]
    problem = Problem.model_validate_json(answer.content)
    sent = json.dumps([case.path_parameters, case.query, case.body], default=str, ensure_ascii=False)
    said = [problem.detail, *(problem.reasons or ())]
    said += [sentence for sentences in (problem.errors or {}).values() for sentence in sentences]
    said += [finding.message for finding in problem.findings or ()]
    for sentence in said:
        assert sentence.rstrip().endswith((".", "!", "?")), sentence
        assert len(sentence.split()) >= 3, sentence
        assert all(word in sent for word in INSIDE.findall(sentence)), sentence


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    refuses_what_the_document_forbids,
    refuses_in_words_that_help,
]
REAL = {"ref": "INC-1", "slug": "search", "seq": 1, "id": 1}


@pytest.fixture
def drawn(app, chief: Caller, incident: str):
    """The document of a portal that has one of everything."""
    for path in ("links", "followups", "checklist"):
        chief.ok("POST", f"/incidents/{incident}/{path}", EXAMPLES[("POST", f"/incidents/{{ref}}/{path}")])
    chief.ok("PUT", f"/incidents/{incident}/postmortem", EXAMPLES[("PUT", "/incidents/{ref}/postmortem")])
    document = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    document.config.generation.update(with_security_parameters=False)
    return document


def about_real_things(case):
    """The same request about an incident, a component, a row that exists."""
    for name in set(case.path_parameters or {}) & set(REAL):
        case.path_parameters[name] = REAL[name]
    return case


def cases(operation):
    """Requests as the document wants them, and requests that break it."""
    good = operation.as_strategy(generation_mode=GenerationMode.POSITIVE).map(about_real_things)
    return good | operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)


def check_each(strategy, count: int, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}

    @given(case=strategy)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=not FULL,
        suppress_health_check=list(HealthCheck),
    )
    def answered(case):
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=CHECKS, headers=headers)
        counted[f"{answer.status_code // 100}xx"] += 1

    answered()


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_whatever_is_drawn_is_answered_as_promised(drawn, chief, route):
    check_each(cases(drawn[route.path][route.method]), DRAWN, chief.token)


def test_so_it_is_when_all_operations_are_mixed_in_one_portal(drawn, chief):
    check_each(st.one_of([cases(drawn[route.path][route.method]) for route in ROUTES]), MIXED, chief.token)


def test_the_checks_can_fail(app, drawn, chief, monkeypatch):
    """An answer that is not documented, a failure inside, and words that do not help are each found."""
    for status, text in ((418, "A teapot is no portal."), (500, "It is broken."), (404, "sqlite3.OperationalError.")):

        def planted(answer, status=status, text=text):
            answer.status_code, answer.content_type = status, CONTENT_TYPE
            answer.set_data(Problem(type="/x", title="x", status=status, detail=text).model_dump_json())
            return answer

        with monkeypatch.context() as during:
            during.setitem(app.after_request_funcs, None, [planted])
            with pytest.raises((AssertionError, BaseExceptionGroup)):
                check_each(cases(drawn["/components"]["GET"]), 1, chief.token)


def test_the_figure(tell):
    """Last in this file: how many requests were drawn above."""
    asked = sum(counted.values())
    if FULL:
        assert asked >= 10_000
    by_class = ", ".join(f"{number:,} answered {kind}" for kind, number in sorted(counted.items()))
    tell("API requests drawn", f"{asked:,} on {len(ROUTES)} operations ({by_class}): 0 answers that are not promised")
