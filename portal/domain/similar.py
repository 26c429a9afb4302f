"""Which open incidents look like one that is about to be declared."""

import re
from collections.abc import Iterable

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_EVERYWHERE = frozenset(
    _WORD.findall("""
        a an and are at be been broken bug by can customer customers degraded do does down error errors fail failing
        fails for from get has have high in incident is issue issues it latency not of on or outage problem problems
        report reports return returning returns slow some still the their they to unavailable user users when with work
        working works wrong
    """)
)
"""Words that stand in titles of any incident, so that sharing one says nothing."""


def telling_words(title: str) -> frozenset[str]:
    """The words that say what a title is about, in small letters; a plural counts as its singular."""
    words = {word for word in _WORD.findall(title.casefold()) if word not in _EVERYWHERE and len(word) > 2}
    return frozenset(word.removesuffix("s") if len(word) > 4 else word for word in words)


def alike(title: str, other: str) -> bool:
    """True when at least half of the telling words of the shorter title stand in the other one."""
    mine, theirs = telling_words(title), telling_words(other)
    fewest = min(len(mine), len(theirs))
    return fewest > 0 and 2 * len(mine & theirs) >= fewest


def named_in(title: str, names: Iterable[str]) -> list[str]:
    """Those of `names` (of components) that a title says, as whole words in any case."""
    said = f" {' '.join(_WORD.findall(title.casefold()))} "
    return [name for name in names if (words := " ".join(_WORD.findall(name.casefold()))) and f" {words} " in said]
