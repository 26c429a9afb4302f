"""Parts of pages that an open page asks for again: 304 while nothing of them has changed."""

import hashlib
import json
from collections.abc import Callable, Collection
from typing import Any

from flask import Response, request


def mark_of(facts: Any, without: Collection[str] = ()) -> str:
    """A mark of what a part shows: the same for the same facts, whatever stands in the fields `without`."""
    said = json.dumps(_kept(facts, without), sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def unless_known(mark: str, render: Callable[[], Response]) -> Response:
    """The part with its mark as ETag; 304 without a body when the page that asks shows it already."""
    response = Response(status=304) if request.if_none_match.contains(mark) else render()
    response.set_etag(mark)
    return response


def _kept(facts: Any, without: Collection[str]) -> Any:
    if isinstance(facts, dict):
        return {name: _kept(value, without) for name, value in facts.items() if name not in without}
    return [_kept(one, without) for one in facts] if isinstance(facts, list | tuple) else facts
