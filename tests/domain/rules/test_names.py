"""P12: no blame, and nobody who works here is named."""

import pytest

from portal.domain.rules import Setting
from tests.domain.rules.asking import findings, hits


def levels(body, **more):
    return [(one.level, body[one.start : one.end]) for one in findings(body, **more) if one.rule == "P12"]


@pytest.mark.parametrize(
    ("body", "marked"),
    [
        ("It was human error.", "human error"),
        ("It was mistakenly removed.", "mistakenly"),
        ("A rule was removed by mistake.", "by mistake"),
        ("Somebody forgot to renew it.", "forgot to"),
        ("A fat-fingered change.", "fat-fingered"),
        ("Ask @ada for more.", "@ada"),
        ("Ask <@U012ABCDEF> for more.", "<@U012ABCDEF>"),
        ("It was deployed by Ada Lovelace.", "Ada Lovelace"),
        ("It was deployed by ada lovelace.", "ada lovelace"),
        ("Jürgen Groß's change.", "Jürgen Groß"),
    ],
)
def test_blame_handles_and_full_names_are_confirmed(body, marked):
    assert levels(body) == [("confirm", marked)]


@pytest.mark.parametrize(
    ("body", "marked"),
    [("Thanks to Ada it works.", "Ada"), ("We asked Will about it.", "Will"), ("We asked May about it.", "May")],
)
def test_a_given_name_alone_is_shown(body, marked):
    assert levels(body) == [("warn", marked)]


@pytest.mark.parametrize(
    "body",
    [
        "May we ask you to reload the page?",
        "On 3 May it was slow, and in May too; May 4 was fine.",
        "It may be slow, and it will stay so.",
        "Will it be slow? It works. May 2026 was fine.",
        "Mail ada@example.com for help.",
        "The package @sentry/browser is old.",
        "Write `@ada` in code.",
        "An Adam-like optimiser in Canada.",
    ],
)
def test_words_months_and_addresses_are_not_names(body):
    assert levels(body) == []


def test_given_names_can_be_set_apart_from_full_names():
    setting = Setting(people=("Ada Lovelace",), given_names=("Zoe",))
    assert hits("P12", "Thanks to Zoe and to Ada.", setting=setting) == ["Zoe"]
    assert hits("P12", "Thanks to Zoe and to Ada.", setting=Setting(given_names=())) == []


def test_a_component_that_bears_a_name_is_not_a_person():
    assert hits("P12", "The Ada service is slow.", components={"Ada": "operational"}) == []
