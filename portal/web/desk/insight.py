"""The numbers over many incidents: dots with median and range, and the same as tables."""

from dataclasses import dataclass
from typing import Any

from flask import Response

from portal.domain.charts import Scale, brief, scale_for, stacked
from portal.domain.errors import Refused
from portal.domain.insight import By
from portal.verbs.insight import export_insight, get_insight
from portal.web.api.queries_learning import Period
from portal.web.desk.forms import Form, read_form
from portal.web.desk.visit import Answer, Visit, page

ROWS = 14
"""Rows that a chart draws; its table has all."""
WORDS_APART = 13
"""Percent of the width that the words of a mark need on a phone."""
APART = 0.013
"""Two dots side by side, as a share of the width of a chart on a desk."""
MOST_STEPS, STEP, RADIUS = 4, 6, 4
"""How far dots step aside, in how many pixels, and how large they are."""


@dataclass(frozen=True)
class Dot:
    """Where one incident stands: `x` in percent, `y` in pixels."""

    x: float
    y: int
    ref: str
    words: str


@dataclass(frozen=True)
class Row:
    words: str
    count: int
    height: int
    low: float
    high: float
    median: float
    median_words: str
    dots: list[Dot]


@dataclass(frozen=True)
class Chart:
    rows: list[Row]
    marks: list[tuple[float, str]]
    log: bool
    left_out: int
    """Groups that only the table has."""


@page("GET", "/insight")
def insight(visit: Visit) -> Answer:
    """The numbers of a period, grouped as asked."""
    refused: Refused | None = None
    asked: dict[str, Any] = {}
    try:
        asked = dict(read_form(Period, visit.form))
        said = get_insight(visit.context, visit.actor, **asked)
    except Refused as error:
        refused, said = error, get_insight(visit.context, visit.actor)
    return visit.render(
        "insight/insight.html",
        refused=refused,
        said=said,
        charts={one["name"]: draw(one, By(said["by"])) for one in said["measures"] if one["all"]},
        ways=[one.value for one in By],
        brief=brief,
    )


@page("GET", "/insight.csv")
def insight_csv(visit: Visit) -> Answer:
    """A row per incident of the period, for a spreadsheet."""
    asked = read_form(Period, Form((name, value) for name, value in visit.form.items() if name != "by"))
    return Response(
        export_insight(visit.context, visit.actor, asked.since, asked.until),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="incidents.csv"'},
    )


def draw(measure: dict[str, Any], by: By) -> Chart:
    """The chart of one measure, as places: the newest months, or the groups that come first."""
    groups = measure["groups"][-ROWS:] if by is By.MONTH else measure["groups"][:ROWS]
    scale = scale_for([value for one in groups for value in (one["low_s"], one["high_s"])])
    rows = [_row(one, scale) for one in groups]
    return Chart(rows, _marks(scale), scale.log, len(measure["groups"]) - len(groups))


def _marks(scale: Scale) -> list[tuple[float, str]]:
    """(place, words) of the marks; where two stand so close that their words would touch, one goes without."""
    places = [_percent(scale, mark) for mark in scale.marks]
    said = []
    last = -100.0
    for number, (place, mark) in enumerate(zip(places, scale.marks, strict=True)):
        free = place - last >= WORDS_APART and (place == places[-1] or places[-1] - place >= WORDS_APART)
        said.append((place, brief(mark) if free or number == len(places) - 1 else ""))
        last = place if free else last
    return said


def _row(group: dict[str, Any], scale: Scale) -> Row:
    steps = stacked([scale.place(one["seconds"]) for one in group["dots"]], APART, MOST_STEPS)
    reach = max((abs(step) for step in steps), default=0)
    middle = RADIUS + 4 + reach * STEP
    dots = [
        Dot(
            _percent(scale, one["seconds"]),
            middle + step * STEP,
            one["ref"],
            f"{one['ref']}, {brief(one['seconds'])}: {one['title']}",
        )
        for one, step in zip(group["dots"], steps, strict=True)
    ]
    low, high, median = (_percent(scale, group[name]) for name in ("low_s", "high_s", "median_s"))
    return Row(group["words"], group["count"], 2 * middle, low, high, median, brief(group["median_s"]), dots)


def _percent(scale: Scale, seconds: float) -> float:
    return round(100 * scale.place(seconds), 2)
