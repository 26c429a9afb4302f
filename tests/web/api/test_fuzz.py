"""Requests that Schemathesis draws from the document: no 5xx, no answer that the document does not promise.

Ten per operation; `make prove` draws many more.
"""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
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

from portal.web.api.examples import EXAMPLES
from portal.web.api.routes import ROUTES
from tests.proofs import FULL
from tests.web.api.conftest import Caller

DRAWN = 200 if FULL else 10
LENIENT = ("maxLength", "format")
"""Texts are cleaned before their length is judged, and moments may be written with a blank between date and time."""


def refuses_what_the_document_forbids(context, answer, case):
    try:
        return negative_data_rejection(context, answer, case)
    except AcceptedNegativeData as accepted:
        if not any(f"`{word}`" in accepted.message for word in LENIENT):
            raise


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    refuses_what_the_document_forbids,
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


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_whatever_is_drawn_is_answered_as_promised(drawn, chief, route):
    operation, headers = drawn[route.path][route.method], {"Authorization": f"Bearer {chief.token}"}
    good = operation.as_strategy(generation_mode=GenerationMode.POSITIVE).map(about_real_things)
    bad = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)

    @given(case=good | bad)
    @settings(
        max_examples=DRAWN,
        deadline=None,
        database=None,
        derandomize=not FULL,
        suppress_health_check=list(HealthCheck),
    )
    def answered(case):
        case.validate_response(case.call(headers=headers), checks=CHECKS, headers=headers)

    answered()
