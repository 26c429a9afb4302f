"""Lifecycle, checklist, metrics, addresses, redaction: one table each."""

import pytest

from portal.domain.checklist import TITLES, rows
from portal.domain.lifecycle import MOVES, may_move, post_states
from portal.domain.metrics import measure
from portal.domain.names import CustomerImpact, IncidentState, Kind, PostState, Severity
from portal.domain.redaction import blanked, blanked_json, pattern
from portal.domain.slugs import free_slug, slug_from


def test_the_internal_life():
    def reached(state, seen=()):
        return {state} | {
            further for one in MOVES[state] if one not in seen for further in reached(one, (*seen, state))
        }

    assert reached(IncidentState.TRIAGE) == set(IncidentState)
    assert may_move(IncidentState.CLOSED, IncidentState.ACTIVE)
    assert not may_move(IncidentState.CLOSED, IncidentState.RESOLVED)
    assert not any(state in MOVES[state] for state in IncidentState)


def test_posts_of_a_kind_have_the_states_of_that_kind():
    assert post_states(Kind.MAINTENANCE)[0] is PostState.SCHEDULED
    for kind in (Kind.INCIDENT, Kind.ADVISORY, Kind.DRILL):
        assert post_states(kind)[-1] is PostState.RESOLVED


@pytest.mark.parametrize(
    ("kind", "severity", "felt", "security", "reported", "expected"),
    [
        ("incident", "major", "unknown", False, False, "support customer_success sales"),
        ("incident", "major", "no", False, True, "reporter support customer_success sales"),
        ("incident", "critical", "no", False, False, "support customer_success sales general"),
        ("incident", "major", "yes", False, False, "support customer_success sales marketing customers social"),
        (
            "incident",
            "critical",
            "yes",
            False,
            False,
            "support customer_success sales marketing general leadership customers social",
        ),
        ("incident", "critical", "unknown", True, False, "advisory cve changelog mailing_list upgrades legal"),
        (
            "incident",
            "critical",
            "yes",
            True,
            False,
            "clients_24h clients_72h advisory cve changelog mailing_list upgrades legal",
        ),
        ("maintenance", "minor", "yes", False, False, ""),
        ("drill", "critical", "yes", False, False, ""),
    ],
)
def test_who_is_told(*, kind, severity, felt, security, reported, expected):
    said = rows(Kind(kind), Severity(severity), CustomerImpact(felt), security=security, reported=reported)
    assert " ".join(said) == expected
    assert set(said) <= set(TITLES)


def at(minute):
    return f"2026-11-23T10:{minute:02d}:00.000Z"


def test_how_long_things_took():
    moments = {
        "started_at": at(0),
        "detected_at": at(4),
        "declared_at": at(5),
        "acknowledged_at": at(6),
        "first_post_at": at(9),
        "mitigated_at": at(30),
        "resolved_at": at(40),
    }
    said = measure(moments, [(at(9), at(24)), (at(20), at(40)), (at(41), None)])
    assert said == {
        "detected_after_s": 240,
        "declared_after_s": 300,
        "acknowledged_after_s": 120,
        "first_post_after_s": 300,
        "mitigated_after_s": 1800,
        "resolved_after_s": 2400,
        "largest_gap_s": 1260,
        "promises": 2,
        "promises_kept": 1,
        "on_time_share": 0.5,
    }


def test_what_is_not_known_is_not_invented():
    said = measure({"started_at": at(0), "detected_at": None}, [])
    assert set(said.values()) == {None, 0}
    assert (said["promises"], said["promises_kept"]) == (0, 0)
    assert measure({"started_at": at(10), "detected_at": at(5)}, [])["detected_after_s"] == 0


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Code intelligence", "code-intelligence"),
        ("  API (v2) / Web-hooks  ", "api-v2-web-hooks"),
        ("Straße & Café", "strasse-cafe"),
        ("It's down", "its-down"),
        ("検索", "otherwise"),
        ("", "otherwise"),
        ("x" * 99, "x" * 60),
        ("a" * 59 + " b", "a" * 59),
    ],
)
def test_addresses_from_names(name, slug):
    assert slug_from(name, "otherwise") == slug


def test_taken_addresses_are_counted_on():
    taken = {"a", "a-2", "a-3"}
    assert free_slug("a", taken.__contains__) == "a-4"
    assert free_slug("b", taken.__contains__) == "b"


def test_blanking():
    words = pattern("Big  Client")
    assert blanked({"a": ["the BIG\nclient!", 1, None], "Big Client": "x"}, words) == {
        "a": ["the █████!", 1, None],
        "Big Client": "x",
    }
    text = '{"a":   "nothing"}'
    assert blanked_json(text, words) is text
    assert blanked_json('["big client"]', words) == '["█████"]'
