"""What a careful reader would remark about a postmortem: blame, hindsight, a lone cause, what is missing.

Only blanks and secrets ever stand in the way, and only of what the public reads; everything else is advice.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from portal.domain.names import FindingLevel
from portal.domain.postmortems import INTERNAL, SECTIONS
from portal.domain.rules import Setting
from portal.domain.rules.blame import examine_names
from portal.domain.rules.blanks import examine_blanks
from portal.domain.rules.draft import Finding
from portal.domain.rules.english import LANGUAGES
from portal.domain.rules.phrases import Phrase, find, index_of
from portal.domain.rules.reading import Reading, read
from portal.domain.rules.secrets import examine_secrets
from portal.domain.rules.times import examine_times
from portal.domain.rules.word_sets import word_set

SUMMARY_WORDS = 80
EXPECTED = ("summary", "impact", "detection", "contributing_factors", "resolution", "went_well", "went_badly")
"""Sections without which a postmortem teaches little."""
MOST_PER_RULE = 5
"""Remarks of one rule in one section; more of the same teach nothing."""
MANY_WORDS = 40
"""A single paragraph about factors that is longer than this names more than one of them."""

_NOT_BLAME = word_set("no not never nobody nothing without isn't wasn't")
_PHRASES = index_of(
    (
        Phrase("counterfactual", "should|shouldn't have"),
        Phrase("counterfactual", "should've|could've|would've"),
        Phrase("counterfactual", "should not|also|instead have"),
        Phrase("counterfactual", "could|couldn't easily? have been avoided|prevented|caught|noticed|found|alerted"),
        Phrase("counterfactual", "could have prevented|avoided|caught|noticed|stopped|detected"),
        Phrase("counterfactual", "would have prevented|avoided|caught|noticed|stopped|detected"),
        Phrase("counterfactual", "ought to have"),
        Phrase("counterfactual", "needed to have"),
        Phrase("counterfactual", "if only"),
        Phrase("counterfactual", "had we|they|he|she|somebody|someone|anyone known|noticed|checked|tested|seen"),
        Phrase("counterfactual", "in|with hindsight"),
        Phrase("blame", "human|operator|user|pilot error"),
        Phrase("blame", "human|operator mistake"),
        Phrase("blame", "human factor"),
        Phrase("blame", "careless|negligent|incompetent|sloppy|lazy"),
        Phrase("blame", "carelessness|negligence|incompetence"),
        Phrase("blame", "mistakenly|erroneously|foolishly|wrongly"),
        Phrase("blame", "forgot|forgotten to", unless=_NOT_BLAME),
        Phrase("blame", "neglected to"),
        Phrase("blame", "failed to notice|check|test|follow|read|realize|realise|escalate|communicate|understand"),
        Phrase("blame", "is|was|were to blame", unless=_NOT_BLAME),
        Phrase("blame", "at fault", unless=_NOT_BLAME),
        Phrase("blame", "lack of attention|care|discipline"),
        Phrase("blame", "inattention|inattentive"),
        Phrase("blame", "screwed|messed up"),
        Phrase("root_cause", "root|single|sole cause"),
        Phrase("root_cause", "only cause|reason"),
    )
)
_MESSAGES = {
    "counterfactual": "“{}” tells what did not happen; tell what did, and why it made sense then.",
    "blame": "“{}” blames a person; say what in the system made it easy.",
    "root_cause": "“{}” stands for all that came together; write the contributing factors as a list.",
}
_SUGGESTIONS = {"root_cause": "contributing factors"}
_DONE = word_set(
    "been begun built caught chosen come done drawn fallen felt found given gone grown had held kept known led left "
    "lost made met paid put run said seen sent set shut spent stood taken thought told understood won worn written"
)
"""Participles that do not end in -ed: `should have known`, but not `should have a test`."""
_DURATION = re.compile(r"\d\s*(?:s|sec|m|min|h)\b|\b(?:second|minute|hour|day)s?\b", re.IGNORECASE)
_TICK_BOX = re.compile(r"(?:^|\n)[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+$")
_ITEM = re.compile(r"^ {0,3}(?:[-*+]|\d{1,3}[.)])[ \t]+\S", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark. `start` and `end` count code points of the section; both are 0 when all of it is meant.
    `suggestion` replaces that span."""

    rule: str
    level: FindingLevel
    section: str
    message: str
    start: int = 0
    end: int = 0
    suggestion: str | None = None

    def to_json(self) -> dict[str, str | int | None]:
        """The remark as the API answers it."""
        return {
            "rule": self.rule,
            "level": self.level.value,
            "section": self.section,
            "message": self.message,
            "start": self.start,
            "end": self.end,
            "suggestion": self.suggestion,
        }


def findings(sections: Mapping[str, str], setting: Setting | None = None) -> list[Remark]:
    """All remarks, section by section in the order of the page. Internal notes are nobody's matter."""
    setting = setting or Setting()
    said: list[Remark] = []
    for name in SECTIONS:
        text = sections.get(name, "")
        if name in INTERNAL:
            continue
        found = [*_about_the_whole(name, text, sections)]
        if text.strip():
            found += sorted(_about_words(name, text, sections, setting), key=lambda one: (one.start, one.end))
        said += _bounded(found)
    return said


def _about_the_whole(name: str, text: str, sections: Mapping[str, str]) -> Iterator[Remark]:
    if not text.strip():
        if name in EXPECTED:
            yield _warn("section_empty", name, _EMPTY.get(name, "This section is empty."))
        return
    if name == "summary":
        words = len(text.split())
        if words > SUMMARY_WORDS:
            end = list(re.finditer(r"\S+", text))[SUMMARY_WORDS - 1].end()
            message = f"The summary has {words} words; {SUMMARY_WORDS} are enough for anybody."
            yield _warn("summary_length", name, message, (end, len(text)))
        if not _DURATION.search(text):
            yield _warn("summary_duration", name, "The summary does not say how long it lasted.")
    if name == "impact" and not re.search(r"\d", text):
        yield _warn("impact_numbers", name, "The impact has no number in it.")
    if name == "contributing_factors" and _lone(sections):
        yield _warn("factors_plural", name, "There is seldom only one contributing factor.", (0, len(text)))


_EMPTY = {
    "summary": "Nobody can tell yet what happened: write the summary.",
    "impact": "Say what customers felt, in numbers, and who did not.",
    "detection": "Say how it was noticed, and how long that took.",
    "contributing_factors": "Say what came together to make it happen.",
    "resolution": "Say what stopped it.",
    "went_well": "Something went well: say what, so that it is kept.",
    "went_badly": "Say what made it longer or worse than it had to be.",
}


def _lone(sections: Mapping[str, str]) -> bool:
    """Whether there is only one factor: one item of a list, or one short paragraph."""
    text = sections.get("contributing_factors", "").strip()
    items = len(_ITEM.findall(text))
    if items:
        return items == 1 and len(text.split()) < MANY_WORDS
    lines = [line for line in text.splitlines() if line.strip()]
    return len(lines) == 1 and len(text.split()) < MANY_WORDS


def _about_words(name: str, text: str, sections: Mapping[str, str], setting: Setting) -> Iterator[Remark]:
    reading = read(text, setting.component_names)
    for one in (*examine_blanks(reading, "body"), *examine_secrets(reading, setting, "body")):
        ticked = text[one.start : one.end].lower() == "[x]" and _TICK_BOX.search(text, 0, one.start)
        if one.level is FindingLevel.BLOCK and not ticked:
            yield _from_post_rules(one, name, FindingLevel.BLOCK)
    language = LANGUAGES.get(setting.language.lower().partition("-")[0])
    if language is None:
        return
    yield from _phrases(name, reading, alone=_lone(sections))
    for one in examine_times(reading, None, "body", english=True):
        if one.rule == "P2":
            yield _from_post_rules(one, name)
    for one in examine_names(reading, setting, language, "body"):
        if one.level is FindingLevel.WARN or text[one.start : one.end].startswith(("@", "<@")):
            yield _from_post_rules(one, name)


def _phrases(name: str, reading: Reading, *, alone: bool) -> Iterator[Remark]:
    for match in find(reading, _PHRASES):
        rule = match.phrase.rule
        if rule == "root_cause" and not alone:
            continue
        if reading.plain[match.start : match.end].lower().endswith(" have") and not _goes_on(reading, match.end):
            continue
        found = " ".join(reading.text[match.start : match.end].split())
        message = _MESSAGES[rule].replace("{}", found)
        yield _warn(rule, name, message, (match.start, match.end), _SUGGESTIONS.get(rule))


def _goes_on(reading: Reading, end: int) -> bool:
    """Whether a participle follows, perhaps after an adverb: what comes then was not done."""
    first = bisect_left(reading.words, end, key=lambda word: word.start)
    following = [word.lower for word in reading.words[first : first + 2]]
    if following and (following[0].endswith("ly") or following[0] in ("also", "never", "instead")):
        following = following[1:]
    return bool(following) and (following[0].endswith("ed") or following[0] in _DONE)


def _from_post_rules(one: Finding, section: str, level: FindingLevel = FindingLevel.WARN) -> Remark:
    """A rule of posts that holds for articles too; full names are left to be written as roles."""
    return Remark(one.rule, level, section, one.message, one.start, one.end, one.suggestion)


def _warn(
    rule: str, section: str, message: str, span: tuple[int, int] = (0, 0), suggestion: str | None = None
) -> Remark:
    return Remark(rule, FindingLevel.WARN, section, message, *span, suggestion)


def _bounded(found: list[Remark]) -> list[Remark]:
    counts: Counter[str] = Counter()
    kept = []
    for one in found:
        counts[one.rule] += 1
        if counts[one.rule] <= MOST_PER_RULE or one.level is FindingLevel.BLOCK:
            kept.append(one)
    return kept
