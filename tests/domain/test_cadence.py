from datetime import UTC, datetime, timedelta

import pytest

from portal.domain.cadence import first_post_due, next_update_due
from portal.domain.names import CustomerImpact, Kind, PostState, Severity

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


def minutes(due):
    return None if due is None else (due - NOW) / timedelta(minutes=1)


@pytest.mark.parametrize(
    ("state", "critical", "major"),
    [("investigating", 15, 30), ("identified", 20, 30), ("monitoring", 30, 60), ("resolved", None, None)],
)
def test_the_table(state, critical, major):
    state = PostState(state)
    assert minutes(next_update_due(Kind.INCIDENT, state, Severity.CRITICAL, NOW, None)) == critical
    assert minutes(next_update_due(Kind.INCIDENT, state, Severity.MAJOR, NOW, None)) == major
    assert minutes(next_update_due(Kind.INCIDENT, state, Severity.MINOR, NOW, None)) == major


@pytest.mark.parametrize("kind", [Kind.ADVISORY, Kind.MAINTENANCE])
def test_only_incidents_promise_by_themselves(kind):
    state = PostState.IN_PROGRESS if kind is Kind.MAINTENANCE else PostState.IDENTIFIED
    assert next_update_due(kind, state, Severity.MAJOR, NOW, None) is None
    assert minutes(next_update_due(kind, state, Severity.MAJOR, NOW, 90)) == 90


@pytest.mark.parametrize("state", [PostState.RESOLVED, PostState.COMPLETED])
def test_what_is_over_promises_nothing(state):
    assert next_update_due(Kind.INCIDENT, state, Severity.CRITICAL, NOW, 30) is None


def test_the_first_post_is_due_once_customers_are_known_to_be_affected():
    def due(severity, impact, kind=Kind.INCIDENT, known=NOW):
        return minutes(first_post_due(kind, severity, impact, known))

    assert due(Severity.CRITICAL, CustomerImpact.YES) == 5
    assert due(Severity.MAJOR, CustomerImpact.YES) == 10
    for impact in (CustomerImpact.NO, CustomerImpact.UNKNOWN):
        assert due(Severity.CRITICAL, impact) is None
    assert due(Severity.CRITICAL, CustomerImpact.YES, Kind.DRILL) is None
    assert due(Severity.CRITICAL, CustomerImpact.YES, known=None) is None
