import math

import pytest

from portal.domain.charts import brief, scale_for, stacked
from portal.domain.insight import By, Case, grouped, measured, overall, promises, table
from portal.domain.metrics import MEASURES, measure, share, spread


def at(clock, day=23):
    return f"2026-11-{day}T{clock}:00.000Z"


def test_the_durations_of_one_incident():
    moments = {
        "started_at": at("10:00"),
        "detected_at": at("10:05"),
        "declared_at": at("10:07"),
        "acknowledged_at": at("10:06"),
        "first_post_at": at("10:15"),
        "mitigated_at": at("11:00"),
        "resolved_at": at("11:30"),
    }
    posts = [(at("10:15"), at("10:45")), (at("10:50"), at("11:20")), (at("11:00"), None), (at("11:30"), None)]
    said = measure(moments, posts)
    assert [said[name] for name in MEASURES] == [300, 420, 60, 600, 3600, 5400, 35 * 60]
    assert (said["promises"], said["promises_kept"], said["on_time_share"]) == (2, 1, 0.5)


def test_what_is_not_known_is_none_and_never_negative():
    said = measure({"started_at": at("10:00"), "detected_at": at("09:00")}, [])
    assert (said["detected_after_s"], said["first_post_after_s"], said["largest_gap_s"]) == (0, None, None)
    assert said["on_time_share"] is None


def test_a_spread_has_the_middle_and_the_ends():
    known = spread([60, 10, 1000])
    assert (known.count, known.median, known.low, known.high) == (3, 60.0, 10, 1000)
    assert spread([10, 20]).median == 15.0
    assert spread([]) is None
    assert (share(1, 3), share(0, 0)) == (0.333, None)


def case(ref, seconds=60, *, severity="major", outcome=None, started=None, components=(), **figures):
    blank = dict.fromkeys([*MEASURES], None) | {"promises": 0, "promises_kept": 0}
    return Case(
        ref,
        f"About {ref}",
        severity,
        started or at("10:00"),
        outcome,
        list(components),
        blank | {"detected_after_s": seconds} | figures,
    )


def test_groups_stand_in_their_order():
    cases = [
        case("INC-1", 10, started="2026-12-01T00:00:00.000Z", severity="minor", components=[("a", "A")]),
        case("INC-2", 20, severity="critical", components=[("b", "B"), ("a", "A")]),
        case("INC-3", None),
        case("INC-4", 30),
    ]
    months = grouped(cases, "detected_after_s", By.MONTH)
    assert [(one.words, one.spread.count) for one in months] == [("November 2026", 2), ("December 2026", 1)]
    assert [one.key for one in grouped(cases, "detected_after_s", By.SEVERITY)] == ["critical", "major", "minor"]
    parts = grouped(cases, "detected_after_s", By.COMPONENT)
    assert [(one.words, one.spread.count) for one in parts] == [("A", 2), ("No component", 1), ("B", 1)]
    assert overall(cases, "detected_after_s").count == 3
    assert overall(cases, "resolved_after_s") is None


def test_what_was_no_incident_of_its_own_stays_out_of_durations():
    cases = [case(f"INC-{outcome}", outcome=outcome) for outcome in ("resolved", "false_positive", "duplicate", None)]
    assert [one.outcome for one in measured(cases)] == ["resolved", None]
    rows = table(cases)
    assert [row[6] for row in rows] == [60, None, None, 60]


def test_promises_by_group():
    cases = [case("INC-1", promises=4, promises_kept=1), case("INC-2", promises=1, promises_kept=1), case("INC-3")]
    (only,) = promises(cases, By.SEVERITY)
    assert (only.words, only.made, only.kept, only.share) == ("Major", 5, 2, 0.4)


@pytest.mark.parametrize("values", [[], [0], [5], [3600], [60, 120, 600], [0, 86400 * 400], [1, 10**8], [30, 31]])
def test_a_scale_holds_all_its_values(values):
    scale = scale_for(values)
    assert 2 <= len(scale.marks) <= 9
    assert list(scale.marks) == sorted(set(scale.marks))
    assert all(0 <= scale.place(value) <= 1 for value in values)
    assert (scale.place(scale.marks[0]), scale.place(scale.marks[-1])) == (0, 1)
    assert max(values, default=0) <= scale.marks[-1]


def test_the_scale_is_logarithmic_only_when_it_must_be():
    assert not scale_for([60, 3000]).log
    wide = scale_for([60, 3001])
    assert wide.log
    assert wide.place(0) == 0
    places = [wide.place(value) for value in (60, 300, 1500)]
    assert math.isclose(places[2] - places[1], places[1] - places[0], abs_tol=1e-9)


def test_dots_step_aside_for_each_other():
    assert stacked([0.5, 0.5, 0.5, 0.9], 0.1, 3) == [0, 1, -1, 0]
    crowd = stacked([0.5] * 20, 0.1, 2)
    assert set(crowd) == {0, 1, -1, 2, -2}
    assert stacked([], 0.1, 3) == []


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (90, "1.5 min"), (3600, "1 h"), (36_000, "10 h"), (90_000, "1 d")],
)
def test_durations_in_brief(seconds, words):
    assert brief(seconds) == words
