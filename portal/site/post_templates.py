"""The texts that a post begins with: one file per state in site_templates/posts, or in a folder of the owner's."""

import pathlib
from typing import Any

import jinja2

import portal


def load_templates(folder: pathlib.Path | None = None) -> jinja2.Environment:
    """The templates of a folder, in front of those that come with the portal; read again when a file has changed."""
    own = [jinja2.FileSystemLoader(folder)] if folder else []
    loader = jinja2.ChoiceLoader([*own, jinja2.FileSystemLoader(portal.root() / "site_templates" / "posts")])
    return jinja2.Environment(loader=loader, autoescape=False, undefined=jinja2.StrictUndefined)  # noqa: S701  Markdown


def filled(templates: jinja2.Environment, name: str, **values: Any) -> str:
    """The text called `name` with its values. What a template names and nobody knows is an error of the template."""
    return templates.get_template(f"{name}.md").render(values).strip()
