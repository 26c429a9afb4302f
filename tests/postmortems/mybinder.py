"""Reads the incident reports of mybinder.org as this portal's postmortems: what their headings say, as our sections.

`index.md` and `template-incident-report.md` stand beside them; they describe how to write a report and are none.
Paragraphs that a report took over from the template unchanged are instructions to its writer and are left out.
"""

import pathlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

TEMPLATE = "template-incident-report.md"
NO_INCIDENTS = frozenset({"index.md", TEMPLATE})
SECTION_OF = {
    "summary": "summary",
    "timeline": "timeline_notes",
    "conclusion": "contributing_factors",
    "conclusions": "contributing_factors",
    "lessons learnt": "contributing_factors",
    "lessons learned": "contributing_factors",
    "what went well": "went_well",
    "what went wrong": "went_badly",
    "where we got lucky": "lucky",
    "questions for follow up": "open_questions",
    "logs": "background",
    "related issues / prs": "background",
}
"""Their headings, in small letters. What stands before the first one is the summary; a heading with a time belongs to
the timeline; action items become follow-ups, and what else stands among them is an open question."""
ACTIONS = "action items"
NO_CAUSE = "This report names no cause."
TITLE_LENGTH = 300
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_ZONES = {"PST": "America/Los_Angeles", "Pacific": "America/Los_Angeles"}
_HOME = "Europe/Zurich"
_CAUSE = re.compile(
    r"\b(?:caus\w+|because|due to|bugs?|the problem was|one part of|had run out|gone bad|correlated)\b", re.IGNORECASE
)
_TRAILING_LINK = re.compile(
    r"\s*\(?\[[^\[\]]*\b(?:issue|pr|pull request|link)\b[^\[\]]*\]\(https?:[^()]+\)\)?\.?$", re.IGNORECASE
)


@dataclass(frozen=True)
class Action:
    """A follow-up: its words, the issue that it links to, the heading it stood under."""

    title: str
    kind: str
    url: str | None
    done: bool


@dataclass
class Report:
    name: str
    title: str
    started_at: datetime
    resolved_at: datetime
    sections: dict[str, str] = field(default_factory=dict)
    actions: list[Action] = field(default_factory=list)

    @property
    def tags(self) -> list[str]:
        """The headings of the action items, as slugs."""
        slugs = (re.sub(r"[^a-z0-9]+", "-", one.kind.lower()).strip("-") for one in self.actions)
        return list(dict.fromkeys(filter(None, slugs)))


def read_all(folder: pathlib.Path) -> list[Report]:
    """Every report of a folder, oldest file first."""
    instructions = instructions_of(folder)
    return [read(path, instructions) for path in sorted(folder.glob("*.md")) if path.name not in NO_INCIDENTS]


def instructions_of(folder: pathlib.Path) -> list[str]:
    """The template's paragraphs of prose."""
    parts = re.split(r"\n{2,}", (folder / TEMPLATE).read_text("utf-8"))
    return [part.strip() for part in parts if len(part.split()) > 8 and not part.lstrip().startswith(("#", "1.", "-"))]


def read(path: pathlib.Path, instructions: list[str]) -> Report:
    text = path.read_text("utf-8")
    for one in instructions:
        text = text.replace(one, "")
    lines = unwrapped(_portable(text)).split("\n")
    blocks = list(_blocks(lines))
    title = re.sub(r"^(?:incident date: )?\d{4}-\d\d-\d\d(?:[^,]*,| )\s*", "", blocks[0][1])
    zone = next((_ZONES[word] for word in _ZONES if re.search(rf"\b{word}\b", "\n".join(lines[:40]))), _HOME)
    moments = list(_moments(blocks, path.name[:10], ZoneInfo(zone)))
    report = Report(path.stem, title, min(moments), max(*moments, min(moments) + timedelta(minutes=1)))
    section = kind = ""
    for level, heading, body in blocks:
        known = heading.lower()
        if level == 1:
            section = "summary"
        elif level == 2 and known == ACTIONS:
            section = kind = "actions"
        elif known in SECTION_OF:
            section = SECTION_OF[known]
        elif section == "timeline_notes":
            body = f"# {heading}\n\n{body}"  # noqa: PLW2901
        elif kind == "actions" and level == 3:
            section, kind = "actions", "actions"
        else:
            raise ValueError(f"{path.name}: no section for the heading {heading!r}")
        if section == "actions":
            items, rest = _actions(body, heading if level == 3 else "")
            report.actions += items
            _add(report, "open_questions", rest)
        else:
            _add(report, section, body)
    if "contributing_factors" not in report.sections:
        report.sections["contributing_factors"] = _causes(report.sections) or NO_CAUSE
    return report


def _add(report: Report, section: str, text: str) -> None:
    if re.search(r"\w", text):
        report.sections[section] = "\n\n".join(filter(None, [report.sections.get(section), text.strip("\n")]))


def _blocks(lines: list[str]) -> Iterator[tuple[int, str, str]]:
    """(level, heading, text below it) for each heading outside of code."""
    level, heading, body, fenced = 0, "", list[str](), False
    for line in lines:
        fenced ^= line.lstrip().startswith("```")
        found = None if fenced else re.match(r"(#{1,3}) (.+)$", line)
        if found:
            if level:
                yield level, heading, "\n".join(body).strip("\n")
            level, heading, body = len(found[1]), found[2].strip(), []
        else:
            body.append(line)
    yield level, heading, "\n".join(body).strip("\n")


def _portable(text: str) -> str:
    """References as links, pictures and frames as links to them: a postmortem shows nothing of other hosts."""
    pages = dict(re.findall(r"^\[([\w-]+)\]: (\S+)$", text, re.MULTILINE))
    text = re.sub(r"^\[[\w-]+\]: \S+\n?", "", text, flags=re.MULTILINE)
    text = re.sub(r"\[([^\[\]]+)\]\[([\w-]+)\]", lambda found: f"[{found[1]}]({pages[found[2]]})", text)
    text = re.sub(r"<iframe src=\"([^\"]+)\"[^>]*></iframe>", r"[chart](\1)", text)
    text = re.sub(r"!\[([^\]]*)\]\((https?:[^)]+)\)", lambda found: f"[{found[1] or 'picture'}]({found[2]})", text)
    return re.sub(r"!\[([^\]]*)\]\(([^)]+)\)", lambda found: f"(picture: {found[1] or found[2]})", text)


def unwrapped(text: str) -> str:
    """Paragraphs and list items as one line each: a line break means nothing in these files, here it is one."""
    lines, fenced = list[str](), False
    for line in text.split("\n"):
        bare, before = line.strip(), lines[-1] if lines else ""
        code = line.startswith("    ") and not before.strip()
        starts = not bare or fenced or code or re.match(r"[-*] |\d+\. |#|```|\||>", bare)
        fenced ^= bare.startswith("```")
        if starts or not before.strip() or re.match(r"\s*(?:#|```|>|     )", before):
            lines.append(line)
        else:
            lines[-1] += " " + bare
    return "\n".join(lines)


def _moments(blocks: list[tuple[int, str, str]], day: str, zone: ZoneInfo) -> Iterator[datetime]:
    """The times that the timeline's headings name; a heading without a day means the day before it."""
    date = datetime.fromisoformat(day)
    yielded = False
    for _, heading, _ in blocks[1:]:
        found = _day_in(heading, date.year)
        date = found or date
        clock = re.search(r"\b(\d\d?):(\d\d)", heading)
        if clock or found:
            hour, minute = (int(clock[1]), int(clock[2])) if clock else (0, 0)
            yielded = True
            yield date.replace(hour=hour, minute=minute, tzinfo=zone).astimezone(UTC)
    assert yielded, "a report without a timeline"


def _day_in(heading: str, year: int) -> datetime | None:
    iso = re.search(r"\d{4}-\d\d-\d\d", heading)
    if iso:
        return datetime.fromisoformat(iso[0])
    for pattern, month, number in ((r"\b([A-Z][a-z]{2}) (\d\d?)\b", 1, 2), (r"\b(\d\d?)\. ([A-Z][a-z]+)", 2, 1)):
        found = re.search(pattern, heading)
        if found and found[month][:3].lower() in _MONTHS:
            return datetime(year, _MONTHS.index(found[month][:3].lower()) + 1, int(found[number]))  # noqa: DTZ001
    return None


def _causes(sections: dict[str, str]) -> str:
    """The sentences that name a cause, for reports without a conclusion."""
    text = "\n\n".join(sections[name] for name in ("summary", "open_questions") if name in sections)
    sentences = re.split(r"(?<=[.!?:])\s+|\n+(?:\d+\. )?", text)
    return " ".join(one for one in sentences if one and _CAUSE.search(one))


def _actions(text: str, kind: str) -> tuple[list[Action], str]:
    """The list items as follow-ups, and the text that is none or is too long for one."""
    found, rest = [], []
    for part in re.split(r"\n(?=(?:[-*]|\d+\.) )|\n\n(?=\S)", text):
        item = re.match(r"(?:[-*]|\d+\.) (?:\[(?P<box>[ x])\] )?(?P<words>.*)", part, re.DOTALL)
        words = " ".join(_plain(item["words"]).split()) if item else ""
        if not item:
            rest.append(part)
            continue
        if len(words) > TITLE_LENGTH:
            words = re.match(rf".{{1,{TITLE_LENGTH - 1}}}[.?](?= )", words)[0]  # type: ignore[index]
            rest.append(item["words"])
        links = re.findall(r"https?://[^\s()<>]+/(?:issues|pull)/\d+", item["words"])
        done = item["box"] == "x" or words.endswith("(DONE)")
        found.append(Action(words, kind, links[-1] if links else None, done))
    return found, "\n\n".join(_outdented(one) for one in rest)


def _plain(text: str) -> str:
    """A title has no markup, and ends before the link to its issue, which is kept beside it."""
    text = _TRAILING_LINK.sub("", text.strip())
    text = re.sub(r"\[([^\[\]]+)\]\(https?:[^()]+\)", r"\1", text)
    text = re.sub(r":?\s*\(?https?://[^\s()]+\)?", "", text)
    return re.sub(r"(?<!\w)_([^_]+)_(?!\w)|`([^`]+)`|\\(?=\*)", lambda found: found[1] or found[2] or "", text)


def _outdented(text: str) -> str:
    return re.sub(r"^ {2,3}(?=\S)", "", text, flags=re.MULTILINE)
