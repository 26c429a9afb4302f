from datetime import UTC, datetime

import pytest

from portal.domain.names import PostmortemState, Severity
from portal.domain.postmortems import (
    MOVES,
    SECTIONS,
    changelog_note,
    due_at,
    move_reasons,
    overwrites,
    public_text,
    version_of,
)
from portal.site.articles import SECTION_HEADINGS

WRITTEN = {"summary": "Down for 5 minutes.", "contributing_factors": "- one\n- two"}


@pytest.mark.parametrize(
    ("resolved", "severity", "due"),
    [
        ("2026-11-23", Severity.CRITICAL, "2026-11-26"),
        ("2026-11-23", Severity.MAJOR, "2026-11-30"),
        ("2026-11-27", Severity.MAJOR, "2026-12-04"),
        ("2026-11-28", Severity.MAJOR, "2026-12-04"),
        ("2026-11-28", Severity.CRITICAL, "2026-12-01"),
        ("2026-11-29", Severity.MINOR, "2026-12-04"),
    ],
)
def test_due_days(resolved, severity, due):
    moment = datetime.fromisoformat(resolved).replace(hour=9, tzinfo=UTC)
    assert due_at(severity, moment, critical_days=3, major_working_days=5).isoformat() == f"{due}T09:00:00+00:00"


def test_no_state_is_a_dead_end_and_published_is_reached_by_review_only():
    assert all(MOVES[state] for state in PostmortemState)
    assert [state for state in PostmortemState if PostmortemState.PUBLISHED in MOVES[state]] == [
        PostmortemState.REVIEWED
    ]


@pytest.mark.parametrize("before", PostmortemState)
@pytest.mark.parametrize("after", PostmortemState)
def test_moves(before, after):
    said = move_reasons(before, after, WRITTEN, over=True)
    assert (said == []) == (after in MOVES[before])
    assert all(one.endswith(".") for one in said)


def test_publishing_needs_an_end_and_words():
    said = move_reasons(PostmortemState.REVIEWED, PostmortemState.PUBLISHED, {}, over=False)
    assert len(said) == 3


def test_withdrawing_and_going_back_need_nothing():
    assert move_reasons(PostmortemState.PUBLISHED, PostmortemState.WITHDRAWN, {}, over=False) == []
    assert move_reasons(PostmortemState.IN_REVIEW, PostmortemState.DRAFT, {}, over=False) == []


def test_the_page_knows_the_same_sections():
    assert [name for name in SECTIONS if name != "internal_notes"] == list(SECTION_HEADINGS)


def test_a_section_is_overwritten_only_by_who_has_not_read_it():
    now = {"summary": "theirs", "impact": "3 %"}
    old, theirs = version_of("old"), version_of("theirs")
    assert overwrites(now, {"summary": "mine"}, {"summary": old}) == ["summary"]
    assert overwrites(now, {"summary": "mine"}, {"summary": theirs}) == []
    assert overwrites(now, {"summary": "mine"}, {}) == [], "whoever says nothing overwrites knowingly"
    assert overwrites(now, {"summary": "theirs"}, {"summary": old}) == [], "both wrote the same"
    assert overwrites(now, {"faq": "mine"}, {"faq": version_of("")}) == []


def test_the_changelog_names_headings_and_nothing_internal():
    before = {"summary": "a", "internal_notes": "a"}
    assert changelog_note(before, before, title_changed=False) is None
    assert changelog_note(before, {**before, "internal_notes": "b"}, title_changed=False) is None
    after = {"summary": "b", "faq": "c", "impact": "d"}
    assert changelog_note(before, after, title_changed=True) == (
        "Updated: Title, Summary, Impact on customers, Questions and answers"
    )


ROLES = {"Ada Lovelace": "the incident lead", "ada@example.com": "the incident lead", "Ada": "a colleague"}


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("It was seen by Ada Lovelace.", "It was seen by the incident lead."),
        ("Ada Lovelace saw it.", "The incident lead saw it."),
        ("- Ada Lovelace saw it", "- The incident lead saw it"),
        ("1. Ada Lovelace saw it", "1. The incident lead saw it"),
        ("Down. Ada Lovelace saw it", "Down. The incident lead saw it"),
        ("Ask ada@example.com about it", "Ask the incident lead about it"),
        ("Ask ADA@Example.com about it", "Ask the incident lead about it"),
        ("Write to ada lovelace street", "Write to ada lovelace street"),
        ("Ada Lovelace's idea", "The incident lead's idea"),
        ("**Ada Lovelace** saw", "**The incident lead** saw"),
        ("We run Adafruit boards", "We run Adafruit boards"),
        ("write to nada@example.com.org", "write to nada@example.com.org"),
        ("ping @Ada now", "ping a colleague now"),
        ("", ""),
    ],
)
def test_people_become_roles(text, public):
    assert public_text(text, ROLES) == public


def test_nobody_to_hide_changes_nothing():
    assert public_text("Ada Lovelace saw it.", {}) == "Ada Lovelace saw it."
    assert public_text("Ada", {"": "x", " ": "y"}) == "Ada"
