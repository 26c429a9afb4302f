"""Statuspage's history feeds (RSS 2.0 and Atom): one entry per incident, its updates told in the description."""

import html
import re
import xml.etree.ElementTree as etree
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from dateutil import parser as dates

from portal.domain.names import Kind, PostState
from portal.domain.past import PastIncident, PastPost
from portal.imports.ids import derived_id, public_id
from portal.imports.limits import body_of, title_of
from portal.imports.reading import Reading
from portal.imports.statuspage import SOURCE, moment, state_for

_ATOM = "{http://www.w3.org/2005/Atom}"
_ADDRESS = re.compile(r"/incidents/([A-Za-z0-9_-]+)")
_UPDATE = re.compile(
    r"<p>\s*<small>(?P<time>.*?)</small>\s*<br\s*/?>\s*<strong>(?P<state>[^<]*)</strong>(?:\s*-)?(?P<body>.*?)</p>(?=\s*(?:<p>\s*<small>|$))",
    re.DOTALL,
)
_MARKUP = re.compile(r"<[^>]*>")
_ZONE = re.compile(r"[ ]*\b([A-Z]{2,5})$")
_MAINTENANCE = {"scheduled", "in progress", "verifying", "completed"}
OFFSETS = {"UTC": 0, "GMT": 0, "PST": -8, "PDT": -7, "MST": -7, "MDT": -6, "CST": -6, "CDT": -5, "EST": -5, "EDT": -4}
OFFSETS |= {"BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "JST": 9, "AEST": 10, "AEDT": 11}
"""Hours from UTC of the zones that pages print; others are read as UTC."""


class NotAFeed(Exception):
    """XML that is neither RSS nor Atom, or no XML at all."""


def read_feed(text: str, file: str, reading: Reading) -> None:
    """Add a feed's incidents to `reading`. Raises NotAFeed."""
    if "<!DOCTYPE" in text[:2000] or "<!ENTITY" in text:
        raise NotAFeed("it declares a document type, as no feed does")
    try:
        root = etree.fromstring(text.encode())  # noqa: S314  # document types, and so entities, are refused above
    except etree.ParseError as error:
        raise NotAFeed(f"it is not well-formed XML ({error})") from error
    entries = list(_entries(root))
    if not entries and root.tag not in {"rss", f"{_ATOM}feed"}:
        raise NotAFeed("it is neither RSS nor Atom")
    for title, address, described, published in entries:
        found = _ADDRESS.search(address)
        label = f"{file} {found[1] if found else title}"
        incident = _incident(label, title, found[1] if found else address, described, published)
        if incident is None:
            reading.skip(label, "its description holds no updates in Statuspage's form", broken=True)
        else:
            reading.told.append(incident)
    if not entries:
        reading.skip(file, "a feed without entries")


def _entries(root: etree.Element) -> Iterator[tuple[str, str, str, datetime | None]]:
    for item in root.iter("item"):
        stamp = item.findtext("pubDate")
        address = item.findtext("link") or item.findtext("guid") or ""
        yield item.findtext("title") or "", address, item.findtext("description") or "", _rfc(stamp)
    for entry in root.iter(f"{_ATOM}entry"):
        link = entry.find(f"{_ATOM}link")
        address = (link.get("href") if link is not None else None) or entry.findtext(f"{_ATOM}id") or ""
        stamp = entry.findtext(f"{_ATOM}updated") or entry.findtext(f"{_ATOM}published")
        content = entry.findtext(f"{_ATOM}content") or entry.findtext(f"{_ATOM}summary") or ""
        yield entry.findtext(f"{_ATOM}title") or "", address, content, moment(stamp)


def _rfc(stamp: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(stamp).astimezone(UTC) if stamp else None
    except ValueError:
        return None


def _incident(label: str, title: str, identity: str, described: str, published: datetime | None) -> PastIncident | None:
    told = [(m["time"], m["state"].strip(), m["body"]) for m in _UPDATE.finditer(described.strip())]
    if not told or not identity:
        return None
    planned = any(state.lower() in _MAINTENANCE for _, state, _ in told)
    kind = Kind.MAINTENANCE if planned else Kind.INCIDENT
    posts: list[PastPost] = []
    state = PostState.SCHEDULED if planned else PostState.INVESTIGATING
    before = _first_year(told, published)
    notes = []
    for when, word, body in reversed(told):
        at = _time(when, before)
        if at is None:
            at = before
            notes.append(f"the time {_words(when)!r} can't be read")
        before = at
        if word.lower() != "update":
            state = state_for(word.lower().replace(" ", "_").replace("postmortem", "resolved"), kind)
        made, cut = body_of(body.strip())
        if cut:
            notes.append("a text was longer than 25,000 characters and was cut")
        posts.append(PastPost(state, made, at, public_id=derived_id(SOURCE, identity, str(at), str(len(posts)))))
    runs = (post.display_at for post in posts if post.state in (PostState.IN_PROGRESS, PostState.VERIFYING))
    began = next(runs, posts[0].display_at) if planned else posts[0].display_at
    over = [post.display_at for post in posts if post.state in (PostState.RESOLVED, PostState.COMPLETED)]
    return PastIncident(
        label=label,
        source_id=identity,
        public_id=public_id(SOURCE, "incident", identity),
        kind=kind,
        title=title_of(html.unescape(title)),
        impact="maintenance" if planned else "none",
        started_at=began,
        resolved_at=min(over, default=None),
        posts=tuple(posts),
        updated_at=posts[-1].display_at,
        scheduled_for=began if planned else None,
        partial=True,
        notes=tuple(notes),
    )


def _words(markup: str) -> str:
    return " ".join(html.unescape(_MARKUP.sub("", markup)).split())


def _first_year(told: list[tuple[str, str, str]], published: datetime | None) -> datetime:
    """Times carry no year: the newest is the entry's own; going back, a later month is of the year before."""
    year = (published or datetime(2000, 1, 1, tzinfo=UTC)).year
    after = (published or datetime(2000, 12, 31, tzinfo=UTC)) + timedelta(days=2)
    for when, _, _ in told:
        at = _time(when, datetime(year, 1, 1, tzinfo=UTC))
        if at is None:
            continue
        while at > after and year > 1970:
            year -= 1
            at = _time(when, datetime(year, 1, 1, tzinfo=UTC)) or after
        after = at
    return after


def _time(markup: str, not_before: datetime) -> datetime | None:
    """`Mar 16, 19:46 UTC` as the first such moment at or after another (give or take a day)."""
    words = _words(markup)
    zone = _ZONE.search(words)
    offset = timedelta(hours=OFFSETS.get(zone[1], 0) if zone else 0)
    plain = words[: zone.start()] if zone else words
    for year in (not_before.year, not_before.year + 1):
        try:
            at = dates.parse(plain, default=datetime(year, 1, 1, tzinfo=UTC)) - offset
        except (ValueError, OverflowError):
            continue
        if at >= not_before - timedelta(days=1):
            return at.astimezone(UTC)
    return None
