"""What changed between two versions of a text: lines first, then the words inside lines that were rewritten."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Change = Literal["same", "removed", "added"]
MOST_WORDS = 1_000
"""A rewritten passage of more words than this is shown as a whole: comparing it would be slow and tell nothing."""

_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text. All pieces but the added ones make the old text, all but the removed ones the new."""

    change: Change
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """The pieces in order; neighbours of one kind are joined. Nothing for two empty texts."""
    return _joined(_compared(_LINES.findall(before), _LINES.findall(after), inner=True))


def _compared(before: Sequence[str], after: Sequence[str], *, inner: bool) -> Iterator[Piece]:
    for kind, i, j, m, n in SequenceMatcher(None, before, after).get_opcodes():
        old, new = "".join(before[i:j]), "".join(after[m:n])
        if kind == "equal":
            yield Piece("same", old)
        elif kind == "replace" and inner and len(words := _WORDS.findall(old)) <= MOST_WORDS:
            yield from _in_words(words, old, new)
        else:
            yield Piece("removed", old)
            yield Piece("added", new)


def _in_words(words: Sequence[str], old: str, new: str) -> Iterator[Piece]:
    """Word by word where the passages share enough; else one stands for the other."""
    others = _WORDS.findall(new)
    if len(others) > MOST_WORDS or SequenceMatcher(None, words, others).ratio() < 0.4:
        yield from (Piece("removed", old), Piece("added", new))
    else:
        yield from _compared(words, others, inner=False)


def _joined(pieces: Iterator[Piece]) -> list[Piece]:
    """Runs of changes become one removal and one addition, so that no single space stands between two of them."""
    said: list[Piece] = []
    removed, added = "", ""
    for piece in pieces:
        if piece.change == "removed":
            removed += piece.text
        elif piece.change == "added":
            added += piece.text
        elif piece.text.isspace() and "\n" not in piece.text and (removed or added):
            removed, added = removed + piece.text, added + piece.text
        else:
            said += [*_run(removed, added), piece]
            removed, added = "", ""
    return _merged([*said, *_run(removed, added)])


def _run(removed: str, added: str) -> list[Piece]:
    """What was removed and added at one place; the space that both end in is the same one."""
    end = ""
    while removed and added and removed[-1] == added[-1] == " ":
        end, removed, added = end + " ", removed[:-1], added[:-1]
    return [Piece("removed", removed), Piece("added", added), Piece("same", end)]


def _merged(pieces: list[Piece]) -> list[Piece]:
    said: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        if said and said[-1].change == piece.change:
            said[-1] = Piece(piece.change, said[-1].text + piece.text)
        else:
            said.append(piece)
    return said
