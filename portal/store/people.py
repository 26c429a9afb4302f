"""People, API tokens and one-time sign-in links. Secrets are stored as SHA-256 only."""

import sqlite3
from typing import Any

from portal.store.rows import insert, one, update


def full_names(db: sqlite3.Connection) -> list[str]:
    """Names of people with an account that are more than an address."""
    rows = db.execute("SELECT name FROM person WHERE disabled_at IS NULL AND name LIKE '% %' ORDER BY name")
    return [row[0] for row in rows]


def open_account(db: sqlite3.Connection, email: str) -> sqlite3.Row | None:
    """The person with this address, unless the account is disabled."""
    return one(db, "SELECT * FROM person WHERE email = ? AND disabled_at IS NULL", (email,))


def person_called(db: sqlite3.Connection, word: str) -> sqlite3.Row | None:
    """The person with this address, or the only one with this name, or else given name; in any case of letters."""
    found = open_account(db, word)
    if found:
        return found
    rows = db.execute(
        "SELECT * FROM person WHERE disabled_at IS NULL"
        " AND (name = :word COLLATE NOCASE OR substr(name, 1, instr(name, ' ') - 1) = :word COLLATE NOCASE)",
        {"word": word},
    ).fetchall()
    rows = [row for row in rows if row["name"].casefold() == word.casefold()] or rows
    return rows[0] if len(rows) == 1 else None


def account_named(db: sqlite3.Connection, name: str) -> sqlite3.Row | None:
    """`permissions` and `ended_at` of the person with this address, or of the newest token with this name."""
    return one(db, "SELECT permissions, disabled_at AS ended_at FROM person WHERE email = ?", (name,)) or one(
        db,
        "SELECT permissions, revoked_at AS ended_at FROM api_token WHERE name = ? ORDER BY id DESC LIMIT 1",
        (name,),
    )


def save_person(db: sqlite3.Connection, email: str, name: str, permissions: str, now: str) -> int:
    """Add a person, or give the one with this address these permissions and an open account again."""
    found = one(db, "SELECT id FROM person WHERE email = ?", (email,))
    if found is None:
        return insert(db, "person", email=email, name=name, permissions=permissions, created_at=now)
    update_person(db, found["id"], now, name=name, permissions=permissions, disabled_at=None)
    return int(found["id"])


def update_person(db: sqlite3.Connection, person_id: int, now: str, **columns: Any) -> None:
    """Change a person; a name they had stays known, so that nothing public starts to say it."""
    row = one(db, "SELECT name FROM person WHERE id = ?", (person_id,))
    if row is not None and columns.get("name", row["name"]) != row["name"]:
        insert(db, "former_name", person_id=person_id, name=row["name"], until=now)
    update(db, "person", person_id, **columns)


def person_by_email(db: sqlite3.Connection, email: str) -> sqlite3.Row | None:
    """The person with this address, also a disabled one."""
    return one(db, "SELECT * FROM person WHERE email = ?", (email,))


def admin_before_anybody(db: sqlite3.Connection) -> sqlite3.Row | None:
    """The first admin, as long as nobody has ever signed in."""
    return one(
        db,
        "SELECT * FROM person WHERE disabled_at IS NULL AND ',' || permissions || ',' LIKE '%,admin,%'"
        " AND NOT EXISTS (SELECT 1 FROM session) ORDER BY id LIMIT 1",
    )


def insert_link(
    db: sqlite3.Connection, person_id: int, token_hash: str, *, pressed: bool, now: str, expires_at: str
) -> None:
    insert(
        db,
        "sign_in_link",
        person_id=person_id,
        token_hash=token_hash,
        pressed=int(pressed),
        created_at=now,
        expires_at=expires_at,
    )


def end_links(db: sqlite3.Connection, person_id: int, now: str) -> None:
    """Links that were not used yet are of no use any more."""
    db.execute(
        "UPDATE sign_in_link SET expires_at = ? WHERE person_id = ? AND used_at IS NULL AND expires_at > ?",
        (now, person_id, now),
    )


def insert_token(
    db: sqlite3.Connection, name: str, *, prefix: str, token_hash: str, permissions: str, now: str
) -> None:
    insert(db, "api_token", name=name, prefix=prefix, token_hash=token_hash, permissions=permissions, created_at=now)


def live_token(db: sqlite3.Connection, name: str) -> sqlite3.Row | None:
    return one(db, "SELECT * FROM api_token WHERE name = ? AND revoked_at IS NULL", (name,))


def token_by_hash(db: sqlite3.Connection, token_hash: str) -> sqlite3.Row | None:
    """A token that has not been revoked."""
    return one(db, "SELECT * FROM api_token WHERE token_hash = ? AND revoked_at IS NULL", (token_hash,))


def revoke(db: sqlite3.Connection, token_id: int, now: str) -> None:
    update(db, "api_token", token_id, revoked_at=now)


def people(db: sqlite3.Connection) -> list[sqlite3.Row]:
    return db.execute("SELECT * FROM person ORDER BY email").fetchall()


def people_with(db: sqlite3.Connection, permission: str) -> list[sqlite3.Row]:
    """Those with an open account who have this permission themselves."""
    return [row for row in people(db) if row["disabled_at"] is None and permission in row["permissions"].split(",")]


def tokens(db: sqlite3.Connection) -> list[sqlite3.Row]:
    return db.execute("SELECT * FROM api_token ORDER BY name, id").fetchall()
