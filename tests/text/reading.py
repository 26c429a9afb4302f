"""Reads a fragment the way a browser and a feed reader do."""

import html.parser
import xml.etree.ElementTree as etree

from portal.text.fragments import TAGS

ALLOWED = {"a": {"href", "title", "rel"}, "ol": {"start"}}


class _Reader(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.open: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            if name not in ALLOWED.get(tag, set()):
                self.faults.append(f"<{tag} {name}>")
            if name == "href" and not (value or "").startswith(("http://", "https://", "mailto:")):
                self.faults.append(f"href {value}")
        if tag not in {"br", "hr"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}>")

    def handle_comment(self, data: str) -> None:
        self.faults.append("a comment")

    handle_decl = handle_pi = unknown_decl = handle_comment

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def faults(fragment: str) -> list[str]:
    """What in a fragment is not allowed, not balanced or not well-formed."""
    reader = _Reader()
    reader.feed(fragment)
    reader.close()
    try:
        etree.fromstring(f"<div>{fragment.replace('<br>', '<br/>').replace('<hr>', '<hr/>')}</div>")
    except etree.ParseError as error:
        reader.faults.append(str(error))
    return reader.faults + reader.open


def words(fragment: str) -> str:
    """The text that a reader of the fragment sees, without spaces."""
    reader = _Reader()
    reader.feed(fragment)
    reader.close()
    return "".join("".join(reader.words).split())
