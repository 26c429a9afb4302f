import pytest

from portal.cli.findings import finding_lines
from portal.cli.postmortem import sections_of
from portal.domain.errors import BadRequest

TEXT = """\
# Search errors on a rollback

State: draft, owner: ada@example.com, due 2026-11-30 12:48 UTC

## Summary
Searches failed for 12 minutes.

### Not a section

## Went well ##
- The alert.

## Contributing factors

- A configuration change.
"""


def test_components_are_added_changed_listed_and_removed(portal):
    portal("component", "add", "Code intelligence", "--group", "Product")
    assert "Code intelligence" in portal.page("/")
    portal("component", "change", "code-intelligence", "--name", "Code navigation", "--no-group")
    assert portal.json("component", "list")["items"][0]["group"] is None
    assert "Code navigation" in portal("component", "list").output
    portal("component", "remove", "code-intelligence")
    assert portal("component", "list").output.startswith("No component yet")
    assert "Code navigation" not in portal.page("/")


def test_a_maintenance_is_planned_changed_posted_about_and_cancelled(portal):
    portal("component", "add", "Search")
    window = ["--from", "2199-01-01T00:00:00Z", "--until", "2199-01-01T01:00:00Z"]
    body = "Search is read-only for up to 30 minutes while we upgrade its database."
    done = portal("maintenance", "plan", "Upgrade of Search", "--body", body, *window, "--component", "search", code=2)
    assert "five years" in done.stderr
    import datetime

    start = datetime.datetime.now(datetime.UTC).replace(microsecond=0) + datetime.timedelta(days=3)
    window = ["--from", start.isoformat(), "--until", (start + datetime.timedelta(hours=1)).isoformat()]
    ref = portal.json("maintenance", "plan", "Upgrade of Search", "--body", body, *window, "--component", "search")[
        "ref"
    ]
    assert "Upgrade of Search" in portal.page("/maintenance/")
    portal("maintenance", "change", ref, "--until", (start + datetime.timedelta(hours=2)).isoformat())
    portal("incident", "post", ref, "scheduled", "The upgrade of Search takes place as planned, and searching goes on.")
    assert ref in portal("maintenance", "list").output
    portal("maintenance", "cancel", ref, "--reason", "Not ready.")
    assert portal.json("incident", "show", ref)["outcome"] == "cancelled"


def test_a_postmortem_goes_from_a_file_to_the_archive(portal, incident, tmp_path):
    portal("incident", "post", incident, "resolved", "We have resolved the Search errors for everyone by a rollback.")
    file = tmp_path / "postmortem.md"
    file.write_text(TEXT)
    portal("postmortem", "write", incident, str(file), "--public", "--section", "impact=3 % of searches failed.")
    shown = portal("postmortem", "show", incident).output
    assert shown.startswith("# Search errors on a rollback")
    for words in (
        "## Summary",
        "Searches failed for 12 minutes.",
        "## Went well",
        "- The alert.",
        "3 % of searches failed.",
    ):
        assert words in shown
    for state in ("in_review", "reviewed", "published"):
        portal("postmortem", "move", incident, state)
    assert "Search errors on a rollback" in portal.page("/postmortems/")
    done = portal("postmortem", "move", incident, "draft", code=2)
    assert done.stderr.startswith("The postmortem can't be draft yet")


def test_headings_of_the_second_level_are_sections():
    title, sections = sections_of(TEXT.replace("\n", "\r\n"))
    assert title == "Search errors on a rollback"
    assert list(sections) == ["summary", "went_well", "contributing_factors"]
    assert sections["summary"] == "Searches failed for 12 minutes.\n\n### Not a section"
    assert sections["went_well"] == "- The alert."


def test_the_headings_of_the_public_page_name_sections_too():
    _, sections = sections_of("## Impact on customers\na\n## What stopped it\nb\n## Timeline notes\nc")
    assert sections == {"impact": "a", "resolution": "b", "timeline_notes": "c"}


def test_words_before_the_first_section_are_not_lost_in_silence():
    with pytest.raises(BadRequest, match="Just words"):
        sections_of("# Title\n\nJust words.\n\n## Summary\na")


def test_two_sections_of_one_name_are_refused():
    with pytest.raises(BadRequest, match="two sections called 'SUMMARY'"):
        sections_of("## Summary\na\n## SUMMARY\nb")


def test_headings_inside_code_are_no_sections():
    _, sections = sections_of("## Summary\n```sh\n## not a heading\n```\nend")
    assert sections == {"summary": "```sh\n## not a heading\n```\nend"}


@pytest.mark.parametrize(
    ("text", "start", "end", "pointed"),
    [
        ("one two three", 4, 7, "two"),
        ("first line\nsecond line", 11, 17, "second"),
        ("over\ntwo lines", 2, 8, "er"),
        ("x" * 200 + " here " + "y" * 200, 201, 205, "here"),
    ],
)
def test_carets_stand_under_the_words(text, start, end, pointed):
    finding = {"rule": "P1", "level": "warn", "message": "m", "start": start, "end": end, "field": "body"}
    _, line, carets = finding_lines([finding], {"body": text})
    assert line[carets.index("^") : carets.rindex("^") + 1] == pointed
    assert len(line) < 150


def test_wide_letters_take_two_columns():
    finding = {"rule": "P1", "level": "warn", "message": "m", "start": 3, "end": 5, "field": "body"}
    assert list(finding_lines([finding], {"body": "検索 am"}))[2] == "      " + " " * 5 + "^^"


def test_the_gravest_findings_come_first():
    levels = ["warn", "block", "confirm"]
    found = [{"rule": level, "level": level, "message": "m", "start": 0, "end": 0} for level in levels]
    assert [line.split()[0] for line in finding_lines(found, {})] == ["block", "confirm", "warn"]
