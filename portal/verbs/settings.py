"""The settings as they are in effect, with where each comes from; secrets are never told."""

import json
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from portal.config import Settings
from portal.domain.names import Permission
from portal.verbs.access import require
from portal.verbs.context import Actor, Context


def list_settings(context: Context, actor: Actor) -> dict[str, Any]:
    """Every setting: name, value as text (null: not set; secrets say only whether they are set), origin (a file's or a
    variable's name; null: the default)."""
    require(actor, Permission.ADMIN, "see the settings")
    items = list(_items(context.settings, context.settings, ""))
    return {"items": items, "next_cursor": None}


def _items(settings: Settings, section: BaseModel, start: str) -> Iterator[dict[str, Any]]:
    for field, about in type(section).model_fields.items():
        value = getattr(section, field)
        if isinstance(value, BaseModel):
            yield from _items(settings, value, f"{start}{field}.")
            continue
        name, secret = start + field, not about.repr
        said = ("set" if value else None) if secret else _text(value)
        yield {"name": name, "value": said, "secret": secret, "origin": settings.origin(name)}


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool | list | dict | tuple):
        return json.dumps(value, ensure_ascii=False, default=lambda one: getattr(one, "model_dump", one.__str__)())
    return str(value)
