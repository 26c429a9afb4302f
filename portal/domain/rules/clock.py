"""Clock times in a text, and which zone each of them is in; one zone covers a whole range or list."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from portal.domain.rules.word_sets import word_set
from portal.domain.rules.zones import ABBREVIATIONS, LOWER_CASE_TOO, SPELLED, Zone

UTC = Zone(0)

_HALF = r"[ \u00a0]?[aApP](?:[mM]\b|\.[mM]\b(?:\.(?=[ ]+[a-z0-9(]|,|[ ]+[A-Z]{2,5}\b))?)"
_TIME = re.compile(
    r"(?:(?<![\w.:/#$€£+])|(?<=\d{4}-\d\d-\d\dT))"
    r"(?:(?P<hour>[01]?\d|2[0-3])(?::|\.(?=\d\d[ ]?(?:[aApP]\.?[mM]\b|UTC|GMT)))(?P<minute>[0-5]\d)"
    r"(?P<second>:[0-5]\d(?:\.\d{1,6})?)?"
    rf"|(?P<bare>1[0-2]|0?[1-9])(?={_HALF}))"
    rf"(?P<half>{_HALF})?(?![\d:%])(?!\.\d)(?![ ]?(?:hours|hrs|minutes|mins|seconds)\b)"
)
_LEAD = re.compile(
    r"(?:(?P<word>[^\W\d_]+)\.?[ ])?(?<![\w.:/#$-])(?P<hour>1[0-2]|0?[1-9])(?P<gap>[ ]?[-–—][ ]?|[ ](?:to|and|or)[ ])$"
)
_NAMED_HOUR = re.compile(
    r"(?<=\b(?:at|by|to)[ ])(?:noon|midnight)\b|(?<=\b(?:till|from)[ ])(?:noon|midnight)\b"
    r"|(?<=\b(?:until|after|since)[ ])(?:noon|midnight)\b|(?<=\b(?:before|around)[ ])(?:noon|midnight)\b",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[ \t\n\u00a0]{0,2}(?P<open>[(\[]?)(?P<zone>[A-Za-z]{1,5})(?![\w])(?P<close>[)\]]?)")
_OFFSET = re.compile(
    r"[ ]?(?P<open>[(\[]?)(?:(?:UTC|GMT) ?)?(?P<sign>[+\-−])(?P<hours>0?\d|1[0-4])(?::?(?P<minutes>00|15|30|45))?"
    r"(?P<close>[)\]]?)(?![\w:])"
)
_SPELLED = re.compile(
    r"[ \n]?\(?(?:US |U\.S\. |UK )?(?P<place>"
    + "|".join(sorted((re.escape(name) for name in SPELLED), key=len, reverse=True))
    + r")(?: (?:standard|daylight|summer))?[ ]time\b(?! (?:series|server|source|machine|tracking))\)?",
    re.IGNORECASE,
)
_LOCAL = re.compile(r"[ ]\(?(?:your |our )?local time\b\)?", re.IGNORECASE)
_UTC_BEFORE = re.compile(r"\bUTC[)\]]?:?[ ]{0,2}$")
_ALL_IN_UTC = re.compile(r"\btimes? (?:is |are )?(?:given |shown |listed )?(?:in |\()?UTC\b", re.IGNORECASE)
_GAP_WORD = re.compile(r"[^\W_]+")
_MONTHS = word_set(
    "jan feb mar apr may jun jul aug sep sept oct nov dec "
    "january february march april june july august september october november december"
)
_DATE_WORDS = _MONTHS | word_set(
    "on the of monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun"
)
_DATE_WORD = re.compile(r",?[ ]([\w/]{1,10})\.?")
_GAP_WORDS = _DATE_WORDS | word_set(
    "to and or until till through thru between from at about around approximately approx roughly then again by"
)
_GAP_MARKS = frozenset(" ,-–—/&()~+\u00a0")
_LONGEST_GAP = 60


class ZoneMark(NamedTuple):
    """A zone as written behind a time. `zone` None: a zone that names no offset, such as local time."""

    start: int
    end: int
    name: str
    zone: Zone | None

    @property
    def is_utc(self) -> bool:
        return self.name in {"UTC", "Z"}


class Clock(NamedTuple):
    """A time of day in a text, and the zone that covers it.

    `twelve`: it was written with am or pm; `named`: as noon or midnight.
    """

    start: int
    end: int
    hour: int
    minute: int
    second: str
    twelve: bool
    named: bool = False
    mark: ZoneMark | None = None

    def text(self, minutes: int = 0) -> str:
        """24-hour time, so many minutes earlier."""
        total = (self.hour * 60 + self.minute - minutes) % 1440
        return f"{total // 60:02d}:{total % 60:02d}{self.second}"


@dataclass(frozen=True, slots=True)
class Span:
    """Times that share one zone mark, or stand alone without any."""

    clocks: Sequence[Clock]
    mark: ZoneMark | None

    @property
    def start(self) -> int:
        return min(self.clocks[0].start, self.mark.start if self.mark else self.clocks[0].start)

    @property
    def end(self) -> int:
        return max(self.clocks[-1].end, self.mark.end if self.mark else self.clocks[-1].end)


def spans(text: str, english: bool = True) -> list[Span]:
    """All clock times of a (masked) text, in order, gathered by the zone that covers them."""
    clocks = _clocks(text, english)
    every = ZoneMark(0, 0, "UTC", UTC) if _ALL_IN_UTC.search(text) else None
    own: list[ZoneMark | None] = []
    for clock in list(clocks):
        if own and (last := own[-1]) and clock.start < last.end:
            clocks.remove(clock)  # the digits of an offset, as in 10:30 UTC-05:00
        else:
            own.append(_mark_of(text, clock))
    ends = [mark.end if mark else clock.end for clock, mark in zip(clocks, own, strict=True)]
    linked = [_linked(text[ends[at] : clocks[at + 1].start]) for at in range(len(clocks) - 1)]
    for at in range(len(clocks) - 2, -1, -1):
        if linked[at] and own[at] is None:
            clocks[at] = _with_half_of(clocks[at], clocks[at + 1])
    marks = list(own)
    for at in range(len(clocks) - 2, -1, -1):
        if marks[at] is None and linked[at]:
            marks[at] = marks[at + 1]
    for at in range(1, len(clocks)):
        if marks[at] is None and linked[at - 1]:
            marks[at] = marks[at - 1]
    gathered: list[Span] = []
    for clock, found in zip(clocks, marks, strict=True):
        mark = found or every
        placed = clock._replace(mark=mark)
        if gathered and mark is not None and gathered[-1].mark is mark and mark is not every:
            gathered[-1] = Span([*gathered[-1].clocks, placed], mark)
        else:
            gathered.append(Span([placed], mark))
    return gathered


def zone_after(text: str, at: int, twelve: bool) -> ZoneMark | None:
    """The zone written directly at this place of a text, behind a time."""
    offset = _OFFSET.match(text, at)
    if offset and (offset["minutes"] or "UTC" in offset[0] or "GMT" in offset[0]):
        prefixed = "UTC" in offset[0] or "GMT" in offset[0]
        is_range = text.startswith((" UTC", " GMT", "UTC"), offset.end()) or (not prefixed and offset["sign"] != "+")
        if not is_range:
            minutes = int(offset["hours"]) * 60 + int(offset["minutes"] or 0)
            return _mark(offset, offset[0].strip(" ()[]"), Zone(minutes if offset["sign"] == "+" else -minutes))
    letters = _LETTERS.match(text, at)
    if letters:
        name = letters["zone"]
        if name.upper() in {"UTC", "Z"} and (name != "z"):
            return _mark(letters, name.upper(), UTC)
        if name in ABBREVIATIONS:
            return _mark(letters, name, ABBREVIATIONS[name])
        if name in LOWER_CASE_TOO or (twelve and name in {"est", "et", "pt"}):
            return _mark(letters, name.upper(), ABBREVIATIONS[name.upper()])
    spelled = _SPELLED.match(text, at)
    if spelled:
        return ZoneMark(at, spelled.end(), spelled[0].strip(" ()\n"), SPELLED[spelled["place"].lower()])
    local = _LOCAL.match(text, at)
    return ZoneMark(at, local.end(), local[0].strip(" ()"), None) if local else None


def _mark(match: re.Match[str], name: str, zone: Zone) -> ZoneMark:
    end = match.end()
    if match["close"] and not match["open"]:
        end -= 1
    return ZoneMark(match.start(), end, name, zone)


def _clocks(text: str, english: bool) -> list[Clock]:
    found: list[Clock] = []
    for match in _TIME.finditer(text):
        hour, half = int(match["hour"] or match["bare"]), (match["half"] or "").strip().lower()
        clock = Clock(
            match.start(),
            match.end(),
            _hour24(hour, half),
            int(match["minute"] or 0),
            match["second"] or "",
            bool(half),
        )
        lead = _LEAD.search(text, max(0, match.start() - 24), match.start()) if half and english else None
        if lead and _may_lead(lead):
            first = _hour24(int(lead["hour"]), half)
            if first > clock.hour and first >= 12:
                first -= 12
            found.append(Clock(lead.start("hour"), lead.end("hour"), first, 0, "", True))
        found.append(clock)
    if english:
        for match in _NAMED_HOUR.finditer(text):
            found.append(Clock(match.start(), match.end(), 12 if match[0].lower() == "noon" else 0, 0, "", False, True))
        found.sort(key=lambda clock: clock.start)
    return found


def _hour24(hour: int, half: str) -> int:
    if not half or hour > 12:
        return hour
    return hour % 12 + (12 if half.startswith("p") else 0)


def _with_half_of(clock: Clock, following: Clock) -> Clock:
    """`5:05` in `between 5:05 and 5:10 pm` is in the afternoon, and `11:30` in `11:30 to 1 pm` is not."""
    if clock.twelve or not following.twelve or not 1 <= clock.hour <= 12 or clock.named:
        return clock
    hour = clock.hour % 12 + (12 if following.hour >= 12 else 0)
    if (hour, clock.minute) > (following.hour, following.minute) and hour >= 12:
        hour -= 12
    return clock._replace(hour=hour, twelve=True)


def _may_lead(lead: re.Match[str]) -> bool:
    """Whether `9` in `9-10 am` is an hour: not the day in `March 3 - 10 am`, and `and` only after `between`."""
    word = (lead["word"] or "").lower()
    if word in _MONTHS:
        return False
    return not lead["gap"].strip().isalpha() or word in {"between", "from", "at", "around"}


def _mark_of(text: str, clock: Clock) -> ZoneMark | None:
    after = zone_after(text, clock.end, clock.twelve) or _zone_after_date(text, clock)
    if after:
        return after
    before = _UTC_BEFORE.search(text, max(0, clock.start - 8), clock.start)
    return ZoneMark(before.start(), before.end(), "UTC", UTC) if before else None


def _zone_after_date(text: str, clock: Clock) -> ZoneMark | None:
    """The zone of `10 am on Tuesday, April 19th PT`."""
    at = clock.end
    for _ in range(5):
        word = _DATE_WORD.match(text, at)
        if not word or not (word[1].lower() in _DATE_WORDS or _is_date_number(word[1].replace("/", ""))):
            return None
        at = word.end()
        mark = zone_after(text, at, clock.twelve)
        if mark:
            return mark
    return None


def _linked(gap: str) -> bool:
    gap = gap.replace("approx.", "approx")
    if len(gap) > _LONGEST_GAP or not gap.strip(" "):
        return False
    words = _GAP_WORD.findall(gap)
    if any(word.lower() not in _GAP_WORDS and not _is_date_number(word) for word in words):
        return False
    return all(character.isalnum() or character in _GAP_MARKS for character in gap) and (
        bool(words) or any(mark in gap for mark in ",-–—/&")
    )


def _is_date_number(word: str) -> bool:
    digits = word.rstrip("stndrh")
    return digits.isdigit() and len(digits) <= 4
