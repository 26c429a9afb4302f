"""P7: a blank of a template that nobody filled in."""

import re
from collections.abc import Iterator

from portal.domain.names import FindingLevel
from portal.domain.rules.draft import Field, Finding
from portal.domain.rules.reading import BLANK, Reading

_NAMES = (
    "component|components|component name|service|services|service name|product|feature|name|time|date|duration|impact|"
    "cause|root cause|reason|region|link|url|description|details|issue|problem|customers?|users?|who|what|when|where|"
    "eta|number|version|fix|workaround|summary|todo|tbd|x|xx"
)
_BLANK = re.compile(
    r"(?<![^\W_])_{3,}(?![^\W_])"
    r"|\{\{[^{}\n]*\}\}"
    rf"|\[(?:{_NAMES}|(?:insert|your|affected|name of|add|enter|fill in) [^\[\]\n]{{1,60}})\](?![(\[:{BLANK}])"
    rf"|<(?:{_NAMES}|(?:insert|your|affected|name of|add|enter|fill in) [^<>\n]{{1,60}})>"
    rf"|(?<!\{{)\{{(?:{_NAMES})\}}(?!\}})"
    r"|(?<![\w-])todo(?=\s?:)|\blorem ipsum\b",
    re.IGNORECASE,
)
_MARKER = re.compile(r"(?<![\w-])(?:TODO|TBD|FIXME|X{3,})(?![\w-])")


def examine_blanks(reading: Reading, field: Field) -> Iterator[Finding]:
    """Blocking findings for `___`, `{{ }}`, `[component]`, TODO, TBD, XXX and the like."""
    found = {match.span() for pattern in (_BLANK, _MARKER) for match in pattern.finditer(reading.labels)}
    last = -1
    for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
        if start < last:
            continue
        last = end
        message = f"“{reading.text[start:end]}” is a blank that was not filled in; write what belongs there."
        yield Finding("P7", FindingLevel.BLOCK, message, start, end, None, field)
