"""cState (a Hugo theme): its configuration lists the systems, each issue is a Markdown file with front matter."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import yaml

from portal.domain.names import ComponentStatus, Kind, PostState
from portal.domain.past import PastComponent, PastIncident, PastPost
from portal.imports.cstate_posts import posts_in
from portal.imports.cstate_times import NoTime, day_in, read_time
from portal.imports.front_matter import Fields, NoFrontMatter, split_front_matter
from portal.imports.ids import derived_id
from portal.imports.limits import BODY, title_of
from portal.imports.reading import Skipped
from portal.text import clean

SOURCE = "cstate"
LEVELS = {
    "down": (ComponentStatus.MAJOR_OUTAGE, "critical"),
    "disrupted": (ComponentStatus.PARTIAL_OUTAGE, "major"),
    "notice": (ComponentStatus.DEGRADED_PERFORMANCE, "minor"),
}
"""cState's severities -> what the affected systems suffer, and the incident's impact when it names none."""

EVERYTHING = frozenset({"all", "all jobs", "all services", "all systems", "everything"})
_YES = frozenset({"true", "yes", "on", "1"})
_BREAK = re.compile(r"<br\s*/?>[ \t]*\n?", re.IGNORECASE)
_OURS = "api assets badges components embed history incidents maintenance postmortems search sitemaps stylesheets"
_FILES = "404.html badge.svg maintenance.ics postmortems.rss published.json robots.txt sitemap.xml"
_FEEDS = "history.rss history.atom updates.rss updates.atom updates.json subscribe"
RESERVED = frozenset(f"{_OURS} {_FILES} {_FEEDS}".split())
"""First segments of the portal's own addresses: no old address may lie there."""
LONGEST_SEGMENT, LONGEST_ADDRESS = 255, 1000
"""Bytes that a file's name, and a whole old address, may have; Hugo could not have made longer ones either."""


class NoConfiguration(ValueError):
    """The configuration of a site can't be read."""


@dataclass(frozen=True)
class Site:
    """A cState site: where it was, and its systems by lower-case name."""

    base_url: str
    systems: Mapping[str, PastComponent]

    @property
    def name(self) -> str:
        """Host and path of the site: keeps two sites in one portal apart."""
        parts = urlsplit(self.base_url)
        return f"{parts.netloc or parts.path}{parts.path if parts.netloc else ''}".strip("/").lower() or "site"

    @property
    def path(self) -> str:
        return urlsplit(self.base_url).path.strip("/")


def read_site(text: str, file_name: str) -> Site:
    """A site's config.yml, hugo.toml or their like. Raises NoConfiguration."""
    try:
        made: Any = tomllib.loads(text) if file_name.endswith(".toml") else yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506
    except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        raise NoConfiguration(f"{file_name} can't be read: {error}") from error
    if not isinstance(made, dict):
        raise NoConfiguration(f"{file_name} holds no settings")
    lower = {str(name).lower(): value for name, value in made.items()}
    params = lower.get("params")
    base_url = str(lower.get("baseurl") or "")
    systems = params.get("systems") if isinstance(params, dict) else None
    site = Site(base_url, {})
    made_of = [one for one in systems or () if isinstance(one, dict) and one.get("name")]
    found = {}
    for position, one in enumerate(made_of):
        category = str(one.get("category") or "")
        found[_key(one["name"])] = component(
            site,
            str(one["name"]),
            description=clean(str(one.get("description") or "")).strip() or None,
            group=None if category.lower() in {"", "uncategorized"} else title_of(category),
            position=position,
            showcase=str(one.get("hide", "")).lower() not in _YES,
            described=True,
        )
    return Site(base_url, found)


def component(site: Site, name: str, **known: Any) -> PastComponent:
    source_id = f"{site.name}#{_key(name)}"
    return PastComponent(source_id, title_of(name), public_id=derived_id(SOURCE, source_id), **known)


def _key(name: Any) -> str:
    return " ".join(str(name).split()).casefold()


def read_issue(text: str, path: str, site: Site, label: str) -> tuple[PastIncident, list[PastComponent]] | Skipped:
    """One issue file; `path` is its place below the site's content, with slashes."""
    notes: list[str] = []
    fields, body, fault = _fields(text)
    if fault:
        notes.append(fault)
    draft = str(_first(fields, "draft") or "").lower()
    if draft in _YES:
        return Skipped(label, "a draft: it was never public")
    started, second = _time(fields, "date", notes)
    if started is None:
        started = day_in(path.rsplit("/", 1)[-1])
        if started is None:
            why = "it has no date that exists, neither in its front matter nor in its file name"
            return Skipped(label, f"{fault}; {why}" if fault else why, broken=True)
        notes.append("dated by its file name")
    informational = str(_first(fields, "informational") or "").lower() in _YES
    resolved, until = _end(fields, started, second, notes)
    named, made = _affected(fields, site, notes)
    severity = str(_first(fields, "severity") or "").lower()
    level, impact = LEVELS.get(severity, (None, "none"))
    if severity == "notice" and not named:
        impact = "none"
    if severity and severity not in LEVELS:
        notes.append(f"severity {severity!r} is not known")
    source_id = f"{site.name}/{path}"
    title = title_of(_first(fields, "title") or path.rsplit("/", 1)[-1].removesuffix(".md"))
    posts = posts_in(_body(body, notes), started, resolved, source_id)
    if not posts:
        posts = [PastPost(PostState.INVESTIGATING, title, started, "1", derived_id(SOURCE, source_id, "1"))]
    unsaid = resolved is None and str(_first(fields, "resolved") or "").lower() in _YES
    if unsaid:
        resolved = max(started, *(post.display_at for post in posts))
    if informational:
        resolved = max(post.display_at for post in posts)
        posts[-1] = replace(posts[-1], state=PostState.RESOLVED)  # a note is over when it is told
    return (
        PastIncident(
            label=label,
            source_id=source_id,
            public_id=derived_id(SOURCE, source_id),
            kind=Kind.ADVISORY if informational else Kind.INCIDENT,
            title=title,
            impact="none" if informational else impact,
            started_at=min(started, *(post.display_at for post in posts)) if informational else started,
            resolved_at=resolved,
            end_unknown=unsaid and not informational,
            components=tuple(named),
            level=level,
            posts=tuple(posts),
            scheduled_until=until,
            redirects=tuple(old_addresses(path, fields, site)),
            notes=tuple(notes),
        ),
        made,
    )


def _fields(text: str) -> tuple[Fields, str, str | None]:
    try:
        return split_front_matter(clean(text))
    except NoFrontMatter:
        return {}, clean(text), "it has no front matter"


def _first(fields: Fields, name: str) -> Any:
    """A field whatever its capitals, as people type them."""
    return next((value for key, value in fields.items() if str(key).lower() == name.lower()), None)


def _time(fields: Fields, name: str, notes: list[str]) -> tuple[datetime | None, datetime | None]:
    said = str(_first(fields, name) or "").strip()
    if not said:
        return None, None
    try:
        first, second = read_time(said)
    except NoTime as error:
        notes.append(f"{name}: {error}")
        return None, None
    if second is not None:
        notes.append(f"{name} names two times")
    return first, second


def _end(
    fields: Fields, started: datetime, second: datetime | None, notes: list[str]
) -> tuple[datetime | None, datetime | None]:
    """(resolved, until when it was meant to last if it is not)."""
    at, later = _time(fields, "resolvedWhen", notes)
    at = later if later and at and later > at else at or (second if second and second > started else None)
    if str(_first(fields, "resolved") or "").lower() in _YES:
        if at is None:
            notes.append("resolved at a time that it does not say")
        return at, None
    if at is not None:
        notes.append("has a resolve time, yet says that it is not resolved")
    return None, at if at and at > started else None


def _affected(fields: Fields, site: Site, notes: list[str]) -> tuple[list[str], list[PastComponent]]:
    said = _first(fields, "affected")
    said = [said] if isinstance(said, str) else said if isinstance(said, list) else []
    named: list[str] = []
    made: list[PastComponent] = []
    for one in _apart([str(one).strip() for one in said if str(one).strip()], site):
        if _key(one) in EVERYTHING and _key(one) not in site.systems:
            notes.append(f"affected {one!r}: kept as the incident's own impact")
            continue
        known = site.systems.get(_key(one)) or component(site, one, position=len(site.systems))
        if known.source_id not in named:
            named.append(known.source_id)
            made.append(known)
    return named, made


def _apart(said: list[str], site: Site) -> Iterator[str]:
    """`Compute nodes , Login nodes` is two when the configuration knows them."""
    for one in said:
        parts = [part.strip() for part in one.split(",") if part.strip()]
        yield from parts if len(parts) > 1 and any(_key(part) in site.systems for part in parts) else [one]


def _body(text: str, notes: list[str]) -> str:
    text = _BREAK.sub("\n", text).strip()
    if len(text) > BODY:
        notes.append("its text was longer than 25,000 characters and was cut")
    return text[:BODY]


def old_addresses(path: str, fields: Fields, site: Site) -> Iterator[str]:
    """Where Hugo put the issue: `issues/<file name>/` in lower case with hyphens, or its slug, url and aliases."""
    folder, _, file = path.removesuffix(".md").removesuffix("/index").rpartition("/")
    slug = str(_first(fields, "slug") or file)
    own = str(_first(fields, "url") or "").strip("/")
    aliases = _first(fields, "aliases")
    told = [own or f"{folder}/{slug}", *(str(one) for one in aliases or () if isinstance(aliases, list))]
    for one in told:
        made = _segments(one)
        made = made[:-1] if made[-1:] == ["index.html"] else made
        if len(made) > 1:
            yield from (f"{'/'.join(place)}/" for place in _places(made, site) if _is_free(place))


def _places(made: list[str], site: Site) -> list[list[str]]:
    """Below the portal, and where the site lived in a folder of its host also below that folder."""
    if made[0] in RESERVED:
        return []
    return [made, [*_segments(site.path), *made]] if _segments(site.path) else [made]


def _segments(address: str) -> list[str]:
    return [made for part in address.split("/") if (made := hugo_path(part))]


def _is_free(place: list[str]) -> bool:
    """Whether a page can be put there: never on our own addresses, below another page's file, or nowhere at all."""
    sizes = [len(part.encode()) for part in place]
    fits = max(sizes) <= LONGEST_SEGMENT and sum(sizes) + len(sizes) <= LONGEST_ADDRESS
    return fits and place[0] not in RESERVED and "index.html" not in place


def hugo_path(part: str) -> str:
    """A path segment as Hugo's `urlize` writes it: lower case, blanks as hyphens, most punctuation left out."""
    lower = unicodedata.normalize("NFC", part).lower().strip()
    lower = re.sub(r"[\s]+", "-", lower)
    kept = re.sub(r"[^\w.#+~/-]", "", lower).replace("#", "")
    return "" if set(kept) <= {"."} else kept
