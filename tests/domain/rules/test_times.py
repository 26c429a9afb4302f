"""P2 and P3: every time in UTC, on the 24-hour clock."""

from datetime import UTC, datetime

import pytest

from tests.domain.rules.asking import findings, hits, rewritten, rules

SUMMER = datetime(2026, 7, 12, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "better"),
    [
        ("Down since 9am PST.", "Down since 17:00 UTC."),
        ("Down since 9:15 a.m. PST.", "Down since 17:15 UTC."),
        ("Down since 14:30 CET for all.", "Down since 13:30 UTC for all."),
        ("Down since 10:30 GMT.", "Down since 10:30 UTC."),
        ("Down since 10:30 ET.", "Down since 15:30 UTC."),
        ("Down since 10:30 (ET).", "Down since 15:30 UTC."),
        ("Down (since 10:30 EST).", "Down (since 15:30 UTC)."),
        ("Down since 9am pst.", "Down since 17:00 UTC."),
        ("Down since 9am est.", "Down since 14:00 UTC."),
        ("Down since 10:30 Pacific time.", "Down since 18:30 UTC."),
        ("Down since 10:30 US Eastern Standard Time.", "Down since 15:30 UTC."),
        ("Down since 10:30 Berlin time.", "Down since 09:30 UTC."),
        ("Down since 10:30+02:00.", "Down since 08:30 UTC."),
        ("Down since 10:30 UTC+2.", "Down since 08:30 UTC."),
        ("Down since 10:30 UTC-05:00.", "Down since 15:30 UTC."),
        ("Down since 10:30 GMT+05:30.", "Down since 05:00 UTC."),
        ("Down since 10:30 IST.", "Down since 05:00 UTC."),
        ("From 8PM EST on.", "From 01:00 UTC the next day on."),
        ("From 01:00 JST on.", "From 16:00 UTC the day before on."),
        ("Between 10:00 and 10:30 PST.", "Between 18:00 and 18:30 UTC."),
        ("Between 9 and 10am PST.", "Between 17:00 and 18:00 UTC."),
        ("Between 5:05 and 5:10 PM PDT.", "Between 00:05 and 00:10 UTC the next day."),
        ("From 11-1pm ET.", "From 16:00-18:00 UTC."),
        ("From 10:00 EST to 11:00.", "From 15:00 UTC to 16:00."),
        ("From 18:00 to 20:00 EST.", "From 23:00 to 01:00 (the next day) UTC."),
        ("At 10:30 CET (09:30 UTC) it stopped.", "At 09:30 UTC it stopped."),
        ("At 09:30 UTC (10:30 CET) it stopped.", "At 09:30 UTC it stopped."),
        ("At 10 am on Tuesday, April 21st PT.", "At 17:00 on Tuesday, April 21st UTC."),
        ("On 4 July at 10:00 ET.", "On 4 July at 14:00 UTC."),
        ("On 2027-01-04 at 10:00 Pacific time.", "On 2027-01-04 at 18:00 UTC."),
    ],
)
def test_a_time_in_another_zone_is_converted(body, better):
    assert rewritten("P2", body) == better
    assert "P2" not in rules(better)


def test_daylight_saving_time_is_that_of_the_day_it_happened():
    assert rewritten("P2", "Down since 10:30 ET.", happened_at=SUMMER) == "Down since 14:30 UTC."
    assert rewritten("P2", "Down since 10:30 London time.", happened_at=SUMMER) == "Down since 09:30 UTC."
    assert rewritten("P2", "Down since 10:30 Sydney time.", happened_at=SUMMER) == "Down since 00:30 UTC."
    assert rewritten("P2", "Down since 10:30 Sydney time.") == "Down since 23:30 UTC the day before."


@pytest.mark.parametrize(
    ("day", "offset_hour"),
    [((2026, 3, 7), 15), ((2026, 3, 9), 14), ((2026, 10, 31), 14), ((2026, 11, 2), 15)],
)
def test_american_clocks_change_in_march_and_november(day, offset_hour):
    then = datetime(*day, 12, tzinfo=UTC)
    assert rewritten("P2", "Since 10:00 ET.", happened_at=then) == f"Since {offset_hour}:00 UTC."


@pytest.mark.parametrize(
    ("day", "hour"), [((2026, 3, 28), 9), ((2026, 3, 30), 8), ((2026, 10, 24), 8), ((2026, 10, 26), 9)]
)
def test_european_clocks_change_at_the_end_of_march_and_october(day, hour):
    then = datetime(*day, 12, tzinfo=UTC)
    assert rewritten("P2", "Since 10:00 Paris time.", happened_at=then) == f"Since {hour:02d}:00 UTC."


def test_winter_time_named_in_summer_is_converted_as_written_and_doubted():
    (finding,) = [one for one in findings("Down since 9am PST.", happened_at=SUMMER) if one.rule == "P2"]
    assert finding.suggestion == "17:00 UTC"
    assert "PDT" in finding.message
    assert "PDT" not in findings("Down since 9am PST.")[0].message


def test_without_a_day_a_zone_that_changes_its_clocks_is_not_converted():
    found = [one for one in findings("Down since 10:30 ET.", now=None) if one.rule == "P2"]
    assert [one.suggestion for one in found] == [None]
    assert rewritten("P2", "Down since 10:30 EST.", now=None) == "Down since 15:30 UTC."
    assert rewritten("P2", "Down since 10:30 IST.", now=None) == "Down since 05:00 UTC."


@pytest.mark.parametrize(
    ("body", "marked"),
    [
        ("We update in the PST afternoon.", "PST"),
        ("All times are CEST.", "CEST"),
        ("All times are UTC+2 here.", "UTC+2"),
        ("All times are in Pacific time.", "Pacific time"),
        ("All times are Europe/Berlin.", "Europe/Berlin"),
        ("No later than Tuesday, April 19th PT.", "PT"),
        ("At 10:30 local time.", "10:30 local time"),
    ],
)
def test_a_zone_without_a_time_is_found_too(body, marked):
    assert hits("P2", body) == [marked]


@pytest.mark.parametrize(
    "body",
    [
        "Le service est lent depuis 10:30 UTC et le reste est normal.",
        "La maintenance de 10:30 est finie.",
        "Entre 10:30 et 11:30.",
        "Between 10:00 and 10:30 UTC.",
        "At 10:00 UTC-11:00 UTC.",
        "A CAT scanner, an ET film, a CT image and the ART of it.",
        "Run `date 10:30 PST` to see it.",
        "The page says “10:30 PST” by design.",
        "See https://example.com/PST/10:30 for more.",
        "Our US WEST region and the AST of the parser.",
        "A central time series database.",
        "In EU West some searches fail.",
        "Best wishes from the MSK and EAT teams.",
    ],
)
def test_what_only_looks_like_a_zone_is_left_alone(body):
    assert hits("P2", body) == []


@pytest.mark.parametrize(
    ("body", "better"),
    [
        ("Finished at 10:30 am today.", "Finished at 10:30 UTC today."),
        ("Finished at 10:30 pm.", "Finished at 22:30 UTC."),
        ("Finished at 12 am.", "Finished at 00:00 UTC."),
        ("Finished at 12:15 pm.", "Finished at 12:15 UTC."),
        ("Finished at 3pm UTC.", "Finished at 15:00 UTC."),
        ("As of 05:40 AM UTC it works.", "As of 05:40 UTC it works."),
        ("It began at 9 a.m. We fixed it.", "It began at 09:00 UTC. We fixed it."),
        ("At 9 am, 10 am and 1 pm UTC.", "At 09:00, 10:00 and 13:00 UTC."),
        ("Between 9-10 am UTC.", "Between 09:00-10:00 UTC."),
        ("From 11:30 to 1 pm UTC.", "From 11:30 to 13:00 UTC."),
        ("Between 5:05 and 5:10 pm UTC.", "Between 17:05 and 17:10 UTC."),
        ("As of 00:15, errors rise.", "As of 00:15 UTC, errors rise."),
        ("Since 2026-11-23T10:30 errors rise.", "Since 2026-11-23T10:30 UTC errors rise."),
        ("Until noon.", None),
        ("We are done by noon.", "We are done by 12:00 UTC."),
        ("March 3 - 10 am", "March 3 - 10:00 UTC"),
        ("Done at 10.30 am.", "Done at 10:30 UTC."),
    ],
)
def test_a_clock_time_is_written_in_utc_on_24_hours(body, better):
    assert rewritten("P3", body) == (body.replace("noon", "12:00 UTC") if better is None else better)


@pytest.mark.parametrize(
    "body",
    [
        "Between 10:00 and 10:30 UTC.",
        "At 10:00, 10:15, and 10:30 UTC.",
        "From 10:00 on 3 March to 12:00 on 4 March UTC.",
        "From 12:34 UTC to 13:09 some pages failed.",
        "At 10:30Z, 2026-11-23T10:30Z and 2026-11-23T10:30:00Z.",
        "At 10:30 (UTC) and (UTC) 11:30.",
        "At UTC 10:30 it stopped.",
        "Times in UTC: start 10:00, end 11:00.",
        "Version 10.30 and 2.10.30 are out.",
        "Port :8080, host:10:30, 10.0.0.1:22 and [::1]:10.",
        "The code `at 10:30 am` is fine.",
        "```\ncron at 10:30\n```",
        "It lasted 1:30 hours.",
        "I am sure, and 3 am I told are the parts.".replace("3 am I", "three I"),
        "The midnight theme is noon coloured.",
    ],
)
def test_times_that_are_clear_or_no_times_at_all_are_left_alone(body):
    assert hits("P3", body) == []


def test_a_sentence_end_ends_what_one_utc_covers():
    assert hits("P3", "It began at 10:00. At 11:00 UTC it stopped.") == ["10:00"]
