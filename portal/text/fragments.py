"""One text, one fragment: what people write becomes safe HTML that every output can carry as it is."""

import html
import re
import threading
from collections import OrderedDict

import markdown
import nh3

from portal.text.cleaning import clean, printable
from portal.text.cost import too_costly
from portal.text.markup import converter

LONGEST = 50_000
"""Characters; no door lets so many through, so a longer text is a mistake and is not interpreted."""
KEPT_CHARACTERS = 16_000_000
"""How much text and HTML the cache holds before the fragments that were used least recently leave it."""

_TAG_NAMES = "a blockquote br code em h3 h4 h5 h6 hr li ol p pre strong table tbody td th thead tr ul"
TAGS = frozenset(_TAG_NAMES.split())
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = frozenset({"http", "https", "mailto"})

_belt = nh3.Cleaner(
    tags=set(TAGS),
    attributes=ATTRIBUTES,
    url_schemes=set(SCHEMES),
    link_rel="noopener",
    url_relative="deny",
)
_bare = nh3.Cleaner(tags=set())
_FENCE_LIKE = str.maketrans({"`": "&#96;", "~": "&#126;"})
_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")


class _Cache:
    """Fragments by their text, the least recently used leaving first; safe for several threads."""

    def __init__(self, limit: int) -> None:
        self._limit, self._size = limit, 0
        self._kept: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, text: str) -> str | None:
        with self._lock:
            made = self._kept.get(text)
            if made is not None:
                self._kept.move_to_end(text)
            return made

    def put(self, text: str, made: str) -> None:
        with self._lock:
            if text in self._kept:
                return
            self._kept[text] = made
            self._size += len(text) + len(made)
            while self._size > self._limit:
                old, old_made = self._kept.popitem(last=False)
                self._size -= len(old) + len(old_made)


_cache = _Cache(KEPT_CHARACTERS)
_mine = threading.local()


def fragment(text: str) -> str:
    """Safe, balanced HTML of one Markdown text, made of TAGS only; cached by content.

    Raw HTML is shown as it was typed. A text that would cost too much to convert (`cost.LIMIT`) is shown as plain
    paragraphs. No line of the answer can be taken for a code fence, so it may stand in a `<div>` of a Markdown page.
    """
    made = _cache.get(text)
    if made is None:
        made = _convert(clean(text))
        _cache.put(text, made)
    return made


def plain(text: str) -> str:
    """The words of a Markdown text without markup, as one line."""
    return " ".join(html.unescape(_bare.clean(fragment(text))).split())


def _convert(text: str) -> str:
    if len(text) > LONGEST or too_costly(text):
        made = paragraphs(text)
    else:
        warm = _converter()
        warm.reset()
        made = warm.convert(text)
    made = printable(_belt.clean(made)).replace("&nbsp;", "&#160;").strip()
    return made.translate(_FENCE_LIKE) if "```" in made or "~~~" in made else made


def paragraphs(text: str) -> str:
    """The text, escaped, with its paragraphs and line breaks and nothing else."""
    blocks = (html.escape(block.strip(), quote=False) for block in _PARAGRAPHS.split(text))
    return "\n".join(f"<p>{block}</p>" for block in blocks if block).replace("\n", "<br>\n").replace("</p><br>", "</p>")


def _converter() -> markdown.Markdown:
    warm: markdown.Markdown | None = getattr(_mine, "converter", None)
    if warm is None:
        warm = _mine.converter = converter()
    return warm
