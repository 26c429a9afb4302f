"""embed/status.json: what the banner on other sites needs, in a few hundred bytes."""

from collections.abc import Callable
from typing import Any

from portal.domain.public import Page, PublicIncident
from portal.domain.wording import STATE_WORDS

RUNNING = ("in_progress", "verifying")


def notices(page: Page) -> list[PublicIncident]:
    """What a visitor of another site should hear of now: open incidents, newest first, then running maintenances."""
    return [*page.open, *(one for one in page.maintenances if one.state in RUNNING)]


def embed_json(page: Page, impact_words: Callable[[PublicIncident], str]) -> dict[str, Any]:
    """The overall state and one entry per notice; words stand beside every code, so that a reader needs no list."""
    return {
        "page": {"name": page.name, "url": f"{page.url}/"},
        "as_of": page.changed_at,
        "status": {"indicator": page.overall.indicator, "description": page.overall.description},
        "notices": [
            {
                "id": one.public_id,
                "title": one.title,
                "impact": one.impact,
                "words": f"{impact_words(one)}, {STATE_WORDS[one.state].lower()}",
                "url": f"{page.url}/incidents/{one.public_id}/",
            }
            for one in notices(page)
        ],
    }
