"""Calling people to an incident: filed in the outbox with its link, once, and answered or passed on to the next."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from portal.domain.errors import Conflict, Invalid, NotFound
from portal.domain.names import IncidentState, Permission
from portal.domain.times import from_text, to_text
from portal.store import calls as store
from portal.store import incidents, roles
from portal.store.people import open_account
from portal.verbs.access import find_incident, may_be_told, named, ref_of, require
from portal.verbs.commands_room import AcknowledgeCall, PagePerson
from portal.verbs.context import Actor, Context, Write, Written
from portal.verbs.owning import suggestions
from portal.verbs.paging import LIMIT, page_of
from portal.verbs.roles import known_as

SUPPORT = "support"
"""The team that is called by itself; its address is the support address while nobody belongs to it."""


def page_person(context: Context, actor: Actor, ref: str, command: PagePerson) -> Written:
    """Call a person or a team. A repeat within `call_minutes` answers the call that is there; from the fourth team on a
    reason is asked for (`remarks`), which is never in the way."""
    with context.write(actor) as write:
        incident = find_incident(write.db, actor, ref)
        if incident["state"] == IncidentState.CLOSED:
            raise Conflict(f"{ref_of(incident['id'])} is closed; reopen it first.")
        person, team = _target(write, command)
        before = _recent(write, incident["id"], person, team)
        remarks = _remarks(write, incident["id"], team, command.reason) if before is None else []
        call_id = before["id"] if before else file_call(write, incident, person, team, command.reason)
        if before is None:
            write.audit("call.add", ref_of(incident["id"]), {"id": call_id, "person": person, "team": team})
        answer = _answer(write.db, context, store.calls_of(write.db, incident["id"]), call_id, write.moment)
        return write.written(answer | {"repeated": before is not None, "remarks": remarks})


def acknowledge_call(context: Context, actor: Actor, call_id: int, command: AcknowledgeCall | None = None) -> Written:
    """The call is answered, by the actor or by whom they name. A second answer changes nothing."""
    with context.write(actor) as write:
        row = store.call_by_id(write.db, call_id)
        if row is None:
            raise NotFound(f"There is no call {call_id}.")
        try:
            find_incident(write.db, actor, ref_of(row["incident_id"]))
        except NotFound:
            raise NotFound(f"There is no call {call_id}.") from None
        if row["acknowledged_at"] is None:
            person = known_as(write, command.person) if command and command.person else actor.name
            store.acknowledge(write.db, call_id, person, write.now)
            to = "" if row["person"] == person else f" to {_called(row)}"
            by = "" if person == actor.name else f" (said by {actor.name})"
            write.timeline(row["incident_id"], "call", f"{person} answers the call{to}{by}", details={"call": call_id})
            write.audit("call.acknowledge", ref_of(row["incident_id"]), {"id": call_id, "person": person})
        return write.written(
            _answer(write.db, context, store.calls_of(write.db, row["incident_id"]), call_id, write.moment)
        )


def list_calls(
    context: Context, actor: Actor, ref: str, limit: int = LIMIT, cursor: str | None = None
) -> dict[str, Any]:
    """Who was called, oldest first. `late`: nobody has answered for `call_minutes`; `next`: whom to call then."""
    now = context.now()
    with context.database.snapshot() as db:
        rows = store.calls_of(db, find_incident(db, actor, ref)["id"])
        items = [_answer(db, context, rows, row["id"], now) for row in rows]
    return page_of(items, limit, cursor)


def known_teams(context: Context, actor: Actor) -> list[str]:
    """The teams that somebody is in, and support, which can always be called."""
    require(actor, Permission.RESPONDER, "read who works here")
    with context.database.snapshot() as db:
        return sorted({*store.teams(db), SUPPORT}, key=str.casefold)


def file_call(write: Write, incident: sqlite3.Row, person: str | None, team: str | None, reason: str | None) -> int:
    """The call's row, its line in the timeline, and the message that waits in the outbox; answers its id."""
    to = _recipients(write, incident, person, team)
    call_id = store.insert_call(
        write.db, incident["id"], person=person, team=team, called_by=write.actor.name, now=write.now, reason=reason
    )
    ref, why = ref_of(incident["id"]), f": {reason}" if reason else ""
    write.timeline(incident["id"], "call", f"{_words(person, team)} is called{why}", details={"call": call_id})
    write.tell(
        "person_paged",
        f"person_paged:{call_id}",
        incident_id=incident["id"],
        details={
            "to": to,
            "text": f"{write.actor.name} calls {_words(person, team)} to {named(incident)}{why}",
            "link": f"/desk/incidents/{ref}",
            "call": call_id,
        },
    )
    return call_id


def call_support(write: Write, incident_id: int) -> bool:
    """Support is called at once when somebody declares who is in none of the teams that know what to do next; True
    when it was. A private incident is not told around."""
    incident = incidents.incident_by_id(write.db, incident_id)
    assert incident is not None  # noqa: S101
    declarer = open_account(write.db, write.actor.name)
    if declarer is None or incident["security"] or incident["kind"] != "incident":
        return False
    if (declarer["team"] or "").casefold() in {one.casefold() for one in write.settings.process.declaring_teams}:
        return False
    teams = ", ".join(write.settings.process.declaring_teams)
    file_call(write, incident, None, SUPPORT, f"{write.actor.name} declared it and is in none of the teams {teams}")
    return True


def _target(write: Write, command: PagePerson) -> tuple[str | None, str | None]:
    if (command.person is None) == (command.team is None):
        said = ["Name a person or a team, one of them."]
        raise Invalid("Say who is called.", {"person": said} if command.team is None else {"team": said})
    if command.person is not None:
        person = known_as(write, command.person)
        if "@" not in person:
            said = [f"Nobody called {person[:80]} has an account; write a mail address."]
            raise Invalid("There is no such person.", {"person": said})
        return person, None
    assert command.team is not None  # noqa: S101
    teams = {one.casefold(): one for one in [*store.teams(write.db), SUPPORT]}
    if command.team.casefold() not in teams:
        raise Invalid(
            "There is no such team.",
            {"team": [f"Nobody is in a team {command.team[:80]}; there are {', '.join(sorted(teams.values()))}."]},
        )
    return None, teams[command.team.casefold()]


def _recipients(write: Write, incident: sqlite3.Row, person: str | None, team: str | None) -> list[str]:
    """Mail addresses; of a private incident only those who may read it. Raises Invalid when nobody is left."""
    to = [person] if person else [row["email"] for row in store.members(write.db, team or "")]
    if team == SUPPORT and not to:
        to = [write.settings.support_email]
    if incident["security"]:
        to = [one for one in to if may_be_told(write.db, incident, one)]
        if not to:
            field, ref = ("person" if person else "team"), ref_of(incident["id"])
            said = [f"{ref} is private: only people with the security permission can be called."]
            raise Invalid("They could not read it.", {field: said})
    return to


def _recent(write: Write, incident_id: int, person: str | None, team: str | None) -> sqlite3.Row | None:
    since = to_text(write.moment - timedelta(minutes=write.settings.process.call_minutes))
    rows = [row for row in store.calls_of(write.db, incident_id) if (row["person"], row["team"]) == (person, team)]
    return rows[-1] if rows and rows[-1]["called_at"] > since else None


def _remarks(write: Write, incident_id: int, team: str | None, reason: str | None) -> list[str]:
    called = {row["team"] for row in store.calls_of(write.db, incident_id) if row["team"]}
    if team is None or team in called or len(called) < write.settings.process.teams_without_reason or reason:
        return []
    return [f"This is team number {len(called) + 1} in one incident; say why, so that nobody wonders later."]


def _words(person: str | None, team: str | None) -> str:
    return person or f"team {team}"


def _called(row: sqlite3.Row) -> str:
    return _words(row["person"], row["team"])


def _next(db: sqlite3.Connection, context: Context, row: sqlite3.Row, called: Iterable[str]) -> str | None:
    """Whom to call when nobody answers: the others of that team, then who is likely to know; nobody who has a role."""
    known = open_account(db, row["person"]) if row["person"] else None
    team = known["team"] if known else None
    others = [one["email"] for one in store.members(db, team)] if team else []
    others += [one["person"] for one in suggestions(db, context, row["incident_id"])]
    return next((one for one in others if one not in set(called) and "@" in one), None)


def _answer(
    db: sqlite3.Connection, context: Context, rows: list[sqlite3.Row], call_id: int, now: datetime
) -> dict[str, Any]:
    row = next(one for one in rows if one["id"] == call_id)
    said: dict[str, Any] = {"id": row["id"], "ref": ref_of(row["incident_id"])}
    names = ("person", "team", "called_by", "called_at", "reason", "acknowledged_by", "acknowledged_at")
    said |= {name: row[name] for name in names}
    waited = now - from_text(row["called_at"])
    late = row["acknowledged_at"] is None and waited >= timedelta(minutes=context.settings.process.call_minutes)
    called = [one["person"] for one in [*rows, *roles.live_roles(db, row["incident_id"])] if one["person"]]
    return said | {"late": late, "next": _next(db, context, row, called) if late else None}
