"""Playbooks: what to do when something known happens, written as Markdown with front matter.

    ---
    title: Search answers with errors
    components: [search]
    severity: [critical, major]
    symptoms: ["503 from search", "index is red"]
    last_reviewed: 2026-10-01
    ---
    ## Rollback
    - [ ] Switch to the last index that was good.

Steps are the items of task lists (`- [ ]`). Those under a heading that begins with "Rollback" or "Roll back" come
first.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import yaml

from portal.domain.names import Severity

_FRONT = re.compile(r"\A\ufeff?---[ \t]*\n(?P<head>.*?\n)---[ \t]*(?:\n|\Z)", re.DOTALL)
_HEADING = re.compile(r"^#{1,6}\s+(?P<text>.+?)\s*#*\s*$")
_STEP = re.compile(r"^\s*[-*+]\s+\[[ xX]\]\s+(?P<text>.+?)\s*$")
_ROLLBACK = re.compile(r"roll(?:ing)?[ -]?back", re.IGNORECASE)
_FENCE = re.compile(r"^\s*(```|~~~)")
KNOWN = ("title", "components", "severity", "symptoms", "last_reviewed")


class Unreadable(ValueError):
    """A playbook's front matter is missing or wrong; the text says what to write instead."""


@dataclass(frozen=True)
class Step:
    text: str
    rollback: bool = False


@dataclass(frozen=True)
class Playbook:
    """`components` and `severity` empty: any. `last_reviewed` None: nobody has said."""

    slug: str
    title: str
    components: tuple[str, ...] = ()
    severity: tuple[Severity, ...] = ()
    symptoms: tuple[str, ...] = ()
    last_reviewed: date | None = None
    steps: tuple[Step, ...] = ()
    body: str = ""

    @property
    def rolls_back(self) -> bool:
        return any(step.rollback for step in self.steps)


def parse(slug: str, text: str) -> Playbook:
    """The playbook of a file's text; its steps with rollback first. Raises Unreadable."""
    text = text.replace("\r\n", "\n")
    found = _FRONT.match(text)
    if found is None:
        raise Unreadable("it does not begin with front matter between two lines of ---")
    try:
        fields = yaml.safe_load(found["head"])
    except (yaml.YAMLError, ValueError) as error:
        raise Unreadable("its front matter is no YAML") from error
    if not isinstance(fields, dict):
        raise Unreadable("its front matter has no fields")
    unknown = sorted(str(name) for name in set(fields) - set(KNOWN))
    if unknown:
        raise Unreadable(f"there is no field {unknown[0]}; there are {', '.join(KNOWN)}")
    body = text[found.end() :].strip()
    steps = tuple(_steps(body))
    return Playbook(
        slug=slug,
        title=str(fields.get("title") or slug.replace("-", " ").capitalize()),
        components=_listed(fields, "components"),
        severity=_severities(fields),
        symptoms=_listed(fields, "symptoms"),
        last_reviewed=_reviewed(fields.get("last_reviewed")),
        steps=tuple(sorted(steps, key=lambda step: not step.rollback)),
        body=body,
    )


def matching(
    playbooks: Iterable[Playbook], components: Sequence[str], severity: Severity, words: str
) -> list[Playbook]:
    """Those that fit an incident: one of its components, or one of the symptoms stands in its words; never against the
    severity. One that names neither fits everything. Those that roll back come first, then those that fit best."""
    fitting = []
    said = " ".join(words.casefold().split())
    for one in playbooks:
        shared = len(set(one.components) & set(components))
        seen = sum(" ".join(symptom.casefold().split()) in said for symptom in one.symptoms)
        general = not one.components and not one.symptoms
        if (shared or seen or general) and (not one.severity or severity in one.severity):
            fitting.append((not one.rolls_back, -shared - seen, one.title.casefold(), one))
    return [one for *_, one in sorted(fitting, key=lambda row: row[:3])]


def is_stale(playbook: Playbook, today: date, days: int) -> bool:
    """True when nobody has reviewed it for longer than `days`, or nobody has said when."""
    return playbook.last_reviewed is None or today - playbook.last_reviewed > timedelta(days=days)


def _steps(body: str) -> Iterable[Step]:
    rollback, fenced, seen = False, False, set()
    for line in body.split("\n"):
        fenced ^= _FENCE.match(line) is not None
        heading = None if fenced else _HEADING.match(line)
        if heading:
            rollback = _ROLLBACK.match(heading["text"]) is not None
        step = None if fenced else _STEP.match(line)
        if step and step["text"] not in seen:
            seen.add(step["text"])
            yield Step(step["text"], rollback)


def _listed(fields: dict[str, Any], name: str) -> tuple[str, ...]:
    value = fields.get(name) or []
    value = [value] if isinstance(value, str) else value
    if not isinstance(value, list) or not all(isinstance(one, str | int) for one in value):
        raise Unreadable(f"{name} is a list, such as [{'search' if name == 'components' else 'one, two'}]")
    return tuple(str(one) for one in value)


def _severities(fields: dict[str, Any]) -> tuple[Severity, ...]:
    try:
        return tuple(Severity(one) for one in _listed(fields, "severity"))
    except ValueError as error:
        raise Unreadable(f"severity is one or more of {', '.join(Severity)}") from error


def _reviewed(value: Any) -> date | None:
    if value is None or type(value) is date:
        return value
    raise Unreadable("last_reviewed is a day, such as 2026-10-01")
