"""Triage: what may be an incident, opened by enough signals or by whoever is unsure, until somebody decides."""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any

from portal.domain.errors import Conflict, NotFound
from portal.domain.names import IncidentState, Outcome, Permission, RoleName, Severity
from portal.domain.times import from_text, to_text
from portal.store import components, incidents, roles
from portal.store import signals as store
from portal.verbs.access import find_incident, ref_of, require
from portal.verbs.announcing import announce
from portal.verbs.answers import incident_answer
from portal.verbs.checklist import make_rows
from portal.verbs.commands import Declare
from portal.verbs.commands_keeper import AskAdvice, Dismiss, Promote
from portal.verbs.context import PORTAL, Actor, Context, Write, Written
from portal.verbs.declaring import open_incident
from portal.verbs.levels import component_ids

ADVICE = "channel:advice"
REPORTS_WITHIN = timedelta(hours=1)
"""Reports that are older do not count together with new ones."""
_ALONE = 1


def open_due_triage(context: Context) -> bool:
    """The clock's part: alerts that have lasted long enough open a triage record. True when there were some."""
    until = to_text(context.now() - timedelta(minutes=context.settings.process.down_minutes))
    with context.database.snapshot() as db:
        waiting = store.long_alerts(db, until)
    if not waiting:
        return False
    with context.write(PORTAL) as write:
        open_due(write)
    return True


def open_due(write: Write) -> None:
    """Open a triage record for every component (or alert without one) that enough signals speak of."""
    process = write.settings.process
    until = to_text(write.moment - timedelta(minutes=process.down_minutes))
    for alerts in _grouped(store.long_alerts(write.db, until), by_title=True):
        _open(write, alerts, f"an alert has lasted {process.down_minutes} minutes")
    since = to_text(write.moment - REPORTS_WITHIN)
    for reports in _grouped(store.recent_reports(write.db, since), by_title=False):
        if len(reports) > process.user_reports:
            _open(write, reports, f"{len(reports)} reports came within an hour")


def join_open(write: Write, signal: sqlite3.Row) -> bool:
    """Give a signal to the open incident on its component, if there is one."""
    if signal["component_id"] is None:
        return False
    incident = store.open_incident_on(write.db, signal["component_id"])
    if incident is None:
        return False
    _join(write, incident["id"], signal)
    return True


def ask_for_advice(context: Context, actor: Actor, command: AskAdvice) -> Written:
    """Unsure whether it is an incident: a triage record, and a question in the advice channel."""
    require(actor, Permission.RESPONDER, "ask for advice")
    with context.write(actor) as write:
        component_ids(write.db, [command.component] if command.component else [], "component")
        named = {"summary": command.text} if command.text else {}
        incident_id = open_incident(write, Declare(title=command.title, **named), IncidentState.TRIAGE)
        ref = ref_of(incident_id)
        if command.component:
            write.timeline(incident_id, "note", f"It concerns {command.component}.")
        said = f"{actor.name} asks for advice: is {ref} ({command.title}) an incident?"
        write.timeline(incident_id, "advice", "Advice is asked for")
        write.tell(
            "advice_asked",
            f"advice_asked:{incident_id}",
            incident_id=incident_id,
            details={"to": [ADVICE], "text": said, "link": f"/desk/incidents/{ref}"},
        )
        write.audit("triage.ask", ref)
        return write.written(incident_answer(write.db, write.settings, actor, incident_id))


def promote(context: Context, actor: Actor, ref: str, command: Promote) -> Written:
    """It is an incident: active from now on, led by whoever says so until somebody else accepts the lead."""
    with context.write(actor) as write:
        incident = _in_triage(write, actor, ref)
        columns: dict[str, Any] = {"state": IncidentState.ACTIVE, "declared_at": write.now}
        if command.title is not None:
            columns["title"] = command.title
        if command.severity is not None:
            columns["severity"] = command.severity
        incidents.update_incident(write.db, incident["id"], write.now, **columns)
        if roles.holder(write.db, incident["id"], RoleName.LEAD) is None:
            me = actor.name
            roles.insert_role(
                write.db, incident["id"], RoleName.LEAD, me, offered_by=me, at=write.now, accepted=True, acting=True
            )
        make_rows(write, incident["id"])
        why = f": {command.reason}" if command.reason else ""
        write.timeline(incident["id"], "promoted", f"It is an incident{why}")
        announce(write, incident["id"], "declared", f"{incident['title']}: it is an incident{why}")
        write.audit("triage.promote", ref_of(incident["id"]))
        return write.written(incident_answer(write.db, write.settings, actor, incident["id"]))


def dismiss(context: Context, actor: Actor, ref: str, command: Dismiss) -> Written:
    """It is none, for this reason. The record keeps its number and its timeline; its signals are dealt with."""
    with context.write(actor) as write:
        incident = _in_triage(write, actor, ref)
        incidents.update_incident(
            write.db,
            incident["id"],
            write.now,
            state=IncidentState.CLOSED,
            outcome=Outcome.CANCELLED,
            close_reason=command.reason,
            closed_at=write.now,
            resolved_at=write.now,
            next_update_due=None,
        )
        store.settle_of(write.db, incident["id"], at=write.now, by=actor.name, reason=command.reason)
        write.timeline(incident["id"], "dismissed", f"No incident: {command.reason}")
        write.audit("triage.dismiss", ref_of(incident["id"]))
        return write.written(incident_answer(write.db, write.settings, actor, incident["id"]))


def promote_signal(context: Context, actor: Actor, signal_id: int, command: Promote) -> Written:
    """An incident is made of one signal, before there are enough of them."""
    require(actor, Permission.RESPONDER, "promote signals")
    with context.write(actor) as write:
        signal = _open_signal(write, signal_id)
        severity = command.severity or _severity([signal])
        declared = Declare(title=command.title or signal["title"], severity=severity, started_at=_begin([signal]))
        incident_id = open_incident(write, declared)
        _join(write, incident_id, signal)
        write.audit("signal.promote", ref_of(incident_id), {"signal": signal_id})
        return write.written(incident_answer(write.db, write.settings, actor, incident_id))


def dismiss_signal(context: Context, actor: Actor, signal_id: int, command: Dismiss) -> Written:
    """Nothing has to be done about it, for this reason."""
    require(actor, Permission.RESPONDER, "dismiss signals")
    with context.write(actor) as write:
        _open_signal(write, signal_id)
        store.update_signal(write.db, signal_id, settled_at=write.now, settled_by=actor.name, reason=command.reason)
        write.audit("signal.dismiss", str(signal_id))
        return write.written({"id": signal_id, "settled_at": write.now, "reason": command.reason})


def _open(write: Write, signals: Sequence[sqlite3.Row], why: str) -> None:
    left = [one for one in signals if not join_open(write, one)]
    if not left:
        return
    component = components.component_by_id(write.db, left[0]["component_id"]) if left[0]["component_id"] else None
    title = left[0]["title"] if len(left) == _ALONE or left[0]["kind"] == "alert" else f"{len(left)} reports"
    name = f"{component['name']}: " if component is not None else ""
    portal = Write(write.db, PORTAL, write.moment, write.now, write.settings, write.new_id)
    declared = Declare(title=f"{name}{title}"[:300], severity=_severity(left), started_at=_begin(left))
    incident_id = open_incident(portal, declared, IncidentState.TRIAGE)
    portal.timeline(incident_id, "triage", f"Opened because {why}")
    portal.audit("triage.open", ref_of(incident_id), {"signals": len(left)})
    for one in left:
        _join(portal, incident_id, one)


def _join(write: Write, incident_id: int, signal: sqlite3.Row) -> None:
    store.update_signal(write.db, signal["id"], incident_id=incident_id)
    names = (("channel", "by"), ("on_behalf_of", "on behalf of"))
    more = ", ".join(f"{word} {signal[name]}" for name, word in names if signal[name])
    word = "Alert" if signal["kind"] == "alert" else "Report"
    said = f"{word}: {signal['title']}" + (f" ({more})" if more else "")
    write.timeline(incident_id, "signal", said, happened_at=signal["started_at"], details={"signal": signal["id"]})


def _grouped(rows: Iterable[sqlite3.Row], *, by_title: bool) -> list[list[sqlite3.Row]]:
    def same(row: sqlite3.Row) -> tuple[int, str]:
        return (row["component_id"] or 0, row["title"] if by_title and not row["component_id"] else "")

    return [list(group) for _, group in groupby(sorted(rows, key=same), same)]


def _severity(signals: Iterable[sqlite3.Row]) -> Severity:
    return Severity.CRITICAL if any(one["severity"] == "critical" for one in signals) else Severity.MAJOR


def _begin(signals: Iterable[sqlite3.Row]) -> Any:
    return min(from_text(one["started_at"]) for one in signals)


def _in_triage(write: Write, actor: Actor, ref: str) -> sqlite3.Row:
    incident = find_incident(write.db, actor, ref)
    if incident["state"] != IncidentState.TRIAGE:
        raise Conflict(f"{ref_of(incident['id'])} is {incident['state']} already: it does not wait in triage.")
    return incident


def _open_signal(write: Write, signal_id: int) -> sqlite3.Row:
    signal = store.signal_by_id(write.db, signal_id)
    if signal is None:
        raise NotFound(f"There is no signal {signal_id}.")
    if signal["settled_at"] is not None:
        raise Conflict(f"Signal {signal_id} was dealt with: {signal['reason']}.")
    if signal["incident_id"] is not None:
        raise Conflict(f"Signal {signal_id} belongs to {ref_of(signal['incident_id'])}.")
    return signal
