"""What the process keeper reads of the database, what it has filed, and what was snoozed.

The reads touch open incidents and what is nearly due only: the clock worker does them every second.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from portal.domain.names import IncidentState
from portal.domain.reminders import Call, Facts, Numbers, Offer, Reminder
from portal.domain.reminders_after import Article, Request, Task, Window, acknowledgement
from portal.domain.times import from_text, to_text
from portal.store.rows import insert, one

AHEAD = timedelta(hours=1)
"""What comes due so soon is read too, so that whoever asks knows until when nothing is."""
OPEN = "resolved_at IS NULL AND state IN ('triage', 'active')"


def open_incidents(db: sqlite3.Connection, numbers: Numbers, support_email: str) -> list[Facts]:
    """The facts of every incident that is not over."""
    rows = db.execute(f"SELECT * FROM incident WHERE {OPEN} ORDER BY id").fetchall()
    if not rows:
        return []
    within = f"incident_id IN (SELECT id FROM incident WHERE {OPEN})"
    roles = _grouped(db.execute(f"SELECT * FROM role WHERE ended_at IS NULL AND {within} ORDER BY id"))
    todo = _grouped(db.execute(f"SELECT incident_id, key FROM checklist_item WHERE state = 'todo' AND {within}"))
    calls = _grouped(db.execute(f"SELECT * FROM call WHERE acknowledged_at IS NULL AND {within} ORDER BY id"))
    return [
        _facts(
            row,
            roles.get(row["id"], []),
            todo.get(row["id"], []),
            calls.get(row["id"], []),
            numbers=numbers,
            support_email=support_email,
        )
        for row in rows
    ]


def _facts(
    row: sqlite3.Row,
    roles: Sequence[sqlite3.Row],
    todo: Sequence[sqlite3.Row],
    calls: Sequence[sqlite3.Row],
    *,
    numbers: Numbers,
    support_email: str,
) -> Facts:
    return Facts(
        id=row["id"],
        ref=f"INC-{row['id']}",
        title=row["title"],
        kind=row["kind"],
        private=bool(row["security"]),
        severity=row["severity"],
        customer_impact=row["customer_impact"],
        declared_at=from_text(row["declared_at"]),
        declared_by=row["declared_by"],
        impact_known_at=_moment(row["impact_known_at"]),
        first_post_at=_moment(row["first_post_at"]),
        next_update_due=_moment(row["next_update_due"]),
        summary_at=_moment(row["summary_at"]),
        post_state=row["post_state"],
        triage=row["state"] == IncidentState.TRIAGE,
        auto=bool(row["auto"]),
        scheduled_for=_moment(row["scheduled_for"]),
        scheduled_until=_moment(row["scheduled_until"]),
        remind_minutes=row["remind_minutes"],
        roles={one["role"]: one["person"] for one in roles if one["accepted_at"]},
        offers=[
            Offer(one["id"], one["role"], one["person"], one["offered_by"], from_text(one["offered_at"]))
            for one in roles
            if not one["accepted_at"]
        ],
        calls=[
            Call(one["id"], one["person"] or one["team"], one["called_by"], from_text(one["called_at"]))
            for one in calls
        ],
        todo=frozenset(one["key"] for one in todo),
        reply=acknowledgement(row["reporter_name"], row["title"], support_email) if row["reporter_kind"] else None,
        numbers=numbers,
    )


def _grouped(rows: Iterable[sqlite3.Row]) -> dict[int, list[sqlite3.Row]]:
    groups: dict[int, list[sqlite3.Row]] = {}
    for row in rows:
        groups.setdefault(row["incident_id"], []).append(row)
    return groups


def _moment(text: str | None) -> datetime | None:
    return from_text(text) if text else None


def articles(db: sqlite3.Connection, now: datetime) -> list[Article]:
    """Postmortems that are due within a day, soon will be, or are late."""
    rows = db.execute(
        "SELECT incident_id, owner, due_at FROM postmortem WHERE state IN ('draft', 'in_review', 'reviewed')"
        " AND waived_reason IS NULL AND due_at IS NOT NULL AND due_at <= ?",
        (to_text(now + timedelta(days=1) + AHEAD),),
    )
    return [Article(row[0], f"INC-{row[0]}", row["owner"], from_text(row["due_at"])) for row in rows]


def tasks(db: sqlite3.Connection, now: datetime) -> list[Task]:
    """Open follow-ups whose day has come, or soon will."""
    rows = db.execute(
        "SELECT id, incident_id, title, owner, due FROM followup WHERE state = 'open' AND due IS NOT NULL AND due <= ?",
        (to_text(now + AHEAD)[:10],),
    )
    return [
        Task(row["id"], row[1], f"INC-{row[1]}", row["title"], row["owner"], from_text(f"{row['due']}T00:00:00Z"))
        for row in rows
    ]


def windows(db: sqlite3.Connection, now: datetime) -> list[Window]:
    """Announcement windows that are not over, soonest first."""
    rows = db.execute(
        "SELECT * FROM announcement_window WHERE cancelled_at IS NULL AND ends_at > ? ORDER BY starts_at, id",
        (to_text(now),),
    )
    return [
        Window(
            row["id"],
            row["title"],
            from_text(row["starts_at"]),
            row["owner"],
            row["plan"],
            row["created_by"],
            from_text(row["created_at"]),
        )
        for row in rows
    ]


def requests(db: sqlite3.Connection) -> dict[int, list[Request]]:
    """By incident: those who asked for a postmortem that is public, and who have not been told."""
    rows = db.execute(
        "SELECT postmortem_request.id, postmortem_request.incident_id, name, owner, public_postmortem.published_at"
        " FROM postmortem_request JOIN public_postmortem USING (incident_id) JOIN postmortem USING (incident_id)"
        " WHERE told_at IS NULL ORDER BY postmortem_request.id"
    )
    waiting: dict[int, list[Request]] = {}
    for row in rows:
        ref = f"INC-{row['incident_id']}"
        at = from_text(row["published_at"])
        waiting.setdefault(row["incident_id"], []).append(
            Request(row["id"], row["incident_id"], ref, row["name"], row["owner"], at)
        )
    return waiting


def snoozes(db: sqlite3.Connection, chains: Sequence[str]) -> dict[str, datetime]:
    """chain -> until when it was snoozed last."""
    rows = db.execute(
        "SELECT chain, max(until) FROM snooze WHERE chain IN (SELECT value FROM json_each(?)) GROUP BY chain",
        (json.dumps(list(chains)),),
    )
    return {chain: from_text(until) for chain, until in rows}


def unfiled(db: sqlite3.Connection, due: Sequence[Reminder]) -> list[Reminder]:
    """Those that have not been filed yet."""
    if not due:
        return []
    keys = json.dumps([one.key for one in due])
    rows = db.execute("SELECT key FROM reminder WHERE key IN (SELECT value FROM json_each(?))", (keys,))
    known = {key for (key,) in rows}
    return [one for one in due if one.key not in known]


def file(db: sqlite3.Connection, one: Reminder, now: str) -> int:
    return insert(
        db,
        "reminder",
        key=one.key,
        chain=one.chain,
        kind=one.kind,
        incident_id=one.incident_id,
        due_at=to_text(one.due_at),
        filed_at=now,
        who=json.dumps(one.who),
        text=one.words,
        link=one.link,
    )


def newest(db: sqlite3.Connection, chains: Sequence[str]) -> dict[str, sqlite3.Row]:
    """chain -> its newest filed reminder."""
    rows = db.execute(
        "SELECT * FROM reminder WHERE id IN (SELECT max(id) FROM reminder WHERE chain IN"
        " (SELECT value FROM json_each(?)) GROUP BY chain)",
        (json.dumps(list(chains)),),
    )
    return {row["chain"]: row for row in rows}


def reminder_by_id(db: sqlite3.Connection, reminder_id: int) -> sqlite3.Row | None:
    return one(db, "SELECT * FROM reminder WHERE id = ?", (reminder_id,))


def insert_snooze(db: sqlite3.Connection, **columns: Any) -> int:
    return insert(db, "snooze", **columns)


def chain_snoozes(db: sqlite3.Connection, chains: Sequence[str]) -> dict[str, int]:
    """chain -> how often it was snoozed."""
    rows = db.execute(
        "SELECT chain, count(*) FROM snooze WHERE chain IN (SELECT value FROM json_each(?)) GROUP BY chain",
        (json.dumps(list(chains)),),
    )
    return dict(tuple(row) for row in rows)
