"""The process keeper: every reminder of the process is filed once, at its minute; snoozing leaves a trace."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from portal.config import Settings
from portal.domain import reminders as rules
from portal.domain import reminders_after as after
from portal.domain.errors import Conflict, NotFound
from portal.domain.names import Permission, RoleName
from portal.domain.times import to_text
from portal.domain.wording import clock
from portal.store import incidents, roles
from portal.store import reminders as store
from portal.store.database import Database
from portal.verbs.access import may_see, ref_of, require
from portal.verbs.calling import SUPPORT, file_call
from portal.verbs.commands_keeper import SnoozeReminder
from portal.verbs.context import PORTAL, Actor, Context, Write, Written
from portal.verbs.forgetting import forget_contacts
from portal.verbs.paging import LIMIT, page_of
from portal.verbs.rota import person_on_call, refresh_rota
from portal.verbs.triage import open_due_triage
from portal.verbs.windows import call_marketing_where_due


@dataclass(frozen=True)
class _Quiet:
    """Nothing is due from `since` to `until`, unless the database changes."""

    mark: tuple[int, ...]
    since: datetime
    until: datetime


_quiet: "WeakKeyDictionary[Database, _Quiet]" = WeakKeyDictionary()


def _mark(database: Database) -> tuple[int, ...]:
    """Differs whenever this thread's connection or another one has written."""
    connection = database.connection()
    return (id(connection), connection.total_changes, database.data_version())


def keep(context: Context) -> bool:
    """One step of the keeper, each second; True when it did something."""
    done = False
    for step in (refresh_rota, open_due_triage, call_marketing_where_due, file_due_reminders, forget_contacts):
        done = step(context) or done
    return done


def file_due_reminders(context: Context) -> bool:
    """File what is due and was not filed yet, each once: a row, and an outbox row for the people meant. Nothing of it
    is public. Costs one look at the database's counter when nothing is due and nothing has changed."""
    now = context.now()
    database, mark = context.database, _mark(context.database)
    kept = _quiet.get(database)
    if kept is not None and kept.mark == mark and kept.since <= now < kept.until:
        return False
    with database.snapshot() as db:
        asked = _after_snoozes(db, context.settings, now)
        waiting = store.unfiled(db, [one for one in asked if one.due_at <= now])
    if not waiting:
        until = min([now + store.AHEAD, *(one.due_at for one in asked if one.due_at > now)])
        _quiet[database] = _Quiet(mark, now, until)
        return False
    with context.write(PORTAL) as write:
        asked = _after_snoozes(write.db, write.settings, write.moment)
        for one in store.unfiled(write.db, [one for one in asked if one.due_at <= write.moment]):
            store.file(write.db, one, write.now)
            write.tell(
                "reminder_due",
                f"reminder/{one.key}",
                incident_id=one.incident_id,
                details={"to": list(one.who), "text": one.words, "link": one.link, "kind": one.kind},
            )
            if one.pages:
                _page_messenger(write, one)
    return True


def _page_messenger(write: Write, one: rules.Reminder) -> None:
    """Customers are affected and nobody speaks to them: whoever is on call for it, else support, is paged."""
    incident = incidents.incident_by_id(write.db, one.incident_id or 0)
    assert incident is not None  # noqa: S101
    person = person_on_call(write.db, RoleName.MESSENGER, write.moment)
    person = person if person and "@" in person else None
    file_call(write, incident, person, None if person else SUPPORT, one.words)


def due_reminders(
    context: Context, actor: Actor, limit: int = LIMIT, cursor: str | None = None, *, ref: str | None = None
) -> dict[str, Any]:
    """What waits for somebody now, longest first: of each thing the newest reminder, until it is done. Private
    incidents only for those who may see them; `ref` asks for one incident's."""
    require(actor, Permission.RESPONDER, "read reminders")
    now = context.now()
    with context.database.snapshot() as db:
        items = _shown(db, context.settings, actor, now, ref)
    return page_of(items, limit, cursor)


def snooze_reminder(context: Context, actor: Actor, reminder_id: int, command: SnoozeReminder) -> Written:
    """Ask again later. It is written to the timeline and counted. Conflict when what it asks for is done."""
    require(actor, Permission.RESPONDER, "snooze reminders")
    with context.write(actor) as write:
        row = store.reminder_by_id(write.db, reminder_id)
        if row is None or not _may_read(write.db, actor, row):
            raise NotFound(f"There is no reminder {reminder_id}.")
        chain = row["chain"]
        asked = rules.latest(_current(write.db, write.settings, write.moment), write.moment)
        if chain not in {one.chain for one in asked}:
            raise Conflict("What this reminder asks for is done; there is nothing to snooze.")
        until = to_text(write.moment + timedelta(minutes=command.minutes))
        store.insert_snooze(
            write.db,
            chain=chain,
            reminder_id=reminder_id,
            incident_id=row["incident_id"],
            at=write.now,
            until=until,
            actor=actor.name,
            reason=command.reason,
        )
        if row["incident_id"] is not None:
            why = f" ({command.reason})" if command.reason else ""
            said = f"Snoozed until {clock(until, write.now)}{why}: {row['text']}"
            write.timeline(row["incident_id"], "snooze", said, details={"reminder": reminder_id})
        write.audit("reminder.snooze", chain, {"minutes": command.minutes})
        shown = _shown(write.db, write.settings, actor, write.moment, None)
        newest = store.newest(write.db, [chain])[chain]["id"]
        return write.written(next(one for one in shown if one["id"] == newest))


def _may_read(db: sqlite3.Connection, actor: Actor, row: sqlite3.Row) -> bool:
    """Reminders of private incidents are for those who may see these."""
    if row["incident_id"] is None:
        return True
    incident = incidents.incident_by_id(db, row["incident_id"])
    return incident is not None and may_see(actor, incident)


def _shown(
    db: sqlite3.Connection, settings: Settings, actor: Actor, now: datetime, ref: str | None
) -> list[dict[str, Any]]:
    """The answers for whatever is due now and was filed."""
    due = rules.latest(_current(db, settings, now), now)
    chains = [one.chain for one in due]
    filed, until, times = store.newest(db, chains), store.snoozes(db, chains), store.chain_snoozes(db, chains)
    shown = []
    for one in due:
        row = filed.get(one.chain)
        if row is None or not _may_read(db, actor, row):
            continue
        said: dict[str, Any] = {"id": row["id"], "ref": None if one.incident_id is None else ref_of(one.incident_id)}
        if ref is not None and said["ref"] != ref.upper():
            continue
        said |= {"kind": one.kind, "due_at": to_text(one.due_at), "text": one.words, "link": one.link}
        said |= {"to": list(one.who), "mine": _is_mine(db, actor, one)}
        later = until.get(one.chain)
        said["snoozed_until"] = to_text(later) if later is not None and later > now else None
        said["snoozes"] = times.get(one.chain, 0)
        shown.append(said)
    return shown


def _is_mine(db: sqlite3.Connection, actor: Actor, one: rules.Reminder) -> bool:
    held = {actor.name}
    if one.incident_id is not None:
        rows = roles.live_roles(db, one.incident_id)
        held |= {f"role:{row['role']}" for row in rows if row["accepted_at"] and row["person"] == actor.name}
    return bool(held & set(one.who))


def _current(db: sqlite3.Connection, settings: Settings, now: datetime) -> list[rules.Reminder]:
    """Every reminder that the present asks for, before snoozing."""
    process = settings.process
    numbers = rules.Numbers(
        offer=process.offer_minutes,
        messenger=process.messenger_minutes,
        reporter=process.reporter_minutes,
        page=process.call_minutes,
        summary=process.summary_minutes,
    )
    found: list[rules.Reminder] = []
    for facts in store.open_incidents(db, numbers, settings.support_email):
        found += rules.of_incident(facts, now)
    for article in store.articles(db, now):
        found += after.of_article(article, now)
    for task in store.tasks(db, now):
        found += after.of_task(task, now)
    for window in store.windows(db, now):
        found += after.of_window(window, now)
    for waiting in store.requests(db).values():
        found += after.of_requests(waiting, now)
    return found


def _after_snoozes(db: sqlite3.Connection, settings: Settings, now: datetime) -> list[rules.Reminder]:
    asked = _current(db, settings, now)
    chains = sorted({one.chain for one in asked if one.due_at <= now})
    return rules.snoozed(asked, store.snoozes(db, chains)) if chains else asked
