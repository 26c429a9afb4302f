"""Who is on call, from rota.yaml. The last version that could be read counts, and its age is told."""

import pathlib
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import yaml
from icalendar import Calendar, Event

from portal.config import Settings
from portal.domain.errors import NotFound
from portal.domain.names import Permission
from portal.domain.rota import Rota, RotaFault, read_rotas
from portal.domain.times import from_text, to_text
from portal.store import rota as store
from portal.verbs.access import require
from portal.verbs.context import PORTAL, Actor, Context

NAME = "rota.yaml"
LARGEST = 256 * 1024
"""bytes"""
NEXT = 8
"""Turns that the answer lists of each rota, the present one included."""
AHEAD = timedelta(weeks=26)
"""How far a calendar file reaches."""
_GONE = f"There is no {NAME} any more; this is what the last one said."


@dataclass(frozen=True)
class _Found:
    path: pathlib.Path | None
    fingerprint: str
    changed_at: str | None


def refresh_rota(context: Context) -> bool:
    """Read rota.yaml when it has changed; True when something was recorded. Costs a look at the folder otherwise."""
    found = _look(context.settings)
    with context.database.snapshot() as db:
        row = store.rota_file(db)
    if found.fingerprint == (row["fingerprint"] if row else "nothing"):
        return False
    text, fault = _read(found)
    with context.write(PORTAL) as write:
        columns: dict[str, Any] = {"looked_at": write.now, "fingerprint": found.fingerprint, "fault": fault}
        if fault is None:
            columns |= {"text": text, "changed_at": found.changed_at, "read_at": write.now}
        store.save(write.db, **columns)
        write.audit("rota.read", NAME, {"fault": fault})
    return True


def on_call(context: Context, actor: Actor, at: datetime | None = None) -> dict[str, Any]:
    """Of each rota who is on call at a moment (now), and the next turns; with the age of the file and its fault."""
    require(actor, Permission.RESPONDER, "read the rota")
    refresh_rota(context)  # also where no clock runs
    now = context.now()
    moment = at or now
    with context.database.snapshot() as db:
        row = store.rota_file(db)
    items = []
    for rota in _rotas(row):
        turns = []
        for turn in rota.turns(moment, moment + NEXT * timedelta(weeks=1)):
            turns.append(turn.to_json())
            if len(turns) == NEXT:
                break
        items.append({"name": rota.name, **turns[0], "next": turns[1:]})
    changed = row["changed_at"] if row else None
    return {
        "at": to_text(moment),
        "items": items,
        "changed_at": changed,
        "read_at": row["read_at"] if row else None,
        "age_days": (now - from_text(changed)).days if changed else None,
        "fault": row["fault"] if row else None,
    }


def rota_calendar(context: Context, actor: Actor, *, rota: str | None = None, person: str | None = None) -> bytes:
    """The turns of one rota, or of one person in all of them, as a calendar (RFC 5545) of half a year."""
    require(actor, Permission.RESPONDER, "read the rota")
    now = context.now()
    with context.database.snapshot() as db:
        rotas = _rotas(store.rota_file(db))
    chosen = [one for one in rotas if rota in (None, one.name)]
    if rota is not None and not chosen:
        raise NotFound(f"There is no rota {rota[:80]}.")
    calendar = Calendar()
    calendar.add("prodid", "-//Aboveboard//Rota//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"On call: {person or rota}")
    for one in chosen:
        for turn in one.turns(now, now + AHEAD):
            if person is not None and turn.person.casefold() != person.casefold():
                continue
            event = Event()
            event.add("uid", f"{one.name}-{turn.begin:%Y%m%dT%H%M}@rota")
            event.add("dtstamp", now.astimezone(UTC))
            event.add("dtstart", turn.begin)
            event.add("dtend", turn.end)
            event.add("summary", f"On call ({one.name}): {turn.person}")
            calendar.add_component(event)
    return bytes(calendar.to_ical())


def person_on_call(db: sqlite3.Connection, name: str, at: datetime) -> str | None:
    """Whoever is on call in the rota of this name; None without such a rota."""
    return next((one.on_call(at).person for one in _rotas(store.rota_file(db)) if one.name == name), None)


def _rotas(row: sqlite3.Row | None) -> tuple[Rota, ...]:
    if row is None or row["text"] is None:
        return ()
    return read_rotas(yaml.safe_load(row["text"]))


def _look(settings: Settings) -> _Found:
    for folder in (settings.home, settings.content):
        path = folder / NAME if folder is not None else None
        if path is None:
            continue
        try:
            stat = path.stat()
        except OSError:
            continue
        changed = to_text(datetime.fromtimestamp(stat.st_mtime, UTC))
        return _Found(path, f"{path} {stat.st_mtime_ns} {stat.st_size}", changed)
    return _Found(None, "nothing", None)


def _read(found: _Found) -> tuple[str | None, str | None]:
    """The text, or the sentence that says why it can't be used."""
    if found.path is None:
        return None, _GONE
    try:
        raw = found.path.read_bytes()
        if len(raw) > LARGEST:
            return None, f"{NAME} is larger than 256 KiB."
        text = raw.decode("utf-8")
        read_rotas(yaml.safe_load(text))
    except RotaFault as fault:
        return None, str(fault)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        return None, f"{NAME} is not YAML{where}: {getattr(error, 'problem', None) or 'it can not be read'}."
    except (OSError, ValueError, RecursionError) as error:
        return None, f"{NAME} can't be read: {error}."
    return text, None
