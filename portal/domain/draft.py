"""The first version of a postmortem, made from what is recorded. Public sections get facts only, never notes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from portal.domain.metrics import measure, seconds_between
from portal.domain.names import ComponentStatus
from portal.domain.wording import LEVEL_WORDS, STATE_WORDS, clock, duration, minute

_MOMENTS = {
    "started_at": "The incident started.",
    "detected_at": "It was detected.",
    "acknowledged_at": "The response was acknowledged.",
    "mitigated_at": "It was mitigated.",
    "resolved_at": "It was resolved.",
}
LONG_GAP_S = 30 * 60
NAMED = 8
"""Components that were not affected are named up to this number; more are counted."""
POSTS_TOLD = 40
SNOOZED, MISSED = "snooze", "missed_promise"
"""Kinds of timeline rows."""


@dataclass(frozen=True, slots=True)
class Said:
    """One post, as the draft needs it; `due` is what it promised."""

    at: str
    due: str | None
    state: str
    correction: bool = False


@dataclass(frozen=True, slots=True)
class Suffered:
    """How one component suffered; `until` is None while it does."""

    component: str
    level: str
    since: str
    until: str | None


@dataclass(frozen=True, slots=True)
class Noted:
    """A row of the timeline."""

    at: str
    who: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of an incident. `moments` holds its *_at columns; `unaffected` the components that stayed well."""

    moments: Mapping[str, str | None]
    posts: Sequence[Said] = ()
    suffered: Sequence[Suffered] = ()
    unaffected: Sequence[str] = ()
    timeline: Sequence[Noted] = ()
    breadth: str | None = None
    audience: str | None = None


MADE = ("impact", "timeline_notes", "detection", "communication", "internal_notes")
"""The sections that a draft fills."""


def sections(record: Record) -> dict[str, str]:
    """The sections of MADE that there is something to say in."""
    figures = measure(record.moments, [(one.at, one.due) for one in record.posts])
    lines = {
        "impact": _impact(record),
        "timeline_notes": _timeline(record),
        "detection": _detection(record, figures),
        "communication": _communication(record, figures),
        "internal_notes": [
            f"{minute(one.at)}, {one.who}: {_one_line(one.text)}" for one in record.timeline if one.kind != "post"
        ],
    }
    return {name: "\n".join(f"- {line}" for line in lines[name]) for name in MADE if lines[name]}


def _impact(record: Record) -> list[str]:
    """Who suffered how long and when, and who did not."""
    lines = []
    if record.breadth:
        customers = "customer" if record.breadth == "one" else "customers"
        lines.append(f"Concerned: {record.breadth} {customers}{f' ({record.audience})' if record.audience else ''}.")
    for one in record.suffered:
        level = LEVEL_WORDS[ComponentStatus(one.level)].lower()
        if one.until is None:
            lines.append(f"{one.component}: {level} since {minute(one.since)}.")
        else:
            lasted = duration(seconds_between(one.since, one.until) // 60)
            lines.append(f"{one.component}: {level} for {lasted}, {_span(one.since, one.until)}.")
    if record.suffered and record.unaffected:
        many = len(record.unaffected) > NAMED
        names = f"the other {len(record.unaffected)} components" if many else ", ".join(record.unaffected)
        lines.append(f"Not affected: {names}.")
    return lines


def _timeline(record: Record) -> list[str]:
    known = [(at, words) for name, words in _MOMENTS.items() if (at := record.moments.get(name))]
    for number, post in enumerate(record.posts[:POSTS_TOLD]):
        words = "A correction was published" if post.correction else "An update was published"
        words = "The first update was published" if number == 0 else words
        known.append((post.at, f"{words}: {STATE_WORDS[post.state].lower()}."))
    return [f"{minute(at)} - {words}" for at, words in sorted(known, key=lambda one: one[0])]


def _detection(record: Record, figures: Mapping[str, Any]) -> list[str]:
    lines = []
    for name, verb, after in (
        ("detected", "Detected", "it started"),
        ("acknowledged", "Acknowledged", "detection"),
        ("mitigated", "Mitigated", "it started"),
        ("resolved", "Resolved", "it started"),
    ):
        seconds, at = figures[f"{name}_after_s"], record.moments.get(f"{name}_at")
        if seconds is not None and at:
            lines.append(f"{verb} {duration(seconds // 60)} after {after}, at {_when(record, at)}.")
    return lines


def _communication(record: Record, figures: Mapping[str, Any]) -> list[str]:
    """How the public was told: the first delay, long silences, promises, corrections, and what was put off."""
    if not record.posts:
        return []
    lines = []
    if figures["first_post_after_s"] is not None:
        lines.append(f"The first update came {duration(figures['first_post_after_s'] // 60)} after detection.")
    for before, after in pairwise(record.posts):
        gap = seconds_between(before.at, after.at)
        if gap > LONG_GAP_S:
            lines.append(f"No update for {duration(gap // 60)}, {_span(before.at, after.at)}.")
    if figures["promises"]:
        lines.append(f"{figures['promises_kept']} of {figures['promises']} promised updates came in time.")
    lines += [one.text for one in record.timeline if one.kind == MISSED]
    if corrections := sum(one.correction for one in record.posts):
        lines.append(f"{corrections} {'update was a correction' if corrections == 1 else 'updates were corrections'}.")
    if snoozes := sum(one.kind == SNOOZED for one in record.timeline):
        lines.append(f"Reminders were put off {snoozes} {'time' if snoozes == 1 else 'times'}.")
    return lines


def _when(record: Record, at: str) -> str:
    return clock(at, record.moments.get("started_at"))


def _span(since: str, until: str) -> str:
    """`from 2026-11-23 13:50 to 14:40 UTC`."""
    return f"from {since[:10]} {since[11:16]} to {clock(until, since)}"


def _one_line(text: str, length: int = 300) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 3] + "..."
