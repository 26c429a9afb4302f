"""A page as its reader sees it, and the words of a Markdown source: two readings that share no code with the portal."""

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

_WORD = re.compile(r"[^\W_]+")
_VOID = frozenset({"br", "hr", "img", "input", "meta", "link"})


def words(text: str) -> "Counter[str]":
    """Every word and number, in small letters, with how often it occurs. Marks of code part no words."""
    return Counter(_WORD.findall(text.lower().replace("`", "")))


@dataclass
class Article(HTMLParser):
    """The part of a page between `<article>` and its end: its text, the addresses it links to, its h2 headings."""

    source: str
    text: str = ""
    links: list[str] = field(default_factory=list)
    headings: list[tuple[str, str]] = field(default_factory=list)
    """(h1 to h6, words)"""

    def __post_init__(self) -> None:
        HTMLParser.__init__(self)
        self._open: list[str] = []
        self.feed(self.source)
        self.close()
        assert not self._open, f"not closed: {self._open}"

    @property
    def words(self) -> "Counter[str]":
        return words(self.text) + words("\n".join(self.links))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        inside = "article" in self._open
        if tag == "article" or (inside and tag not in _VOID):
            self._open.append(tag)
        if inside:
            self.links += [value for name, value in attrs if name == "href" and value]
            self.text += "" if tag in {"a", "em", "strong", "code", "span", "time"} else " "
            if re.fullmatch("h[1-6]", tag):
                self.headings.append((tag, ""))

    def handle_endtag(self, tag: str) -> None:
        if self._open:
            assert self._open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        if "article" in self._open:
            self.text += data
            if any(re.fullmatch("h[1-6]", tag) for tag in self._open):
                self.headings[-1] = (self.headings[-1][0], self.headings[-1][1] + data)
