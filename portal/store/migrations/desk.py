"""Steps 100 and up: how people sign in to the desk."""

from sqlite_utils import Database

from portal.store.migrations.registry import migrations, script


@migrations()
def m100_signing_in(db: Database) -> None:
    script(
        db,
        """
        CREATE TABLE session (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            person_id INTEGER NOT NULL REFERENCES person(id),
            token_hash TEXT NOT NULL UNIQUE,
            how TEXT NOT NULL CHECK (how IN ('link', 'password', 'oidc')),
            address TEXT NOT NULL,
            browser TEXT NOT NULL,
            created_at TEXT NOT NULL,
            seen_at TEXT NOT NULL,
            expires_at TEXT NOT NULL,
            ended_at TEXT
        ) STRICT;
        CREATE INDEX session_live ON session(person_id) WHERE ended_at IS NULL;
        CREATE TABLE password (
            person_id INTEGER PRIMARY KEY REFERENCES person(id),
            hash TEXT NOT NULL,
            changed_at TEXT NOT NULL
        ) STRICT;
        CREATE TABLE identity (
            id INTEGER PRIMARY KEY,
            person_id INTEGER NOT NULL REFERENCES person(id),
            issuer TEXT NOT NULL,
            subject TEXT NOT NULL,
            created_at TEXT NOT NULL,
            UNIQUE (issuer, subject)
        ) STRICT;
        ALTER TABLE sign_in_link ADD COLUMN pressed INTEGER NOT NULL DEFAULT 1 CHECK (pressed IN (0, 1));
        """,
    )


@migrations()
def m101_former_names(db: Database) -> None:
    script(
        db,
        """
        CREATE TABLE former_name (
            id INTEGER PRIMARY KEY,
            person_id INTEGER NOT NULL REFERENCES person(id),
            name TEXT NOT NULL,
            until TEXT NOT NULL
        ) STRICT;
        CREATE INDEX former_name_by_person ON former_name(person_id);
        """,
    )
