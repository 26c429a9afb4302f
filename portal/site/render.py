"""From an artifact to its files: reads public state, calls the pure renderers, answers paths and bytes."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from portal.domain.public import Page, PublicIncident
from portal.site import articles, badges, calendar, history, listings, pages, shapes
from portal.site.blocks import Blocks
from portal.site.builder import Builder
from portal.site.doc import Doc, Html
from portal.site.feeds import COMPONENT_SHOWN, HISTORY_SHOWN, UPDATES_SHOWN, FeedRenderer
from portal.site.plan import Artifact
from portal.store import public_years
from portal.store.public import PublicReader
from portal.store.windows import day_before
from portal.text import fragment
from portal.wire import statuspage
from portal.wire.embed import embed_json, notices
from portal.wire.jsonfeed import updates_json

Files = Iterator[tuple[str, bytes | None]]
"""Paths below a release (`site/...` or `docs/...`) with their bytes; None: there must be no such file."""

SEARCHED = 1000
PER_COMPONENT = 20
MAINTENANCES = 100
EMBEDDED = 5
KEPT = 4000


class Renderer:
    """Renders any artifact of one site. Ready parts of incidents are kept by (id, change)."""

    def __init__(self, builder: Builder, blocks: Blocks, site_url: str, hub: str | None = None) -> None:
        self.builder = builder
        self.blocks = blocks
        self.feeds = FeedRenderer(site_url, f"{urlsplit(site_url).hostname},2026", blocks, hub)
        self._kept: dict[tuple[str, int, int], str] = {}

    def render(self, reader: PublicReader, artifact: Artifact) -> Files:
        """The files of one artifact as they must be at the reader's moment."""
        made: Callable[[PublicReader, str], Files] = getattr(self, "_" + artifact.kind.replace("-", "_"))
        yield from made(reader, artifact.key)

    def forget(self) -> None:
        """Drop every kept part: another database has taken the place of the one they came from."""
        self._kept.clear()
        self.feeds.kept.clear()

    def _page(self, doc: Doc) -> Files:
        yield f"docs/{doc.src}", doc.to_markdown().encode()
        yield f"site/{doc.dest}", self.builder.page_html(doc).encode()

    def _gone(self, src: str, dest: str) -> Files:
        yield f"docs/{src}", None
        yield f"site/{dest}", None

    # pages

    def _incident(self, reader: PublicReader, public_id: str) -> Files:
        one = reader.incident(public_id)
        if one is None:
            yield from self._gone(f"incidents/{public_id}.md", f"incidents/{public_id}/index.html")
            yield f"site/api/v2/incidents/{public_id}.json", None
            yield f"site/incidents/{public_id}/event.ics", None
            return
        yield from self._page(pages.incident(one, self._posts(one), *public_years.neighbours(reader, one), self.blocks))
        head = json.dumps(statuspage.page_json(reader.page, one.updated_at), ensure_ascii=False)
        text = f'{{"page":{head},"incident":{self._incident_text(reader.page, one)}}}'
        yield f"site/api/v2/incidents/{public_id}.json", text.encode()
        if one.is_maintenance:
            yield f"site/incidents/{public_id}/event.ics", calendar.event_calendar(reader.page, one)

    def _month(self, reader: PublicReader, month: str) -> Files:
        incidents = reader.month(month)
        if not incidents:
            yield from self._gone(f"history/{month}.md", f"history/{month}/index.html")
            yield f"site/sitemaps/{month}.xml", None
            return
        cards = [
            Html(self._part("card", one, lambda one=one: history.card(one, self._posts(one), self.blocks).source))  # type: ignore[misc]
            for one in incidents
        ]
        yield from self._page(history.month(month, cards, *public_years.nearest(reader, month), self.blocks))
        yield f"site/sitemaps/{month}.xml", listings.sitemap_month(reader.page, month, incidents).encode()

    def _history(self, reader: PublicReader, _: str) -> Files:
        years = public_years.years(reader)
        begun = next((name for name in years if name <= reader.as_of[:4]), years[0] if years else "")
        yield from self._page(history.history(public_years.year(reader, begun) if begun else None, years, self.blocks))

    def _year(self, reader: PublicReader, name: str) -> Files:
        one = public_years.year(reader, name)
        if one is None:
            yield from self._gone(f"history/{name}.md", f"history/{name}/index.html")
            return
        yield from self._page(history.year(one, self.blocks))

    def _listing(self, reader: PublicReader, key: str) -> Files:
        part = public_years.listing(reader, key)
        if part is None:
            yield from self._gone(f"history/by/{key}.md", f"history/by/{key}/index.html")
            return
        yield from self._page(history.listing(part, self.blocks))

    def _component(self, reader: PublicReader, slug: str) -> Files:
        one = next((one for one in reader.page.components if one.slug == slug), None)
        if one is None:
            yield from self._gone(f"components/{slug}.md", f"components/{slug}/index.html")
            for path in (f"components/{slug}/updates.rss", f"components/{slug}/updates.atom", f"badges/{slug}.svg"):
                yield f"site/{path}", None
            return
        incidents = reader.of_component(one.id, PER_COMPONENT)
        more = len(incidents) == PER_COMPONENT
        yield from self._page(pages.component(reader.page, one, incidents, more, self.blocks))
        posts = sorted(
            ((incident, post) for incident in incidents for post in incident.posts),
            key=lambda pair: (pair[1].display_at, pair[1].id),
            reverse=True,
        )[:COMPONENT_SHOWN]
        for path, content in self.feeds.component(reader.page, slug, one.label, posts).items():
            yield f"site/{path}", content
        yield f"site/badges/{slug}.svg", badges.component_badge(one, self.blocks.words).encode()

    def _all_components(self, reader: PublicReader, _: str) -> Files:
        for one in reader.page.components:
            yield from self._component(reader, one.slug)

    def _maintenance(self, reader: PublicReader, _: str) -> Files:
        listed = reader.maintenance_list(MAINTENANCES)
        yield from self._page(pages.maintenance(reader.page, listed, self.blocks))
        yield "site/maintenance.ics", calendar.maintenance_calendar(reader.page, listed, self.blocks.words)

    def _postmortem(self, reader: PublicReader, slug: str) -> Files:
        article = reader.postmortem(slug)
        if article is None:
            yield from self._gone(f"postmortems/{slug}.md", f"postmortems/{slug}/index.html")
            return
        yield from self._page(articles.postmortem(article, self.blocks))

    def _archive(self, reader: PublicReader, _: str) -> Files:
        entries = reader.archive()
        yield from self._page(articles.archive(entries, self.blocks))
        for path, content in self.feeds.postmortems(reader.page, entries).items():
            yield f"site/{path}", content

    def _facet(self, reader: PublicReader, key: str) -> Files:
        kind, _, value = key.partition("/")
        entries = reader.archive()
        if not any((kind, value) in articles.facet_values(one) for one in entries):
            yield from self._gone(f"postmortems/by/{key}.md", f"postmortems/by/{key}/index.html")
            return
        yield from self._page(articles.facet(kind, value, entries, self.blocks))

    def _redirect(self, reader: PublicReader, path: str) -> Files:
        target = reader.redirect(path)
        name = f"site/{path.strip('/')}/index.html"
        if target is None:
            yield name, None
            return
        address = f"{reader.page.url}/incidents/{target}/"
        yield name, self.blocks("redirect", address=address).source.encode()

    def _index(self, reader: PublicReader, _: str) -> Files:
        days = [day_before(reader.as_of, back) for back in range(pages.RECENT_DAYS)]
        by_day: dict[str, list[PublicIncident]] = {day: [] for day in days}
        for one in reader.since(days[-1]):
            if one.started_at[:10] in by_day and not (one.is_maintenance and one.state == "scheduled"):
                by_day[one.started_at[:10]].append(one)
        soon = day_before(reader.as_of, -7) + reader.as_of[10:]
        yield from self._page(pages.index(reader.page, list(by_day.items()), soon, self.blocks))

    # feeds and JSON

    def _feeds(self, reader: PublicReader, _: str) -> Files:
        listed = reader.incidents_listed(HISTORY_SHOWN)
        posts = reader.newest_posts(UPDATES_SHOWN)
        both = self.feeds.history(reader.page, listed) | self.feeds.updates(reader.page, posts)
        for path, content in both.items():
            yield f"site/{path}", content
        yield "site/updates.json", _json(updates_json(reader.page, posts, fragment, self.blocks.words, self.feeds.hub))

    def _status(self, reader: PublicReader, _: str) -> Files:
        page = reader.page
        head, status = _dumps(statuspage.page_json(page)), _dumps(statuspage.status_json(page))
        components = _dumps(statuspage.components_json(page))
        incidents = self._texts(page, [one for one in page.open if one.kind == "incident"])
        planned = self._texts(page, page.maintenances)
        yield "site/api/v2/status.json", f'{{"page":{head},"status":{status}}}'.encode()
        yield "site/api/v2/components.json", f'{{"page":{head},"components":{components}}}'.encode()
        summary = (
            f'{{"page":{head},"components":{components},"incidents":{incidents},'
            f'"scheduled_maintenances":{planned},"status":{status}}}'
        )
        yield "site/api/v2/summary.json", summary.encode()
        yield "site/badge.svg", badges.page_badge(page, self.blocks.words).encode()

    def _embed(self, reader: PublicReader, _: str) -> Files:
        page = reader.page
        view = self.blocks("embed", page=page, notices=notices(page), most=EMBEDDED, shapes=shapes.OF_IMPACT)
        yield "site/embed/index.html", f"{view.source}\n".encode()
        yield "site/embed/status.json", _json(embed_json(page, self.blocks.words))

    def _incident_lists(self, reader: PublicReader, _: str) -> Files:
        listed = reader.incidents_listed(statuspage.SHOWN)
        unresolved = [one for one in reader.page.open if one.kind == "incident"]
        yield "site/api/v2/incidents.json", self._list(reader.page, "incidents", listed)
        yield "site/api/v2/incidents/unresolved.json", self._list(reader.page, "incidents", unresolved)

    def _maintenance_lists(self, reader: PublicReader, _: str) -> Files:
        page, key = reader.page, "scheduled_maintenances"
        upcoming = [one for one in page.maintenances if one.state in statuspage.UPCOMING]
        active = [one for one in page.maintenances if one.state in statuspage.ACTIVE]
        base = "site/api/v2/scheduled-maintenances"
        yield f"{base}.json", self._list(page, key, reader.maintenance_list(statuspage.SHOWN))
        yield f"{base}/upcoming.json", self._list(page, key, upcoming)
        yield f"{base}/active.json", self._list(page, key, active)

    def _list(self, page: Page, key: str, listed: Sequence[PublicIncident]) -> bytes:
        updated = max((one.updated_at for one in listed), default=page.created_at)
        return f'{{"page":{_dumps(statuspage.page_json(page, updated))},"{key}":{self._texts(page, listed)}}}'.encode()

    def _texts(self, page: Page, listed: Sequence[PublicIncident]) -> str:
        return f"[{','.join(self._incident_text(page, one) for one in listed)}]"

    def _incident_text(self, page: Page, one: PublicIncident) -> str:
        return self._part("json", one, lambda: _dumps(statuspage.incident_json(page, one, fragment)))

    def _search(self, reader: PublicReader, _: str) -> Files:
        entries = [listings.search_postmortem(one, self.blocks.words) for one in reader.postmortems()]
        entries += [
            self._part("search", one, lambda one=one: listings.search_incident(one, self.blocks.words))  # type: ignore[misc]
            for one in reader.newest(SEARCHED)
        ]
        text = listings.search_index(self.builder.search_settings, entries)
        yield "site/search/search_index.json", text.encode()

    def _sitemap(self, reader: PublicReader, _: str) -> Files:
        page = reader.page
        slugs = [one.slug for one in page.components]
        articles_ = [one.slug for one in reader.archive()]
        years = public_years.years(reader)
        yield "site/sitemaps/pages.xml", listings.sitemap_pages(page, years, slugs, articles_).encode()
        yield "site/sitemap.xml", listings.sitemap_index(page, public_years.months(reader)).encode()
        yield "site/robots.txt", listings.robots(page).encode()

    def _published(self, reader: PublicReader, _: str) -> Files:
        page = reader.page
        yield "site/published.json", _json({"sequence": page.sequence, "epoch": page.epoch, "as_of": page.changed_at})

    def _posts(self, one: PublicIncident) -> Html:
        return Html(self._part("posts", one, lambda: pages.posts(one, self.blocks).source))

    def _part(self, kind: str, one: PublicIncident, make: Callable[[], str]) -> str:
        key = (kind, one.id, one.change_seq)
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) > KEPT:
                self._kept.clear()
            found = self._kept[key] = make()
        return found


def every_artifact(reader: PublicReader) -> Iterator[tuple[str, list[Artifact]]]:
    """Everything that a complete site has, in portions that are read together; what a year has in common goes with its
    name, the rest with none. It asks the database, never `plan`."""
    months = public_years.months(reader)
    for name in public_years.years(reader):
        for month in months:
            if month.startswith(name):
                incidents = [Artifact("incident", one) for one in public_years.ids_of_month(reader, month)]
                yield name, [*incidents, Artifact("month", month)]
        yield name, [Artifact("year", name)]
        yield from ((name, [Artifact("listing", key)]) for key in public_years.listings(reader, name))
    found = [Artifact("component", one.slug) for one in reader.page.components]
    entries = reader.archive()
    found += [Artifact("postmortem", one.slug) for one in entries]
    facets = dict.fromkeys(f"{kind}/{value}" for kind, value, _, _ in articles.facets_of(entries))
    found += [Artifact("facet", key) for key in facets]
    found += [Artifact("redirect", path) for path in reader.redirects()]
    singles = ("history", "maintenance", "archive", "index", "feeds", "status", "embed", "incident-lists")
    found += [Artifact(kind) for kind in (*singles, "maintenance-lists", "search", "sitemap", "published")]
    yield from (("", [one]) for one in found)


_ORDER = ("incident", "month", "year", "listing", "component", "all-components", "postmortem", "facet", "redirect")
_LAST = ("index", "status", "embed", "feeds", "incident-lists", "maintenance-lists", "search", "sitemap", "published")


def in_order(artifacts: Sequence[Artifact] | frozenset[Artifact]) -> list[Artifact]:
    """Leaves first, then the index, then JSON and feeds, published.json at the very end."""

    def rank(one: Artifact) -> tuple[int, int, str]:
        if one.kind in _LAST:
            return 2, _LAST.index(one.kind), one.key
        return (0, _ORDER.index(one.kind), one.key) if one.kind in _ORDER else (1, 0, one.kind)

    return sorted(artifacts, key=rank)


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _json(value: Any) -> bytes:
    return _dumps(value).encode()


__all__ = ["Artifact", "Files", "Renderer", "every_artifact", "in_order"]
