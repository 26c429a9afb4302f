"""Postmortems: their states and sections, when they are due, and what the public reads of them."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from portal.domain.names import PostmortemState, Severity

SECTIONS = {
    "summary": "Summary",
    "impact": "Impact on customers, in numbers, and who was not affected",
    "customer_action": "What you should do",
    "background": "Background",
    "timeline_notes": "Timeline",
    "detection": "Detection",
    "contributing_factors": "Contributing factors",
    "resolution": "What stopped it",
    "surprised": "Why we were surprised",
    "went_well": "What went well",
    "went_badly": "What went badly",
    "lucky": "Where we were lucky",
    "communication": "Communication",
    "open_questions": "Open questions",
    "faq": "Questions and answers",
    "internal_notes": "Internal notes",
}
"""Names of sections in their order, with their headings."""
INTERNAL = frozenset({"internal_notes"})
"""Never rendered for the public."""

MOVES: dict[PostmortemState, frozenset[PostmortemState]] = {
    PostmortemState.DRAFT: frozenset({PostmortemState.IN_REVIEW}),
    PostmortemState.IN_REVIEW: frozenset({PostmortemState.REVIEWED, PostmortemState.DRAFT}),
    PostmortemState.REVIEWED: frozenset({PostmortemState.PUBLISHED, PostmortemState.IN_REVIEW, PostmortemState.DRAFT}),
    PostmortemState.PUBLISHED: frozenset({PostmortemState.WITHDRAWN}),
    PostmortemState.WITHDRAWN: frozenset({PostmortemState.DRAFT}),
}


def move_reasons(
    before: PostmortemState, after: PostmortemState, sections: Mapping[str, str], *, over: bool
) -> list[str]:
    """Why a postmortem can't go to a state now; none when it can. `over`: its incident is resolved or mitigated."""
    if after not in MOVES[before]:
        ways = ", ".join(one.value for one in PostmortemState if one in MOVES[before])
        return [f"A postmortem that is {before.value} can go to: {ways}."]
    said = []
    if after in (PostmortemState.IN_REVIEW, PostmortemState.REVIEWED, PostmortemState.PUBLISHED):
        said += [
            f"The section {name} is empty: write it first."
            for name in ("summary", "contributing_factors")
            if not sections.get(name, "").strip()
        ]
    if after is PostmortemState.PUBLISHED and not over:
        said.append("The incident is not over: publish a resolved post (never public: say when it was mitigated).")
    return said


def due_at(severity: Severity, resolved_at: datetime, *, critical_days: int, major_working_days: int) -> datetime:
    """Critical: so many days later; else so many working days, Monday to Friday, later."""
    if severity is Severity.CRITICAL:
        return resolved_at + timedelta(days=critical_days)
    due = resolved_at
    left = major_working_days
    while left > 0:
        due += timedelta(days=1)
        left -= due.weekday() < 5
    return due


def version_of(text: str) -> str:
    """The version of a section: the same for the same text, whoever wrote it and when."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def overwrites(current: Mapping[str, str], texts: Mapping[str, str], based_on: Mapping[str, str]) -> list[str]:
    """Sections whose writer has not seen what stands there now, and wrote something else."""
    return [
        name
        for name, text in texts.items()
        if name in based_on and version_of(current.get(name, "")) not in (based_on[name], version_of(text))
    ]


def changelog_note(before: Mapping[str, str], after: Mapping[str, str], *, title_changed: bool) -> str | None:
    """`Updated: Summary, Questions and answers`; None when nothing that the public reads has changed."""
    names = ["Title"] if title_changed else []
    names += [
        heading.split(",")[0]
        for name, heading in SECTIONS.items()
        if name not in INTERNAL and before.get(name, "") != after.get(name, "")
    ]
    return f"Updated: {', '.join(names)}" if names else None


def public_text(text: str, roles: Mapping[str, str]) -> str:
    """The text with people written as their roles: `roles` maps full names and addresses to words such as `the lead`.

    Longer names win, addresses are found in any case; a role that begins a sentence or a line gets a capital.
    """
    names = sorted((name for name in roles if name.strip()), key=len, reverse=True)
    if not names:
        return text
    anyone = "|".join(f"(?i:{re.escape(name)})" if "@" in name else re.escape(name) for name in names)
    words = {name.lower() if "@" in name else name: roles[name] for name in names}
    return re.sub(rf"(?<![\w@.+-])@?({anyone})(?![\w@]|\.\w)", lambda found: _role(found, words), text)


def _role(found: "re.Match[str]", words: Mapping[str, str]) -> str:
    role = words[found[1].lower() if "@" in found[1] else found[1]]
    before = found.string[: found.start()]
    begins = re.search(r"(?:^|\n)[\s>#*+-]*(?:\d+[.)]\s+)?$|[.!?]\s+$", before)
    return role[:1].upper() + role[1:] if begins else role
