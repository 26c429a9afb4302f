"""The texts that a post begins with: one file per state in site_templates/posts, or in a folder of the owner's."""

import pathlib
from typing import Any

import jinja2

import portal


def load_templates(folder: pathlib.Path | None, language: str) -> jinja2.Environment:
    """The templates of a folder, in front of those that come with the portal, and in each those of the language
    (`de/resolved.md`) in front of the others; read again when a file has changed."""
    folders = [*([folder] if folder else []), portal.root() / "site_templates" / "posts"]
    loader = jinja2.FileSystemLoader([path for one in folders for path in (one / language, one)])
    return jinja2.Environment(loader=loader, autoescape=False, undefined=jinja2.StrictUndefined)  # noqa: S701  Markdown


def filled(templates: jinja2.Environment, name: str, **values: Any) -> str:
    """The text called `name` with its values. What a template names and nobody knows is an error of the template."""
    return templates.get_template(f"{name}.md").render(values).strip()
