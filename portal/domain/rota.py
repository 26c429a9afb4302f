"""Who is on call: weekly turns in UTC, and overrides. Pure: the parsed rota.yaml in, turns out.

rotas:
  - name: lead
    handover: 2026-11-02T09:00     # a moment at which the first person's week began
    people: [ada@example.com, rob@example.com]
    overrides:
      - {person: mia@example.com, from: 2026-12-24T09:00, until: 2026-12-27T09:00}
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from portal.domain.times import to_text

WEEK = timedelta(days=7)
MOST = 50
"""Rotas in one file, and people in one rota."""
OVERRIDES = 500
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class RotaFault(ValueError):
    """A sentence that says where rota.yaml is wrong and what to write there."""


@dataclass(frozen=True)
class Override:
    person: str
    begin: datetime
    end: datetime


@dataclass(frozen=True)
class Turn:
    """One person on call, from `begin` to just before `end`."""

    rota: str
    person: str
    begin: datetime
    end: datetime
    override: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "person": self.person,
            "from_at": to_text(self.begin),
            "until_at": to_text(self.end),
            "override": self.override,
        }


@dataclass(frozen=True)
class Rota:
    name: str
    handover: datetime
    people: tuple[str, ...]
    overrides: tuple[Override, ...] = ()

    def on_call(self, at: datetime) -> Turn:
        """Whose turn it is at a moment; later overrides win over earlier ones."""
        weeks = (at - self.handover) // WEEK
        begin = self.handover + weeks * WEEK
        turn = Turn(self.name, self.people[weeks % len(self.people)], begin, begin + WEEK)
        covering = [one for one in self.overrides if one.begin <= at < one.end]
        if covering:
            last = covering[-1]
            turn = Turn(self.name, last.person, last.begin, last.end, override=True)
        edges = [edge for one in self.overrides for edge in (one.begin, one.end)]
        begin = max([turn.begin, *(edge for edge in edges if edge <= at)])
        end = min([turn.end, *(edge for edge in edges if edge > at)])
        return Turn(turn.rota, turn.person, begin, end, turn.override)

    def turns(self, begin: datetime, end: datetime) -> Iterator[Turn]:
        """The turns that touch the time between two moments, in order."""
        while begin < end:
            turn = self.on_call(begin)
            yield turn
            begin = turn.end


def read_rotas(value: Any) -> tuple[Rota, ...]:
    """The rotas of a parsed file. Raises RotaFault with the first thing that is wrong."""
    if not isinstance(value, Mapping) or not isinstance(value.get("rotas"), Sequence):
        raise RotaFault("rota.yaml begins with `rotas:` and lists rotas below it.")
    _known(value, {"rotas"}, "rota.yaml")
    entries = value["rotas"]
    if len(entries) > MOST:
        raise RotaFault(f"rota.yaml has {len(entries)} rotas; {MOST} are the most.")
    rotas = tuple(_rota(entry, number) for number, entry in enumerate(entries, 1))
    names = [one.name for one in rotas]
    if len(set(names)) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise RotaFault(f"Two rotas are called {twice}; give each its own name.")
    return rotas


def _rota(value: Any, number: int) -> Rota:
    where = f"rota {number}"
    if not isinstance(value, Mapping):
        raise RotaFault(f"{where}: write name, handover and people.")
    name = value.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise RotaFault(f"{where}: name is a word of lower-case letters and dashes, such as lead or support.")
    where = f"the rota {name}"
    _known(value, {"name", "handover", "people", "overrides"}, where)
    people = value.get("people")
    if not isinstance(people, list) or not people or len(people) > MOST or not all(_is_person(one) for one in people):
        raise RotaFault(f"{where}: people is a list of 1 to {MOST} mail addresses or names.")
    entries = value.get("overrides") or []
    if not isinstance(entries, list) or len(entries) > OVERRIDES:
        raise RotaFault(f"{where}: overrides is a list of at most {OVERRIDES}, each with person, from and until.")
    overrides = tuple(_override(entry, f"{where}, override {one}") for one, entry in enumerate(entries, 1))
    handover = _moment(value.get("handover"), f"{where}: handover")
    return Rota(name, handover, tuple(one.strip() for one in people), overrides)


def _override(value: Any, where: str) -> Override:
    if not isinstance(value, Mapping) or not _is_person(value.get("person")):
        raise RotaFault(f"{where}: write person, from and until.")
    _known(value, {"person", "from", "until"}, where)
    begin, end = _moment(value.get("from"), f"{where}: from"), _moment(value.get("until"), f"{where}: until")
    if end <= begin:
        raise RotaFault(f"{where}: until is not after from.")
    return Override(value["person"].strip(), begin, end)


def _known(value: Mapping[Any, Any], names: set[str], where: str) -> None:
    if unknown := [str(name) for name in value if name not in names]:
        raise RotaFault(f"{where}: there is no {unknown[0]!r}; there are {', '.join(sorted(names))}.")


def _is_person(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= 200 and value.isprintable()


def _moment(value: Any, where: str) -> datetime:
    """Times without a zone are UTC; a day alone is its midnight."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            value = None
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    if not isinstance(value, datetime) or not 1970 <= value.year <= 2199:
        raise RotaFault(f"{where} is a moment in UTC, such as 2026-11-02T09:00.")
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
