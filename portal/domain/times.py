"""Moments: aware UTC datetimes inside the program, `2026-11-23T14:05:00.000Z` in the database and on the wire.

Texts of this one form compare like the moments they name, so SQL can order and filter them.
"""

from datetime import UTC, datetime


def to_text(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and `Z`; an unaware datetime is a programming error (ValueError)."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def from_text(text: str) -> datetime:
    """The aware UTC datetime of a stored text. Raises ValueError for anything without a zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return moment.astimezone(UTC)
