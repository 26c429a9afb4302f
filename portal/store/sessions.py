"""Sessions and what begins them: one-time links. Tokens are stored as SHA-256 only."""

import sqlite3

from portal.store.rows import insert, one, update

_WITH_PERSON = """
    SELECT session.*, person.email, person.name, person.team, person.permissions
    FROM session JOIN person ON person.id = session.person_id
"""


def link_by_hash(db: sqlite3.Connection, token_hash: str, now: str) -> sqlite3.Row | None:
    """A link that still signs in, with its person's address and permissions."""
    return one(
        db,
        "SELECT link.id, link.pressed, link.person_id, person.email, person.permissions"
        " FROM sign_in_link AS link JOIN person ON person.id = link.person_id"
        " WHERE link.token_hash = ? AND link.used_at IS NULL AND link.expires_at > ? AND person.disabled_at IS NULL",
        (token_hash, now),
    )


def use_link(db: sqlite3.Connection, link_id: int, now: str) -> None:
    update(db, "sign_in_link", link_id, used_at=now)


def insert_session(
    db: sqlite3.Connection,
    person_id: int,
    token_hash: str,
    *,
    how: str,
    address: str,
    browser: str,
    now: str,
    expires_at: str,
) -> int:
    return insert(
        db,
        "session",
        person_id=person_id,
        token_hash=token_hash,
        how=how,
        address=address,
        browser=browser,
        created_at=now,
        seen_at=now,
        expires_at=expires_at,
    )


def live_session(db: sqlite3.Connection, token_hash: str, now: str, idle_since: str) -> sqlite3.Row | None:
    """The session of this token with its person, unless it ended, expired or was idle, or the person is disabled."""
    return one(
        db,
        _WITH_PERSON + "WHERE session.token_hash = ? AND session.ended_at IS NULL AND session.expires_at > ?"
        " AND session.seen_at > ? AND person.disabled_at IS NULL",
        (token_hash, now, idle_since),
    )


def live_sessions(db: sqlite3.Connection, now: str, idle_since: str, person_id: int | None = None) -> list[sqlite3.Row]:
    """All sessions that work, or those of one person; last used first."""
    return db.execute(
        _WITH_PERSON + "WHERE session.ended_at IS NULL AND session.expires_at > ? AND session.seen_at > ?"
        " AND person.disabled_at IS NULL AND (? IS NULL OR session.person_id = ?)"
        " ORDER BY session.seen_at DESC, session.id DESC",
        (now, idle_since, person_id, person_id),
    ).fetchall()


def touch(db: sqlite3.Connection, session_id: int, now: str) -> None:
    update(db, "session", session_id, seen_at=now)


def end_session(db: sqlite3.Connection, session_id: int, now: str) -> None:
    update(db, "session", session_id, ended_at=now)


def end_sessions(db: sqlite3.Connection, person_id: int, now: str, but: int | None = None) -> int:
    """End a person's sessions, except one; answers how many ended."""
    cursor = db.execute(
        "UPDATE session SET ended_at = ? WHERE person_id = ? AND ended_at IS NULL AND id IS NOT ?",
        (now, person_id, but),
    )
    return cursor.rowcount
