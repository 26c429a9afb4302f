"""Steps 120 to 129: reminders, announcement windows, signals from outside, and who is on call."""

from sqlite_utils import Database

from portal.store.migrations.registry import migrations, script


@migrations()
def m120_reminders(db: Database) -> None:
    script(
        db,
        """
        CREATE TABLE reminder (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            key TEXT NOT NULL UNIQUE,
            chain TEXT NOT NULL,
            kind TEXT NOT NULL,
            incident_id INTEGER REFERENCES incident(id),
            due_at TEXT NOT NULL,
            filed_at TEXT NOT NULL,
            who TEXT NOT NULL,
            text TEXT NOT NULL,
            link TEXT NOT NULL
        ) STRICT;
        CREATE INDEX reminder_by_chain ON reminder(chain, id);
        CREATE INDEX reminder_by_incident ON reminder(incident_id, id);
        CREATE TABLE snooze (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            chain TEXT NOT NULL,
            reminder_id INTEGER NOT NULL REFERENCES reminder(id),
            incident_id INTEGER REFERENCES incident(id),
            at TEXT NOT NULL,
            until TEXT NOT NULL,
            actor TEXT NOT NULL,
            reason TEXT
        ) STRICT;
        CREATE INDEX snooze_by_chain ON snooze(chain, id);
        CREATE INDEX snooze_by_incident ON snooze(incident_id, id);
        CREATE INDEX followup_due ON followup(due) WHERE state = 'open' AND due IS NOT NULL;
        CREATE INDEX postmortem_due ON postmortem(due_at)
            WHERE state IN ('draft', 'in_review', 'reviewed') AND due_at IS NOT NULL AND waived_reason IS NULL;
        """,
    )


@migrations()
def m121_announcement_windows(db: Database) -> None:
    script(
        db,
        """
        CREATE TABLE announcement_window (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            title TEXT NOT NULL,
            starts_at TEXT NOT NULL,
            ends_at TEXT NOT NULL,
            owner TEXT,
            plan TEXT,
            notify TEXT NOT NULL DEFAULT '[]',
            created_by TEXT NOT NULL,
            created_at TEXT NOT NULL,
            updated_at TEXT NOT NULL,
            cancelled_at TEXT,
            cancel_reason TEXT,
            CHECK (ends_at > starts_at)
        ) STRICT;
        CREATE INDEX announcement_window_by_end ON announcement_window(ends_at) WHERE cancelled_at IS NULL;
        """,
    )


@migrations()
def m122_signals(db: Database) -> None:
    script(
        db,
        """
        CREATE TABLE signal (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            kind TEXT NOT NULL CHECK (kind IN ('alert', 'report')),
            source TEXT NOT NULL,
            key TEXT NOT NULL,
            title TEXT NOT NULL,
            text TEXT,
            component_id INTEGER REFERENCES component(id),
            severity TEXT NOT NULL CHECK (severity IN ('critical', 'major', 'none')),
            url TEXT,
            channel TEXT,
            on_behalf_of TEXT,
            contact TEXT,
            received_by TEXT NOT NULL,
            times INTEGER NOT NULL DEFAULT 1,
            started_at TEXT NOT NULL,
            received_at TEXT NOT NULL,
            seen_at TEXT NOT NULL,
            ended_at TEXT,
            incident_id INTEGER REFERENCES incident(id),
            settled_at TEXT,
            settled_by TEXT,
            reason TEXT
        ) STRICT;
        CREATE UNIQUE INDEX signal_live ON signal(source, key) WHERE ended_at IS NULL AND settled_at IS NULL;
        CREATE INDEX signal_open ON signal(id) WHERE settled_at IS NULL;
        CREATE INDEX signal_waiting ON signal(kind, started_at)
            WHERE incident_id IS NULL AND settled_at IS NULL AND ended_at IS NULL;
        CREATE INDEX signal_by_incident ON signal(incident_id, id);
        """,
    )


@migrations()
def m123_rota(db: Database) -> None:
    script(
        db,
        """
        CREATE TABLE rota_file (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            text TEXT,
            changed_at TEXT,
            read_at TEXT,
            looked_at TEXT NOT NULL,
            fingerprint TEXT NOT NULL,
            fault TEXT
        ) STRICT;
        """,
    )


@migrations()
def m124_contacts(db: Database) -> None:
    """To find how people outside can be reached when it is time to forget it."""
    script(
        db,
        """
        CREATE INDEX signal_contact ON signal(settled_at) WHERE contact IS NOT NULL;
        CREATE INDEX incident_reporter ON incident(closed_at) WHERE reporter_contact IS NOT NULL;
        """,
    )
