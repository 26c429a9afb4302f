"""Holds the published files against the record: lost, doubled and unexpected words, and entries out of order."""

import json
import pathlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree

from lxml import html

from portal.site.feeds import UPDATES_SHOWN
from tests.proofs.record import MARK, Fate, Kind, Record

ATOM = "{http://www.w3.org/2005/Atom}"
Words = Counter[str]


@dataclass
class Faults:
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.lost or self.doubled or self.unexpected or self.disordered)

    def __str__(self) -> str:
        said = [f"{len(found)} {name}: {', '.join(found[:5])}" for name, found in vars(self).items() if found]
        return "; ".join(said) or "no faults"


def reckon(site: pathlib.Path, record: Record) -> Faults:
    """What is wrong with a published site that should show everything by now. Writers must have ended."""
    faults = Faults()
    shown = {name: read(site) for name, read in SURFACES.items()}
    for word, fate in record.fates.items():
        counts = {name: shown[name][word] for name in WHERE[record.kinds[word]]}
        if fate is Fate.ONCE:
            faults.lost += [f"{word} in {name}" for name, count in counts.items() if count == 0]
        if fate is Fate.EITHER and len(set(counts.values())) > 1:
            faults.lost += [f"{word} only in {[name for name, count in counts.items() if count]}"]
        faults.doubled += [f"{word} {count} times in {name}" for name, count in counts.items() if count > 1]
    allowed = record.of(Fate.ONCE) | record.of(Fate.EITHER)
    for path in sorted(site.rglob("*")):
        if path.is_file() and path.suffix in TEXTS:
            for word in set(MARK.findall(path.read_text("utf-8"))) - allowed:
                faults.unexpected.append(f"{word} in {path.relative_to(site)}")
    faults.disordered = [*_order(site), *_newest(site)]
    return faults


TEXTS = {".html", ".rss", ".atom", ".json", ".xml", ".ics", ".svg", ".txt", ".md"}


def _pages(site: pathlib.Path, pattern: str) -> Words:
    found: Words = Counter()
    for path in site.glob(pattern):
        for post in html.fromstring(path.read_bytes()).iterfind(".//li[@class='post']"):
            found.update(MARK.findall(post.text_content()))
    return found


def _articles(site: pathlib.Path) -> Words:
    found: Words = Counter()
    for path in site.glob("postmortems/*/index.html"):
        for article in html.fromstring(path.read_bytes()).iterfind(".//article"):
            found.update(MARK.findall(article.text_content()))
    return found


def _rss(site: pathlib.Path) -> Words:
    items = ElementTree.parse(site / "history.rss").iterfind("channel/item/*")
    return _words(one.text for one in items if one.tag.endswith("encoded") or one.tag == "description")


def _atom(site: pathlib.Path) -> Words:
    entries = ElementTree.parse(site / "history.atom").iterfind(f"{ATOM}entry/{ATOM}content")
    return _words(one.text for one in entries)


def updates(site: pathlib.Path) -> Iterator[tuple[str, str, str]]:
    """(display time, id, body) of every post in the lists of the JSON API, newest first within an incident."""
    for name, key in (("incidents", "incidents"), ("scheduled-maintenances", "scheduled_maintenances")):
        for incident in json.loads((site / f"api/v2/{name}.json").read_bytes())[key]:
            for one in incident["incident_updates"]:
                if one["status"] != "postmortem":
                    yield one["display_at"], one["id"], one["body"]


def _json(site: pathlib.Path) -> Words:
    return _words(body for _, _, body in updates(site))


def _own_json(site: pathlib.Path) -> Words:
    found: Words = Counter()
    for path in site.glob("api/v2/incidents/????????????.json"):
        said = json.loads(path.read_bytes())["incident"]["incident_updates"]
        found.update(_words(one["body"] for one in said))
    return found


def _search(site: pathlib.Path) -> Words:
    said = json.loads((site / "search/search_index.json").read_bytes())
    return _words(one["text"] for one in said["docs"])


def _words(texts: "Iterator[str | None]") -> Words:
    found: Words = Counter()
    for text in texts:
        found.update(MARK.findall(text or ""))
    return found


SURFACES: dict[str, Callable[[pathlib.Path], Words]] = {
    "page": lambda site: _pages(site, "incidents/*/index.html"),
    "month": lambda site: _pages(site, "history/*-*/index.html"),
    "RSS": _rss,
    "Atom": _atom,
    "JSON": _json,
    "its own JSON": _own_json,
    "search": _search,
    "postmortem": _articles,
}
_MAINTENANCE = ["page", "month", "JSON", "its own JSON", "search"]
WHERE = {
    Kind.POST: [*_MAINTENANCE, "RSS", "Atom"],
    Kind.MAINTENANCE: _MAINTENANCE,
    Kind.ARTICLE: ["postmortem", "search"],
}
"""A history has fewer incidents than a feed has entries, so each word must be on all of these."""


def _order(site: pathlib.Path) -> Iterator[str]:
    """Pages whose posts don't stand newest first."""
    for path in site.glob("incidents/*/index.html"):
        times = [
            one.get("datetime") for one in html.fromstring(path.read_bytes()).iterfind(".//li[@class='post']/p/time")
        ]
        if times != sorted(times, reverse=True):
            yield f"{path.parent.name}: its posts are not in order"


def _newest(site: pathlib.Path) -> Iterator[str]:
    """Feeds of updates that don't hold the newest posts, each once."""
    expected = sorted((at for at, _, _ in updates(site)), reverse=True)[:UPDATES_SHOWN]
    items = json.loads((site / "updates.json").read_bytes())["items"]
    rss = [one.text for one in ElementTree.parse(site / "updates.rss").iterfind("channel/item/guid")]
    atom = [one.text for one in ElementTree.parse(site / "updates.atom").iterfind(f"{ATOM}entry/{ATOM}published")]
    if [one["date_published"] for one in items] != expected:
        yield "updates.json does not hold the newest posts"
    if rss != [one["id"] for one in items] or len(set(rss)) != len(rss):
        yield "updates.rss and updates.json differ"
    if len(atom) != len(items):
        yield "updates.atom and updates.json differ"
