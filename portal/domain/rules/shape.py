"""P9, P16, P17, P18, P20 and the order of states: what a post is as a whole."""

import re
from collections import Counter
from collections.abc import Iterator

from portal.domain.names import INCIDENT_STATES, MAINTENANCE_STATES, FindingLevel, PostState
from portal.domain.rules.draft import Draft, Finding
from portal.domain.rules.phrases import Language, find
from portal.domain.rules.reading import BLANK, Reading, spelled_words

SHORTEST, LONGEST, MOST_SENTENCES = 40, 600, 5
SAME = 0.9
LONGEST_PROMISE = 120
"""Minutes: an update promised later than this is asked about."""

_SENTENCE_END = re.compile(r"(?<![ \n(][A-Za-z])(?<!\be\.g)(?<!\bi\.e)[.!?…]+[)\"”*_]*(?=\s|$)|\n\s*\n")


def examine_secrecy(draft: Draft) -> Iterator[Finding]:
    """P20."""
    if draft.private or draft.drill:
        kind = "private" if draft.private else "a drill"
        advice = "only the security role can disclose it" if draft.private else "keep its notes in the timeline"
        message = f"This incident is {kind} and nothing of it may be public; {advice}."
        yield Finding("P20", FindingLevel.BLOCK, message, 0, len(draft.body))


def examine_promise(draft: Draft) -> Iterator[Finding]:
    """P9: the line itself is printed from the promise; a late one is asked about."""
    minutes = draft.next_update_minutes
    if minutes is not None and minutes > LONGEST_PROMISE and draft.state in INCIDENT_STATES[:-1]:
        message = f"The next update is promised in {minutes} minutes; promise one within {LONGEST_PROMISE}, or confirm."
        yield Finding("P9", FindingLevel.CONFIRM, message, 0, 0)


def examine_order(draft: Draft) -> Iterator[Finding]:
    """A step back in the order of states, as after a fix that failed."""
    for states in (INCIDENT_STATES, MAINTENANCE_STATES):
        last = draft.previous_state
        if draft.state in states and last in states[:-1] and states.index(draft.state) < states.index(last):
            message = (
                f"The last post said {_plain(last)}, this one goes back to {_plain(draft.state)}; say what changed."
            )
            yield Finding("ORDER", FindingLevel.WARN, message, 0, 0)


def examine_size(reading: Reading) -> Iterator[Finding]:
    """P17."""
    body = reading.text.strip()
    start = reading.text.find(body) if body else 0
    if len(body) < SHORTEST:
        message = f"{len(body)} characters say little; say who can't do what (at least {SHORTEST} characters)."
        yield _warn("P17", message, start, start + len(body))
    if len(body) > LONGEST:
        message = f"{len(body)} characters are much for a status post; keep to {LONGEST} and leave the rest for later."
        yield _warn("P17", message, start + LONGEST, start + len(body))
    ends = _sentence_ends(reading.plain)
    if len(ends) > MOST_SENTENCES:
        message = f"{len(ends)} sentences are much for a status post; keep to {MOST_SENTENCES}."
        yield _warn("P17", message, ends[MOST_SENTENCES - 1], ends[-1])


def examine_audience(reading: Reading, language: Language) -> Iterator[Finding]:
    """P16: every word is one that fits any incident, and no component is named."""
    if reading.components or not reading.words or _says_nothing_new(reading, language):
        return
    if all(word.lower in language.generic or word.lower.isdigit() for word in reading.words):
        message = "The post does not say who or what is affected; name the feature, and what people can't do with it."
        yield _warn("P16", message, 0, len(reading.text))


def examine_repetition(reading: Reading, draft: Draft, language: Language | None) -> Iterator[Finding]:
    """P18: by the share of words in common with the last post, so that the cost stays linear."""
    if not draft.previous_body or (language and _says_nothing_new(reading, language)):
        return
    new, old = (Counter(spelled_words(text)) for text in (reading.text, draft.previous_body))
    total = new.total() + old.total()
    if total and 2 * (new & old).total() / total > SAME:
        message = "This is nearly the same as the last post; say what changed since, or that nothing did."
        yield _warn("P18", message, 0, len(reading.text))


def _warn(rule: str, message: str, start: int, end: int) -> Finding:
    return Finding(rule, FindingLevel.WARN, message, start, end)


def _plain(state: PostState) -> str:
    return state.replace("_", " ")


def _sentence_ends(plain: str) -> list[int]:
    """Where the sentences end; paragraphs end one too, blanked parts belong to theirs."""
    ends, last = [], 0
    for match in _SENTENCE_END.finditer(plain):
        if any(character.isalnum() or character == BLANK for character in plain[last : match.start()]):
            ends.append(match.end())
        last = match.end()
    if any(character.isalnum() or character == BLANK for character in plain[last:]):
        ends.append(len(plain))
    return ends


def _says_nothing_new(reading: Reading, language: Language) -> bool:
    return next(find(reading, language.nothing_new), None) is not None
