"""How long imported titles and texts may be, and how they are cleaned on the way in."""

from typing import Any

from portal.text import clean, html_to_markdown

TITLE = 300
BODY = 25_000


def title_of(value: Any) -> str:
    """One clean line of at most 300 characters; never empty."""
    line = " ".join(clean(str(value or "")).split())
    return (line if len(line) <= TITLE else line[: TITLE - 1] + "…") or "Untitled"


def body_of(value: Any) -> tuple[str, bool]:
    """A body as Markdown, and whether it had to be cut at 25,000 characters."""
    text = clean(str(value or ""))
    cut = len(text) > BODY
    made = html_to_markdown(text[:BODY])
    return made[:BODY], cut or len(made) > BODY
