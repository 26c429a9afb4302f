"""The Markdown dialect of people's texts: no raw HTML, no definitions that reach elsewhere, links that are safe.

Patterns of the library that cost more than linear time on hostile text are replaced or left out.
"""

import re
import xml.etree.ElementTree as etree
from typing import Any

import markdown
from markdown.blockprocessors import HashHeaderProcessor
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from portal.text.lists import Lists

_LINK = (
    r"!?\[(?P<label>(?:[^\[\]]|\[[^\[\]]{0,100}\]){1,500})\]"
    r"\([ \t]{0,9}<?(?P<url>(?:https?://|mailto:)(?:[^\s<>()]|\([^\s<>()]{0,200}\)){1,2000})>?"
    r"(?:[ \t\n]{1,9}(?P<quote>[\"'])(?P<title>[^\n]{0,300}?)(?P=quote))?[ \t]{0,9}\)"
)
_ADDRESS = r"(?<![\w/@])https?://[^\s<>\"'`|\x02\x03\\，。、；：）」』】》]{3,2000}"
_BRACKETED = r"<((?:https?://|mailto:)[^<>\s]{1,2000})>"
_MAIL = (
    r"(?<![\w.%+\-/@:<])[A-Za-z0-9][A-Za-z0-9._%+\-]{0,63}"
    r"@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){0,8}\.[A-Za-z]{2,24}(?![\w@])"
)
_TRAILING = ".,;:!?*_"

_LEFT_OUT = {
    "preprocessors": ("html_block",),
    "inlinePatterns": (
        "html",
        "entity",
        "reference",
        "short_reference",
        "image_link",
        "image_reference",
        "short_image_ref",
    ),
}


def converter() -> markdown.Markdown:
    """A converter to keep warm; one thread at a time may use it."""
    made = markdown.Markdown(
        extensions=["tables", "fenced_code", "sane_lists", "nl2br"],
        output_format="html",
        tab_length=4,
    )
    for registry, names in _LEFT_OUT.items():
        for name in names:
            getattr(made, registry).deregister(name)
    made.preprocessors.register(Lists(made), "lists", 27)  # after white space is normalised, before fences are read
    made.parser.blockprocessors.deregister("reference")
    made.parser.blockprocessors.register(_Heading(made.parser), "hashheader", 70)
    made.inlinePatterns.register(_Link(_LINK, made), "link", 160)
    made.inlinePatterns.register(_Bracketed(_BRACKETED, made), "autolink", 120)
    made.inlinePatterns.register(_Address(_ADDRESS, made), "address", 115)
    made.inlinePatterns.register(_Mail(_MAIL, made), "mail", 114)
    made.treeprocessors.register(_Demote(made), "demote", 15)
    return made


class _Heading(HashHeaderProcessor):  # type: ignore[misc]
    """A heading needs a space after its `#`, so that `#42 is fixed` stays a sentence."""

    RE = re.compile(r"(?:^|\n)(?P<level>#{1,6})[ \t]+(?P<header>[^\n]*)(?:\n|$)")


class _Link(InlineProcessor):  # type: ignore[misc]
    """`[label](address)`; an image becomes a link to it; other schemes stay as they were typed."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(self, m: "re.Match[str]", data: str) -> Any:  # noqa: ARG002
        element = _anchor(self.unescape(m["url"]), m["label"])
        if m["title"]:
            element.set("title", self.unescape(m["title"]))
        return element, m.start(0), m.end(0)


class _Bracketed(InlineProcessor):  # type: ignore[misc]
    """`<https://example.com>`"""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(self, m: "re.Match[str]", data: str) -> Any:  # noqa: ARG002
        url = self.unescape(m[1])
        return _anchor(url, AtomicString(url)), m.start(0), m.end(0)


class _Address(InlineProcessor):  # type: ignore[misc]
    """A bare web address; the punctuation of the sentence around it stays outside."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(self, m: "re.Match[str]", data: str) -> Any:  # noqa: ARG002
        url = _without_punctuation(m[0])
        return _anchor(url, AtomicString(url)), m.start(0), m.start(0) + len(url)


class _Mail(InlineProcessor):  # type: ignore[misc]
    """A bare mail address."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(self, m: "re.Match[str]", data: str) -> Any:  # noqa: ARG002
        return _anchor(f"mailto:{m[0]}", AtomicString(m[0])), m.start(0), m.end(0)


class _Demote(Treeprocessor):  # type: ignore[misc]
    """A text's headings start at h3: it stands below the page's own h1 and h2."""

    def run(self, root: etree.Element) -> None:
        for element in root.iter():
            if len(element.tag) == 2 and element.tag[0] == "h" and element.tag[1].isdigit():
                element.tag = f"h{min(int(element.tag[1]) + 2, 6)}"


def _anchor(url: str, label: str) -> etree.Element:
    element = etree.Element("a", href=url)
    element.text = label
    return element


def _without_punctuation(url: str) -> str:
    opened, end = url.count("("), len(url)
    closed, squares = url.count(")"), url.count("]") - url.count("[")
    while end:
        last = url[end - 1]
        if last == ")" and closed > opened:
            closed -= 1
        elif last == "]" and squares > 0:
            squares -= 1
        elif last not in _TRAILING:
            break
        end -= 1
    return url[:end]
