"""Findings of the post rules in print: the line they are about, with carets under the words."""

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

_LEVELS = {"block": "must change", "confirm": "to confirm", "warn": "worth a look"}
_AROUND = 60
"""characters of a long line that are shown on each side of a finding"""


def finding_lines(findings: Iterable[Mapping[str, Any]], texts: Mapping[str, str]) -> Iterable[str]:
    """A few lines per finding, the gravest first. `texts` are those that the offsets point into, by field."""
    order = list(_LEVELS)
    for finding in sorted(findings, key=lambda one: order.index(one["level"])):
        yield f"  {finding['rule']} {_LEVELS[finding['level']]}: {finding['message']}"
        text = texts.get(finding.get("field", "body"))
        start, end = finding.get("start"), finding.get("end")
        if text is not None and start is not None and end is not None and start < end <= len(text):
            yield from _pointed(text, start, end)
        suggestion = finding.get("suggestion")
        if suggestion is not None:
            yield f"      suggestion: {suggestion or '(leave this out)'}"


def _pointed(text: str, start: int, end: int) -> Iterable[str]:
    begin = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", start)
    stop = len(text) if stop == -1 else stop
    end = min(end, stop)
    shown_from, shown_to = max(begin, start - _AROUND), min(stop, end + _AROUND)
    before = ("…" if shown_from > begin else "") + text[shown_from:start]
    after = text[end:shown_to] + ("…" if shown_to < stop else "")
    yield f"      {before}{text[start:end]}{after}"
    yield f"      {' ' * _width(before)}{'^' * max(1, _width(text[start:end]))}"


def _width(text: str) -> int:
    """Columns on a terminal: wide East Asian characters take two, combining ones none."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )
