"""What templates of the desk can say: moments, ages, and the addresses of our own files."""

import hashlib
import pathlib
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from flask import Blueprint

from portal.domain.times import from_text
from portal.domain.wording import clock, duration, minute
from portal.web.desk.pages import PREFIX

STATIC = pathlib.Path(__file__).parent / "static"


def register(bp: Blueprint) -> None:
    """Make the words known to the templates."""
    words: dict[str, Callable[..., str]] = {
        "minute": minute,
        "clock": clock,
        "ago": ago,
        "in_words": duration,
        "plain": plain,
    }
    for name, word in words.items():
        bp.add_app_template_filter(word, name)
    bp.add_app_template_global(asset, "asset")


def ago(moment: str, now: datetime) -> str:
    """`12 minutes ago`, `in 5 minutes`, `now`."""
    minutes = int((now - from_text(moment)).total_seconds() // 60)
    if minutes == 0:
        return "now"
    return f"{duration(minutes)} ago" if minutes > 0 else f"in {duration(-minutes)}"


def plain(name: str) -> str:
    """A stored word as people read it: `major_outage` is `major outage`."""
    return name.replace("_", " ")


@lru_cache(maxsize=64)
def asset(name: str) -> str:
    """The address of one of our own files, which changes with its content."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"{PREFIX}/static/{name}?v={digest}"
