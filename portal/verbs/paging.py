"""Pages of lists: opaque cursors that stay right while rows are added."""

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Any, TypeVar

from portal.domain.errors import BadRequest

LIMIT = 25
MOST = 100
Item = TypeVar("Item")


def check_limit(limit: int) -> int:
    if not 1 <= limit <= MOST:
        raise BadRequest(f"limit is a number from 1 to {MOST}.")
    return limit


def to_cursor(moment: str, number: int) -> str:
    """The position after a row, as text that means nothing to anybody else."""
    return base64.urlsafe_b64encode(json.dumps([moment, number]).encode()).decode().rstrip("=")


def from_cursor(cursor: str | None) -> tuple[str, int] | None:
    """The position that `to_cursor` wrote; None for the beginning. Raises BadRequest for anything else."""
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        moment, number = json.loads(base64.b64decode(padded.encode(), altchars=b"-_", validate=True))
        if not isinstance(moment, str) or type(number) is not int or not -(2**62) < number < 2**62:
            raise ValueError
        moment.encode()  # half of a surrogate pair is no text that the database takes
    except (ValueError, binascii.Error, TypeError, RecursionError) as error:
        raise BadRequest("This cursor is not one of ours; leave it out to start again.") from error
    return moment, number


def page_of(items: Sequence[Item], limit: int, cursor: str | None) -> dict[str, Any]:
    """A page of a short list that only grows at its end; the cursor counts the items that were seen."""
    position = from_cursor(cursor)
    start = max(0, position[1]) if position else 0
    end = start + check_limit(limit)
    return {"items": list(items[start:end]), "next_cursor": to_cursor("", end) if end < len(items) else None}
