"""Status badges: small SVG images whose text is always readable."""

import html
import unicodedata

from portal.domain.names import ComponentStatus
from portal.domain.public import Page, PublicComponent
from portal.domain.wording import level_words
from portal.language import Words

COLOURS = {
    "none": "#1a7f37",
    "maintenance": "#0b62a8",
    "minor": "#8a5a00",
    "major": "#b3440c",
    "critical": "#b3141d",
}
"""Each at least 4.5:1 against white (WCAG 2.2, 1.4.3)."""

_LEVEL_COLOURS = {
    ComponentStatus.OPERATIONAL: "none",
    ComponentStatus.UNDER_MAINTENANCE: "maintenance",
    ComponentStatus.DEGRADED_PERFORMANCE: "minor",
    ComponentStatus.PARTIAL_OUTAGE: "major",
    ComponentStatus.MAJOR_OUTAGE: "critical",
}
_WIDTHS = {
    3.2: "'ijl",
    4.3: " !,.ftI|",
    5.2: "()-/:;J[]\\rt",
    6.2: "?FLTYcsz",
    6.9: "$*EPabdeghknopquvxy0123456789_{}`",
    7.8: "&ABCKRSVXZ",
    8.6: "DGHNOQU",
    9.3: "#+<=>Mw^~",
    11.2: "%@Wm…—",
}
"""Advances in 11 px Verdana and DejaVu Sans, whichever is wider, in pixels; `textLength` makes the text fit exactly."""
_WIDTH_OF = {character: width for width, characters in _WIDTHS.items() for character in characters}
_OTHER, _WIDE = 7.4, 11.5
"""Other alphabets; ideographs and emoji."""
_LONGEST = 270
"""Pixels that a name may take; a longer one is cut, its title has it whole."""


def page_badge(page: Page, words: Words) -> str:
    """The overall status as a badge."""
    return _badge(page.name, words(page.overall.description), COLOURS[page.overall.indicator])


def component_badge(component: PublicComponent, words: Words) -> str:
    """One component's status as a badge."""
    return _badge(component.name, level_words(component.status, words), COLOURS[_LEVEL_COLOURS[component.status]])


def _badge(label: str, words: str, colour: str) -> str:
    shown = _cut(label)
    left, right = (max(1, round(_width(text))) + 12 for text in (shown, words))
    label, shown, words = html.escape(label), html.escape(shown), html.escape(words)
    width = left + right
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" aria-label="{label}: {words}">'
        f"<title>{label}: {words}</title>"
        f'<path d="M{left} 0H3a3 3 0 0 0-3 3v14a3 3 0 0 0 3 3h{left - 3}Z" fill="#3c4043"/>'
        f'<path d="M{left} 0h{right - 3}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H{left}Z" fill="{colour}"/>'
        f'<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">'
        f"{_text(6, left - 12, shown)}{_text(left + 6, right - 12, words)}</g></svg>\n"
    )


def _text(x: int, width: int, escaped: str) -> str:
    return f'<text x="{x}" y="14" textLength="{width}" lengthAdjust="spacingAndGlyphs">{escaped}</text>'


def _cut(text: str) -> str:
    """As much of it as fits; a letter keeps its marks, joined emoji stay whole or go."""
    if _width(text) <= _LONGEST:
        return text
    kept = text
    while kept and (_width(kept) > _LONGEST - 12 or _joins(text[len(kept)]) or _joins(kept[-1], after=True)):
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def _width(text: str) -> float:
    return sum(_advance(character) for character in text)


def _advance(character: str) -> float:
    if _joins(character):
        return 0
    base = unicodedata.normalize("NFD", character)[0]
    wide = unicodedata.east_asian_width(base) in ("W", "F")
    return _WIDTH_OF.get(base, _WIDE if wide else _OTHER)


def _joins(character: str, after: bool = False) -> bool:
    """Whether a character has no place of its own: a mark, a joiner; `after`: whether it binds the next one."""
    return character == "\u200d" or (not after and unicodedata.category(character) in ("Mn", "Me", "Cf"))
