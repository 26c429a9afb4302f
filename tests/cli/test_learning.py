"""Postmortems, follow-ups and numbers over all incidents, on the command line."""

import csv
import io

import pytest


@pytest.fixture
def over(portal) -> str:
    """Not public, so that nothing has to be rendered."""
    ref = portal.json("incident", "declare", "Search fails", "--severity", "critical")["ref"]
    portal("postmortem", "write", ref)
    return ref


def test_a_postmortem_is_listed_previewed_and_compared(portal, over):
    assert over in portal("postmortem", "list", "--state", "draft").output
    assert portal("postmortem", "list", "--overdue").output == "No postmortem.\n"
    portal("postmortem", "write", over, "--section", "summary=It took 12 minutes.")
    portal("postmortem", "write", over, "--section", "summary=It took 13 minutes.")
    assert "3" in portal("postmortem", "revisions", over).output.splitlines()[1]
    assert "It took [-12-]{+13+} minutes." in portal("postmortem", "compare", over, "3").output
    assert "<p>It took 13 minutes.</p>" in portal("postmortem", "preview", over).output
    assert "Internal notes" in portal("postmortem", "preview", over, "--internal").output
    said = portal("postmortem", "compare", over, "9", code=2).output
    assert "has 3 versions, not 9" in said


def test_a_section_that_somebody_changed_is_not_written_over(portal, over):
    version = portal.json("postmortem", "show", over)["versions"]["summary"]
    portal("postmortem", "write", over, "--section", "summary=Theirs.")
    words = ["--section", "summary=Mine.", "--based-on", f"summary={version}"]
    assert "has changed this meanwhile: Summary" in portal("postmortem", "write", over, *words, code=2).output
    assert portal.json("postmortem", "show", over)["sections"]["summary"] == "Theirs."


def test_customers_who_asked(portal, over):
    assert "Nobody has asked" in portal("postmortem", "request", "list", over).output
    portal("postmortem", "request", "add", over, "Example Corp", "--contact", "ops@customer.example")
    assert "ops@customer.example" in portal("postmortem", "request", "list", over).output
    portal("postmortem", "request", "told", "1")
    assert portal.json("postmortem", "request", "list", over)["items"][0]["told_at"]
    portal("postmortem", "request", "told", "1", "--not")
    assert portal.json("postmortem", "request", "list", over)["items"][0]["told_at"] is None


def test_follow_ups_of_all_incidents(portal, over):
    assert portal("incident", "followups").output == "No follow-up.\n"
    portal("incident", "followup", "add", over, "Widen the canary", "--due", "2020-01-01", "--owner", "lea")
    assert "Widen the canary" in portal("incident", "followups", "--overdue").output
    assert portal("incident", "followups", "--owner", "somebody else").output == "No follow-up.\n"


def test_the_numbers(portal, over):
    said = portal("insight", "--by", "severity").output
    assert said.startswith("1 incidents from ")
    assert "From start to resolution" in said
    assert "Critical" in said
    assert portal.json("insight")["incidents"] == 1
    rows = list(csv.reader(io.StringIO(portal("insight", "--csv").output, newline="")))
    assert [row[0] for row in rows] == ["ref", over]
    assert "such as 2026-11-23" in portal("insight", "--since", "yesterday", code=2).output
