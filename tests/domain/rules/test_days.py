"""P1 and P4: no part of a day, no day seen from one place."""

import pytest

from tests.domain.rules.asking import findings, hits, rewritten


@pytest.mark.parametrize(
    ("body", "better"),
    [
        ("This morning search failed.", "On 23 November search failed."),
        ("Search failed this **morning** for all.", "Search failed on 23 November** for all."),
        ("We check again tomorrow.", "We check again on 24 November."),
        ("As written yesterday, it is slow.", "As written on 22 November, it is slow."),
        ("Slow since yesterday.", "Slow since 22 November."),
        ("We look again later today.", "We look again on 23 November."),
        ("More in a few hours.", "More by 17:00 UTC."),
        ("More within the next couple of hours.", "More by 17:00 UTC."),
        ("Good morning, search is slow.", "Hello, search is slow."),
    ],
)
def test_a_relative_day_becomes_a_date(body, better):
    assert rewritten("P1", body) == better


@pytest.mark.parametrize(
    ("body", "marked"),
    [
        ("We worked overnight.", "overnight"),
        ("Done by end of day.", "end of day"),
        ("Done by the end of the business day.", "end of the business day"),
        ("Done by EOD.", "EOD"),
        ("It failed last night.", "last night"),
        ("Slow on Monday morning.", "Monday morning"),
        ("Slow in the early morning.", "in the early morning"),
        ("See yesterday's update.", "yesterday's"),
        ("Search failed this\nmorning.", "this\nmorning"),
    ],
)
def test_other_parts_of_a_day_are_found(body, marked):
    assert hits("P1", body) == [marked]


@pytest.mark.parametrize(
    "body",
    [
        "The Morning Report is late.",
        "The morning report is late.",
        "On Monday search was slow.",
        "The button says “Remind me tomorrow”.",
        "The field `today` is empty.",
        "> this morning all was well",
        "See https://example.com/this-morning and [this morning](https://example.com/x).",
        "More within the next hour.",
    ],
)
def test_names_quotes_code_and_links_may_say_it(body):
    assert hits("P1", body) == []


def test_without_a_day_there_is_no_date_to_suggest():
    (finding,) = [one for one in findings("We check again tomorrow.", now=None) if one.rule == "P1"]
    assert finding.suggestion is None


@pytest.mark.parametrize(
    ("body", "marked"),
    [
        ("Slow for the European morning.", "European morning"),
        ("Slow in APAC business hours.", "APAC business hours"),
        ("It came up this summer.", "this summer"),
        ("We watch it over Christmas.", "Christmas"),
        ("Closed on a bank holiday.", "bank holiday"),
        ("Our office hours are over.", "Our office hours"),
        ("We look at it after Easter.", "after Easter"),
    ],
)
def test_a_place_or_season_as_point_of_view_is_shown(body, marked):
    assert hits("P4", body) == [marked]


@pytest.mark.parametrize(
    "body",
    [
        "European customers can't sign in.",
        "Our EU West region is slow.",
        "A spring in the fall of requests.",
        "An Easter egg in the app.",
        "Please reach out to us through support.",
        "Requests from Europe fail.",
    ],
)
def test_regions_and_other_meanings_are_fine(body):
    assert hits("P4", body) == []
