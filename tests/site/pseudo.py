"""A language that nobody speaks: English words in Greek letters, dates in Greek. What is Latin on a page of it was not
translated."""

import re
from html.parser import HTMLParser

from portal.language import Words

_GREEK = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "αβψδεφγηιξκλμνοπχρστθωωχυζΑΒΨΔΕΦΓΗΙΞΚΛΜΝΟΠΧΡΣΤΘΩΩΧΥΖ"
)
_KEPT = re.compile(r"(%\(\w+\)s|\{\}|<[^>]+>)")
_SEEN = ("alt", "aria-label", "data-label", "placeholder", "summary", "title")
_SAID = ("description", "og:title", "og:description", "og:image:alt")


NOT_WORDS = re.compile(
    r"support@example\.com|status\.example\.com|https?://\S+|maintenance\.ics|\.ics|RSS|Atom|JSON Feed|JSON"
)
"""Addresses and names of formats, the same in every language."""
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\}|%%|</?\w+[^>]*>|#")
"""What is filled in, and the tags of a text."""


class Pseudo:
    """A catalogue that has everything, and keeps what it was asked for: (text, its plural or None)."""

    def __init__(self) -> None:
        self.asked: set[tuple[str, str | None]] = set()

    def gettext(self, message: str) -> str:
        self.asked.add((message, None))
        return greek(message)

    def ngettext(self, one: str, many: str, number: int) -> str:
        self.asked.add((one, many))
        return greek(one if number == 1 else many)


def greek(text: str) -> str:
    """The same in Greek letters, but for placeholders and tags."""
    parts = _KEPT.split(text)
    return "".join(part if number % 2 else part.translate(_GREEK) for number, part in enumerate(parts))


def pseudo_words() -> tuple[Words, Pseudo]:
    catalogue = Pseudo()
    return Words("el", catalogue), catalogue


class Visible(HTMLParser):
    """What people read or hear of a page: text, labels, the title, what a shared link shows."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._silent = False
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._silent = tag in ("script", "style", "code")
        self.texts += [given[name] or "" for name in _SEEN if name in given]
        if tag == "input" and given.get("type") in ("submit", "reset", "button"):
            self.texts.append(given.get("value") or "")
        if tag == "meta" and (given.get("name") in _SAID or given.get("property") in _SAID):
            self.texts.append(given["content"] or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "code"):
            self._silent = False

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.texts.append(data)


def latin(texts: list[str]) -> list[str]:
    return [text for text in texts if re.search("[A-Za-z]{2}", NOT_WORDS.sub("", PLACEHOLDER.sub("", text)))]
