"""P19: the words say that it is over while the state does not, or contradict a component's status."""

from bisect import bisect_left
from collections.abc import Iterator

from portal.domain.names import ComponentStatus, FindingLevel, PostState
from portal.domain.rules.draft import Draft, Finding
from portal.domain.rules.phrases import Language, end_of_match, find
from portal.domain.rules.reading import Reading

_OVER = (PostState.RESOLVED, PostState.COMPLETED)
_NOT_DOWN = (ComponentStatus.OPERATIONAL, ComponentStatus.DEGRADED_PERFORMANCE)
_CLAUSE_ENDS = frozenset(".!?;,:\n")
_NEAR = 3
_LONGEST_CLAUSE = 40


def examine_claims(reading: Reading, draft: Draft, language: Language) -> Iterator[Finding]:
    """Claims in the body that the state or the components do not bear out; taken-back claims are left alone."""
    starts = [word.start for word in reading.words]
    if draft.state not in _OVER:
        for match in find(reading, language.done_claims):
            position = bisect_left(starts, match.start)
            if _taken_back(reading, position, language) or _narrowed(reading, bisect_left(starts, match.end), language):
                continue
            found = " ".join(reading.text[match.start : match.end].split())
            message = (
                f"“{found}” says that it is over, but the state is {draft.state}; "
                "choose resolved, or say what still happens."
            )
            yield Finding("P19", FindingLevel.CONFIRM, message, match.start, match.end)
    yield from _about_components(reading, draft, language, starts)


def _about_components(reading: Reading, draft: Draft, language: Language, starts: list[int]) -> Iterator[Finding]:
    for mention in reading.components:
        status = draft.components.get(mention.name)
        position = bisect_left(starts, mention.end)
        if status is None or position == len(starts) or reading.plain[mention.end : starts[position]].strip(" *_"):
            continue
        for said, patterns in language.level_claims.items():
            end = next(filter(None, (end_of_match(reading.words, position, row) for row in patterns)), None)
            if end is None or not _contradicts(said, status) or _taken_back(reading, position, language):
                continue
            last = reading.words[end - 1].end
            found = " ".join(reading.text[mention.start : last].split())
            message = (
                f"“{found}”, but its status in this post is {status.replace('_', ' ')}; change the words or the status."
            )
            yield Finding("P19", FindingLevel.CONFIRM, message, mention.start, last)
            break


def _contradicts(said: str, status: ComponentStatus) -> bool:
    if said == "up":
        return status != ComponentStatus.OPERATIONAL
    if said == "slow":
        return status == ComponentStatus.OPERATIONAL
    return status in _NOT_DOWN


def _taken_back(reading: Reading, position: int, language: Language) -> bool:
    """Whether a word earlier in the clause denies it or makes it depend on something: not, until, once, should."""
    words = reading.words
    for earlier in range(position - 1, max(-1, position - 1 - _LONGEST_CLAUSE), -1):
        after = words[earlier + 1].start if earlier + 1 < len(words) else len(reading.plain)
        if not _CLAUSE_ENDS.isdisjoint(reading.plain[words[earlier].end : after]):
            return False
        lower = words[earlier].lower
        if lower in language.guards or lower.endswith("n't"):
            return True
        if lower in language.near_guards and position - earlier <= _NEAR:
            return True
    return False


def _narrowed(reading: Reading, after: int, language: Language) -> bool:
    """Whether `for some customers` or `in version 5` follows, or `one of`."""
    following = reading.words[after : after + 2]
    lowers = [word.lower for word in following]
    return bool(lowers) and (lowers[0] in language.limits or (lowers[0] == "for" and lowers[-1] in language.limits))
