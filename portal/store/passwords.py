"""Hashes of passwords, and who somebody is at an identity provider."""

import sqlite3

from portal.store.rows import insert, one


def password_of(db: sqlite3.Connection, email: str) -> sqlite3.Row | None:
    """Hash and person of an address that has a password and an open account."""
    return one(
        db,
        "SELECT password.hash, person.id AS person_id, person.email, person.permissions FROM password"
        " JOIN person ON person.id = password.person_id WHERE person.email = ? AND person.disabled_at IS NULL",
        (email,),
    )


def changed_at(db: sqlite3.Connection, person_id: int) -> str | None:
    """When this person's password was set; None when there is none."""
    row = one(db, "SELECT changed_at FROM password WHERE person_id = ?", (person_id,))
    return row["changed_at"] if row else None


def save_password(db: sqlite3.Connection, person_id: int, hash_: str, now: str) -> None:
    db.execute(
        "INSERT OR REPLACE INTO password (person_id, hash, changed_at) VALUES (?, ?, ?)", (person_id, hash_, now)
    )


def signed_in_from(db: sqlite3.Connection, email: str, address: str) -> bool:
    """Whether this person has signed in from this address before."""
    return (
        one(
            db,
            "SELECT 1 FROM session JOIN person ON person.id = person_id WHERE email = ? AND address = ? LIMIT 1",
            (email, address),
        )
        is not None
    )


def person_of_identity(db: sqlite3.Connection, issuer: str, subject: str) -> sqlite3.Row | None:
    """Whoever signed in as this subject before."""
    return one(
        db,
        "SELECT person.* FROM identity JOIN person ON person.id = person_id WHERE issuer = ? AND subject = ?",
        (issuer, subject),
    )


def insert_identity(db: sqlite3.Connection, person_id: int, issuer: str, subject: str, now: str) -> None:
    insert(db, "identity", person_id=person_id, issuer=issuer, subject=subject, created_at=now)
