"""RSS and Atom by feedgen. Entries are kept as finished XML, so a feed of fifty costs what its newest entry costs."""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator
from lxml import etree

from portal.domain.public import Page, PostmortemEntry, PublicIncident, PublicPost
from portal.domain.times import from_text
from portal.domain.wording import post_heading
from portal.site.blocks import Blocks
from portal.text import fragment

HISTORY_SHOWN = 25
UPDATES_SHOWN = 50
COMPONENT_SHOWN = 25
KEPT = 2000
TTL_MINUTES = 5
"""How often a reader that asks for it (RSS `ttl`) should look; between two changes a look costs a 304."""
ATOM = "http://www.w3.org/2005/Atom"


@dataclass
class FeedRenderer:
    """Renders feeds of one site. `kept` holds entries by (permanent id, version) until it grows past KEPT."""

    page_url: str
    tag: str
    """Authority of the tag: URIs (RFC 4151): `host,2026`."""
    blocks: Blocks
    hub: str | None = None
    """Who passes news of these feeds on (WebSub)."""
    kept: dict[tuple[str, ...], tuple[Any, Any]] = field(default_factory=dict)

    def history(self, page: Page, incidents: Sequence[PublicIncident]) -> dict[str, bytes]:
        """history.rss and history.atom: one entry per incident with all its updates, newest first."""
        entries = [
            self._kept(
                ("history", one.public_id, str(one.change_seq)),
                lambda one=one: self._incident_entry(one),  # type: ignore[misc]
            )
            for one in incidents
        ]
        updated = max((one.updated_at for one in incidents), default=page.created_at)
        _ = self.blocks.words
        head = _Head(
            "history", _("%(name)s history", name=page.name), _("One entry per incident"), page, self.tag, updated
        )
        return self._both(head, entries)

    def updates(self, page: Page, posts: Sequence[tuple[PublicIncident, PublicPost]]) -> dict[str, bytes]:
        """updates.rss and updates.atom: one entry per post."""
        _ = self.blocks.words
        return self._posts("updates", _("%(name)s updates", name=page.name), _("Every status post"), page, posts)

    def component(
        self, page: Page, slug: str, name: str, posts: Sequence[tuple[PublicIncident, PublicPost]]
    ) -> dict[str, bytes]:
        """components/{slug}/updates.rss and .atom: the posts of the incidents that affected it."""
        title = f"{page.name}: {name}"
        subtitle = self.blocks.words("Status posts about %(component)s", component=name)
        return self._posts(f"components/{slug}/updates", title, subtitle, page, posts)

    def postmortems(self, page: Page, entries: Sequence[PostmortemEntry]) -> dict[str, bytes]:
        """postmortems.rss: one entry per published postmortem."""
        rendered = [self._postmortem_entry(one) for one in entries[:UPDATES_SHOWN]]
        updated = max((one.published_at for one in entries), default=page.created_at)
        _ = self.blocks.words
        title = _("%(name)s postmortems", name=page.name)
        head = _Head("postmortems", title, _("What happened, why, and what we changed."), page, self.tag, updated)
        both = self._both(head, rendered)
        return {"postmortems.rss": both["postmortems.rss"]}

    def _posts(
        self,
        name: str,
        title: str,
        subtitle: str,
        page: Page,
        posts: Sequence[tuple[PublicIncident, PublicPost]],
    ) -> dict[str, bytes]:
        entries = [
            self._kept(
                ("post", post.public_id, str(incident.change_seq)),
                lambda incident=incident, post=post: self._post_entry(incident, post),  # type: ignore[misc]
            )
            for incident, post in posts
        ]
        updated = max((max(post.published_at, post.display_at) for _, post in posts), default=page.created_at)
        return self._both(_Head(name, title, subtitle, page, self.tag, updated), entries)

    def _kept(self, key: tuple[str, ...], make: Callable[[], tuple[Any, Any]]) -> tuple[Any, Any]:
        found = self.kept.get(key)
        if found is None:
            if len(self.kept) > KEPT:
                self.kept.clear()
            found = self.kept[key] = make()
        return found

    def _incident_entry(self, one: PublicIncident) -> tuple[Any, Any]:
        address = f"{self.page_url}/incidents/{one.public_id}/"
        body = self.blocks("history_entry", incident=one).source
        return self._entry(
            address,
            f"incident/{one.public_id}",
            one.title,
            body,
            published=one.posts[0].display_at,
            updated=one.updated_at,
        )

    def _post_entry(self, incident: PublicIncident, post: PublicPost) -> tuple[Any, Any]:
        address = f"{self.page_url}/incidents/{incident.public_id}/#{post.public_id}"
        return self._entry(
            address,
            f"post/{post.public_id}",
            post_heading(incident, post, self.blocks.words),
            fragment(post.body),
            published=post.display_at,
            updated=max(post.published_at, post.display_at),
        )

    def _postmortem_entry(self, one: PostmortemEntry) -> tuple[Any, Any]:
        address = f"{self.page_url}/postmortems/{one.slug}/"
        return self._entry(
            address,
            f"postmortem/{one.slug}",
            one.title,
            fragment(one.summary),
            published=one.published_at,
            updated=one.published_at,
        )

    def _entry(
        self, address: str, name: str, title: str, body: str, *, published: str, updated: str
    ) -> tuple[Any, Any]:
        entry = FeedEntry()
        entry.guid(address, permalink=True)
        entry.title(title)
        entry.link(href=address, rel="alternate")
        entry.published(from_text(published))
        entry.updated(from_text(updated))
        entry.content(body, type="html")
        rss = entry.rss_entry()
        entry.id(f"tag:{self.tag}:{name}")  # for feedgen id and guid are one
        return rss, entry.atom_entry()

    def _both(self, head: "_Head", entries: Sequence[tuple[Any, Any]]) -> dict[str, bytes]:
        return {
            f"{head.name}.rss": self._document(head, "rss", [rss for rss, _ in entries]),
            f"{head.name}.atom": self._document(head, "atom", [atom for _, atom in entries]),
        }

    def _document(self, head: "_Head", kind: str, entries: Sequence[Any]) -> bytes:
        feed = FeedGenerator()
        feed.id(f"tag:{head.tag}:{head.name}")
        feed.title(head.title)
        feed.subtitle(head.subtitle)
        feed.language(self.blocks.words.language)
        feed.author({"name": head.page.name})
        feed.generator("Aboveboard")
        feed.ttl(TTL_MINUTES)
        feed.updated(from_text(head.updated))
        feed.link(href=f"{head.page.url}/{head.name}.{kind}", rel="self")
        feed.link(href=f"{head.page.url}/", rel="alternate")  # feedgen makes the last link RSS's <link>
        tree = etree.fromstring(feed.rss_str() if kind == "rss" else feed.atom_str())
        target = tree.find("channel") if kind == "rss" else tree
        if self.hub is not None:
            beside = target.findall(f"{{{ATOM}}}link")[-1]
            beside.addnext(target.makeelement(f"{{{ATOM}}}link", {"rel": "hub", "href": self.hub}))
        for entry in entries:
            target.append(copy.copy(entry))
        return bytes(etree.tostring(tree, encoding="UTF-8", xml_declaration=True))


@dataclass(frozen=True)
class _Head:
    """What a feed says of itself; `name` is its path without the ending."""

    name: str
    title: str
    subtitle: str
    page: Page
    tag: str
    updated: str
