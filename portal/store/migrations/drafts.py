"""Steps 110 and up: posts that are being written, scheduled or read by a second person."""

from sqlite_utils import Database

from portal.store.migrations.registry import migrations, script


@migrations()
def m110_drafts(db: Database) -> None:
    script(
        db,
        """
        CREATE TABLE draft (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            incident_id INTEGER NOT NULL REFERENCES incident(id),
            person TEXT NOT NULL,
            words TEXT NOT NULL DEFAULT '{}',
            version INTEGER NOT NULL DEFAULT 1,
            tab TEXT,
            publish_at TEXT,
            review_asked_at TEXT,
            approved_by TEXT,
            approved_at TEXT,
            refusal TEXT,
            findings TEXT,
            post_id INTEGER REFERENCES post(id),
            ended_at TEXT,
            created_at TEXT NOT NULL,
            updated_at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX draft_open ON draft(incident_id, id) WHERE ended_at IS NULL;
        CREATE INDEX draft_scheduled ON draft(publish_at) WHERE publish_at IS NOT NULL AND ended_at IS NULL;
        """,
    )


@migrations()
def m111_drafts_of_a_tab(db: Database) -> None:
    """The first save of a tab may come twice, while neither knows of the other."""
    script(db, "CREATE INDEX draft_tab ON draft(incident_id, person, tab);")
