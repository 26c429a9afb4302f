"""Reads subscribers of other systems: Statuspage's CSV, and plain lists of addresses."""

import csv
import io
from collections.abc import Iterator, Mapping

from portal.domain.errors import Invalid
from portal.verbs.subscribers import Known
from portal.wire.spreadsheet import of_cell

ADDRESS = ("email", "email address", "contact", "subscriber", "address")
KIND = ("mode", "type", "subscriber type")
STATE = ("state", "status")
CONFIRMED = ("confirmed at", "confirmed_at", "confirmed", "created at", "created_at")
NOT_CONFIRMED = {"unconfirmed", "pending", "quarantined", "unsubscribed", "inactive"}
COMPONENTS = ("components", "component names", "component subscriptions")


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
        address = _first(row, ADDRESS)
        if not address or _first(row, KIND).casefold() not in ("", "email", "mail"):
            continue
        state, since = _first(row, STATE).casefold(), _first(row, CONFIRMED)
        asked = state not in NOT_CONFIRMED and not _first(row, ("quarantined at", "quarantined_at"))
        asked = asked and since.casefold() not in ("false", "no", "0")
        proof = f"{name}: {state or 'active'} there since {since or 'an unknown day'}" if asked else ""
        named = _first(row, COMPONENTS).replace(";", ",").replace("|", ",").split(",")
        yield Known(address, proof, [one.strip() for one in named if one.strip()])


def _first(row: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((of_cell(row[one].strip()) for one in names if row.get(one)), "")
