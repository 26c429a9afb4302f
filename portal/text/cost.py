"""What converting a text will cost, told from its characters alone, so that the answer never depends on a clock.

The library's block and inline patterns look ahead to the end of a block, so their cost grows with the number of
markers times the block's length. The weights were measured on hostile texts (bench/text_cost.py) and rounded up.
"""

import re

LIMIT = 100_000
"""Units of about a microsecond on a small server: above this a text is shown as plain text."""
DEEPEST = 12
"""Lists and quotes nested deeper than this on one line are no longer prose (the library recurses on each level)."""
DEEPEST_INDENT = 60

_TICKS = re.compile("`+")
_FENCE = re.compile("^[ ]{0,3}(?:```|~~~)", re.MULTILINE)
_HEADING = re.compile(r"^[ ]{0,3}(?:#|[-=*_][-=*_ \t]*$)", re.MULTILINE)
_PREFIX = re.compile(r"^[ \t>*+\-0-9.]{12,}", re.MULTILINE)
_LEVEL = re.compile(r">|[*+\-.][ \t]")


def too_costly(text: str) -> bool:
    """Whether converting the text would take longer than a page can wait for, or nest too deeply."""
    return estimate(text) > LIMIT or _too_deep(text)


def estimate(text: str) -> float:
    """An upper bound of the conversion's cost in units of LIMIT; grows with what is repeated, linear to compute."""
    fences = len(_FENCE.findall(text)) if "```" in text or "~~~" in text else 0
    return 200 + 0.02 * fences * len(text) + sum(map(_block, text.split("\n\n")))


def _block(block: str) -> float:
    size, count = len(block), block.count
    ticks = count("`")
    if ticks:
        ticks = sum(len(run) ** 2 for run in _TICKS.findall(block))
    stars, lows = count("*"), count("_")
    brackets = count("[") + count("](")
    headings = len(_HEADING.findall(block))
    marks = stars + lows + ticks + count("http") + count("@") + count("\\") + count("<") + count("&")
    per_size = 0.015 * (ticks + stars + lows) + 0.002 * marks + 0.06 * headings
    items = count("- ") + 0.5 * (count(". ") + count("+ "))
    return 50 + size * (0.15 + per_size) + 15 * (marks + items) + 3 * brackets + 35 * count("\n") + 25 * count("|")


def _too_deep(text: str) -> bool:
    for prefix in _PREFIX.findall(text.expandtabs(4)):
        if len(_LEVEL.findall(prefix)) > DEEPEST or len(prefix) - len(prefix.lstrip(" ")) > DEEPEST_INDENT:
            return True
    return False
