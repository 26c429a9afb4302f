"""Status badges: small SVG images whose text is always readable."""

import html

from portal.domain.names import ComponentStatus
from portal.domain.public import Page, PublicComponent
from portal.domain.wording import LEVEL_WORDS

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
_WIDTH_OF_CHARACTER = 6.6
"""Advance of 11 px Verdana, averaged, in pixels; `textLength` makes the text fit exactly."""
_LONGEST = 40


def page_badge(page: Page) -> str:
    """The overall status as a badge."""
    return _badge(page.name, page.overall.description, COLOURS[page.overall.indicator])


def component_badge(component: PublicComponent) -> str:
    """One component's status as a badge."""
    return _badge(component.name, LEVEL_WORDS[component.status], COLOURS[_LEVEL_COLOURS[component.status]])


def _badge(label: str, words: str, colour: str) -> str:
    shown = label if len(label) <= _LONGEST else label[: _LONGEST - 1] + "…"
    left, right = (round(len(text) * _WIDTH_OF_CHARACTER) + 12 for text in (shown, words))
    label, shown, words = html.escape(label), html.escape(shown), html.escape(words)
    width = left + right
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" aria-label="{label}: {words}">'
        f"<title>{label}: {words}</title>"
        f'<rect width="{left}" height="20" fill="#3c4043"/>'
        f'<rect x="{left}" width="{right}" height="20" fill="{colour}"/>'
        f'<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">'
        f'<text x="6" y="14" textLength="{left - 12}">{shown}</text>'
        f'<text x="{left + 6}" y="14" textLength="{right - 12}">{words}</text></g></svg>\n'
    )
