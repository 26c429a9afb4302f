"""P12: people are not named in public. Handles and full names are confirmed, given names alone are shown."""

import re
from collections.abc import Iterator
from functools import lru_cache

from portal.domain.names import FindingLevel
from portal.domain.rules.draft import Field, Finding, Setting
from portal.domain.rules.phrases import Language
from portal.domain.rules.reading import BLANK, Reading, mentions, words_of
from portal.domain.rules.word_sets import word_set

_HANDLE = re.compile(rf"(?<![\w@./{BLANK}])@[A-Za-z][\w-]{{1,38}}(?![\w/@])|<@[A-Z0-9]{{6,14}}(?:\|[^>\n]{{0,80}})?>")
_ADVICE = "say what happened in the system, and write “our team” where people must appear"
_MONTHS = frozenset({"april", "may", "june", "august"})
_BEFORE_A_MONTH = word_set("in by until till since of early late mid from on to last next this before after")


def examine_names(reading: Reading, setting: Setting, language: Language, field: Field) -> Iterator[Finding]:
    """Handles, full names and given names of people who work here."""
    for match in _HANDLE.finditer(reading.plain):
        yield _confirm(f"“{match[0]}” names a person; {_ADVICE}.", *match.span(), field)
    full: set[int] = set()
    for mention in mentions(reading.plain, reading.words, _full_names(setting.people)):
        full.add(mention.start)
        yield _confirm(f"“{mention.name}” works here; {_ADVICE}.", mention.start, mention.end, field)
    given = setting.given_names if setting.given_names is not None else _first_words(setting.people)
    for mention in mentions(reading.plain, reading.words, given):
        if mention.start in full or _is_a_word(reading, mention.start, mention.end, language):
            continue
        message = f"“{mention.name}” may be somebody who works here; {_ADVICE}."
        yield Finding("P12", FindingLevel.WARN, message, mention.start, mention.end, "our team", field)


def _confirm(message: str, start: int, end: int, field: Field) -> Finding:
    return Finding("P12", FindingLevel.CONFIRM, message, start, end, "our team", field)


@lru_cache(maxsize=8)
def _full_names(people: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in people if len(words_of(name)) > 1)


@lru_cache(maxsize=8)
def _first_words(people: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.split()[0] for name in people if name.split()))


def _is_a_word(reading: Reading, start: int, end: int, language: Language) -> bool:
    """Whether `Will`, `May` or `Mark` is more likely the word: at a sentence's start, or as a month."""
    name = reading.plain[start:end].lower()
    if name not in language.names_that_are_words:
        return False
    before = reading.plain[max(0, start - 24) : start].rstrip(" *_")
    if not before or before[-1] in ".!?:\n" or before[-1] in "-•":
        return True
    around = before[-1] + reading.plain[end : end + 2].strip(" ,")
    return name in _MONTHS and (
        any(character.isdigit() for character in around) or re.split(r"[^\w]+", before)[-1].lower() in _BEFORE_A_MONTH
    )
