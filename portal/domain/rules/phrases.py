"""Phrases of one language, found word by word: the cost grows with the words of a text, not with the lists.

A pattern is a row of words: `this|last morning` has alternatives, `the?` may be missing, `#` is a word that begins
with a digit, `*` is any word. Case, emphasis, hyphens and line ends between the words make no difference.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from portal.domain.rules.reading import Reading, Word

GUARD_REACH = 6


@dataclass(frozen=True, slots=True)
class Phrase:
    """`suggestion` replaces what was found; or `day` does, a date so many days from today; or `minutes`, a time."""

    rule: str
    pattern: str
    suggestion: str | None = None
    day: int | None = None
    minutes: int | None = None
    unless: frozenset[str] = frozenset()
    """Words that, up to six words before it in the same sentence, make the phrase innocent."""
    harmless: bool = False
    """A longer wording that is fine, although a shorter one in it is not: `due to this`."""


@dataclass(frozen=True, slots=True)
class Match:
    phrase: Phrase
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Token:
    words: frozenset[str]
    optional: bool

    def accepts(self, word: str) -> bool:
        return word in self.words or ("#" in self.words and word[0].isdigit()) or "*" in self.words


Pattern = tuple[Token, ...]
Index = Mapping[str, Sequence[tuple[Pattern, Phrase]]]


@dataclass(frozen=True, slots=True)
class Language:
    """The word lists of one language; `index` holds the phrases by first word."""

    index: Index
    generic: frozenset[str]
    """Words that say neither who nor what is affected."""
    done_claims: Index
    """Wordings that say that it is over (P19), by first word."""
    level_claims: Mapping[str, Sequence[Pattern]] = field(default_factory=dict)
    """What may follow a component's name: `up`, `slow` or `down`, and its wordings."""
    guards: frozenset[str] = frozenset()
    """Words earlier in a clause that take a claim back: not, until, once, should."""
    near_guards: frozenset[str] = frozenset()
    """The same, but only up to three words before the claim."""
    limits: frozenset[str] = frozenset()
    """Words right after a claim that narrow it: some, most."""
    names_that_are_words: frozenset[str] = frozenset()
    nothing_new: Index = field(default_factory=dict)
    """Wordings that say openly that nothing changed (P18)."""


def compile_pattern(pattern: str) -> Pattern:
    return tuple(
        Token(frozenset(part.removesuffix("?").split("|")), part.endswith("?") and part != "?")
        for part in pattern.split()
    )


def index_of(phrases: Sequence[Phrase]) -> Index:
    """First word -> patterns, those with most words first. The first word of a pattern is never optional."""
    index: dict[str, list[tuple[Pattern, Phrase]]] = {}
    for phrase in phrases:
        pattern = compile_pattern(phrase.pattern)
        for word in pattern[0].words:
            index.setdefault(word, []).append((pattern, phrase))
    for entries in index.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    return index


def find(reading: Reading, index: Index) -> Iterator[Match]:
    """All matches in order; those of one rule do not overlap."""
    words = reading.words
    taken: dict[str, int] = {}
    for position, word in enumerate(words):
        for pattern, phrase in index.get(word.lower, ()):
            if taken.get(phrase.rule, -1) >= position:
                continue
            last = end_of_match(words, position, pattern)
            if last is None or (phrase.unless and _guarded(reading, position, phrase.unless)):
                continue
            taken[phrase.rule] = last - 1
            if not phrase.harmless:
                yield Match(phrase, word.start, words[last - 1].end)


def end_of_match(words: Sequence[Word], position: int, pattern: Pattern, at: int = 0) -> int | None:
    """The position after the last word of the match that begins at `position`, or None."""
    if at == len(pattern):
        return position
    token = pattern[at]
    if position < len(words) and (at == 0 or words[position].joined) and token.accepts(words[position].lower):
        end = end_of_match(words, position + 1, pattern, at + 1)
        if end is not None:
            return end
    return end_of_match(words, position, pattern, at + 1) if token.optional else None


def _guarded(reading: Reading, position: int, guards: frozenset[str]) -> bool:
    for earlier in range(position - 1, max(-1, position - 1 - GUARD_REACH), -1):
        between = reading.plain[reading.words[earlier].end : reading.words[earlier + 1].start]
        if any(mark in between for mark in ".!?;"):
            return False
        if reading.words[earlier].lower in guards:
            return True
    return False
