"""Where the dots of a chart stand: a scale of durations, its marks, and dots that do not hide each other."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

LOG_FROM = 50
"""A largest value of more than so many times the smallest asks for a logarithmic scale."""
SHORTEST_S = 30
"""Shorter durations stand at the left end of a logarithmic scale, which has no zero."""

_MARKS_S = (30, 60, 300, 900, 1800, 3600, 4 * 3600, 12 * 3600, 86_400, 3 * 86_400, 7 * 86_400, 30 * 86_400)
_STEPS_S = (10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 43_200, 86_400, 172_800, 604_800)
_MOST_MARKS = 7
_YEAR_S = 365 * 86_400


@dataclass(frozen=True, slots=True)
class Scale:
    """Seconds to a place between 0 and 1."""

    low: float
    high: float
    log: bool
    marks: tuple[int, ...]

    def place(self, seconds: float) -> float:
        if self.log:
            begin, end = math.log(self.low), math.log(self.high)
            return min(1.0, max(0.0, (math.log(max(seconds, self.low)) - begin) / (end - begin)))
        return min(1.0, max(0.0, (seconds - self.low) / (self.high - self.low)))


def scale_for(values: Sequence[int]) -> Scale:
    """A scale that holds all values: linear from zero, or logarithmic where that would press most of them flat."""
    high = max(values, default=0)
    low = max(SHORTEST_S, min(values, default=0))
    if high / low > LOG_FROM:
        begin = max((mark for mark in _MARKS_S if mark <= low), default=SHORTEST_S)
        end = next((mark for mark in _MARKS_S if mark >= high), math.ceil(high / _YEAR_S) * _YEAR_S)
        marks = tuple(mark for mark in (*_MARKS_S, end) if begin <= mark <= end)
        every = math.ceil(len(marks) / _MOST_MARKS)
        return Scale(begin, end, True, tuple(dict.fromkeys((*marks[::every], end))))
    step = next((step for step in _STEPS_S if step * (_MOST_MARKS - 1) >= high), math.ceil(high / 6 / 86_400) * 86_400)
    count = max(1, math.ceil(high / step))
    return Scale(0, step * count, False, tuple(step * number for number in range(count + 1)))


def stacked(places: Sequence[float], apart: float, most: int) -> list[int]:
    """For each dot the step off the middle line (0, 1, -1, 2 ...) at which it hides no earlier one.

    `apart` is the distance at which two dots stand free; no dot goes further than `most` steps: there they overlap.
    """
    steps = [0, *(sign * number for number in range(1, most + 1) for sign in (1, -1))]
    last = dict.fromkeys(steps, -math.inf)
    said = [0] * len(places)
    for number in sorted(range(len(places)), key=lambda one: places[one]):
        free = next((step for step in steps if places[number] - last[step] >= apart), steps[number % len(steps)])
        said[number] = free
        last[free] = places[number]
    return said


def brief(seconds: float) -> str:
    """A duration in at most six characters: `30 s`, `5 min`, `1.5 h`, `3 d`."""
    for unit, words in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= unit:
            number = seconds / unit
            return f"{number:.0f} {words}" if number >= 10 else f"{number:.1f}".removesuffix(".0") + f" {words}"
    return f"{seconds:.0f} s"
