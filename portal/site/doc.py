"""A generated page, as a value that can be written as Markdown and gives the HTML that Markdown would make of it."""

import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.language import Words


@dataclass(frozen=True, slots=True)
class Heading:
    """A second-level heading in our own words, never a person's text; `anchor` is the same in every language."""

    words: str
    anchor: str

    @property
    def source(self) -> str:
        return f"## {self.words} {{ #{self.anchor} }}"


def heading(text: str, words: Words) -> Heading:
    """The translation of an English heading; its anchor is made of the English one, so that links to it hold."""
    return Heading(words(text), text.lower().replace(" ", "-"))


@dataclass(frozen=True, slots=True)
class Html:
    """A block of finished, balanced HTML that begins with a block-level tag or a comment."""

    source: str


@dataclass(frozen=True, slots=True)
class Doc:
    """One page of the Markdown tree: `src` below docs/, front matter, and blocks."""

    src: str
    meta: Mapping[str, Any]
    blocks: Sequence[Heading | Html]

    @property
    def dest(self) -> str:
        """Where the page stands below site/: `incidents/x.md` becomes `incidents/x/index.html`."""
        stem = self.src.removesuffix(".md")
        return f"{stem}.html" if stem == "index" or stem.endswith("/index") else f"{stem}/index.html"

    def to_markdown(self) -> str:
        """Front matter (JSON is YAML), then headings and HTML blocks, a blank line between them."""
        lines = ["---", *(f"{key}: {_yaml(value)}" for key, value in self.meta.items()), "---", ""]
        for block in self.blocks:
            lines += [block.source, ""]
        return "\n".join(lines)

    def to_html(self) -> str:
        """What Python-Markdown makes of `to_markdown()`; a test holds it against MkDocs' own build."""
        parts = []
        for block in self.blocks:
            if isinstance(block, Heading):
                parts += [f'<h2 id="{block.anchor}">{html.escape(block.words, quote=False)}</h2>', "\n"]
            else:
                parts += [block.source, "\n\n"]
        return "".join(parts[:-1])

    def toc(self) -> list[dict[str, Any]]:
        """The headings as Markdown's table of contents lists them."""
        return [
            {"level": 2, "id": one.anchor, "name": one.words, "html": one.words, "data-toc-label": "", "children": []}
            for one in self.blocks
            if isinstance(one, Heading)
        ]


_LINE_BREAKS_OF_YAML = str.maketrans({"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029", "\ufeff": "\\ufeff"})


def _yaml(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).translate(_LINE_BREAKS_OF_YAML)
