"""What people and programs send, turned into commands: strict JSON, strict types, and errors in plain sentences."""

import difflib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from portal.domain.errors import BadRequest, Invalid
from portal.language import N_
from portal.verbs.commands import SLUG

Model = TypeVar("Model", bound=BaseModel)

_LARGEST = 2**63 - 1
"""The largest whole number that the database can hold."""
MOST_SAID = 20
"""Faults that one refusal names: each costs a search for what was meant, and nobody reads more at once."""


def read_json(raw: bytes) -> Any:
    """The JSON value (RFC 8259) of some bytes. Raises BadRequest where two readers could differ."""
    try:
        value = json.loads(
            raw.decode("utf-8"), parse_constant=_no_constant, parse_int=_whole, object_pairs_hook=_object_of_pairs
        )
        canonical(value)
    except UnicodeDecodeError as error:
        raise BadRequest("The body is not UTF-8.") from error
    except UnicodeEncodeError as error:
        raise BadRequest("A text in the body has half of a surrogate pair; send whole characters.") from error
    except RecursionError as error:
        raise BadRequest("The body is nested too deeply.") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise BadRequest(f"The body is not JSON: {error.msg.lower()} at {place}.") from error
    except ValueError as error:
        raise BadRequest("The body has a number that JSON or the portal can't hold.") from error
    return value


def canonical(value: Any) -> bytes:
    """One spelling of a JSON value, whatever the order of its fields."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8")


def read_model(model: type[Model], value: Any) -> Model:
    """A command from a JSON value; numbers are not taken for texts or moments. Raises Invalid, by field."""
    try:
        return model.model_validate_json(canonical(value), strict=True, by_alias=True, by_name=False)
    except ValidationError as error:
        raise invalid(model, error) from error


def invalid(model: type[BaseModel], error: ValidationError) -> Invalid:
    """The first faults of a model as sentences by field, each saying what to do."""
    errors: dict[str, list[str]] = {}
    for one in error.errors(include_url=False)[:MOST_SAID]:
        path = [part for part in one["loc"] if part != "[key]"]
        said = errors.setdefault(".".join(str(part) for part in path), [])
        sentence = _sentence(one, _known_fields(model, path))
        if sentence not in said:
            said.append(sentence)
    if list(errors) == [""]:
        return Invalid("The body must be a JSON object.", {})
    return Invalid(_summary(errors, error.error_count() > MOST_SAID), errors)


def _summary(errors: Mapping[str, Sequence[str]], more: bool) -> str:
    names = list(errors)
    if more:
        return f"{', '.join(names[:5])} and many more fields need attention."
    if len(names) == 1:
        return f"{names[0]}: {errors[names[0]][0]}"
    last = names[-1] if len(names) <= 6 else f"{len(names) - 5} more fields"
    return f"{', '.join(names[: 5 if len(names) > 6 else -1])} and {last} need attention."


def _known_fields(model: type[BaseModel], path: Sequence[str | int]) -> list[str]:
    """The field names beside the last part of `path`, for a guess at what was meant."""
    schema = _schema(model)
    definitions, here = schema.get("$defs", {}), schema
    for part in path[:-1]:
        found = here.get("properties", {}).get(part, {})
        options = [found, *found.get("anyOf", [])]
        names = [option["$ref"].rpartition("/")[2] for option in options if "$ref" in option]
        here = definitions.get(names[0], {}) if names else {}
    return list(here.get("properties", {}))


@lru_cache(maxsize=128)
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema()


def _sentence(error: Any, known: Sequence[str]) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(str(error["loc"][-1]), known, n=1)
        return f"There is no such field; did you mean {near[0]}?" if near else "There is no such field."
    if kind == "string_too_long":
        return f"Keep this to {context['max_length']:,} characters; it has {len(error['input']):,}."
    if kind == "string_too_short" and context["min_length"] > 1:
        return f"Write at least {context['min_length']} characters."
    if kind == "string_pattern_mismatch":
        if context["pattern"] == SLUG:
            return "Write lower-case letters, digits and single dashes, such as code-intelligence."
        return "Write lower-case letters and underscores, such as went_well."
    if kind == "value_error":
        text = str(context["error"])
        return text[:1].upper() + text[1:] + "."
    if kind in ("enum", "literal_error"):
        expected = str(context["expected"])
        return f"Use {expected}." if " or " in expected else f"Use {expected}, or leave it out."
    template = _SENTENCES.get(kind)
    return template.format(**context) if template else f"{error['msg']}."


_SENTENCES = {
    "missing": N_("This field is needed."),
    "string_type": "Send a text, in quotes.",
    "string_too_short": N_("This can't be empty."),
    "bool_type": "Send true or false, without quotes.",
    "int_type": "Send a whole number.",
    "int_parsing": "Send a whole number.",
    "int_from_float": "Send a whole number.",
    "greater_than_equal": "Send at least {ge}.",
    "less_than_equal": "Send at most {le}.",
    "timezone_aware": "Say the time zone too, such as 2026-11-23T14:05:00Z.",
    "dict_type": "Send an object.",
    "model_type": "Send an object.",
    "list_type": "Send a list.",
    "too_short": "Give at least {min_length}.",
    "too_long": "Send at most {max_length} entries.",
}


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _whole(digits: str) -> int:
    number = int(digits)
    if abs(number) > _LARGEST:
        raise ValueError("too large")
    return number


def _object_of_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        counts = Counter(name for name, _ in pairs)
        twice = next(name for name, count in counts.items() if count > 1)
        raise BadRequest(f"The body says {json.dumps(twice)[:80]} twice in one object.")
    return read
