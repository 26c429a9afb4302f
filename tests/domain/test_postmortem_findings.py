import re

import pytest

from portal.domain.names import FindingLevel
from portal.domain.postmortem_findings import EXPECTED, MOST_PER_RULE, findings
from portal.domain.rules import Setting

WHOLE = {
    "summary": "Searches failed for 12 minutes.",
    "impact": "3 % of searches failed.",
    "detection": "An alert fired after 2 minutes.",
    "contributing_factors": "- A change was not covered by the canary.\n- The alert fired late.",
    "resolution": "A rollback.",
    "went_well": "The rollback was quick.",
    "went_badly": "The alert was late.",
}


def rules(sections, **setting):
    return [one.rule for one in findings(WHOLE | sections, Setting(**setting))]


def test_a_good_postmortem_has_no_remark():
    assert rules({}) == []


@pytest.mark.parametrize("name", EXPECTED)
def test_an_empty_section_is_named(name):
    said = findings(WHOLE | {name: "  \n"})
    assert ("section_empty", name) in [(one.rule, one.section) for one in said]


def test_the_summary_has_eighty_words_and_the_duration():
    assert rules({"summary": "5 minutes " + "x " * 78}) == []
    long = findings(WHOLE | {"summary": "5 minutes " + "x " * 78 + "late"})
    assert [(one.rule, one.start) for one in long] == [("summary_length", len("5 minutes " + "x " * 78) - 1)]
    assert rules({"summary": "Searches failed."}) == ["summary_duration"]


@pytest.mark.parametrize("words", ["for 12 minutes", "1h", "two hours", "3 days", "90 s"])
def test_a_summary_that_says_how_long(words):
    assert rules({"summary": f"Down {words}."}) == []


def test_an_impact_without_a_number_is_shown():
    assert rules({"impact": "Many searches failed."}) == ["impact_numbers"]


@pytest.mark.parametrize(
    "words",
    [
        "We should have tested it",
        "The alert could have caught it",
        "it could have been avoided",
        "If only the canary",
        "In hindsight it was",
        "Had we known that",
        "they ought to have asked",
        "we should've known it",
    ],
)
def test_what_did_not_happen_is_shown(words):
    assert rules({"went_badly": f"{words} before."}) == ["counterfactual"]


@pytest.mark.parametrize(
    "words",
    [
        "It should be said that",
        "Requests that should go to the canary went",
        "Every action should have an owner",
        "we should have something for that",
        "The change could have two effects",
        "We would have to restart",
        "“we should have tested it” was heard",
        "`should have` is a flag",
    ],
)
def test_other_conditionals_are_fine(words):
    assert rules({"went_badly": f"{words} here."}) == []


@pytest.mark.parametrize(
    "words",
    [
        "It was human error",
        "a careless change",
        "Somebody forgot to run it",
        "The team failed to notice",
        "was mistakenly deleted",
        "the operator was to blame",
    ],
)
def test_blame_is_shown(words):
    assert rules({"resolution": f"{words} that day."}) == ["blame"]


@pytest.mark.parametrize(
    "words",
    ["Nobody is to blame for that", "The job failed to start", "requests failed to reach it", "a blameless review"],
)
def test_machines_that_fail_are_not_blamed(words):
    assert rules({"resolution": f"{words}."}) == []


def test_a_root_cause_alone_is_shown_and_beside_others_fine():
    lone = {"contributing_factors": "The root cause was a change."}
    said = findings(WHOLE | lone)
    assert [one.rule for one in said] == ["factors_plural", "root_cause"]
    one = said[1]
    text = lone["contributing_factors"]
    assert text[one.start : one.end] == "root cause"
    assert text[: one.start] + str(one.suggestion) + text[one.end :] == "The contributing factors was a change."
    assert rules({"resolution": "We looked for the root cause."}) == []
    assert "root_cause" in rules(lone | {"resolution": "We found the root cause."})


@pytest.mark.parametrize("text", ["- one", "1. one", "A bug.", "* one"])
def test_one_factor_is_seldom_all(text):
    assert rules({"contributing_factors": text}) == ["factors_plural"]


@pytest.mark.parametrize("text", ["- one\n- two", "1. one\n2. two", "A bug.\n\nAnd a gap.", "word " * 40])
def test_several_factors(text):
    assert rules({"contributing_factors": text}) == []


def test_blanks_and_secrets_stand_in_the_way():
    said = findings(WHOLE | {"impact": "___ % of searches", "resolution": "with glpat-abcdefghij0123456789"})
    assert [(one.rule, one.level) for one in said if one.level is FindingLevel.BLOCK] == [
        ("P7", FindingLevel.BLOCK),
        ("P15", FindingLevel.BLOCK),
    ]


@pytest.mark.parametrize("text", ["- [x] done", "* a\n  1. [X] done", "- [x] a\n- [ ] b"])
def test_a_ticked_box_is_no_blank(text):
    assert rules({"went_badly": text}) == []
    assert rules({"went_badly": "It took [x] minutes."}) == ["P7"]


def test_another_time_zone_is_shown():
    assert rules({"timeline_notes": "At 10:30 PST it began."}) == ["P2"]


def test_given_names_and_handles_are_shown_for_only_full_names_become_roles():
    people = {"people": ("Ada Lovelace",)}
    assert rules({"went_well": "Quick work by Ada here."}, **people) == ["P12"]
    assert rules({"went_well": "Quick work by @ada here."}, **people) == ["P12"]
    assert rules({"went_well": "Quick work by Ada Lovelace here."}, **people) == []


def test_internal_notes_are_nobody_s_matter():
    assert rules({"internal_notes": "We should have known. ___ human error"}) == []


def test_the_same_remark_is_made_five_times_at_most():
    assert rules({"went_badly": "We should have known. " * 50}).count("counterfactual") == MOST_PER_RULE


def test_another_language_gets_the_rules_that_need_no_words():
    assert rules({"went_badly": "We should have known."}, language="de") == []
    assert rules({"impact": "viele"}, language="de") == ["impact_numbers"]


def test_offsets_count_code_points():
    text = "🎉🎉 We should have tested."
    one = next(one for one in findings(WHOLE | {"went_badly": text}) if one.rule == "counterfactual")
    assert text[one.start : one.end] == "should have"


@pytest.mark.corpora
def test_real_postmortems_are_not_flooded_with_remarks(corpora):
    """Texts of others that were written with care: remarks about words on at most half of them, three at the median."""
    said = []
    for path in sorted((corpora / "postmortems/mybinder").glob("20*.md")):
        parts = re.split(r"^#+ *(.*)$", path.read_text("utf-8"), flags=re.MULTILINE)
        found = []
        for heading, text in zip(parts[1::2], parts[2::2], strict=True):
            name = next((name for words, name in NAMES.items() if words in heading.lower()), "background")
            found += [one for one in findings({name: text}) if one.section == name and one.end]
        said.append(found)
    assert len(said) == 23
    wordy = [sum(one.rule in ("counterfactual", "blame", "root_cause") for one in found) for found in said]
    assert sum(number > 0 for number in wordy) <= len(said) / 2
    assert sorted(wordy)[-1] <= 6
    assert not [one for found in said for one in found if one.rule == "P15"], "no secret is seen where there is none"


NAMES = {
    "summary": "summary",
    "timeline": "timeline_notes",
    "lessons": "went_badly",
    "went well": "went_well",
    "went wrong": "went_badly",
    "where we got lucky": "lucky",
    "action": "resolution",
}
