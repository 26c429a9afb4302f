"""How long things took in one incident, in seconds (PROCESS, Metrics). None where a moment is not known."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from portal.domain.times import from_text


def measure(moments: Mapping[str, str | None], posts: Sequence[tuple[str, str | None]]) -> dict[str, Any]:
    """`moments` holds the incident's *_at columns; `posts` (display time, promised until) in public order.

    The largest gap and the share of promises kept look at what the public saw, up to the last post.
    """

    def between(first: str, second: str) -> int | None:
        begin, end = moments.get(first), moments.get(second)
        return max(0, _seconds(begin, end)) if begin and end else None

    shown = [at for at, _ in posts]
    gaps = [_seconds(before, after) for before, after in pairwise(shown)]
    promises = [after <= due for (_, due), (after, _) in pairwise(posts) if due is not None]
    return {
        "detected_after_s": between("started_at", "detected_at"),
        "acknowledged_after_s": between("detected_at", "acknowledged_at"),
        "first_post_after_s": between("detected_at", "first_post_at"),
        "mitigated_after_s": between("started_at", "mitigated_at"),
        "resolved_after_s": between("started_at", "resolved_at"),
        "largest_gap_s": max(gaps, default=None),
        "promises": len(promises),
        "promises_kept": sum(promises),
        "on_time_share": round(sum(promises) / len(promises), 3) if promises else None,
    }


def _seconds(begin: str, end: str) -> int:
    return int((_moment(end) - _moment(begin)).total_seconds())


def _moment(text: str) -> datetime:
    return from_text(text)
