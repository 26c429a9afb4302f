"""Subscribers, sign-ups that wait for their button, and hashes of addresses that must not be mailed by accident."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from portal.store.rows import insert, one, update

MAILBOX = (
    "lower(CASE WHEN instr(email, '+') > 1"
    " THEN substr(email, 1, instr(email, '+') - 1) || substr(email, instr(email, '@')) ELSE email END)"
)
"""Where mail to an address most likely ends: `ada+status@` and `ada+x@` are both `ada@` (RFC 5233)."""


def by_email(db: sqlite3.Connection, email: str) -> sqlite3.Row | None:
    return one(db, "SELECT * FROM subscriber WHERE email = ?", (email,))


def by_id(db: sqlite3.Connection, number: int) -> sqlite3.Row | None:
    return one(db, "SELECT * FROM subscriber WHERE id = ?", (number,))


def by_token(db: sqlite3.Connection, token: str) -> sqlite3.Row | None:
    return one(db, "SELECT * FROM subscriber WHERE token = ?", (token,))


def add(db: sqlite3.Connection, **columns: Any) -> int:
    return insert(db, "subscriber", **columns)


def change(db: sqlite3.Connection, number: int, now: str, **columns: Any) -> None:
    update(db, "subscriber", number, updated_at=now, **columns)


def follow(db: sqlite3.Connection, number: int, components: Iterable[int]) -> None:
    """Make these the components that somebody follows."""
    db.execute("DELETE FROM subscriber_component WHERE subscriber_id = ?", (number,))
    for component in sorted(set(components)):
        db.execute("INSERT INTO subscriber_component VALUES (?, ?)", (number, component))


def follow_incidents(db: sqlite3.Connection, number: int, incidents: Iterable[int]) -> None:
    """Let somebody follow these incidents too, whatever else they chose."""
    for incident in sorted(set(incidents)):
        db.execute("INSERT OR IGNORE INTO subscriber_incident VALUES (?, ?)", (number, incident))


def leave_incidents(db: sqlite3.Connection, number: int) -> None:
    db.execute("DELETE FROM subscriber_incident WHERE subscriber_id = ?", (number,))


def components_of(db: sqlite3.Connection, number: int) -> list[sqlite3.Row]:
    """The components that somebody follows by name, as the public sees them."""
    return db.execute(
        "SELECT public_component.id, slug, name FROM public_component JOIN subscriber_component"
        " ON component_id = public_component.id WHERE subscriber_id = ? ORDER BY position, slug",
        (number,),
    ).fetchall()


def incidents_of(db: sqlite3.Connection, number: int) -> list[sqlite3.Row]:
    """The public incidents that somebody follows one by one."""
    return db.execute(
        "SELECT public_incident.id, public_id, title FROM public_incident JOIN subscriber_incident"
        " ON incident_id = public_incident.id WHERE subscriber_id = ? ORDER BY public_incident.id",
        (number,),
    ).fetchall()


def erase(db: sqlite3.Connection, number: int, now: str) -> None:
    """Take a subscriber out of every table; what waits for them is not sent."""
    db.execute(
        "UPDATE delivery SET state = 'withdrawn', done_at = ? WHERE recipient = ? AND state = 'waiting'",
        (now, str(number)),
    )
    _forget_answers(db, [str(number)])
    row = by_id(db, number)
    if row is not None:
        _delete_sign_ups(db, "email = ?", row["email"])
        kept = "route LIKE '%/subscribers%' AND instr(lower(answer), lower(?))"
        db.execute(f"DELETE FROM idempotency WHERE {kept}", (row["email"],))
    db.execute("DELETE FROM subscriber WHERE id = ?", (number,))


def listed(db: sqlite3.Connection, *, q: str | None, after: int, limit: int) -> list[sqlite3.Row]:
    """Subscribers in the order in which they confirmed; `q` is a part of the address."""
    return db.execute(
        "SELECT * FROM subscriber WHERE id > ?1 AND channel = 'mail' AND (?2 IS NULL OR instr(lower(email), lower(?2)))"
        " ORDER BY id LIMIT ?3",
        (after, q, limit),
    ).fetchall()


# sign-ups


def ask(db: sqlite3.Connection, email: str, token: str, choices: dict[str, Any], *, network: str, now: str) -> None:
    """Keep what was asked for under an address; an earlier request of it is replaced and keeps its token."""
    db.execute(
        "INSERT INTO sign_up (email, token, choices, network, asked_at) VALUES (?1, ?2, ?3, ?4, ?5)"
        " ON CONFLICT (email) DO UPDATE SET choices = ?3, network = ?4, asked_at = ?5, waiting = 1",
        (email, token, json.dumps(choices, sort_keys=True), network, now),
    )


def asked(db: sqlite3.Connection, token: str) -> sqlite3.Row | None:
    return one(db, "SELECT * FROM sign_up WHERE token = ?", (token,))


def sign_up_by_id(db: sqlite3.Connection, number: int) -> sqlite3.Row | None:
    return one(db, "SELECT * FROM sign_up WHERE id = ?", (number,))


def waiting_sign_ups(db: sqlite3.Connection, network: str | None = None) -> int:
    """How many wait for their mail, of one network or in all."""
    row = db.execute(
        "SELECT count(*) FROM sign_up WHERE waiting = 1 AND (?1 IS NULL OR network = ?1)", (network,)
    ).fetchone()
    return int(row[0])


def next_sign_up(
    db: sqlite3.Connection, *, hour_ago: str, day_ago: str, network_most: int, mailbox_most: int, most: int
) -> sqlite3.Row | None:
    """The sign-up whose confirmation may be mailed now: its address was left alone for a day, its mailbox got few in
    that day, its network and all together are left alone for the rest of the hour. Those that may not be mailed again
    today are dropped."""
    db.execute("UPDATE sign_up SET waiting = 0 WHERE waiting = 1 AND mailed_at > ?", (day_ago,))
    total = db.execute("SELECT count(*) FROM sign_up WHERE mailed_at > ?", (hour_ago,)).fetchone()[0]
    if total >= most:
        return None
    return one(
        db,
        "SELECT * FROM sign_up WHERE waiting = 1"
        " AND network NOT IN (SELECT network FROM sign_up WHERE mailed_at > ? GROUP BY 1 HAVING count(*) >= ?)"
        f" AND {MAILBOX} NOT IN (SELECT {MAILBOX} FROM sign_up WHERE mailed_at > ? GROUP BY 1 HAVING count(*) >= ?)"
        " ORDER BY asked_at, id LIMIT 1",
        (hour_ago, network_most, day_ago, mailbox_most),
    )


def mailed(db: sqlite3.Connection, number: int, now: str) -> None:
    db.execute("UPDATE sign_up SET waiting = 0, mailed_at = ? WHERE id = ?", (now, number))


def forget_sign_ups(db: sqlite3.Connection, before: str) -> None:
    """Delete those that nobody confirmed, and kept answers that tell their addresses."""
    db.execute("DELETE FROM idempotency WHERE route LIKE '%/subscribers%' AND created_at < ?", (before,))
    _delete_sign_ups(db, "asked_at < ?1 AND coalesce(mailed_at, '') < ?1", before)


def forget_sign_up(db: sqlite3.Connection, number: int) -> None:
    """Delete one sign-up."""
    _delete_sign_ups(db, "id = ?", number)


def _delete_sign_ups(db: sqlite3.Connection, which: str, value: str | int) -> None:
    rows = db.execute(f"DELETE FROM sign_up WHERE {which} RETURNING id", (value,)).fetchall()
    _forget_answers(db, [f"sign-up {row[0]}" for row in rows])


def _forget_answers(db: sqlite3.Connection, recipients: Sequence[str]) -> None:
    """What mail servers said about recipients, since they repeat addresses."""
    db.executemany("UPDATE delivery SET answer = NULL WHERE recipient = ?", ((one,) for one in recipients))


# addresses that left


def hashed(db: sqlite3.Connection, word: str) -> str:
    """A salted SHA-256: it recognises an address, and can't be turned back into one without this database."""
    salt = db.execute("SELECT salt FROM mail_salt").fetchone()[0]
    return hashlib.sha256(f"{salt} {word.lower()}".encode()).hexdigest()


def suppress(db: sqlite3.Connection, email: str, reason: str, now: str) -> None:
    db.execute("INSERT OR REPLACE INTO suppressed_address VALUES (?, ?, ?)", (hashed(db, email), reason, now))


def suppressed(db: sqlite3.Connection, email: str) -> sqlite3.Row | None:
    return one(db, "SELECT * FROM suppressed_address WHERE hash = ?", (hashed(db, email),))


def unsuppress(db: sqlite3.Connection, email: str) -> None:
    db.execute("DELETE FROM suppressed_address WHERE hash = ?", (hashed(db, email),))


def public_components(db: sqlite3.Connection) -> list[sqlite3.Row]:
    """What can be followed: live components in the page's order; those of one name with that of their group."""
    return db.execute(
        "SELECT it.id, slug, CASE WHEN component_group.name IS NOT NULL AND (SELECT count(*) FROM public_component"
        " WHERE name = it.name) > 1 THEN it.name || ' (' || component_group.name || ')' ELSE it.name END AS name"
        " FROM public_component AS it LEFT JOIN component_group ON component_group.id = group_id"
        " WHERE retired_at IS NULL ORDER BY it.position, it.id"
    ).fetchall()


def open_incidents(db: sqlite3.Connection) -> list[sqlite3.Row]:
    """Public incidents and maintenances that are not over, with the components that each names."""
    return db.execute(
        "SELECT id, kind, (SELECT group_concat(component_id) FROM (SELECT component_id FROM public_impact WHERE"
        " incident_id = public_incident.id UNION SELECT component_id FROM post_component JOIN public_post"
        " ON public_post.id = post_id WHERE public_post.incident_id = public_incident.id)) AS components"
        " FROM public_incident WHERE resolved_at IS NULL ORDER BY id"
    ).fetchall()


def public_incident(db: sqlite3.Connection, public_id: str) -> sqlite3.Row | None:
    return one(db, "SELECT id, public_id, title FROM public_incident WHERE public_id = ?", (public_id,))


def titles(db: sqlite3.Connection, public_ids: Sequence[str]) -> list[str]:
    marks = ",".join("?" for _ in public_ids)
    rows = db.execute(f"SELECT title FROM public_incident WHERE public_id IN ({marks}) ORDER BY id", public_ids)
    return [row[0] for row in rows]


# whom a mail is for


def to_be_told(db: sqlite3.Connection, number: int) -> sqlite3.Row | None:
    """A subscriber who is not paused: address, token, language, digest."""
    return one(
        db,
        "SELECT email, token, language, digest, NULL AS choices FROM subscriber WHERE id = ? AND paused_at IS NULL",
        (number,),
    )


def to_be_asked(db: sqlite3.Connection, number: int) -> sqlite3.Row | None:
    """A sign-up as whom its confirmation is for."""
    return one(
        db,
        "SELECT email, token, coalesce(json_extract(choices, '$.language'), 'en') AS language, 0 AS digest, choices"
        " FROM sign_up WHERE id = ?",
        (number,),
    )


def bounces_since(db: sqlite3.Connection, number: int, since: str) -> int:
    """How many permanent bounces an address has had."""
    row = db.execute(
        "SELECT count(*) FROM bounce WHERE subscriber_id = ? AND kind = 'permanent' AND at > ?", (number, since)
    ).fetchone()
    return int(row[0])


def settle(db: sqlite3.Connection, number: int) -> None:
    """A sign-up was confirmed: what it asked for is done, and its link leads to the subscriber's page."""
    db.execute("UPDATE sign_up SET choices = '{\"done\": true}', waiting = 0 WHERE id = ?", (number,))


def forgive(db: sqlite3.Connection, number: int) -> None:
    """Forget what failed of an address whose owner has shown that it can be reached."""
    db.execute("DELETE FROM bounce WHERE subscriber_id = ?", (number,))
    db.execute("UPDATE webhook SET failing_since = NULL WHERE subscriber_id = ?", (number,))
