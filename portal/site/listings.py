"""Files for machines that list addresses: sitemap by month (sitemaps.org 0.9), robots.txt, the search index."""

import html
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from portal.domain.public import Page, PublicIncident, PublicPostmortem
from portal.domain.wording import state_words
from portal.language import Words
from portal.site.articles import SECTION_HEADINGS
from portal.text import plain

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def sitemap_index(page: Page, months: Sequence[str]) -> str:
    """sitemap.xml: the pages that always exist and one sitemap per month with incidents."""
    names = ["sitemaps/pages.xml", *(f"sitemaps/{month}.xml" for month in months)]
    rows = "".join(f"<sitemap><loc>{html.escape(page.url)}/{name}</loc></sitemap>\n" for name in names)
    return f"{_HEAD}<sitemapindex {_SPACE}>\n{rows}</sitemapindex>\n"


def sitemap_pages(page: Page, years: Iterable[str], slugs: Iterable[str], postmortems: Iterable[str]) -> str:
    """The fixed pages, years, components and postmortems; parts of a list (history/by, postmortems/by) say `noindex`
    and are left out, since what they list has pages of its own."""
    paths = ["", "history/", "maintenance/", "postmortems/", "subscribe/", "about/"]
    paths += [f"history/{year}/" for year in years]
    paths += [f"components/{slug}/" for slug in slugs] + [f"postmortems/{slug}/" for slug in postmortems]
    return _urls([(f"{page.url}/{path}", None) for path in paths])


def sitemap_month(page: Page, month: str, incidents: Sequence[PublicIncident]) -> str:
    """A month page and its incidents, each with the time it last changed."""
    rows: list[tuple[str, str | None]] = [(f"{page.url}/history/{month}/", None)]
    rows += [(f"{page.url}/incidents/{one.public_id}/", one.updated_at) for one in incidents]
    return _urls(rows)


def _urls(rows: Sequence[tuple[str, str | None]]) -> str:
    lines = [
        f"<url><loc>{html.escape(address)}</loc>{f'<lastmod>{changed}</lastmod>' if changed else ''}</url>\n"
        for address, changed in rows
    ]
    return f"{_HEAD}<urlset {_SPACE}>\n{''.join(lines)}</urlset>\n"


def robots(page: Page) -> str:
    """Everything public may be indexed; the API and the desk have nothing to index."""
    return f"User-agent: *\nDisallow: /api/v1/\nDisallow: /desk/\n\nSitemap: {page.url}/sitemap.xml\n"


def search_incident(one: PublicIncident, words: Words) -> str:
    """One incident as a ready fragment of the search index: title, components, every post."""
    said = " ".join(f"{state_words(post.state, words)}: {plain(post.body)}" for post in reversed(one.posts))
    names = ", ".join(component.label for component in one.components)
    return _entry(f"incidents/{one.public_id}/", one.title, one.started_at[:10], names, said)


def search_postmortem(article: PublicPostmortem, words: Words) -> str:
    """One postmortem as a ready fragment of the search index: title, tags, every section in the order of the page."""
    said = " ".join(plain(article.sections[name]) for name in SECTION_HEADINGS if article.sections.get(name))
    return _entry(f"postmortems/{article.slug}/", article.title, words("Postmortem"), ", ".join(article.tags), said)


def search_index(settings: Mapping[str, Any], entries: Sequence[str]) -> str:
    """search/search_index.json in the form that the theme's search worker reads, joined from ready fragments."""
    return '{"config":' + json.dumps(settings) + ',"docs":[\n' + ",\n".join(entries) + "\n]}\n"


def _entry(location: str, title: str, *parts: str) -> str:
    """The worker takes title and text as HTML, so both are escaped here."""
    text = " · ".join(part for part in parts if part)
    row = {"location": location, "title": html.escape(title), "text": html.escape(text)}
    return json.dumps(row, ensure_ascii=False)
