"""P2 (another time zone) and P3 (a time without a zone, or on the 12-hour clock), with the conversion to UTC."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time

from portal.domain.names import FindingLevel
from portal.domain.rules.clock import Clock, Span, ZoneMark, spans
from portal.domain.rules.draft import Field, Finding
from portal.domain.rules.reading import Reading
from portal.domain.rules.zones import COUNTERPARTS, SPELLED, UNMISTAKABLE
from portal.domain.wording import MONTHS

_BARE_ZONE = re.compile(r"(?<![\w/-])[A-Z]{2,4}T(?![\w/-])")
_BARE_OFFSET = re.compile(r"(?<![\w/-])(?:UTC|GMT) ?[+\-−](?:0?[1-9]|1[0-4])(?::?\d\d)?(?![\w:])")
_BARE_SPELLED = re.compile(
    r"\b(?:"
    + "|".join(sorted(map(re.escape, SPELLED), key=len, reverse=True))
    + r")(?: standard| daylight| summer)? time\b"
    r"(?! (?:series|server|source|machine|tracking|pressure))",
    re.IGNORECASE,
)
_REGION_ZONE = re.compile(
    r"\b(?:America/(?:New_York|Chicago|Denver|Los_Angeles|Toronto|Sao_Paulo)|Europe/(?:London|Berlin|Paris|Amsterdam|Madrid|"
    r"Rome|Stockholm|Zurich|Vienna|Warsaw|Dublin)|Asia/(?:Tokyo|Kolkata|Singapore|Shanghai|Hong_Kong|Dubai|Seoul)|"
    r"Australia/(?:Sydney|Melbourne|Perth)|US/(?:Pacific|Eastern|Central|Mountain)|Pacific/Auckland)\b"
)
_DATED_ZONE = re.compile(r"(?<=\d)(?:st|nd|rd|th),? (?:ET|PT|CT|MT)(?![\w/-])")
_MONTH = "(" + "|".join(f"{name[:3]}(?:{name[3:]})?" for name in MONTHS) + r")\.?"
_DATE = re.compile(
    r"(?P<iso>\d{4}-\d\d-\d\d)"
    rf"|(?<!\d)(?P<day1>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month1>{_MONTH}),?(?: (?P<year1>\d{{4}}))?"
    rf"|\b(?P<month2>{_MONTH}) (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|:),?(?: (?P<year2>\d{{4}})(?!:))?"
)


def examine_times(reading: Reading, moment: datetime | None, field: Field, english: bool) -> Iterator[Finding]:
    """P2 and P3 (which is a matter of English). `moment` says which day's clocks a zone had."""
    covered = bytearray(len(reading.plain))
    for span in spans(reading.plain, english):
        _cover(covered, span.start, span.end)
        if span.mark is not None and not span.mark.is_utc:
            yield _other_zone(reading, span, span.mark, moment, field)
        elif english:
            for clock in span.clocks:
                if span.mark is None or clock.twelve:
                    yield _unclear_time(reading, clock, span.mark, field)
    patterns = [_BARE_ZONE, _BARE_OFFSET, _BARE_SPELLED, _REGION_ZONE, _DATED_ZONE] if english else [_BARE_OFFSET]
    for pattern in patterns:
        for match in pattern.finditer(reading.plain):
            start, end = match.span()
            if pattern is _BARE_ZONE and match[0] not in UNMISTAKABLE:
                continue
            if any(covered[start:end]):
                continue
            _cover(covered, start, end)
            name = match[0].split()[-1] if pattern is _DATED_ZONE else match[0]
            yield Finding(
                "P2",
                FindingLevel.CONFIRM,
                f"“{name}” is a time zone that most readers have to convert; write the time in UTC.",
                end - len(name),
                end,
                None,
                field,
            )


def _cover(covered: bytearray, start: int, end: int) -> None:
    covered[start:end] = b"\x01" * (end - start)


def _unclear_time(reading: Reading, clock: Clock, mark: ZoneMark | None, field: Field) -> Finding:
    written = reading.text[clock.start : clock.end]
    if mark is None:
        suggestion = f"{clock.text()} UTC"
        message = f"“{written}” has no time zone; write it in UTC, such as “{suggestion}” if that is the time in UTC."
    else:
        suggestion = clock.text()
        message = f"“{written}” is on the 12-hour clock; write “{suggestion}”, as everywhere on the page."
    return Finding("P3", FindingLevel.CONFIRM, message, clock.start, clock.end, suggestion, field)


def _other_zone(reading: Reading, span: Span, mark: ZoneMark, moment: datetime | None, field: Field) -> Finding:
    day = _day_near(reading.plain, span.start, span.end, moment)
    suggestion = _converted(reading.text, span, mark, day)
    advice = f"write “{suggestion}”" if suggestion else "write the time in UTC"
    message = f"“{mark.name}” is not UTC, and readers are everywhere; {advice}{_doubt(span, mark, day)}."
    start, end = span.start, span.end
    if suggestion:
        start, end, suggestion = _without_the_same_in_utc(reading.text, start, end, suggestion)
    return Finding("P2", FindingLevel.CONFIRM, message, start, end, suggestion, field)


def _without_the_same_in_utc(text: str, start: int, end: int, suggestion: str) -> tuple[int, int, str]:
    """`10:30 CEST (08:30 UTC)` becomes `08:30 UTC`, and so does `08:30 UTC (10:30 CEST)`."""
    for after in (f" ({suggestion})", f" / {suggestion}"):
        if text.startswith(after, end):
            return start, end + len(after), suggestion
    before = f"{suggestion} ("
    if text.endswith(before, 0, start) and text.startswith(")", end):
        return start - 2, end + 1, ""
    return start, end, suggestion


def _converted(text: str, span: Span, mark: ZoneMark, day: date | None) -> str | None:
    """The span with every time in UTC, or None when the zone's offset on that day is unknown."""
    if mark.zone is None or (day is None and mark.zone.change and not mark.zone.fixed):
        return None
    minutes = [mark.zone.offset(_local(day, clock)) for clock in span.clocks]
    shifts = [(c.hour * 60 + c.minute - offset) // 1440 for c, offset in zip(span.clocks, minutes, strict=True)]
    same = len(set(shifts)) == 1
    parts = [(mark.start, mark.end, " UTC")]
    for clock, offset, shift in zip(span.clocks, minutes, shifts, strict=True):
        note = "" if same or not shift else f" ({_shift_words(shift)})"
        parts.append((clock.start, clock.end, clock.text(offset) + note))
    rewritten, at = "", span.start
    for start, end, words in sorted(parts):
        rewritten += text[at:start] + words
        at = end
    return rewritten + (f" {_shift_words(shifts[0])}" if same and shifts[0] else "")


def _shift_words(shift: int) -> str:
    return "the next day" if shift > 0 else "the day before"


def _local(day: date | None, clock: Clock) -> datetime:
    return datetime.combine(day or date(2000, 1, 1), time(clock.hour, clock.minute))


def _doubt(span: Span, mark: ZoneMark, day: date | None) -> str:
    """A word of warning where PST is written in summer: then the clocks there show PDT."""
    zone = mark.zone
    if zone is None or day is None or zone.fixed is None or zone.change is None:
        return ""
    if (zone.fixed == "summer") == zone.is_summer(_local(day, span.clocks[0])):
        return ""
    other = COUNTERPARTS[mark.name]
    return f" (on that day the clocks there show {other}: check the hour)"


def _day_near(text: str, start: int, end: int, moment: datetime | None) -> date | None:
    """The date written in the same line, else the day of the draft."""
    today = moment.date() if moment else None
    line_start = text.rfind("\n", max(0, start - 200), start) + 1 or max(0, start - 200)
    line_end = text.find("\n", end, end + 200)
    best: tuple[int, date] | None = None
    for match in _DATE.finditer(text, line_start, line_end if line_end >= 0 else min(len(text), end + 200)):
        found = _date_of(match, today)
        distance = min(abs(match.start() - end), abs(match.end() - start))
        if found and (best is None or distance < best[0]):
            best = (distance, found)
    return best[1] if best else today


def _date_of(match: re.Match[str], today: date | None) -> date | None:
    try:
        if match["iso"]:
            return date.fromisoformat(match["iso"])
        month = [name[:3] for name in MONTHS].index((match["month1"] or match["month2"])[:3]) + 1
        day, year = int(match["day1"] or match["day2"]), match["year1"] or match["year2"]
        if year:
            return date(int(year), month, day)
        if today is None:
            return None
        candidates = [date(today.year + ahead, month, day) for ahead in (-1, 0, 1)]
        return min(candidates, key=lambda candidate: abs(candidate - today))
    except ValueError:
        return None
