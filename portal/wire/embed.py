"""embed/status.json: what the banner on other sites needs, in a few hundred bytes."""

from typing import Any

from portal.domain.public import Page, PublicIncident
from portal.domain.wording import impact_words, state_words
from portal.language import Words


def notices(page: Page) -> list[PublicIncident]:
    """What a visitor of another site should hear of now: open incidents, newest first, then running maintenances."""
    return [*page.open, *(one for one in page.maintenances if one.is_running)]


def embed_json(page: Page, words: Words) -> dict[str, Any]:
    """The overall state and one entry per notice; words stand beside every code, so that a reader needs no list.

    `language` is that of all words but the titles."""
    return {
        "page": {"name": page.name, "url": f"{page.url}/"},
        "as_of": page.changed_at,
        "language": words.language,
        "direction": words.direction,
        "words": {"hide": words("Hide"), "more": words("and {} more:")},
        "status": {"indicator": page.overall.indicator, "description": words(page.overall.description)},
        "notices": [
            {
                "id": one.public_id,
                "title": one.title,
                "impact": one.impact,
                "words": f"{impact_words(one, words)} · {state_words(one.state, words)}",
                "url": f"{page.url}/incidents/{one.public_id}/",
            }
            for one in notices(page)
        ],
    }
