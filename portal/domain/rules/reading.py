"""One field as the rules read it: the text, the same text with what must not be judged blanked out, and its words."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

BLANK = "\ufffc"
"""Stands for every masked character: neither a letter nor a space, and never typed by people."""

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_BETWEEN_WORDS = re.compile(r"[ \t\n\u00a0*_]{1,4}|[-\u2010\u2011]")
_MASKED = re.compile(rb"\x01+")
_NOT_A_LINE_END = re.compile(r"[^\n]")
_FENCE = re.compile(r"^ {0,3}(```+|~~~+)")
_TICKS = re.compile(r"`+")
_LINK = re.compile(r"!?\[[^\[\]]*\]\([^()\[\]]*\)")
_LINK_TARGET = re.compile(r"(?<=\])\([^()\[\]]*\)")
_QUOTE = re.compile(r'"[^"\n]*"|“[^“”\n]*”|«[^«»\n]*»|„[^„“\n]*“')
_QUOTED_LINE = re.compile(r"^ {0,3}>[^\n]*", re.MULTILINE)
_CHUNK = re.compile(r"[^\s<>()\[\]\"'`,;|*“”]+")
_SCHEME = re.compile(r"(?:https?|ftp|ssh|wss?|mailto|tel):\S", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_BARE_ADDRESS = re.compile(
    r"(?:[a-z0-9-]+\.)+(?:[a-z]{2,}[/?#]\S*|(?:com|org|net|io|dev|app|gov|edu|co|info|eu|uk|de|fr|page|cloud)/?)",
    re.IGNORECASE,
)


class Word(NamedTuple):
    start: int
    end: int
    lower: str
    joined: bool
    """Whether only a space, a line's end, a hyphen or emphasis stands before it, so that a phrase may go on."""


class Mention(NamedTuple):
    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class Reading:
    """`plain` has code, links, addresses, quotes and component names blanked; `labels` keeps the words of links."""

    text: str
    plain: str
    labels: str
    words: tuple[Word, ...]
    components: tuple[Mention, ...]


def read(text: str, component_names: Sequence[str] = ()) -> Reading:
    """The text, masked. Every mask keeps the length, so offsets mean the same in all of them."""
    mask = bytearray(len(text))
    _mask_code(text, mask)
    _mask_spans(mask, (match.span() for match in _QUOTED_LINE.finditer(text)))
    _mask_spans(mask, (match.span() for match in _LINK_TARGET.finditer(text)))
    prose = _blank(text, mask)
    components = tuple(mentions(prose, words_of(prose), tuple(component_names)))
    _mask_addresses(prose, mask)
    _mask_spans(mask, (match.span() for match in _QUOTE.finditer(_blank(text, mask))))
    _mask_spans(mask, ((mention.start, mention.end) for mention in components))
    labels = _blank(text, mask)
    _mask_spans(mask, (match.span() for match in _LINK.finditer(text)))
    plain = _blank(text, mask)
    return Reading(text, plain, labels, words_of(plain), components)


def words_of(text: str) -> tuple[Word, ...]:
    """The words of a text in order, lower-cased, with straight apostrophes."""
    words: list[Word] = []
    last = 0
    for match in _WORD.finditer(text):
        start, end = match.span()
        joined = bool(words) and (text[last:start] == " " or _BETWEEN_WORDS.fullmatch(text, last, start) is not None)
        words.append(Word(start, end, match[0].lower().replace("’", "'"), joined))
        last = end
    return tuple(words)


def spelled_words(text: str) -> list[str]:
    """The words alone, lower-cased."""
    return _WORD.findall(text.lower())


def mentions(text: str, words: Sequence[Word], names: tuple[str, ...]) -> Iterable[Mention]:
    """Where the names stand in the text: single words with their capitals, longer names in any case."""
    index = _index(names)
    position = 0
    while position < len(words):
        for tokens, name in index.get(_owner(words[position].lower), ()):
            last = position + len(tokens) - 1
            if last >= len(words) or any(
                _owner(word.lower) != token for word, token in zip(words[position : last + 1], tokens, strict=True)
            ):
                continue
            start, end = words[position].start, words[last].start + len(tokens[-1])
            found = text[start:end]
            if BLANK in found or "\n\n" in found or (len(tokens) == 1 and found not in name):
                continue
            yield Mention(start, end, name)
            position = last
            break
        position += 1


def _owner(word: str) -> str:
    return word.removesuffix("'s")


@lru_cache(maxsize=16)
def _index(names: tuple[str, ...]) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """First word -> names that begin with it, longest first."""
    index: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for name in names:
        tokens = tuple(_owner(word.lower) for word in words_of(name))
        if tokens:
            index.setdefault(tokens[0], []).append((tokens, name))
    for entries in index.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    return index


def _mask_code(text: str, mask: bytearray) -> None:
    fence = ""
    offset = 0
    for line in text.splitlines(keepends=True):
        mark = _FENCE.match(line)
        inside = bool(fence)
        if mark and not fence:
            fence, inside = mark[1], True
        elif mark and mark[1].startswith(fence) and not line[mark.end() :].strip():
            fence = ""
        if inside:
            _mask_spans(mask, [(offset, offset + len(line))])
        offset += len(line)
    runs = [match.span() for match in _TICKS.finditer(text) if not mask[match.start()]]
    ends: dict[int, list[int]] = {}
    for number, (start, end) in enumerate(runs):
        ends.setdefault(end - start, []).append(number)
    number = 0
    while number < len(runs):
        start, end = runs[number]
        same = ends[end - start]
        while same and same[0] <= number:
            same.pop(0)
        if same:
            _mask_spans(mask, [(start, runs[same[0]][1])])
            number = same[0]
        number += 1


def _mask_addresses(text: str, mask: bytearray) -> None:
    for match in _CHUNK.finditer(text):
        chunk = match[0].rstrip(".:!?_~")
        if "." not in chunk and ":" not in chunk:
            continue
        scheme = _SCHEME.search(chunk)
        if scheme:
            _mask_spans(mask, [(match.start() + scheme.start(), match.start() + len(chunk))])
        elif _EMAIL.fullmatch(chunk) or _BARE_ADDRESS.fullmatch(chunk):
            _mask_spans(mask, [(match.start(), match.start() + len(chunk))])


def _mask_spans(mask: bytearray, spans: Iterable[tuple[int, int]]) -> None:
    for start, end in spans:
        mask[start:end] = b"\x01" * (end - start)


def _blank(text: str, mask: bytearray) -> str:
    pieces, at = [], 0
    for hidden in _MASKED.finditer(mask):
        start, end = hidden.span()
        pieces += [text[at:start], _NOT_A_LINE_END.sub(BLANK, text[start:end])]
        at = end
    return "".join([*pieces, text[at:]])
