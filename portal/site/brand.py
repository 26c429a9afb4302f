"""How branding reaches the theme: portal.toml over mkdocs.yml, pictures as files with a hash in their name."""

import hashlib
import pathlib
from typing import Any

from portal.branding import Branding, text_on
from portal.text import fragment

NOT_IN_PAGES = {"name", "logo", "favicon"}


def into_theme(config: Any, branding: Branding) -> dict[str, bytes]:
    """Put branding into MkDocs' configuration; answers the pictures, by path below the site."""
    given = branding.model_dump(mode="json", exclude_defaults=True, exclude=NOT_IN_PAGES)
    merged = Branding.model_validate({**(config.extra.get("branding") or {}), **given})
    config.extra["branding"] = _printed(merged)
    if merged.support:
        href = merged.support if "://" in merged.support else f"mailto:{merged.support}"
        config.extra["support"] = {"href": href, "words": "Support" if "://" in merged.support else merged.support}
    files: dict[str, bytes] = {}
    for kind, path in (("logo", branding.logo), ("favicon", branding.favicon)):
        if path:
            config.theme[kind] = name = _file_name(kind, path)
            files[name] = path.read_bytes()
    return files


def _printed(branding: Branding) -> dict[str, Any]:
    values: dict[str, Any] = branding.model_dump(mode="json", exclude=NOT_IN_PAGES)
    if branding.primary:
        dark = branding.primary_dark or branding.primary
        values |= {"primary_dark": dark, "on_primary": text_on(branding.primary), "on_primary_dark": text_on(dark)}
    if branding.footer:
        values["footer_html"] = _without_paragraph(fragment(branding.footer))
    return values


def _without_paragraph(source: str) -> str:
    """The inside of a single paragraph; anything else as it is."""
    inner = source.removeprefix("<p>").removesuffix("</p>")
    return source if "<p>" in inner or "</p>" in inner else inner


def _file_name(kind: str, path: pathlib.Path) -> str:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    return f"assets/{kind}-{digest}{path.suffix.lower()}"
