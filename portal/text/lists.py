"""Lists as people write them elsewhere: what stands below an item's first word belongs to it, also code in fences.

Python-Markdown wants four spaces for each level, a blank line before a list, and fences only outside of lists.
CommonMark (sections 5.2 and 5.3) measures from the marker; this turns the second form into the first.
"""

import re
from collections.abc import Iterator

from markdown.preprocessors import Preprocessor

DEEPEST = 12
"""Levels; what is nested deeper stays on the last one (the library recurses on each)."""

_MARKER = re.compile(r"(?P<mark>(?:[-*+]|\d{1,9}\.)[ ]{1,4})(?=\S)")
_RULE = re.compile(r"[-*+ ]*$")
_FENCE = re.compile(r"(?P<run>`{3,}|~{3,})[^`]*$")


class Lists(Preprocessor):  # type: ignore[misc]
    """Indents the lines of list items by four spaces for each level; fenced code in an item becomes indented code."""

    def run(self, lines: list[str]) -> list[str]:
        return list(indented(lines))


def indented(lines: list[str]) -> Iterator[str]:
    """The lines with every list in the form that the library reads. Linear in their number and length."""
    items: list[int] = []  # the columns at which the words of the open items begin
    hopeless: dict[str, int] = {}  # a fence's character -> length of a run that nothing closes any more
    place, after_blank, listing = 0, True, False  # listing: the block of lines that is being read began with an item
    while place < len(lines):
        line = lines[place]
        bare = line.lstrip(" ")
        column = len(line) - len(bare)
        place += 1
        if not bare:
            after_blank = True
            yield ""
            continue
        fence, marker = _FENCE.match(bare), _MARKER.match(bare)
        may_begin = after_blank or bool(items) or bare[0] in "-*+" or bare.startswith("1.")
        if marker or fence or after_blank:
            while items and column < items[-1]:
                items.pop()
        end = _closing(lines, place, fence["run"], hopeless) if fence else None
        if end is not None:
            yield from _code(lines[place - 1 : end + 1], column, len(items))
            place, after_blank = end + 1, True
            continue
        depth = sum(1 for at in items if at <= column)
        beyond = column - items[depth - 1] if depth else column
        if depth == DEEPEST:
            beyond = 0
        if marker and beyond < 4 and may_begin and not _RULE.match(bare):
            if not (after_blank or listing):
                yield ""
            listing = True
            yield " " * 4 * depth + bare
            if depth < DEEPEST:
                items.append(column + len(marker["mark"]))
        else:
            listing = listing and not after_blank
            yield " " * (4 * depth + (beyond if beyond >= 4 else 0)) + bare if depth else line
        after_blank = False


def _closing(lines: list[str], place: int, run: str, hopeless: dict[str, int]) -> int | None:
    """The number of the line that closes a fence; None when none does."""
    if len(run) >= hopeless.get(run[0], len(run) + 1):
        return None
    for number in range(place, len(lines)):
        bare = lines[number].strip(" ")
        if len(bare) >= len(run) and not bare.strip(run[0]):
            return number
    hopeless[run[0]] = len(run)
    return None


def _code(lines: list[str], column: int, depth: int) -> Iterator[str]:
    """Fenced lines: as they are outside of lists, else as indented code below the item."""
    if not depth:
        yield from lines
        return
    yield ""
    for line in lines[1:-1]:
        spaces = min(column, len(line) - len(line.lstrip(" ")))
        yield " " * 4 * (depth + 1) + line[spaces:] if line.strip() else ""
    yield ""
