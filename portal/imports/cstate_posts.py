"""cState keeps an issue's updates as one text; here it becomes posts, with their times where the text shows them."""

import re
from dataclasses import dataclass
from datetime import datetime

from portal.domain.names import PostState
from portal.domain.past import PastPost
from portal.imports.cstate_times import NoTime, read_time, time_in_label
from portal.imports.ids import derived_id

_TRACK = re.compile(r"\{\{[<%]\s*track\s+[\"'`]?(?P<time>[^\"'`>%]*)[\"'`]?\s*[>%]\}\}\.?")
_RULE = re.compile(r"^[ ]{0,3}(?:-[ ]*){3,}$|^[ ]{0,3}(?:\*[ ]*){3,}$|^[ ]{0,3}(?:_[ ]*){3,}$")
_HEADING = re.compile(r"^[ ]{0,3}(?P<level>#{1,6})\s+(?P<words>.*?)\s*#*\s*(?:<==)?\s*$")
_STATES = {
    "investigating": PostState.INVESTIGATING,
    "identified": PostState.IDENTIFIED,
    "monitoring": PostState.MONITORING,
    "resolved": PostState.RESOLVED,
    "fixed": PostState.RESOLVED,
    "completed": PostState.RESOLVED,
    "solved": PostState.RESOLVED,
    "final message": PostState.RESOLVED,
    "final update": PostState.RESOLVED,
    "post-mortem": PostState.RESOLVED,
    "postmortem": PostState.RESOLVED,
    "problem": PostState.INVESTIGATING,
}
_WORDS = "|".join(sorted(_STATES, key=len, reverse=True))
_LABEL = re.compile(
    rf"^[ ]{{0,3}}(?P<open>[*_\[(]{{0,3}})(?P<label>(?:{_WORDS}|updated?|edit(?:ed)?)(?:\s*\#?\d+)?"
    r"(?P<rest>[^*_\])\n:]{0,60}?))"
    r"(?P<close>:?[*_\])]{0,3})[ ]*(?P<mark>:|\s-(?=\s|$)|–|—|$|(?<=:\*\*)|(?<=:__)|(?<=:[*_]))",
    re.IGNORECASE,
)
_EMPHASISED = re.compile(r"^[ ]{0,3}(?P<mark>\*\*?|__?)(?P<label>[^*_\n]{2,40})(?P=mark)\s+-\s+\S")
_STAMPED = re.compile(r"^[-*]\s+`?(?P<stamp>[^`\n]{8,40}?)`?:\s+(?P<body>\S)")
_NEWS = re.compile(
    r"\b(updated?s?|resolved|restored|complete[d]?|concluded|over|done|again|final(?:ly)?|extended|back|available)\b",
    re.IGNORECASE,
)
_UPDATE = re.compile(r"\b(updated?|edit|final)\b", re.IGNORECASE)
_OVER = re.compile(
    r"\b(resolved|restored|completed?|concluded|final|done|outage is over|running again|back (?:online|to normal|up)"
    r"|operational|is fixed|has been fixed|no issues|regular operational|back to normal)\b",
    re.IGNORECASE,
)


_GAPS = re.compile(r"\n{3,}")


@dataclass
class _Piece:
    lines: list[str]
    label: str = ""
    state: PostState | None = None
    at: datetime | None = None
    stamped: bool = False
    """its label is a time"""
    ruled: bool = False
    """a rule, not a label, set it apart"""

    @property
    def body(self) -> str:
        return _GAPS.sub("\n\n", "\n".join(self.lines)).strip("\n").rstrip()


def posts_in(text: str, started: datetime, resolved: datetime | None, source_id: str) -> list[PastPost]:
    """The posts of an issue's text, oldest first. A text without marks is one post, at the issue's start."""
    pieces = [piece for piece in _split(text) if piece.body]
    for piece in pieces:
        _read_times(piece, started)
    pieces = [piece for piece in pieces if piece.body]
    if not pieces:
        return []
    if _told_below(pieces):
        pieces = [*pieces[:-1], *_apart(pieces[-1])]
    if len(pieces) > 1 and _newest_first(pieces):
        preface = None if pieces[0].label or pieces[1].ruled else pieces.pop(0)
        pieces.reverse()
        if preface is not None:
            pieces[0].lines[:0] = [*preface.lines, ""]
    _place(pieces, started, resolved)
    posts: list[PastPost] = []
    state = PostState.INVESTIGATING
    for number, piece in enumerate(pieces):
        last = number == len(pieces) - 1
        state = piece.state or state
        at = piece.at or started
        if piece.state is None and resolved is not None and number > 0:
            told = last and _OVER.search(f"{piece.label} {piece.body[:300]}")
            state = PostState.RESOLVED if told or at >= resolved else state
        if state is PostState.RESOLVED and not last and piece.state is None and not (resolved and at >= resolved):
            state = PostState.MONITORING
        posts.append(PastPost(state, piece.body, at, str(number + 1), derived_id("cstate", source_id, str(number + 1))))
    return posts


def _split(text: str) -> list[_Piece]:
    lines = _TRACKED_BREAK.sub(r"\1\n\n", text).split("\n")
    headings = _news_headings(lines)
    pieces, fenced = [_Piece([])], False
    for number, line in enumerate(lines):
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        if fenced:
            pieces[-1].lines.append(line)
            continue
        before = lines[number - 1].strip() if number else ""
        if _RULE.match(line) and not before:
            pieces.append(_Piece([], ruled=True))
        elif number in headings:
            words = headings[number]
            pieces.append(_Piece([f"**{words}**" if words else "", ""], label=words))
        elif (made := _labelled(line)) and (not before or _TRACK.search(before)):
            pieces.append(made)
        elif (stamped := _STAMPED.match(line)) and time_in_label(stamped["stamp"], _ANY_YEAR) is not None:
            pieces.append(_Piece([line[stamped.start("body") :]], label=stamped["stamp"], stamped=True))
        else:
            pieces[-1].lines.append(line)
    return _without_empty_announcements(pieces)


_TRACKED_BREAK = re.compile(r"(\{\{[<%]\s*track\s[^}]*\}\}\.?)\n(?!\n)")
_ANY_YEAR = datetime(2020, 1, 1)  # noqa: DTZ001  # only whether there is a time is asked


def _news_headings(lines: list[str]) -> dict[int, str]:
    """Headings that set updates apart: all of the first heading's level, when one of them tells news."""
    found = {number: match for number, line in enumerate(lines) if (match := _HEADING.match(line))}
    if not found:
        return {}
    level = next(iter(found.values()))["level"]
    same = {number: match["words"] for number, match in found.items() if match["level"] == level}
    told_first = any(line.strip() for line in lines[: next(iter(found))])
    if told_first:
        return {number: words for number, words in same.items() if re.match(r"updated?\b", words, re.IGNORECASE)}
    news = {
        number: match["words"]
        for number, match in found.items()
        if re.match(r"updated?\b", match["words"], re.IGNORECASE)
    }
    return same | news if len(same | news) > 1 and any(_NEWS.search(words) for words in same.values()) else {}


def _labelled(line: str) -> _Piece | None:
    """A line that begins with `*Resolved* -`, `**Update:**`, `edit:`, `[Final Message]` and the like."""
    found = _LABEL.match(line)
    if found and (found["open"] or found["mark"]):
        label = found["label"].strip()
        rest = line[found.end() :].strip()
        state = _state(label)
        if found["rest"].strip():
            rest = f"{label}: {rest}" if rest else label
        kept = [f"**{label}**", "", rest] if label.lower().startswith(("post", "final")) else [rest]
        return _Piece(kept, label=label, state=state)
    if _EMPHASISED.match(line):
        return _Piece([line], label=line)
    return None


def _state(label: str) -> PostState | None:
    words = label.lower()
    return next((state for word, state in _STATES.items() if words.startswith(word)), None)


def _without_empty_announcements(pieces: list[_Piece]) -> list[_Piece]:
    """`Updates:` above a list of updates says nothing by itself."""
    for piece in pieces:
        while piece.lines and re.fullmatch(r"\W*(updates?)?\W*", piece.lines[-1].strip(), re.IGNORECASE):
            piece.lines.pop()
    return pieces


def _read_times(piece: _Piece, near: datetime) -> None:
    """Take the time out of a `track` shortcode, or read it from the label."""
    body = "\n".join(piece.lines)
    for found in _TRACK.finditer(body):
        try:
            piece.at = read_time(found["time"])[0]
        except NoTime:
            continue
        break
    piece.lines = _TRACK.sub("", body).split("\n")
    piece.lines = [line.rstrip() if line.strip() else "" for line in piece.lines]
    if piece.at is None and (piece.stamped or _UPDATE.search(piece.label)):
        piece.at = time_in_label(piece.label, near)


def _told_below(pieces: list[_Piece]) -> bool:
    """Updates were put above the text: its first paragraph is an update and the last update runs on."""
    first, last = pieces[0], pieces[-1]
    plain = first.label and last.label and not any(piece.state is PostState.INVESTIGATING for piece in pieces)
    return bool(plain and not last.body.startswith("**") and last.at is None and "\n\n" in last.body)


def _apart(piece: _Piece) -> list[_Piece]:
    head, _, rest = piece.body.partition("\n\n")
    return [_Piece([head], piece.label, piece.state), _Piece([rest])]


def _newest_first(pieces: list[_Piece]) -> bool:
    timed = [piece.at for piece in pieces if piece.at is not None]
    if len(timed) > 1 and timed[0] != timed[-1]:
        return timed[0] > timed[-1]
    labelled = [piece for piece in pieces if piece.label]
    if not labelled or not pieces[0].label:
        return len(labelled) > 1 and labelled[0].state is PostState.RESOLVED
    first, last = pieces[0], pieces[-1]
    return first.state is PostState.RESOLVED or (bool(_NEWS.search(first.label)) and not _NEWS.search(last.label))


def _place(pieces: list[_Piece], started: datetime, resolved: datetime | None) -> None:
    """Give every piece a time: its own, else the one before it; the last one is told when it ended."""
    end = resolved if resolved and resolved >= started else None
    before = started
    for number, piece in enumerate(pieces):
        if number == 0 and piece.at is None:
            piece.at = started
        elif piece.at is None:
            piece.at = end if end and number == len(pieces) - 1 and end >= before else before
        before = piece.at
