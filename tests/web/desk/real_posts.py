"""Real posts of others, as somebody at the desk would type them."""

import gzip
import html
import json
import pathlib
import re
from collections.abc import Iterator
from typing import NamedTuple


class RealPost(NamedTuple):
    """`state` and `previous` are those that the post had in its own history."""

    body: str
    state: str
    title: str


def real_posts(corpora: pathlib.Path) -> Iterator[RealPost]:
    """All 2,321, in the order of the files."""
    for path in sorted((corpora / "statuspage/pages").glob("*.incidents.json.gz")):
        for incident in json.loads(gzip.decompress(path.read_bytes()))["incidents"]:
            for update in sorted(incident["incident_updates"], key=lambda one: one["display_at"]):
                body = re.sub(r"<[^>]*>", "", re.sub(r"<br ?/?>|</p>", "\n", update["body"]))
                text = html.unescape(body).strip()
                if text:
                    yield RealPost(text, update["status"], " ".join(html.unescape(incident["name"]).split()) or "x")


def spread(corpora: pathlib.Path, count: int) -> list[RealPost]:
    """So many of them, evenly from all pages; different texts."""
    found = list({one.body: one for one in real_posts(corpora) if one.state in STATES}.values())
    step = max(1, len(found) // count)
    return found[::step][:count]


def naughty(corpora: pathlib.Path) -> list[str]:
    """Strings that break programs, and payloads of attacks."""
    lines = (corpora / "vectors/naughty-strings").rglob("*.txt")
    texts = [line for path in sorted(lines) for line in path.read_text("utf-8", "replace").splitlines()]
    return [line for line in texts if line.strip() and not line.startswith("#") and len(line) < 2000]


STATES = ("investigating", "identified", "monitoring", "resolved")
