"""What a page says of itself where a link to it is shared: its picture, its kind, its times. Printed by share.html."""

from typing import Any

from portal.domain.public import Page, PublicIncident, PublicPostmortem
from portal.language import N_, Words

PICTURES = {
    "operational": N_("Operational"),
    "maintenance": N_("Maintenance"),
    "minor": N_("Minor impact"),
    "major": N_("Major impact"),
    "critical": N_("Critical impact"),
    "resolved": N_("Resolved"),
    "notice": N_("Notice"),
    "postmortem": N_("Postmortem"),
}
"""Files of theme/assets/share without their .png, and the words on them."""
DRAWN = ("de",)
"""Languages that have pictures of their own, in a folder of that name; the others share the English ones."""


def picture(name: str, language: str) -> str:
    return f"{language}/{name}" if language in DRAWN else name


def of_index(page: Page, words: Words) -> dict[str, Any]:
    """The status page: the picture of the overall state."""
    indicator = page.overall.indicator
    return _share("operational" if indicator == "none" else indicator, "WebPage", words, updated=page.changed_at)


def of_incident(one: PublicIncident, words: Words) -> dict[str, Any]:
    """An announcement; planned work ends to be one when its window does."""
    if one.is_maintenance:
        name = "maintenance"
    elif one.resolved_at:
        name = "resolved"
    else:
        name = "notice" if one.impact == "none" else one.impact
    expires = one.scheduled_until if one.is_maintenance else None
    return _share(
        name,
        "SpecialAnnouncement",
        words,
        published=one.posts[0].published_at,
        updated=one.updated_at,
        expires=expires,
    )


def of_postmortem(article: PublicPostmortem, words: Words) -> dict[str, Any]:
    return _share("postmortem", "Article", words, published=article.published_at, updated=article.updated_at)


def _share(name: str, schema: str, words: Words, **moments: str | None) -> dict[str, Any]:
    return {"picture": picture(name, words.language), "words": words(PICTURES[name]), "schema": schema} | {
        k: v for k, v in moments.items() if v
    }
