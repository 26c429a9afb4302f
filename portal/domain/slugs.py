"""Addresses made from names."""

import re
import unicodedata
from collections.abc import Callable

LENGTH = 60


def slug_from(name: str, otherwise: str) -> str:
    """Lower-case ASCII words joined by hyphens, at most 60 characters; `otherwise` when nothing is left of the name."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    return "-".join(words)[:LENGTH].strip("-") or otherwise


def free_slug(wanted: str, taken: Callable[[str], bool]) -> str:
    """The wanted address, or the first of -2, -3 ... that is free."""
    slug, number = wanted, 1
    while taken(slug):
        number += 1
        slug = f"{wanted}-{number}"
    return slug
