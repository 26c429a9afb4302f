"""Figures for monitoring: how many of what there are, inside and outside."""

import sqlite3
from collections.abc import Iterable

_QUERIES = {  # name: (what it counts, its labels parted by blanks, rows of their values and the number)
    "incidents": ("incidents, by internal state", "state", "SELECT state, count(*) FROM incident GROUP BY state"),
    "incidents_open": (
        "unresolved incidents, by severity",
        "severity",
        "SELECT severity, count(*) FROM incident WHERE resolved_at IS NULL AND state IN ('triage', 'active')"
        " AND kind <> 'maintenance' GROUP BY severity",
    ),
    "postmortems": ("postmortems, by state", "state", "SELECT state, count(*) FROM postmortem GROUP BY state"),
    "posts": ("status posts", "", "SELECT count(*) FROM post"),
    "components": (
        "components on the page",
        "",
        "SELECT count(*) FROM component WHERE retired_at IS NULL AND hidden = 0",
    ),
    "followups_open": ("open follow-ups", "", "SELECT count(*) FROM followup WHERE state = 'open'"),
    "subscribers": (
        "who follows by mail or webhook, by whether they are paused",
        "paused",
        "SELECT CASE WHEN paused_at IS NULL THEN 'no' ELSE 'yes' END, count(*) FROM subscriber GROUP BY 1",
    ),
    "events_waiting": (
        "events that wait to be sent",
        "",
        "SELECT count(*) FROM outbox WHERE fanned_out_at IS NULL AND withdrawn_at IS NULL",
    ),
    "deliveries_waiting": (
        "deliveries that wait, by queue: mail, webhooks, chats and the hub",
        "queue",
        "SELECT channel, count(*) FROM delivery WHERE state = 'waiting' GROUP BY channel",
    ),
    "recipients_failing": (
        "recipients that were last tried in vain, by kind",
        "kind",
        "WITH way (kind, queue) AS (VALUES ('mail', 'mail'), ('mail', 'direct'), ('webhook', 'webhook'),"
        " ('webhook', 'webhook late'), ('chat', 'announce'), ('hub', 'hub'))"
        " SELECT kind, count(DISTINCT recipient) FROM way LEFT JOIN delivery"
        " ON channel = queue AND state = 'waiting' AND attempts > 0 GROUP BY kind",
    ),
    "deliveries_day": (
        "deliveries that ended in the last 24 hours, by queue and how",
        "queue state",
        "SELECT channel, state, count(*) FROM delivery"
        " WHERE done_at > strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-1 day') GROUP BY channel, state",
    ),
    "mail_unreachable": (
        "1 while the mail server can't be used",
        "",
        "SELECT unreachable_since IS NOT NULL FROM mail_service",
    ),
    "changes": ("public changes, ever", "", "SELECT coalesce(max(seq), 0) FROM change"),
}


def counts(db: sqlite3.Connection) -> Iterable[tuple[str, str, list[tuple[dict[str, str], int]]]]:
    """(name, what it counts, [(its labels, number)]) for each figure."""
    for name, (said, labels, query) in _QUERIES.items():
        yield name, said, [(dict(zip(labels.split(), row, strict=False)), row[-1]) for row in db.execute(query)]


def newest_change(db: sqlite3.Connection) -> int:
    """The sequence of the last public change; 0 in an empty portal."""
    return int(db.execute("SELECT coalesce(max(seq), 0) FROM change").fetchone()[0])


def refuses_writes(db: sqlite3.Connection) -> str | None:
    """Why the database can't be written to; None when it can, also while somebody else is writing.

    It is tried out, since a full disk lets a transaction begin and refuses to end it. The number has no meaning.
    """
    wait = db.execute("PRAGMA busy_timeout").fetchone()[0]
    db.execute("PRAGMA busy_timeout = 0")
    try:
        number = db.execute("PRAGMA user_version").fetchone()[0]
        db.execute(f"PRAGMA user_version = {1 - int(number) % 2}")
    except sqlite3.OperationalError as error:
        return None if "locked" in str(error) else str(error)
    finally:
        db.execute(f"PRAGMA busy_timeout = {int(wait)}")
    return None
