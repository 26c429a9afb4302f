"""A text with the words marked that the rules remark on, in pieces that a template can print."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

_ORDER = ("warn", "confirm", "block")
AROUND = 40
"""Characters of a text that are shown on each side of marked words."""


@dataclass(frozen=True)
class Piece:
    """A stretch of text; `level` is that of the gravest remark about it (None: nothing is remarked)."""

    text: str
    level: str | None = None


def marked(text: str, findings: Sequence[Mapping[str, Any]], field: str = "body") -> list[Piece]:
    """The whole text in pieces. Remarks about the text as a whole mark nothing; offsets count code points."""
    spans = [
        (one["start"], min(one["end"], len(text)), one["level"])
        for one in findings
        if one["field"] == field and one["start"] < one["end"] and not is_whole(one, text)
    ]
    edges = sorted({0, len(text), *(edge for start, end, _ in spans for edge in (start, end) if edge < len(text))})
    pieces = []
    for begin, stop in pairwise(edges):
        levels = [level for start, end, level in spans if start <= begin < end]
        pieces.append(Piece(text[begin:stop], max(levels, key=_ORDER.index, default=None)))
    return pieces


def is_whole(finding: Mapping[str, Any], text: str) -> bool:
    """Whether a remark is about the whole text instead of some words of it."""
    words = text[finding["start"] : finding["end"]].strip()
    return words == text.strip() and len(words) > 2 * AROUND


def excerpt(text: str, finding: Mapping[str, Any]) -> tuple[str, str, str] | None:
    """What stands before the words, the words, what stands after them; None for a remark about the whole text."""
    start, end = finding["start"], min(finding["end"], len(text))
    if start >= end or is_whole(finding, text):
        return None
    begin, stop = max(0, start - AROUND), min(len(text), end + AROUND)
    before = ("…" if begin else "") + text[begin:start]
    return before, text[start:end], text[end:stop] + ("…" if stop < len(text) else "")
