"""The numbers of many incidents: grouped, each with its spread, and the incidents behind them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from portal.domain.metrics import MEASURES, Spread, share, spread
from portal.domain.names import Outcome, Severity
from portal.domain.wording import MONTHS

NOT_MEASURED = frozenset({Outcome.FALSE_POSITIVE, Outcome.DUPLICATE, Outcome.CANCELLED})
"""Outcomes of what was no incident of its own: counted, but never in a duration."""


class By(StrEnum):
    """What the numbers can be grouped by."""

    MONTH = "month"
    SEVERITY = "severity"
    COMPONENT = "component"


@dataclass(frozen=True, slots=True)
class Case:
    """One incident with its figures (`metrics.measure`)."""

    ref: str
    title: str
    severity: str
    started_at: str
    outcome: str | None
    components: Sequence[tuple[str, str]]
    """(slug, name)"""
    figures: Mapping[str, Any]
    lesson: str | None = None
    what_was_seen: str | None = None

    def groups(self, by: By) -> list[tuple[str, str]]:
        """(key, words) of the groups that it belongs to: one month, one severity, any number of components."""
        if by is By.MONTH:
            return [(self.started_at[:7], f"{MONTHS[int(self.started_at[5:7]) - 1]} {self.started_at[:4]}")]
        if by is By.SEVERITY:
            return [(self.severity, self.severity.capitalize())]
        return list(self.components) or [("", "No component")]


@dataclass(frozen=True, slots=True)
class Group:
    """One row of a chart."""

    key: str
    words: str
    spread: Spread
    dots: list[tuple[Case, int]] = field(default_factory=list)
    """(incident, seconds), oldest first."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Promised updates of one group."""

    key: str
    words: str
    made: int
    kept: int

    @property
    def share(self) -> float | None:
        return share(self.kept, self.made)


def measured(cases: Iterable[Case]) -> list[Case]:
    """The incidents whose durations count."""
    return [one for one in cases if one.outcome not in NOT_MEASURED]


def grouped(cases: Sequence[Case], measure: str, by: By) -> list[Group]:
    """The groups in which the measure is known, in their order."""
    dots: dict[tuple[str, str], list[tuple[Case, int]]] = defaultdict(list)
    for case in cases:
        value = case.figures[measure]
        if value is not None:
            for group in case.groups(by):
                dots[group].append((case, value))
    groups = []
    for (key, words), found in dots.items():
        known = spread(value for _, value in found)
        assert known is not None  # noqa: S101
        groups.append(Group(key, words, known, found))
    return sorted(groups, key=lambda one: _rank(by, one.key, one.spread.count))


def overall(cases: Sequence[Case], measure: str) -> Spread | None:
    return spread(one.figures[measure] for one in cases if one.figures[measure] is not None)


def promises(cases: Sequence[Case], by: By) -> list[Kept]:
    """Updates that were promised and came in time, by group; groups without a promise are left out."""
    made: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for case in cases:
        for group in case.groups(by) if case.figures["promises"] else ():
            made[group][0] += case.figures["promises"]
            made[group][1] += case.figures["promises_kept"]
    rows = [Kept(key, words, *numbers) for (key, words), numbers in made.items()]
    return sorted(rows, key=lambda one: _rank(by, one.key, one.made))


def _rank(by: By, key: str, count: int) -> tuple[int, str]:
    """Months in order, severities from the worst, components from the one that is in most incidents."""
    if by is By.SEVERITY:
        return list(Severity).index(Severity(key)), key
    return (0, key) if by is By.MONTH else (-count, key)


COLUMNS = (
    "ref",
    "title",
    "severity",
    "outcome",
    "started_at",
    "components",
    *MEASURES,
    "promises",
    "promises_kept",
)
"""The columns of the table that people take home."""


def table(cases: Iterable[Case]) -> list[list[Any]]:
    """A row per incident, in the order of COLUMNS; what is not measured is empty."""
    rows = []
    for case in cases:
        counts = case.outcome not in NOT_MEASURED
        figures = [case.figures[name] if counts else None for name in (*MEASURES, "promises", "promises_kept")]
        names = ", ".join(sorted(slug for slug, _ in case.components))
        rows.append([case.ref, case.title, case.severity, case.outcome, case.started_at, names, *figures])
    return rows
