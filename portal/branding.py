"""[branding] of portal.toml: what makes the page look like its owner's, checked before anything is served."""

import pathlib
import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, FilePath

LARGEST = 100_000
"""Bytes of a logo or favicon: every reader loads it."""
PICTURES = (".svg", ".png", ".webp", ".jpg", ".jpeg", ".gif", ".ico")
LIGHT_BACKGROUNDS = ("#ffffff", "#f5f7f9")
DARK_BACKGROUNDS = ("#14181d", "#1d232a")
"""What text stands on, page and boxes, in each colour scheme of the theme."""
READABLE = 4.5
"""Contrast that text needs (WCAG 2.2, 1.4.3 AA)."""
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_ADDRESS = re.compile(r"[^@\s<>\"',;:?&#]+@[^@\s<>\"',;:?&#]+\.[^@\s<>\"',;:?&#]+")


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, 0 to 1 (WCAG 2.2)."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def text_on(background: str) -> str:
    """White or black, whichever can be read better; one of them always reaches 4.5."""
    return max(("#ffffff", "#000000"), key=lambda text: contrast(text, background))


def _colour(text: str) -> str:
    found = text.strip().lower()
    if re.fullmatch(r"#[0-9a-f]{3}", found):
        found = "#" + "".join(2 * digit for digit in found[1:])
    if not _COLOUR.fullmatch(found):
        raise ValueError(f"write a colour as #rrggbb, such as #0b57d0, not {text!r}")
    return found


def _readable(colour: str, backgrounds: tuple[str, ...], wanted: str) -> str:
    worst = min(backgrounds, key=lambda one: contrast(colour, one))
    found = contrast(colour, worst)
    if found < READABLE:
        raise ValueError(
            f"{colour} on the background {worst} has a contrast of {int(found * 10) / 10}:1, links need {READABLE}:1 to"
            f" be readable (WCAG AA); choose a {wanted} colour"
        )
    return colour


def _picture(path: pathlib.Path) -> pathlib.Path:
    if path.suffix.lower() not in PICTURES:
        raise ValueError(f"{path.name} is no picture that browsers show; use one of {', '.join(PICTURES)}")
    size = path.stat().st_size
    if not 0 < size <= LARGEST:
        raise ValueError(f"{path.name} has {size} bytes; a picture for every page has 1 to {LARGEST}")
    return path


def _is_web(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not re.search(r"[\s<>\"]", text)


def _support(text: str) -> str:
    if not (_is_web(text) or _ADDRESS.fullmatch(text)):
        raise ValueError(f"write a mail address or a whole web address (https://...), not {text!r}")
    return text


def _target(text: str) -> str:
    inside = text.startswith("/") and not text.startswith("//") and not re.search(r"[\s<>\"\\]", text)
    mail = text.startswith("mailto:") and _ADDRESS.fullmatch(text.removeprefix("mailto:"))
    if not (inside or mail or _is_web(text)):
        raise ValueError(f"write https://..., mailto:... or a page of this site such as /imprint/, not {text!r}")
    return text


Colour = Annotated[str, AfterValidator(_colour)]
Picture = Annotated[FilePath, AfterValidator(_picture)]


class Link(BaseModel):
    """A link beside the page's own ones: a web address, or a page of this site (`/imprint/`)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str = Field(min_length=1, max_length=40)
    url: Annotated[str, AfterValidator(_target)]


class Branding(BaseModel):
    """All of it is optional; what is left out comes from mkdocs.yml."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str | None = Field(default=None, min_length=1, max_length=100)
    """The name on the page and in feeds: another place to write `site_name`."""
    logo: Picture | None = None
    favicon: Picture | None = None
    primary: Colour | None = None
    """Behind the header."""
    primary_dark: Colour | None = None
    accent: Annotated[Colour, AfterValidator(lambda one: _readable(one, LIGHT_BACKGROUNDS, "darker"))] | None = None
    """Links, on light backgrounds."""
    accent_dark: Annotated[Colour, AfterValidator(lambda one: _readable(one, DARK_BACKGROUNDS, "lighter"))] | None = (
        None
    )
    """Links, on dark backgrounds."""
    support: Annotated[str, AfterValidator(_support)] | None = None
    """A mail address or a web address."""
    links: list[Link] = Field(default=[], max_length=8)
    footer: str | None = Field(default=None, max_length=2000)
    """One paragraph, Markdown."""

    @property
    def files(self) -> list[pathlib.Path]:
        return [path for path in (self.logo, self.favicon) if path]
