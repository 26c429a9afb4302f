"""How long things took, in seconds, in one incident and over many (PROCESS, Metrics). None where it is not known."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from statistics import median
from typing import Any

MEASURES = {
    "detected_after_s": "From start to detection",
    "declared_after_s": "From start to declaration",
    "acknowledged_after_s": "From detection to acknowledgement",
    "first_post_after_s": "From detection to the first post",
    "mitigated_after_s": "From start to mitigation",
    "resolved_after_s": "From start to resolution",
    "largest_gap_s": "Largest gap between posts",
}
"""The durations in the order in which an incident lives through them, with the words that charts carry."""

_ENDS = {
    "detected_after_s": ("started_at", "detected_at"),
    "declared_after_s": ("started_at", "declared_at"),
    "acknowledged_after_s": ("detected_at", "acknowledged_at"),
    "first_post_after_s": ("detected_at", "first_post_at"),
    "mitigated_after_s": ("started_at", "mitigated_at"),
    "resolved_after_s": ("started_at", "resolved_at"),
}


def measure(moments: Mapping[str, str | None], posts: Sequence[tuple[str, str | None]]) -> dict[str, Any]:
    """`moments` holds the incident's *_at columns; `posts` (display time, promised until) in public order.

    The largest gap and the share of promises kept look at what the public saw, up to the last post.
    """
    said: dict[str, Any] = {}
    for name, (first, second) in _ENDS.items():
        begin, end = moments.get(first), moments.get(second)
        said[name] = max(0, seconds_between(begin, end)) if begin and end else None
    gaps = [seconds_between(before, after) for (before, _), (after, _) in pairwise(posts)]
    promises = [after <= due for (_, due), (after, _) in pairwise(posts) if due is not None]
    return said | {
        "largest_gap_s": max(gaps, default=None),
        "promises": len(promises),
        "promises_kept": sum(promises),
        "on_time_share": share(sum(promises), len(promises)),
    }


def seconds_between(begin: str, end: str) -> int:
    """Whole seconds from one stored moment to another; negative when the second lies before the first."""
    return int((datetime.fromisoformat(end) - datetime.fromisoformat(begin)).total_seconds())


def share(part: int, whole: int) -> float | None:
    """0 to 1 with three digits; None of nothing."""
    return round(part / whole, 3) if whole else None


@dataclass(frozen=True, slots=True)
class Spread:
    """What a row of dots comes to: how many, the middle one, the ends. No average: one long night hides in it."""

    count: int
    median: float
    low: int
    high: int


def spread(values: Iterable[int]) -> Spread | None:
    """None for no value at all."""
    known = sorted(values)
    return Spread(len(known), float(median(known)), known[0], known[-1]) if known else None
