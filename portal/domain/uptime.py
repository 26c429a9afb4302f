"""Days and percentages of a component, from the intervals of its impacts."""

from calendar import isleap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from portal.domain.names import ComponentStatus
from portal.domain.times import from_text

DAYS = 90
NOT_YET = "-"


@dataclass(frozen=True, slots=True)
class Interval:
    """A component's level from one moment to another; `to_at` None while it lasts. Texts as stored."""

    level: ComponentStatus
    from_at: str
    to_at: str | None


@dataclass(frozen=True, slots=True)
class Record:
    """The days of a component, oldest first."""

    digits: str
    """A digit a day: 0 operational, 1 maintenance, 2 degraded, 3 partial, 4 major outage, `-` before it existed."""
    minutes: tuple[int, ...]
    """Whole minutes of each day that were worse than maintenance; 0 for the running day while an impact lasts."""
    percent: float | None
    """Uptime over the days that are complete, 0 to 100; None while there is no such day."""


def record(
    intervals: Sequence[Interval],
    as_of: str,
    weights: Sequence[tuple[ComponentStatus, float]],
    born: str | None = None,
) -> Record:
    """The last 90 days up to the day of `as_of`.

    A day's digit is the worst level that touched it. Uptime is 100 x (1 - weighted minutes / minutes) over the complete
    days: 1.0 x major outage + 0.3 x partial outage by default (`weights`); where intervals overlap the worst counts.
    """
    today = date.fromisoformat(as_of[:10])
    first = today - timedelta(days=DAYS - 1)
    start_of = [(first + timedelta(days=number)).isoformat() for number in range(DAYS + 1)]
    ranks = worst_ranks(intervals, first, DAYS, as_of)
    weight = dict(weights)
    segments = _flatten(intervals, start_of[0], start_of[DAYS - 1])
    minutes = [0.0] * DAYS
    weighted = 0.0
    for level, begin, until in segments:
        weighted += weight.get(level, 0.0) * (until - begin).total_seconds()
        if level.rank > ComponentStatus.UNDER_MAINTENANCE.rank:
            _spread(minutes, begin, until, first)
    alive = max(0, _day(born, first)) if born else 0
    digits = "".join(NOT_YET if number < alive else str(ranks[number]) for number in range(DAYS))
    whole_days = DAYS - 1 - alive
    percent = None if whole_days <= 0 else max(0.0, 100.0 * (1 - weighted / (whole_days * 86_400)))
    return Record(digits, tuple(round(seconds / 60) for seconds in minutes), percent)


def worst_ranks(intervals: Iterable[Interval], first: date, days: int, as_of: str) -> list[int]:
    """The rank of the worst level that touched each of some days from `first` on; what lasts reaches to `as_of`."""
    ranks = [0] * days
    for interval in intervals:
        begin, end = _day(interval.from_at, first), _day(interval.to_at or as_of, first)
        for number in range(max(0, begin), min(days - 1, end) + 1):
            ranks[number] = max(ranks[number], interval.level.rank)
    return ranks


def year_digits(intervals: Iterable[Interval], year: str, as_of: str) -> str:
    """A digit for each day of a year as in `Record.digits`; `-` for the days that are still to come."""
    first = date(int(year), 1, 1)
    ranks = worst_ranks(intervals, first, 366 if isleap(first.year) else 365, as_of)
    lived = _day(as_of, first) + 1
    return "".join(str(rank) if number < lived else NOT_YET for number, rank in enumerate(ranks))


def _day(moment: str, first: date) -> int:
    return (date.fromisoformat(moment[:10]) - first).days


def _flatten(intervals: Sequence[Interval], start: str, end: str) -> list[tuple[ComponentStatus, datetime, datetime]]:
    """Segments without overlap inside [start, end), each with the worst level that holds in it."""
    begin, limit = from_text(start + "T00:00:00.000Z"), from_text(end + "T00:00:00.000Z")
    clipped = []
    for interval in intervals:
        from_at = max(begin, from_text(interval.from_at))
        to_at = min(limit, from_text(interval.to_at)) if interval.to_at else limit
        if from_at < to_at:
            clipped.append((interval.level, from_at, to_at))
    if len(clipped) < 2:
        return clipped
    edges = sorted({edge for _, from_at, to_at in clipped for edge in (from_at, to_at)})
    segments = []
    for left, right in pairwise(edges):
        levels = [level for level, from_at, to_at in clipped if from_at <= left and right <= to_at]
        if levels:
            segments.append((max(levels, key=lambda level: level.rank), left, right))
    return segments


def _spread(minutes: list[float], begin: datetime, until: datetime, first: date) -> None:
    while begin < until:
        midnight = datetime.combine(begin.date() + timedelta(days=1), datetime.min.time(), begin.tzinfo)
        part = min(midnight, until)
        minutes[(begin.date() - first).days] += (part - begin).total_seconds()
        begin = part
