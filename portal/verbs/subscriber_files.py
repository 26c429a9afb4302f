"""Subscribers as files: read from Statuspage's CSV, a portal's own and plain lists of addresses; written as CSV."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from portal.domain.errors import Invalid
from portal.verbs.subscribers import Known
from portal.wire.spreadsheet import of_cell, to_csv

ADDRESS = ("email", "email address", "contact", "subscriber", "address")
KIND = ("mode", "type", "subscriber type")
STATE = ("state", "status")
CONFIRMED = ("confirmed at", "confirmed_at", "confirmed", "created at", "created_at")
NOT_CONFIRMED = {"unconfirmed", "pending", "quarantined", "unsubscribed", "inactive"}
COMPONENTS = ("components", "component names", "component subscriptions")
ELSEWHERE = ("phone number", "phone", "endpoint", "url", "id")
"""What names a row that has no mail address."""
COLUMNS = (
    *("email", "confirmed_at", "proof", "language", "kinds", "updates", "digest", "components", "every_component"),
    "paused_at",
)
OURS = {"kinds", "updates", "every_component"}
"""Columns by which a file that a portal has written is known."""


def write_subscribers(found: Iterable[Mapping[str, Any]]) -> str:
    """CSV with choices and proof of each, which `read_subscribers` reads."""
    return to_csv(
        COLUMNS,
        ([" ".join(row[name]) if isinstance(row[name], list) else row[name] for name in COLUMNS] for row in found),
    )


def read_subscribers(text: str, name: str, proof: str | None) -> Iterator[Known]:
    """Each subscriber of a file. Invalid for a plain list without proof, and for a table without addresses."""
    rows = csv.reader(io.StringIO(text))
    first = next(iter(rows), [])
    head = [column.strip().casefold() for column in first]
    if any(column in ADDRESS for column in head):
        return _table((dict(zip(head, row, strict=False)) for row in rows), name)
    if len(head) > 1:
        raise Invalid(f"{name} has no column called {' or '.join(ADDRESS)}.")
    if not proof:
        raise Invalid("A plain list does not say who asked to follow; say how you know it, with --proof.")
    return (Known(line.strip(), proof) for line in text.splitlines() if line.strip())


def _table(rows: Iterator[Mapping[str, str]], name: str) -> Iterator[Known]:
    for row in rows:
        address, way = _first(row, ADDRESS), _first(row, KIND).casefold()
        if not address or way not in ("", "email", "mail"):
            if address := address or _first(row, ELSEWHERE):
                yield Known(address, "", unfit=f"it follows by {way or 'something else'}, not by mail")
        elif row.keys() >= OURS:
            yield _own(row, address, name)
        else:
            yield _of_statuspage(row, address, name)


def _of_statuspage(row: Mapping[str, str], address: str, name: str) -> Known:
    state, since = _first(row, STATE).casefold(), _first(row, CONFIRMED)
    asked = state not in NOT_CONFIRMED and not _first(row, ("quarantined at", "quarantined_at"))
    asked = asked and since.casefold() not in ("false", "no", "0")
    proof = f"{name}: {state or 'active'} there since {since or 'an unknown day'}" if asked else ""
    named = _first(row, COMPONENTS).replace(";", ",").replace("|", ",").split(",")
    return Known(address, proof, [one.strip() for one in named if one.strip()])


def _own(row: Mapping[str, str], address: str, name: str) -> Known:
    kinds, components = _first(row, ("kinds",)).split(), _first(row, ("components",)).split()
    alone = not kinds or (not components and _first(row, ("every_component",)) == "False")
    unfit = "it followed single incidents or components that are gone" if alone else ""
    unfit = "mail to it came back there" if _first(row, ("paused_at",)) else unfit
    return Known(
        address,
        f"{name}: there since {_first(row, CONFIRMED)}, {_first(row, ('proof',))}",
        components,
        kinds,
        updates=_first(row, ("updates",)),
        digest=_first(row, ("digest",)) == "True",
        language=_first(row, ("language",)),
        unfit=unfit,
    )


def _first(row: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((of_cell(row[one].strip()) for one in names if row.get(one)), "")
