"""Steps 140 and up: what must be told outside, and to whom it was."""

from sqlite_utils import Database

from portal.store.migrations.registry import migrations, script


@migrations()
def m140_outbox(db: Database) -> None:
    script(
        db,
        """
        CREATE TABLE outbox (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            key TEXT NOT NULL UNIQUE,
            event TEXT NOT NULL,
            incident_id INTEGER REFERENCES incident(id),
            post_id INTEGER REFERENCES post(id),
            details TEXT NOT NULL DEFAULT '{}',
            at TEXT NOT NULL,
            not_before TEXT NOT NULL,
            withdrawn_at TEXT,
            fanned_out_at TEXT
        ) STRICT;
        CREATE INDEX outbox_waiting ON outbox(not_before, id) WHERE fanned_out_at IS NULL AND withdrawn_at IS NULL;
        CREATE INDEX outbox_by_incident ON outbox(incident_id, id);
        """,
    )
