"""All rules over all fields of a draft, in one order, bounded in number."""

from collections import Counter
from collections.abc import Iterator

from portal.domain.rules.blame import examine_names
from portal.domain.rules.blanks import examine_blanks
from portal.domain.rules.claims import examine_claims
from portal.domain.rules.draft import Draft, Field, Finding, Setting
from portal.domain.rules.english import LANGUAGES
from portal.domain.rules.phrases import Language
from portal.domain.rules.reading import Reading, read
from portal.domain.rules.secrets import examine_secrets
from portal.domain.rules.shape import (
    examine_audience,
    examine_order,
    examine_promise,
    examine_repetition,
    examine_secrecy,
    examine_size,
)
from portal.domain.rules.times import examine_times
from portal.domain.rules.wordings import examine_wordings

MOST_PER_RULE = 20


def examine(draft: Draft, setting: Setting) -> list[Finding]:
    """Everything that P1 to P20 say about the draft, field by field in the order of the text, 20 per rule at most.

    Offsets count code points of the field that the finding names. The cost grows with the length of the texts only.
    A language without word lists gets the rules that need none.
    """
    language = LANGUAGES.get(setting.language.lower().partition("-")[0])
    names = tuple(dict.fromkeys([*draft.components, *setting.component_names]))
    findings = [*examine_secrecy(draft), *examine_promise(draft), *examine_order(draft)]
    fields: list[tuple[Field, str | None]] = [
        ("body", draft.body),
        ("public_title", draft.public_title),
        ("customer_action", draft.customer_action),
    ]
    for field, text in fields:
        if not text:
            continue
        reading = read(text, names)
        found = list(_about_words(reading, draft, setting, language, field))
        if field == "body":
            found += _about_the_body(reading, draft, language)
        findings += sorted(found, key=lambda finding: (finding.start, finding.end, finding.rule))
    return _bounded(findings)


def _about_words(
    reading: Reading, draft: Draft, setting: Setting, language: Language | None, field: Field
) -> Iterator[Finding]:
    yield from examine_blanks(reading, field)
    yield from examine_secrets(reading, setting, field)
    yield from examine_times(reading, draft.moment, field, english=language is not None)
    if language:
        yield from examine_wordings(reading, draft, language, field)
        yield from examine_names(reading, setting, language, field)


def _about_the_body(reading: Reading, draft: Draft, language: Language | None) -> Iterator[Finding]:
    yield from examine_size(reading)
    yield from examine_repetition(reading, draft, language)
    if language:
        yield from examine_audience(reading, language)
        yield from examine_claims(reading, draft, language)


def _bounded(findings: list[Finding]) -> list[Finding]:
    counts: Counter[str] = Counter()
    kept = []
    for finding in findings:
        counts[finding.rule] += 1
        if counts[finding.rule] <= MOST_PER_RULE:
            kept.append(finding)
    return kept
