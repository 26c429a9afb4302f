"""The templates of mails: HTML escaped, text as it is, both in one reader's language."""

import pathlib
from functools import lru_cache
from typing import Any

import jinja2
from markupsafe import Markup

import portal
from portal.domain.wording import LEVEL_WORDS, STATE_WORDS
from portal.language import Words
from portal.notify.letters import Render
from portal.notify.wrapping import wrapped
from portal.text import fragment


def load_mail(folder: pathlib.Path | None = None) -> Render:
    """The templates of site_templates/mail (or another folder), compiled on first use and kept."""
    loader = jinja2.FileSystemLoader(folder or portal.root() / "site_templates" / "mail")
    env = jinja2.Environment(
        loader=loader,
        autoescape=lambda name: bool(name and name.endswith(".html")),  # noqa: S701  (the other half is plain text)
        auto_reload=False,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters |= {
        "fragment": lambda text: Markup(fragment(text)),  # noqa: S704  (safe by construction)
        "wrapped": wrapped,
    }
    get = lru_cache(maxsize=None)(env.get_template)

    def render(name: str, words: Words, **values: Any) -> str:
        said = {
            "_": words,
            "minute": words.minute,
            "state": lambda post: words(STATE_WORDS[post]),
            "level": lambda level: words(LEVEL_WORDS[level]),
            "language": words.language,
            "direction": words.direction,
        }
        return get(name).render({**values, **said}).strip() + "\n"

    return render
