"""Characters that no output can carry are taken out before a text is stored."""

import re
import unicodedata

_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    "\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]|[\U0001fffe\U0001ffff\U0002fffe\U0002ffff]"
)
"""Controls and non-characters that XML 1.0 (section 2.2) forbids, lone surrogates, and bidi controls that can
reorder what stands beside them (Unicode TR 36)."""


def printable(text: str) -> str:
    """The text without the characters that no output can carry; nothing else changes, so it is safe on HTML too."""
    return _UNPRINTABLE.sub("", text)


def clean(text: str) -> str:
    """The text with line ends as `\\n`, in NFC, without characters that XML forbids or that reorder other text."""
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    return unicodedata.normalize("NFC", printable(text))
