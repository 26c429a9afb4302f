"""Front matter of Markdown files: YAML, TOML or JSON; what is broken is read line by line as far as it goes."""

import json
import re
import tomllib
from datetime import date, datetime
from typing import Any

import yaml

_KEY = re.compile(r"^(?P<key>[A-Za-z][\w-]*)\s*[:=]\s*(?P<value>.*?)\s*$")
_ITEM = re.compile(r"^\s*-\s+(?P<value>.+?)\s*$")
Fields = dict[str, Any]


class NoFrontMatter(ValueError):
    """The file does not begin with fields."""


def split_front_matter(text: str) -> tuple[Fields, str, str | None]:
    """Fields (all values as texts, lists of texts), the body, and what was wrong with the fields, if anything.

    Raises NoFrontMatter when there are none at all.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    stripped = text.lstrip()
    if stripped.startswith("{"):
        return _json(stripped)
    lines = stripped.split("\n")
    mark = lines[0].strip()
    fault = None
    if mark not in {"---", "+++"}:
        if not _KEY.match(lines[0]) or "---" not in (line.strip() for line in lines[:40]):
            raise NoFrontMatter
        mark, fault = "---", "the first --- is missing"
        lines.insert(0, mark)
    end = next((number for number, line in enumerate(lines[1:], 1) if line.strip() == mark), None)
    if end is None:
        end = next((number for number, line in enumerate(lines[1:], 1) if not line.strip()), len(lines))
        fault = f"the closing {mark} is missing"
    head, body = "\n".join(lines[1:end]), "\n".join(lines[end + 1 :])
    try:
        fields = _toml(head) if mark == "+++" else _yaml(head)
    except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError, RecursionError):
        fields, fault = _by_line(head), "the front matter is broken, read line by line"
    return fields, body, fault


class _Loader(yaml.BaseLoader):
    """Texts, lists and mappings only, and no aliases: ten short lines of them can stand for a billion texts."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not read here")
        return super().compose_node(parent, index)


def _yaml(head: str) -> Fields:
    """Without YAML's own ideas of times and booleans: impossible dates stay readable."""
    made = yaml.load(head, Loader=_Loader)  # noqa: S506  # made from the base loader
    if not isinstance(made, dict):
        raise ValueError("no fields")
    return made


def _toml(head: str) -> Fields:
    return {name: _text(value) for name, value in tomllib.loads(head).items()}


def _json(text: str) -> tuple[Fields, str, str | None]:
    try:
        made, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError) as error:
        raise NoFrontMatter from error
    return {name: _text(value) for name, value in made.items()}, text[end:], None


def _text(value: Any) -> Any:
    if isinstance(value, list):
        return [_text(one) for one in value]
    if isinstance(value, dict):
        return {name: _text(one) for name, one in value.items()}
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, datetime | date) else str(value)


def _by_line(head: str) -> Fields:
    fields: Fields = {}
    key = ""
    for line in head.split("\n"):
        if found := _KEY.match(line):
            key = found["key"]
            fields[key] = found["value"].strip("\"'")
        elif (item := _ITEM.match(line)) and key:
            known = fields.get(key)
            fields[key] = [*(known if isinstance(known, list) else []), item["value"].strip("\"'")]
    return fields
