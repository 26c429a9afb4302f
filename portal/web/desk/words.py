"""What templates of the desk can say: moments, ages, and the addresses of our own files."""

import hashlib
import pathlib
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote

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
        "browser": browser,
        "field_name": field_name,
        "path_part": path_part,
    }
    for name, word in words.items():
        bp.add_app_template_filter(word, name)
    bp.add_app_template_test(starts, "starts")
    bp.add_app_template_global(asset, "asset")


def ago(moment: str, now: datetime) -> str:
    """`12 minutes ago`, `in 5 minutes`, `now`."""
    minutes = int((now - from_text(moment)).total_seconds() // 60)
    if minutes == 0:
        return "now"
    return f"{duration(minutes)} ago" if minutes > 0 else f"in {duration(-minutes)}"


def unheard(person: str | None) -> str:
    """A sentence to add when somebody was named whom no message can reach; else nothing."""
    if person is None or "@" in person:
        return ""
    return f" Nobody with an account here is called {person}, so no message goes out: tell them yourself."


def plain(name: str) -> str:
    """A stored word as people read it: `major_outage` is `major outage`."""
    return name.replace("_", " ")


def field_name(path: str) -> str:
    """A field's path as a name: `post.next_update_minutes` is `Next update minutes`."""
    return plain(path.rpartition(".")[2]).replace("-", " ").capitalize()


def path_part(text: str) -> str:
    """A text as one part of an address's path."""
    return quote(text, safe="@+")


def starts(field: str, sentence: str) -> bool:
    """Whether a sentence only repeats what is said of this field."""
    return sentence.startswith((f"{field}: ", f"{field} and ", f"{field}, "))


@lru_cache(maxsize=64)
def asset(name: str) -> str:
    """The address of one of our own files, which changes with its content."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"{PREFIX}/static/{name}?v={digest}"


_BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Mac OS", "Mac"), ("Windows", "Windows"))


def browser(agent: str) -> str:
    """A User-Agent header in words that its owner recognises: `Firefox on Android`."""
    program = next(
        (name for mark, name in _BROWSERS if mark in agent), agent.split("/", maxsplit=1)[0][:40] or "Unknown browser"
    )
    system = next((name for mark, name in (*_SYSTEMS, ("Linux", "Linux")) if mark in agent), None)
    return f"{program} on {system}" if system else program
