"""P1, P4, P6, P8, P11, P12 (words), P13 and P14: phrases of one language that should not be in a post."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from portal.domain.names import ComponentStatus, FindingLevel, PostState
from portal.domain.rules.draft import Draft, Field, Finding
from portal.domain.rules.phrases import Language, Match, find
from portal.domain.rules.reading import Reading
from portal.domain.wording import MONTHS

CONFIRMED = frozenset({"P1", "P12"})
IN_ONE_LINE = frozenset({"P1", "P4", "P8", "P11", "P12", "P13"})
"""The rules that also read the public title and the customer action."""

_OUTAGES = frozenset({ComponentStatus.PARTIAL_OUTAGE, ComponentStatus.MAJOR_OUTAGE})
_AFTER_A_PREPOSITION = ("by", "until", "till", "since", "from", "before", "after", "for", "on", "of")

_MESSAGES = {
    "P1": "“{}” is another day or hour elsewhere; write the date or the time in UTC.",
    "P4": "“{}” is how it looks from one place; write the date or the time in UTC, or name who is affected.",
    "P6": "“{}” tells a cause or a fix while the state is investigating; choose identified, or leave it out.",
    "P8": "“{}” promises when it will be fixed; say when the next update comes instead.",
    "P11": "“{}” is a guess; say what is known, and what is being looked at.",
    "P12": "“{}” blames a person; say what happened in the system instead.",
    "P13": "“{}” plays it down or sounds like a form letter; say what readers can't do now.",
    "P14": "“{}” is said while no component is in outage; say what is wrong, or set the component's status.",
}


def examine_wordings(reading: Reading, draft: Draft, language: Language, field: Field) -> Iterator[Finding]:
    """Findings of all phrase rules that apply to this field and state."""
    for match in find(reading, language.index):
        rule = match.phrase.rule
        if not _applies(rule, draft, field):
            continue
        found = reading.text[match.start : match.end]
        suggestion = _rewrite(reading.text, match, draft.moment)
        level = FindingLevel.CONFIRM if rule in CONFIRMED else FindingLevel.WARN
        yield Finding(
            rule,
            level,
            _MESSAGES[rule].replace("{}", " ".join(found.split())),
            match.start,
            match.end,
            suggestion,
            field,
        )


def _applies(rule: str, draft: Draft, field: Field) -> bool:
    if field != "body" and rule not in IN_ONE_LINE:
        return False
    if rule == "P6":
        return draft.state == PostState.INVESTIGATING
    if rule == "P14":
        over = draft.state in (PostState.RESOLVED, PostState.COMPLETED)
        return not over and _OUTAGES.isdisjoint(draft.components.values())
    return True


def _rewrite(text: str, match: Match, moment: datetime | None) -> str | None:
    """What to put in the place of what was found."""
    phrase, start = match.phrase, match.start
    suggestion = phrase.suggestion
    if moment is not None and phrase.day is not None:
        day = moment + timedelta(days=phrase.day)
        before = text[max(0, start - 8) : start].split()
        on = "" if before and before[-1].lower() in _AFTER_A_PREPOSITION else "on "
        suggestion = f"{on}{day.day} {MONTHS[day.month - 1]}"
    elif moment is not None and phrase.minutes is not None:
        by = moment + timedelta(minutes=phrase.minutes)
        by += timedelta(minutes=-by.minute % 15)
        suggestion = f"by {by:%H:%M} UTC"
    if suggestion and text[start].isupper():
        suggestion = suggestion[0].upper() + suggestion[1:]
    return suggestion
