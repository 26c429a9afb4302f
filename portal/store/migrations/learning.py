"""Steps 130 to 139: what comes after an incident: reviews, retrospectives, who asked, what is still open."""

from sqlite_utils import Database

from portal.store.migrations.registry import migrations, script


@migrations()
def m130_learning(db: Database) -> None:
    script(
        db,
        """
        ALTER TABLE postmortem ADD COLUMN review_asked_by TEXT;
        ALTER TABLE postmortem ADD COLUMN review_reason TEXT;
        ALTER TABLE postmortem ADD COLUMN retrospective TEXT CHECK (retrospective IN ('yes', 'no'));
        ALTER TABLE postmortem ADD COLUMN retrospective_at TEXT;
        ALTER TABLE postmortem_revision ADD COLUMN autosaved INTEGER NOT NULL DEFAULT 0 CHECK (autosaved IN (0, 1));
        CREATE INDEX postmortem_by_state ON postmortem(state, due_at, id);
        CREATE TABLE postmortem_request (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            incident_id INTEGER NOT NULL REFERENCES incident(id),
            name TEXT NOT NULL,
            contact TEXT,
            note TEXT,
            recorded_by TEXT NOT NULL,
            asked_at TEXT NOT NULL,
            told_at TEXT,
            told_by TEXT
        ) STRICT;
        CREATE INDEX postmortem_request_by_incident ON postmortem_request(incident_id, id);
        CREATE INDEX followup_by_state ON followup(state, due, id);
        CREATE INDEX followup_by_owner ON followup(owner, state, due, id);
        """,
    )


@migrations()
def m131_contacts(db: Database) -> None:
    """To find how people who asked for a postmortem can be reached when it is time to forget it."""
    script(db, "CREATE INDEX postmortem_request_contact ON postmortem_request(told_at) WHERE contact IS NOT NULL;")
