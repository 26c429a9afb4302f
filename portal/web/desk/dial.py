"""A clock face for what is due: how much of the time has passed, as numbers for a drawing that turns by itself."""

from datetime import datetime
from math import ceil
from typing import Any

from portal.domain.times import from_text
from portal.domain.wording import duration

AROUND = 100.0
"""The length that is given to the circle's path."""


def dial(since: str, due: str, now: datetime) -> dict[str, Any]:
    """`left`: the share of the circle that is left (0 to 100); `seconds`: until it is empty; `words`: the same in
    words; `late`: it has passed."""
    total = max(1.0, (from_text(due) - from_text(since)).total_seconds())
    left = (from_text(due) - now).total_seconds()
    minutes = ceil(left / 60)
    words = f"{duration(-minutes)} late" if minutes < 0 else f"in {duration(minutes)}" if minutes else "due now"
    return {
        "left": round(max(0.0, min(1.0, left / total)) * AROUND, 1),
        "seconds": max(1, int(left)),
        "late": left < 0,
        "words": words,
    }
