"""The templates of HTML blocks: escaped by default, fed with values, nothing else."""

import pathlib
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import jinja2
from markupsafe import Markup

from portal.domain import wording
from portal.domain.names import ComponentStatus
from portal.domain.public import PublicIncident
from portal.site.builder import root
from portal.site.doc import Html
from portal.text import fragment, plain

Blocks = Callable[..., Html]
"""blocks(name, **values): the block template `name`, filled in."""

_BLANK = re.compile(r"(?<=\n)[ ]+(?=\n)")


def load_blocks(folder: pathlib.Path | None = None) -> Blocks:
    """The block templates of site_templates/blocks (or another folder), compiled on first use and kept."""
    loader = jinja2.FileSystemLoader(folder or root() / "site_templates" / "blocks")
    env = jinja2.Environment(loader=loader, autoescape=True, auto_reload=False, undefined=jinja2.StrictUndefined)
    env.filters |= {
        "fragment": lambda text: Markup(fragment(text)),  # noqa: S704  (safe by construction)
        "plain": plain,
        "only_paragraph": _only_paragraph,
        "minute": wording.minute,
        "weekday": wording.weekday,
        "day_words": wording.day_words,
        "month_words": wording.month_words,
        "duration": wording.duration,
        "state_words": wording.STATE_WORDS.__getitem__,
        "level_words": wording.LEVEL_WORDS.__getitem__,
        "impact_words": _impact_words,
    }
    get = lru_cache(maxsize=None)(env.get_template)

    def blocks(name: str, **values: Any) -> Html:
        return Html(_as_markdown_keeps_it(get(f"{name}.html").render(values)))

    return blocks


def _as_markdown_keeps_it(source: str) -> str:
    """What the Markdown reader would change inside an HTML block before it keeps it (tabs, blank lines, fences)."""
    source = source.strip("\n").expandtabs(4)
    if "\n " in source:
        source = _BLANK.sub("", source)
    return source.replace("```", "&#96;&#96;&#96;").replace("~~~", "&#126;&#126;&#126;")


def _only_paragraph(source: Markup) -> Markup | None:
    """The inside of a fragment that is one paragraph; None for anything else."""
    inner = source.removeprefix("<p>").removesuffix("</p>")
    alone = len(inner) == len(source) - 7 and "<p>" not in inner and "</p>" not in inner
    return Markup(inner) if alone else None  # noqa: S704  (a part of a safe fragment)


def _impact_words(incident: PublicIncident) -> str:
    if incident.false_alarm:
        return "False alarm"
    if incident.kind == "advisory":
        return "Advisory"
    return wording.IMPACT_WORDS[incident.impact]


def level_words(level: ComponentStatus) -> str:
    return wording.LEVEL_WORDS[level]


impact_words = _impact_words
