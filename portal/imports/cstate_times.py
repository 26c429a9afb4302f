"""Times as people type them into front matter: many forms, some impossible, some two in one field."""

import re
from datetime import UTC, datetime, timedelta, timezone

from dateutil import parser as dates

_ISO = re.compile(
    r"(?P<day>\d{4}-\d{1,2}-\d{1,2})"
    r"(?:[T ]\s*(?P<hour>\d{1,3}):(?P<minute>\d{1,2})(?::(?P<second>\d{1,2}))?(?:[.,]\d+)?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{1,2}:?\d{2})?(?![\d:])",
    re.IGNORECASE,
)
_FILE_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_YEARS = range(1990, 2100)


class NoTime(ValueError):
    """The words name no moment that exists."""


def read_time(words: str) -> tuple[datetime, datetime | None]:
    """The moment that a field names, in UTC, and the second one when it names two. Without a zone it is UTC.

    Raises NoTime for anything that is no moment, as hour 015 or the 31st of June.
    """
    words = words.strip().strip("\"'")
    found = list(_ISO.finditer(words))
    if found:
        moments = [_iso(one) for one in found[:2]]
        return moments[0], moments[1] if len(moments) > 1 else None
    if not re.search(r"\d", words):
        raise NoTime(f"{words!r} is no time")
    try:
        at = dates.parse(words, default=datetime(1, 1, 1))  # noqa: DTZ001  # the zone is looked at below
    except (ValueError, OverflowError) as error:
        raise NoTime(f"{words!r} is no time") from error
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    if at.year not in _YEARS:
        raise NoTime(f"{words!r} names no year")
    return at.astimezone(UTC), None


def _iso(found: "re.Match[str]") -> datetime:
    zone = (found["zone"] or "Z").upper()
    offset = timedelta(0)
    if zone[0] in "+-":
        digits = zone[1:].replace(":", "").zfill(4)
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:])) * (-1 if zone[0] == "-" else 1)
    year, month, day = map(int, found["day"].split("-"))
    if found["hour"] and len(found["hour"]) > 2:
        raise NoTime(f"{found[0]!r} is no time")
    try:
        at = datetime(
            year, month, day, int(found["hour"] or 0), int(found["minute"] or 0), int(found["second"] or 0),
            tzinfo=timezone(offset),
        )  # fmt: skip
        return at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise NoTime(f"{found[0]!r} is no time: {error}") from error


def day_in(name: str) -> datetime | None:
    """The day that a file name begins with or holds, at midnight UTC."""
    found = _FILE_DAY.search(name)
    try:
        return datetime(int(found[1]), int(found[2]), int(found[3]), tzinfo=UTC) if found else None
    except ValueError:
        return None


def time_in_label(words: str, near: datetime) -> datetime | None:
    """A time that a heading or list item names (`Update on May 9`, `17:30 Central Time` has a foreign zone: None)."""
    found = _ISO.search(words)
    if found:
        try:
            return _iso(found)
        except NoTime:
            return None
    if re.search(
        r"\b(central|eastern|pacific|mountain|local|winnipeg|c[ds]t|e[ds]t|p[ds]t|cest|cet)\b",
        words,
        re.IGNORECASE,
    ):
        return None
    named = re.search(
        r"\b(?:(?:mon|tue|wed|thu|fri|sat|sun)\w*,?\s+)?"
        r"(?P<date>(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d{1,2}(?:st|nd|rd|th)?"
        r"|\d{1,2}(?:st|nd|rd|th)?\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)"
        r"(?:,?\s+(?P<year>\d{4}))?(?P<clock>[,\s]+(?:at\s+)?\d{1,2}(?::\d{2}(?::\d{2})?(?:\s*[ap]m)?|\s*[ap]m))?",
        words,
        re.IGNORECASE,
    )
    if named is None:
        return None
    clock = (named["clock"] or " 12:00").replace(",", " ").lower().replace("at ", "")
    try:
        said = f"{named['date']} {{year}} {clock}"
        default = near.replace(second=0, microsecond=0)
        at = dates.parse(said.format(year=named["year"] or near.year), default=default)
        if not named["year"] and at < near - timedelta(days=180):
            at = dates.parse(said.format(year=near.year + 1), default=default)
    except (ValueError, OverflowError):
        return None
    return at
