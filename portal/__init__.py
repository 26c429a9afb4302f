"""Aboveboard: a status page and postmortem portal."""

import pathlib

__version__ = "0.1.0"


def root() -> pathlib.Path:
    """The folder that holds mkdocs.yml, content/ and site_templates/: the checkout, or what a wheel carries."""
    package = pathlib.Path(__file__).resolve().parent
    return package.parent if (package.parent / "mkdocs.yml").exists() else package / "_site"
