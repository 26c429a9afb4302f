"""The first version of a postmortem, made from what is recorded. Public sections get facts only, never notes."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from portal.domain.metrics import measure
from portal.domain.wording import duration, minute

_MOMENTS = {
    "started_at": "The incident started.",
    "detected_at": "It was detected.",
    "acknowledged_at": "The response was acknowledged.",
    "first_post_at": "The first update was published.",
    "mitigated_at": "It was mitigated.",
    "resolved_at": "It was resolved.",
}
LONG_GAP = timedelta(minutes=30)


def sections(
    moments: Mapping[str, str | None],
    posts: Sequence[tuple[str, str | None]],
    *,
    corrections: int,
    notes: Sequence[tuple[str, str, str]],
) -> dict[str, str]:
    """Draft sections from the incident's moments, its posts (display time, promised until) and its timeline
    (when, who, what), which stays internal."""
    figures = measure(moments, posts)
    known = sorted((at, words) for name, words in _MOMENTS.items() if (at := moments.get(name)))
    said = {"timeline_notes": "\n".join(f"- {minute(at)} - {words}" for at, words in known)}
    said["detection"] = f"Detected {_after(figures['detected_after_s'])} after it started."
    said["communication"] = _communication(figures, posts, corrections)
    said["internal_notes"] = "\n".join(f"- {minute(at)}, {who}: {_one_line(what)}" for at, who, what in notes)
    return {name: text for name, text in said.items() if text}


def _communication(figures: Mapping[str, Any], posts: Sequence[tuple[str, str | None]], corrections: int) -> str:
    if not posts:
        return ""
    lines = [f"- The first update came {_after(figures['first_post_after_s'])} after detection."]
    gap = figures["largest_gap_s"]
    if gap is not None and gap > LONG_GAP.total_seconds():
        lines.append(f"- The longest time between two updates was {duration(gap // 60)}.")
    if figures["promises"]:
        lines.append(f"- {figures['promises_kept']} of {figures['promises']} promised updates came in time.")
    if corrections:
        corrected = "update was a correction" if corrections == 1 else "updates were corrections"
        lines.append(f"- {corrections} {corrected}.")
    return "\n".join(lines)


def _after(seconds: int | None) -> str:
    return duration((seconds or 0) // 60)


def _one_line(text: str, length: int = 300) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 3] + "..."
