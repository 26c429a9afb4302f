"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/): one item per post."""

from collections.abc import Callable, Sequence
from typing import Any

from portal.domain.public import Page, PublicIncident, PublicPost
from portal.domain.wording import post_heading
from portal.language import Words


def updates_json(
    page: Page,
    posts: Sequence[tuple[PublicIncident, PublicPost]],
    convert: Callable[[str], str],
    words: Words,
    hub: str | None,
) -> dict[str, Any]:
    """The feed document, newest first; an item's id is its post's permanent address and never changes."""
    hubs = {"hubs": [{"type": "WebSub", "url": hub}]} if hub else {}
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": words("%(name)s updates", name=page.name),
        "home_page_url": f"{page.url}/",
        "feed_url": f"{page.url}/updates.json",
        "description": words("Every status post"),
        "language": words.language,
        **hubs,
        "items": [_item(page, incident, post, convert, words) for incident, post in posts],
    }


def _item(
    page: Page, incident: PublicIncident, post: PublicPost, convert: Callable[[str], str], words: Words
) -> dict[str, Any]:
    address = f"{page.url}/incidents/{incident.public_id}/#{post.public_id}"
    return {
        "id": address,
        "url": address,
        "title": post_heading(incident, post, words),
        "content_html": convert(post.body),
        "date_published": post.display_at,
        "date_modified": max(post.published_at, post.display_at),
        "tags": [component.name for component in incident.components],
    }
