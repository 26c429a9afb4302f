"""Markdown as a person reads it in a terminal: paragraphs at 72 columns, everything else as it was typed."""

import re
import textwrap

COLUMNS = 72
_ITEM = re.compile(r"(?P<indent> {0,8})(?P<mark>[-*+]|\d{1,9}[.)])(?P<gap> +)")
_QUOTE = re.compile(r" {0,3}> ?")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_AS_TYPED = re.compile(r" {4}|\t|\|| {0,3}#| {0,3}([-*_])( *\1){2,} *$")


def wrapped(text: str) -> str:
    """The text at 72 columns; lists hang, quotes keep their mark, code and tables stay, long addresses are not cut."""
    lines: list[str] = []
    paragraph: list[str] = []
    fenced = False

    def flush() -> None:
        if paragraph:
            lines.extend(_paragraph(" ".join(line.strip() for line in paragraph), paragraph[0]))
            paragraph.clear()

    for line in text.splitlines():
        if _FENCE.match(line):
            flush()
            fenced = not fenced
            lines.append(line)
        elif fenced or not line.strip() or (_AS_TYPED.match(line) and not paragraph):
            flush()
            lines.append(line.rstrip())
        else:
            if _ITEM.match(line) or _QUOTE.match(line):
                flush()
            paragraph.append(line)
            if line.endswith(("  ", "\\")):
                flush()
    flush()
    return "\n".join(lines)


def _paragraph(text: str, first: str) -> list[str]:
    indent, hang = "", ""
    if found := _ITEM.match(first):
        indent = found["indent"] + found["mark"] + " "
        hang, text = " " * len(indent), text.removeprefix(found["mark"])
    elif _QUOTE.match(first):
        indent = hang = "> "
        text = re.sub(r"(?:^|(?<= ))> ?", "", text)
    return textwrap.wrap(
        text.strip().rstrip("\\"),
        COLUMNS,
        initial_indent=indent,
        subsequent_indent=hang,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [indent.rstrip()]
