"""What monitoring and people report: kept, joined to what is open, and (when it is enough) a triage record."""

import hashlib
import json
import re
import sqlite3
from datetime import datetime
from typing import Any

from portal.domain.errors import Invalid
from portal.domain.names import IncidentState, Permission
from portal.domain.times import from_text, to_text
from portal.store import components, incidents
from portal.store import signals as store
from portal.text import clean
from portal.verbs.access import ref_of, require
from portal.verbs.commands import POST_LENGTH, SLUG, TITLE_LENGTH
from portal.verbs.commands_keeper import Alert, AlertmanagerAlerts, SendSignal
from portal.verbs.context import PORTAL, Actor, Context, Write, Written
from portal.verbs.levels import component_ids
from portal.verbs.paging import LIMIT, page_of
from portal.verbs.triage import join_open, open_due

ALERTMANAGER = "alertmanager"
_WEIGHTS = {"critical": "critical", "page": "critical", "emergency": "critical", "none": "none", "info": "none"}
"""Alertmanager's label `severity` -> ours; everything else is major."""


def send_signal(context: Context, actor: Actor, command: SendSignal) -> Written:
    """Keep an alert or a report. The same alert again only counts; `resolved` ends it. Nothing of it is public."""
    require(actor, Permission.RESPONDER, "send signals")
    if command.kind == "alert" and command.key is None:
        raise Invalid("An alert needs a key.", {"key": ["Name the alert, so that its end is known again."]})
    if command.kind == "report" and command.status == "resolved":
        raise Invalid("A report has no end.", {"status": ["Dismiss or promote it instead."]})
    with context.write(actor) as write:
        slugs = [command.component] if command.component else []
        component_id = component_ids(write.db, slugs, "component").get(command.component or "")
        started_at = write.moment if command.started_at is None else command.started_at
        signal_id = record(write, command, component_id, started_at)
        if signal_id is None:
            said = f"{command.source} has sent no alert {command.key} that still lasts."
            raise Invalid("No such alert goes on.", {"key": [said]})
        open_due(write)
        write.audit("signal", str(signal_id), {"kind": command.kind, "status": command.status})
        return write.written(signal_answer(_row(write.db, signal_id)))


def send_alerts(context: Context, actor: Actor, command: AlertmanagerAlerts) -> Written:
    """Take what Alertmanager's webhook (version 4) sends. The label `component` says what an alert concerns when it is
    a component's slug; an end without a beginning is left alone."""
    require(actor, Permission.RESPONDER, "send signals")
    with context.write(actor) as write:
        kept = []
        for alert in command.alerts:
            slug = alert.labels.get("component", "")
            row = components.component_by_slug(write.db, slug) if re.fullmatch(SLUG, slug) else None
            kept.append(record(write, _of_alert(alert), row["id"] if row else None, _moment(alert, write.moment)))
        open_due(write)
        ids = dict.fromkeys(one for one in kept if one is not None)
        write.audit("signal.alertmanager", str(len(ids)), {"alerts": len(command.alerts)})
        items = [signal_answer(_row(write.db, one)) for one in ids]
        return write.written({"received": len(command.alerts), "items": items})


def record(write: Write, sent: SendSignal, component_id: int | None, started_at: datetime) -> int | None:
    """Keep one signal and join it to what is open on its component; answers its row, None for the end of nothing."""
    key = sent.key or write.new_id()
    live = store.live_signal(write.db, sent.source, key)
    if live is not None and live["incident_id"] is not None and _is_over(write, live["incident_id"]):
        why = "its incident is over"
        store.update_signal(write.db, live["id"], settled_at=write.now, settled_by=PORTAL.name, reason=why)
        live = None
    if live is not None:
        ended = sent.status == "resolved"
        columns: dict[str, Any] = {"ended_at": write.now} if ended else {"times": live["times"] + 1}
        store.update_signal(write.db, live["id"], seen_at=write.now, **columns)
        if ended and live["incident_id"] is not None:
            write.timeline(live["incident_id"], "signal", f"Ended: {live['title']} ({live['source']})")
        return int(live["id"])
    if sent.status == "resolved":
        return None
    signal_id = store.insert_signal(
        write.db,
        kind=sent.kind,
        source=sent.source,
        key=key,
        title=sent.title,
        text=sent.text,
        component_id=component_id,
        severity=sent.severity,
        url=sent.url,
        channel=sent.channel,
        on_behalf_of=sent.on_behalf_of,
        contact=sent.contact,
        received_by=write.actor.name,
        started_at=to_text(min(started_at, write.moment)),
        received_at=write.now,
        seen_at=write.now,
    )
    join_open(write, _row(write.db, signal_id))
    return signal_id


def signal_answer(row: sqlite3.Row) -> dict[str, Any]:
    said: dict[str, Any] = {"id": row["id"], "ref": ref_of(row["incident_id"]) if row["incident_id"] else None}
    names = (
        "kind source key title text severity url channel on_behalf_of contact received_by times started_at received_at"
        " seen_at ended_at settled_at settled_by reason"
    )
    said |= {name: row[name] for name in names.split()}
    return said | {"component": row["slug"]}


def list_signals(context: Context, actor: Actor, limit: int = LIMIT, cursor: str | None = None) -> dict[str, Any]:
    """Those that belong to no incident and that nobody has dealt with, newest first."""
    require(actor, Permission.RESPONDER, "read signals")
    with context.database.snapshot() as db:
        rows = store.open_signals(db)
    return page_of([signal_answer(row) for row in rows], limit, cursor)


def _of_alert(alert: Alert) -> SendSignal:
    labels, notes = alert.labels, alert.annotations
    name = _line(notes.get("summary") or labels.get("alertname") or "Alert")
    text = clean(notes.get("description", "")).strip()[:POST_LENGTH]
    url = alert.generatorURL or ""
    return SendSignal(
        title=name,
        kind="alert",
        status=alert.status,
        source=ALERTMANAGER,
        key=_line(alert.fingerprint or "") if (alert.fingerprint or "").strip() else _fingerprint(labels),
        severity=_WEIGHTS.get(labels.get("severity", "").casefold(), "major"),
        text=text or None,
        url=url if url.lower().startswith(("http://", "https://")) and len(url) <= 2000 else None,
    )


def _line(text: str) -> str:
    return " ".join(clean(text).split())[:TITLE_LENGTH] or "Alert"


def _fingerprint(labels: dict[str, str]) -> str:
    """The labels are what makes an alert the same one, as in Alertmanager itself."""
    return hashlib.sha256(json.dumps(labels, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _moment(alert: Alert, now: datetime) -> datetime:
    """When it began; `now` where that can't be read."""
    try:
        moment = from_text((alert.startsAt or "").upper())
    except ValueError:
        return now
    return moment if 1970 <= moment.year <= now.year else now


def _is_over(write: Write, incident_id: int) -> bool:
    row = incidents.incident_by_id(write.db, incident_id)
    return row is None or row["state"] not in (IncidentState.TRIAGE, IncidentState.ACTIVE)


def _row(db: sqlite3.Connection, signal_id: int) -> sqlite3.Row:
    row = store.signal_by_id(db, signal_id)
    assert row is not None  # noqa: S101
    return row
