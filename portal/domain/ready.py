"""The texts that are ready once a post is out: for social media, for single customers, for the channels inside."""

from collections.abc import Sequence
from dataclasses import dataclass

SOCIAL_LENGTH = 280
"""Characters, the link included."""
_LEAST_WORDS = 40
"""Characters of the post that a social text keeps before it drops the title instead."""


@dataclass(frozen=True, slots=True)
class Told:
    """One published post and what stands around it. `words` is the body without markup; `due` such as `14:30 UTC`."""

    site: str
    ref: str
    title: str
    state: str
    words: str
    url: str
    severity: str
    components: Sequence[tuple[str, str]] = ()
    """(name, level in words)"""
    customer_action: str | None = None
    due: str | None = None
    support: str = ""


def social(told: Told) -> str:
    """At most 280 characters with the link at the end: title, state, as many whole words as fit."""
    room = SOCIAL_LENGTH - len(told.url) - 1
    head = f"{told.title} - {told.state}: "
    if room - len(head) < _LEAST_WORDS:
        head = f"{told.state}: "
    words = shortened(told.words, max(0, room - len(head)))
    return f"{shortened(head + words, max(0, room))} {told.url}".strip()[:SOCIAL_LENGTH]


def customer(told: Told) -> str:
    """A message to one customer, in their own channel or ticket."""
    parts = [f"{told.title} ({told.state.lower()})", told.words]
    if told.customer_action:
        parts.append(f"What you can do: {told.customer_action}")
    if told.due:
        parts.append(f"We will post the next update by {told.due}.")
    parts.append(f"You can follow it here: {told.url}")
    if told.support and told.support.lower() not in told.words.lower():
        parts.append(f"If you have any questions, email {told.support}.")
    return "\n\n".join(parts)


def internal(told: Told) -> str:
    """One message for the channels inside: what customers read now, and what may be passed on."""
    lines = [f"{told.ref} ({told.severity}) {told.title}: {told.state}", f'Customers read: "{told.words}"']
    if told.components:
        lines.append("Components: " + ", ".join(f"{name} ({level.lower()})" for name, level in told.components))
    if told.customer_action:
        lines.append(f"What customers can do: {told.customer_action}")
    if told.due:
        lines.append(f"Next update by {told.due}.")
    lines.append(f"Please say no more than this to customers, and send them here: {told.url}")
    return "\n".join(lines)


def shortened(text: str, length: int) -> str:
    """Whole words up to `length` characters, with an ellipsis where some are missing."""
    if len(text) <= length:
        return text
    if length < 1:
        return ""
    kept = text[: length - 1]
    whole = kept.rsplit(" ", 1)[0] if " " in kept and text[length - 1] != " " else kept
    return whole.rstrip(" ,;:-") + "…"
