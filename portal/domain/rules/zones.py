"""Time zones that people write in posts, and what they were in UTC on a given day.

Offsets and clock changes: the IANA time zone database, rules US (since 2007), EU (since 1996), AN and NZ (since 2008).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from portal.domain.rules.word_sets import word_set

Change = Literal["us", "eu", "au", "nz"]


@dataclass(frozen=True, slots=True)
class Zone:
    """Minutes east of UTC in winter, and the rule by which its clocks change; `summer` when named as summer time."""

    minutes: int
    change: Change | None = None
    fixed: Literal["standard", "summer"] | None = None

    def offset(self, local: datetime) -> int:
        """Minutes east of UTC at a naive local moment."""
        if self.fixed == "summer":
            return self.minutes + 60
        if self.fixed == "standard" or self.change is None:
            return self.minutes
        return self.minutes + 60 * self.is_summer(local)

    def is_summer(self, local: datetime) -> bool:
        """Whether the clocks of that region show summer time then."""
        if self.change is None:
            return False
        start, end = _season(self.change, local.year, self.minutes)
        return start <= local < end if start < end else not end <= local < start


def _sunday(year: int, month: int, number: int) -> date:
    """The number-th Sunday of a month, counted from its end when negative."""
    if number > 0:
        first = date(year, month, 1)
        return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (number - 1))
    last = date(year, month + 1, 1) - timedelta(days=1)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def _season(change: Change, year: int, minutes: int) -> tuple[datetime, datetime]:
    first, last, hour = {
        "us": (_sunday(year, 3, 2), _sunday(year, 11, 1), 2 * 60),
        "eu": (_sunday(year, 3, -1), _sunday(year, 10, -1), 60 + minutes),
        "au": (_sunday(year, 10, 1), _sunday(year, 4, 1), 2 * 60),
        "nz": (_sunday(year, 9, -1), _sunday(year, 4, 1), 2 * 60),
    }[change]
    at = timedelta(minutes=hour)
    midnight = datetime.min.time()
    return datetime.combine(first, midnight) + at, datetime.combine(last, midnight) + at


def _pair(name: str, minutes: int, change: Change) -> dict[str, Zone]:
    return {f"{name}ST": Zone(minutes, change, "standard"), f"{name}DT": Zone(minutes, change, "summer")}


_EUROPE = {
    "WET": Zone(0, "eu", "standard"),
    "WEST": Zone(0, "eu", "summer"),
    "CET": Zone(60, "eu", "standard"),
    "CEST": Zone(60, "eu", "summer"),
    "EET": Zone(120, "eu", "standard"),
    "EEST": Zone(120, "eu", "summer"),
    "BST": Zone(0, "eu", "summer"),
}
_WITHOUT_CHANGE = {
    "GMT": 0, "HST": -600, "AST": -240, "BRT": -180, "ART": -180, "WAT": 60, "CAT": 120, "SAST": 120, "MSK": 180,
    "EAT": 180, "TRT": 180, "GST": 240, "PKT": 300, "IST": 330, "ICT": 420, "WIB": 420, "SGT": 480, "HKT": 480,
    "PHT": 480, "AWST": 480, "JST": 540, "KST": 540, "AEST": 600, "ACST": 570, "AEDT": 660, "ACDT": 630,
    "NZST": 720, "NZDT": 780,
}  # fmt: skip
_GENERIC_US = {"PT": Zone(-480, "us"), "MT": Zone(-420, "us"), "CT": Zone(-360, "us"), "ET": Zone(-300, "us")}

ABBREVIATIONS: dict[str, Zone] = {
    **_pair("P", -480, "us"),
    **_pair("M", -420, "us"),
    **_pair("C", -360, "us"),
    **_pair("E", -300, "us"),
    **_pair("AK", -540, "us"),
    **_EUROPE,
    **{name: Zone(minutes) for name, minutes in _WITHOUT_CHANGE.items()},
    **_GENERIC_US,
}

UNMISTAKABLE = word_set(
    "PST PDT EST EDT CST CDT MDT AKST AKDT CET CEST EET EEST GMT AEST AEDT ACST ACDT AWST NZST NZDT JST "
    "KST SGT HKT SAST"
)
"""Abbreviations that mean a zone also where no time stands before them; the others collide with words (CAT, ET)."""

LOWER_CASE_TOO = word_set("pst pdt edt cst cdt mdt mst cet cest gmt bst ist jst aest sgt")
"""Recognised in lower case right after a time; `est` and `et` are French there, so they need am or pm before."""

COUNTERPARTS = {
    "PST": "PDT", "PDT": "PST", "MST": "MDT", "MDT": "MST", "CST": "CDT", "CDT": "CST", "EST": "EDT", "EDT": "EST",
    "AKST": "AKDT", "AKDT": "AKST", "CET": "CEST", "CEST": "CET", "EET": "EEST", "EEST": "EET", "WET": "WEST",
    "WEST": "WET", "BST": "GMT",
}  # fmt: skip

SPELLED: dict[str, Zone] = {
    "pacific": Zone(-480, "us"), "mountain": Zone(-420, "us"), "central": Zone(-360, "us"),
    "eastern": Zone(-300, "us"), "central european": Zone(60, "eu"), "eastern european": Zone(120, "eu"),
    "western european": Zone(0, "eu"), "greenwich mean": Zone(0), "british": Zone(0, "eu"), "indian": Zone(330),
    "india": Zone(330), "japan": Zone(540), "singapore": Zone(480), "london": Zone(0, "eu"),
    "berlin": Zone(60, "eu"), "paris": Zone(60, "eu"), "amsterdam": Zone(60, "eu"), "new york": Zone(-300, "us"),
    "san francisco": Zone(-480, "us"), "los angeles": Zone(-480, "us"), "seattle": Zone(-480, "us"),
    "chicago": Zone(-360, "us"), "tokyo": Zone(540), "sydney": Zone(600, "au"), "melbourne": Zone(600, "au"),
    "auckland": Zone(720, "nz"), "east coast": Zone(-300, "us"), "west coast": Zone(-480, "us"),
}  # fmt: skip
