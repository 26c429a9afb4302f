"""Steps 150 and up: who was called to an incident, who owns a component and who changed it last."""

from sqlite_utils import Database

from portal.store.migrations.registry import migrations, script


@migrations()
def m150_calls(db: Database) -> None:
    script(
        db,
        """
        CREATE TABLE call (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            incident_id INTEGER NOT NULL REFERENCES incident(id),
            person TEXT,
            team TEXT,
            called_by TEXT NOT NULL,
            called_at TEXT NOT NULL,
            reason TEXT,
            acknowledged_by TEXT,
            acknowledged_at TEXT,
            CHECK ((person IS NULL) <> (team IS NULL))
        ) STRICT;
        CREATE INDEX call_by_incident ON call(incident_id);
        CREATE INDEX call_waiting ON call(called_at) WHERE acknowledged_at IS NULL;
        """,
    )


@migrations()
def m151_owners_and_changes(db: Database) -> None:
    script(
        db,
        """
        CREATE TABLE component_owner (
            component_id INTEGER PRIMARY KEY REFERENCES component(id),
            owner TEXT NOT NULL
        ) STRICT;
        CREATE TABLE component_change (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            component_id INTEGER NOT NULL REFERENCES component(id),
            happened_at TEXT NOT NULL,
            person TEXT NOT NULL,
            what TEXT NOT NULL,
            url TEXT,
            recorded_by TEXT NOT NULL
        ) STRICT;
        CREATE INDEX component_change_by_component ON component_change(component_id, happened_at);
        """,
    )
