"""Texts of other systems, as Markdown: HTML bodies are converted, plain ones keep every character they show."""

import html
import re
from typing import Any

import nh3
from bs4 import BeautifulSoup
from markdownify import MarkdownConverter

from portal.text.cleaning import clean

_BLOCK_NAMES = "p div ul ol li h1 h2 h3 h4 h5 h6 table thead tbody tr td th pre blockquote hr dl dt dd"
_INLINE_NAMES = "a b strong i em u s del ins span small sub sup code tt font img br"
BLOCKS = frozenset(_BLOCK_NAMES.split())
INLINE = frozenset(_INLINE_NAMES.split())
DEEPEST = 40
"""Elements inside each other; more is no text, and the converter recurses."""

_NAMES = "|".join(sorted(BLOCKS | INLINE, key=len, reverse=True))
_TAG = re.compile(rf"<(?P<end>/?)(?P<name>{_NAMES})(?:\s[^<>]{{0,2000}})?/?>", re.IGNORECASE)
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)
_ADDRESS = re.compile(r"(https?://[^\s<>\"'`|\\]+)")
_TRAILING_SPACE = re.compile(r"[ \t]+$", re.MULTILINE)
_GAPS = re.compile(r"\n{3,}")

_SPECIAL = re.compile(
    r"""
    \\(?=[\\`*_{}\[\]()>\#+\-.!|])     # would be taken for an escape
    | [*`|]
    | (?<![^\W_])_ | _(?![^\W_])     # inside a word it means nothing
    | \](?=\()                         # closes a link's label
    """,
    re.VERBOSE,
)
_REFERENCE_LIKE = re.compile(r"&(?=#?\w{1,31};)")
_BRACKETED = re.compile(r"<(?=https?://|mailto:|[^<>\s]{1,100}@)")
_LINE_START = re.compile(
    r"""
    ^[ \t]*
    (?: (?P<mark> [#]{1,6}(?=[ \t]) | [-+](?=[ \t]) | > | -(?=[-= \t]*$) )
      | (?P<number> \d+)(?P<dot>\.)(?=[ \t])
      | (?P<other> =(?=[= \t]*$) | ~(?=~~) ) )
    | ^[ \t]+
    """,
    re.VERBOSE | re.MULTILINE,
)
_WORTH_A_LOOK = re.compile(r"[\\*_`\[|&<]|^[ \t]|^[#\-+>=~]|^\d+\.", re.MULTILINE)


def html_to_markdown(text: str) -> str:
    """Markdown whose `fragment` shows what the text showed.

    A text is HTML when it holds an element that people write (`<br>`, or one that is opened and closed); in it, tags
    of other names are words. In any other text everything stands for itself: `<api>`, `*`, a leading `- `.
    """
    text = clean(text).strip()
    if not is_html(text):
        return literal(clean(_REFERENCE.sub(lambda found: html.unescape(found[0]), text)))
    safe = nh3.clean(_known_tags_only(_line_ends(text)), tags=set(BLOCKS | INLINE), link_rel=None)
    if _depth(safe) > DEEPEST:
        return literal(html.unescape(nh3.clean(safe, tags=set())))
    made: str = _Converter().convert_soup(BeautifulSoup(safe, "html.parser"))
    return _GAPS.sub("\n\n", _TRAILING_SPACE.sub("", clean(made))).strip()


def is_html(text: str) -> bool:
    """Whether the text holds a `<br>`, `<p>` or `<li>`, or another known element with both its tags."""
    if "<" not in text:
        return False
    opened: set[str] = set()
    for tag in _TAG.finditer(text):
        name = tag["name"].lower()
        if name in {"br", "hr", "p", "li"} or (tag["end"] and name in opened):
            return True
        if not tag["end"]:
            opened.add(name)
    return False


def literal(text: str) -> str:
    """Markdown that shows a plain text as it is; web addresses become links, line breaks stay."""
    if not _WORTH_A_LOOK.search(text):
        return text
    parts = _ADDRESS.split(text)
    parts[::2] = [_escape(part) for part in parts[::2]]
    return _LINE_START.sub(_line_start, "".join(parts))


def _escape(part: str) -> str:
    part = _REFERENCE_LIKE.sub("&amp;", part)
    part = _BRACKETED.sub("&lt;", part)
    return _SPECIAL.sub(lambda found: "\\" + found[0], part)


def _line_start(found: "re.Match[str]") -> str:
    if found["mark"]:
        return "\\" + found["mark"]
    if found["number"]:
        return found["number"] + "\\."
    if found["other"]:
        return f"&#{ord(found['other'])};"
    return ""


def _known_tags_only(text: str) -> str:
    """Every `<` that opens no known tag, as text."""
    parts, end = [], 0
    for tag in _TAG.finditer(text):
        parts += [text[end : tag.start()].replace("<", "&lt;"), tag[0]]
        end = tag.end()
    parts.append(text[end:].replace("<", "&lt;"))
    return "".join(parts)


def _line_ends(text: str) -> str:
    """Line ends mean nothing beside block tags; where a text has none, its writer meant them."""
    names = {tag["name"].lower() for tag in _TAG.finditer(text)}
    if names & BLOCKS:
        return text
    if "br" in names:
        return re.sub(r"\n{2,}", "<br><br>", text)
    return text.replace("\n", "<br>")


def _depth(text: str) -> int:
    depth = deepest = 0
    for tag in _TAG.finditer(text):
        if tag["name"].lower() not in {"br", "hr", "img"}:
            depth += -1 if tag["end"] else 1
            deepest = max(deepest, depth)
    return deepest


class _Converter(MarkdownConverter):
    """Markdownify, with the escapes of this portal's dialect and links that it knows."""

    def __init__(self) -> None:
        super().__init__(heading_style="ATX", strip=["font", "span"], bullets=["-  "])  # type: ignore[arg-type]

    def escape(self, text: str, parent_tags: set[str]) -> str:
        if "pre" in parent_tags:
            return text
        words = text.replace("\n", " ").lstrip(" ")
        return (" " if words != text else "") + literal(words)

    def convert_a(self, el: Any, text: str, parent_tags: set[str]) -> str:
        href = (el.get("href") or "").strip().replace(" ", "%20")
        if not href.lower().startswith(("http://", "https://", "mailto:")):
            return text
        el["href"] = href
        return str(super().convert_a(el, text, parent_tags))  # type: ignore[misc]
