"""Which addresses inside a folder of pages lead nowhere."""

import html.parser
import json
import pathlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote, urljoin, urlsplit

LEADING = {"href", "src", "action", "poster", "data", "cite"}
TEXTS = {".atom", ".css", ".html", ".ics", ".json", ".rss", ".svg", ".txt", ".webmanifest", ".xml"}
IN_STYLES = re.compile(r"url\(\s*[\"']?([^\"')]+)")


@dataclass
class _Page(html.parser.HTMLParser):
    """What a page leads to, and the places in it that others may lead to."""

    leads: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=lambda: {"", "top"})

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" or (tag == "a" and name == "name"):
                self.places.add(value or "")
            elif name in LEADING:
                self.leads.add(value or "")
            elif name == "srcset":
                self.leads.update(one.split()[0] for one in (value or "").split(",") if one.strip())


def dead_links(site: pathlib.Path, base: str, elsewhere: set[str]) -> list[str]:
    """`file -> address` for each that resolves to no file of the site, or to no place in its file.

    Read are the attributes of pages, `url()` in style sheets and every absolute address below `base` in any text:
    feeds, JSON, calendars, sitemaps; and what the search knows.
    Other hosts are not asked; nor are the paths in `elsewhere`, which are no files.
    """
    pages: dict[pathlib.Path, _Page] = {}
    dead = []
    for file, lead in _leads(site, base, pages):
        address = urlsplit(urljoin(_address(site, base, file), lead))
        if address.scheme not in {"http", "https"} or address.netloc != urlsplit(base).netloc:
            continue
        if address.path in elsewhere:
            continue
        path = unquote(address.path).lstrip("/")
        path += "index.html" if path.endswith("/") or not path else ""
        target = file if lead.startswith("#") else site / path
        reached = pages[target].places if target in pages else {""}
        if not target.is_file() or unquote(address.fragment) not in reached:
            dead.append(f"{file.relative_to(site)} -> {lead}")
    return sorted(set(dead))


def _leads(site: pathlib.Path, base: str, pages: dict[pathlib.Path, _Page]) -> Iterator[tuple[pathlib.Path, str]]:
    """(file, what it leads to); `pages` is complete before the first is given."""
    absolute = re.compile(re.escape(base) + r"[^\s\"'<>()\[\]\\]*")
    found: list[tuple[pathlib.Path, str]] = []
    for file in site.rglob("*"):
        if file.suffix not in TEXTS or not file.is_file():
            continue
        text = file.read_text("utf-8")
        if file.suffix == ".html":
            page = pages[file] = _Page()
            page.feed(text)
            found += [(file, lead) for lead in page.leads]
        else:
            unfolded = text.replace("\r\n ", "") if file.suffix == ".ics" else text
            found += [(file, lead.replace("&amp;", "&").removesuffix("&quot;")) for lead in absolute.findall(unfolded)]
        if file.suffix == ".css":
            found += [(file, lead) for lead in IN_STYLES.findall(text)]
        elif file.name == "search_index.json":
            found += [(file, f"{base}/{one['location']}") for one in json.loads(text)["docs"]]
    yield from found


def _address(site: pathlib.Path, base: str, file: pathlib.Path) -> str:
    """Where a file is read; the page for what is not found is read anywhere, also deep down."""
    path = str(file.relative_to(site))
    return f"{base}/{'no/such/page' if path == '404.html' else path}"
