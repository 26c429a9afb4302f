"""The templates of HTML blocks: escaped by default, fed with values, nothing else."""

import re
from functools import lru_cache
from typing import Any

import jinja2
from markupsafe import Markup

import portal
from portal.domain import wording
from portal.language import Words
from portal.site.doc import Html
from portal.text import fragment, plain

_BLANK = re.compile(r"(?<=\n)[ ]+(?=\n)")


class Blocks:
    """blocks(name, **values): the template `name` of site_templates/blocks, filled in; compiled on first use and kept.

    Templates say their own words by `_("...", name=value)` or `{% trans %}`, code by `blocks.words("...", name=value)`.
    """

    def __init__(self, words: Words) -> None:
        self.words = words
        env = jinja2.Environment(
            loader=jinja2.FileSystemLoader(portal.root() / "site_templates" / "blocks"),
            autoescape=True,
            auto_reload=False,
            undefined=jinja2.StrictUndefined,
            extensions=["jinja2.ext.i18n"],
        )
        env.install_gettext_translations(words.catalogue, newstyle=True)  # type: ignore[attr-defined]
        env.globals |= {"words": words, "_": env.globals["gettext"]}  # the alias would look it up at each call
        env.filters |= {
            "fragment": lambda text: Markup(fragment(text)),  # noqa: S704  (safe by construction)
            "plain": plain,
            "only_paragraph": _only_paragraph,
            "minute": words.minute,
            "weekday_words": words.weekday_words,
            "day_words": words.day_words,
            "month_words": words.month_words,
            "duration": words.duration,
            "state_words": lambda state: wording.state_words(state, words),
            "level_words": lambda level: wording.level_words(level, words),
            "impact_words": lambda incident: wording.impact_words(incident, words),
        }
        env.globals["m"] = env.get_template("macros.html").module
        self._get = lru_cache(maxsize=None)(env.get_template)

    def __call__(self, name: str, **values: Any) -> Html:
        return Html(_as_markdown_keeps_it(self._get(f"{name}.html").render(values)))


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
