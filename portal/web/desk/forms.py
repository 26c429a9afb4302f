"""Form fields as the JSON that the API would be sent, so that one model and one set of sentences serve both."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from enum import Enum
from functools import lru_cache
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel
from werkzeug.datastructures import MultiDict

from portal.web.reading import read_model

Model = TypeVar("Model", bound=BaseModel)
Form = MultiDict[str, str]

_WITHOUT_ZONE = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?")
"""What `<input type=datetime-local>` sends; every time of the desk is UTC."""
_WHOLE = re.compile(r"-?\d{1,18}")
_NO = {"", "0", "false", "no", "off"}


def read_form(model: type[Model], form: Form, keep_empty: Collection[str] = ()) -> Model:
    """The command that a form says. Names are the model's: `post.body` for a field inside, `components.search` for an
    entry of a dict, the same name again for each entry of a list. Empty means absent (a part where only choices and
    ticks came is absent, too), but for the fields of
    `keep_empty`: there it means null (in a dict: an empty text). A checkbox is true when ticked, false when its hidden
    twin came alone. Names that begin with `_` are the page's own. Raises Invalid, by field."""
    names = {name: form.getlist(name) for name in form if not name.startswith("_")}
    value, used = _object(model, names, "", keep_empty)
    unknown = {name: "" for name in names if name not in used}
    return read_model(model, {**value, **unknown})


def _object(
    model: type[BaseModel], names: Mapping[str, list[str]], start: str, keep_empty: Collection[str]
) -> tuple[dict[str, Any], set[str]]:
    said: dict[str, Any] = {}
    used: set[str] = set()
    for field, kind in _kinds(model).items():
        name = start + field
        keep = name in keep_empty
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            inside, found = _object(kind, names, name + ".", keep_empty)
            used |= found
            if _typed(kind, inside):
                said[field] = inside
        elif kind is dict:
            entries = {one.removeprefix(name + "."): one for one in names if one.startswith(name + ".")}
            used |= set(entries.values())
            texts = {key: _text(names[one][-1]) for key, one in entries.items()}
            if any(texts.values()) or (keep and texts):
                said[field] = {key: text for key, text in texts.items() if text or keep}
        elif name in names:
            used.add(name)
            given = [text for one in names[name] if (text := _text(one))]
            if kind is bool:
                said[field] = names[name][-1].strip().lower() not in _NO
            elif kind is list:
                if given or keep:
                    said[field] = given
            elif given:
                said[field] = _scalar(kind, given[-1])
            elif keep:
                said[field] = None
    return said, used


def _typed(model: type[BaseModel], inside: Mapping[str, Any]) -> bool:
    """Whether somebody wrote into this part of a form: choices and ticks come with their defaults."""
    kinds = _kinds(model)
    return any(kinds[field] in (str, datetime) and value is not None for field, value in inside.items())


def _text(value: str) -> str:
    """Browsers end lines with CR LF; an empty text is one of blanks."""
    value = value.replace("\r\n", "\n")
    return value if value.strip() else ""


def _scalar(kind: Any, text: str) -> Any:
    text = text if kind is str else text.strip()
    if kind is int:
        return int(text) if _WHOLE.fullmatch(text) else text
    if kind is datetime and _WITHOUT_ZONE.fullmatch(text):
        return text.replace(" ", "T") + "Z"
    return text


@lru_cache(maxsize=256)
def _kinds(model: type[BaseModel]) -> dict[str, Any]:
    """A model's fields -> what decides how a text is read: a model, dict, list, bool, int, datetime, an enum or str."""
    return {field.alias or name: _kind(field.annotation) for name, field in model.model_fields.items()}


def _kind(annotation: Any) -> Any:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _kind(get_args(annotation)[0])
    if annotation is AwareDatetime:
        return datetime
    if origin in (Union, UnionType):
        options = [one for one in get_args(annotation) if one is not NoneType]
        return _kind(options[0])
    if origin in (dict, list):
        return origin
    if isinstance(annotation, type) and (
        issubclass(annotation, BaseModel | Enum) or annotation in (bool, int, datetime, dict, list)
    ):
        return annotation
    return str
