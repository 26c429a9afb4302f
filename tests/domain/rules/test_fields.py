"""What all rules share: fields, offsets, languages, masks, the cap and the promise that good posts pass."""

import json

import pytest

from portal.domain.names import ComponentStatus
from portal.domain.rules import Setting, apply_suggestion, promise_line, with_support_contact
from portal.language import Words
from tests.domain.rules.asking import SETTING, findings, rules

BAD = "This morning around 9am PST ___ was probably down in a blip after Easter, at 10:30, due to human error"
WORDS = Words()
SUPPORT = "If you have any questions, email support@example.com."


@pytest.mark.parametrize(
    ("state", "body"),
    [
        (
            "investigating",
            f"We are aware there is an issue with code search. We are investigating a resolution. {SUPPORT}",
        ),
        (
            "identified",
            f"We are aware there is an issue with Sign-in. We know the cause and are working on it. {SUPPORT}",
        ),
        ("resolved", f"The issue with batch changes has been resolved, and no action is needed. {SUPPORT}"),
        (
            "identified",
            "We have identified the cause of the Search errors and are rolling back to a known good version.",
        ),
        (
            "resolved",
            "We have resolved the Search errors and will publish a postmortem so that everyone can learn from it.",
        ),
        ("resolved", "Search results in the Search component are current again for everyone."),
        ("monitoring", "The rollback of Search finished at 10:30 UTC and we keep watching the error rate closely."),
    ],
)
def test_a_good_post_has_no_finding(state, body):
    assert findings(body, state, is_first=True) == []


def test_the_title_and_the_action_are_read_by_the_rules_for_one_line():
    for field in ("public_title", "customer_action"):
        found = {
            one.rule
            for one in findings("Search fails for some users since 10:30 UTC today.", **{field: BAD})
            if one.field == field
        }
        assert found == {"P1", "P2", "P3", "P4", "P7", "P11", "P12", "P13"}


def test_a_short_title_is_no_finding():
    body = "Some searches in the Search component fail since 10:30 UTC."
    assert findings(body, public_title="Search", customer_action="Reload.") == []


def test_offsets_name_code_points_of_the_field():
    body = "😀 Ünïcode İ search was down at 9am PST, sorry."
    (finding,) = [one for one in findings(body) if one.rule == "P2"]
    assert body[finding.start : finding.end] == "9am PST"
    assert apply_suggestion(body, finding) == "😀 Ünïcode İ search was down at 17:00 UTC, sorry."


def test_a_finding_becomes_json():
    found = findings(BAD)[0].to_json()
    assert set(found) == {"id", "rule", "level", "message", "start", "end", "suggestion", "field"}
    assert json.loads(json.dumps(found)) == found


def test_messages_are_one_sentence_that_says_what_to_do():
    for finding in findings(BAD, private=True, next_update_minutes=600, public_title=BAD):
        assert finding.message.endswith(".")
        assert "\n" not in finding.message
        assert len(finding.message) > 30


def test_without_a_suggestion_the_text_stays():
    (finding,) = [one for one in findings(BAD) if one.rule == "P7"]
    assert apply_suggestion(BAD, finding) == BAD


@pytest.mark.parametrize("language", ["de", "fr", "xx"])
def test_other_languages_get_the_rules_that_need_no_words(language):
    setting = Setting(language=language, support_email="support@example.com")
    body = "Le service est indisponible. " + BAD + " (10:00 CET) TODO AKIA" + "Q7ZX2M4N8P6R1T3V"
    assert {one.rule for one in findings(body, setting=setting, private=True, previous_body=body)} == {
        "P2",
        "P7",
        "P15",
        "P18",
        "P20",
    }
    assert {one.rule for one in findings("Est-ce fini ?", setting=setting)} == {"P17"}
    assert findings("LE SERVICE EST INDISPONIBLE DEPUIS HIER POUR TOUS LES CLIENTS", setting=setting) == []


def test_a_regional_english_is_english():
    assert "P1" in {one.rule for one in findings(BAD, setting=Setting(language="en-GB"))}


@pytest.mark.parametrize(
    "wrapped",
    ["`{}`", "```\n{}\n```", "~~~\n{}\n~~~", "“{}”", '"{}"', "> {}", "[{}](https://example.com/)", "``a ` {}``"],
)
def test_code_quotes_and_links_are_not_judged_by_words(wrapped):
    words = "this morning at 9am PST, probably human error by @ada, any inconvenience"
    assert rules("Customers see an odd text in the app: \n" + wrapped.format(words)) <= {"P17"}


def test_an_unclosed_quote_or_code_hides_nothing():
    assert "P1" in rules('He said "hello, this morning')
    assert "P1" in rules("A ` and this morning")
    assert "P1" in rules("“ and this morning")
    assert "P1" in rules("```\ncode\n```\nand this morning")


def test_one_rule_gives_twenty_findings_at_most():
    found = [one for one in findings("9am PST. " * 100 + "TODO") if one.rule in {"P2", "P7"}]
    assert [one.rule for one in found].count("P2") == 20
    assert [one.rule for one in found].count("P7") == 1


def test_findings_come_in_the_order_of_the_text():
    found = [one.start for one in findings(BAD) if one.rule not in {"P16", "P17", "P18"}]
    assert found == sorted(found)


def test_the_same_draft_gives_the_same_findings():
    components = {"Search": ComponentStatus.OPERATIONAL}
    assert findings(BAD, components=components) == findings(BAD, components=components)
    assert findings("", components=components) == findings("", setting=SETTING) == []


def test_the_support_contact_is_added_once():
    body = with_support_contact("Search is slow.\n", "support@example.com", WORDS)
    assert body == f"Search is slow.\n\n{SUPPORT}"
    assert with_support_contact(body, "support@example.com", WORDS) == body
    assert (
        with_support_contact("Mail SUPPORT@example.com now", "support@example.com", WORDS)
        == "Mail SUPPORT@example.com now"
    )
    assert "questions" in with_support_contact("Mail xsupport@example.com now", "support@example.com", WORDS)
    assert "questions" in with_support_contact("Mail support@example.com.au now", "support@example.com", WORDS)
    assert with_support_contact("Search is slow.", "", WORDS) == "Search is slow."


def test_the_promise_is_one_line():
    assert promise_line("14:30 UTC") == "Next update by 14:30 UTC."
