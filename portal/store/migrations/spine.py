"""Steps 1 to 99: people, components, incidents, the process, the ledger, and what of them is public."""

from sqlite_utils import Database

from portal.store.migrations.registry import migrations, script
from portal.store.views import PUBLIC_VIEWS


@migrations()
def m001_people_and_portal(db: Database) -> None:
    script(
        db,
        """
        CREATE TABLE portal (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            epoch TEXT NOT NULL,
            page_id TEXT NOT NULL,
            created_at TEXT NOT NULL,
            as_of TEXT NOT NULL
        ) STRICT;
        CREATE TABLE person (
            id INTEGER PRIMARY KEY,
            email TEXT NOT NULL UNIQUE COLLATE NOCASE,
            name TEXT NOT NULL,
            team TEXT,
            permissions TEXT NOT NULL,
            created_at TEXT NOT NULL,
            disabled_at TEXT
        ) STRICT;
        CREATE TABLE sign_in_link (
            id INTEGER PRIMARY KEY,
            person_id INTEGER NOT NULL REFERENCES person(id),
            token_hash TEXT NOT NULL UNIQUE,
            created_at TEXT NOT NULL,
            expires_at TEXT NOT NULL,
            used_at TEXT
        ) STRICT;
        CREATE TABLE api_token (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            prefix TEXT NOT NULL,
            token_hash TEXT NOT NULL UNIQUE,
            permissions TEXT NOT NULL,
            created_at TEXT NOT NULL,
            revoked_at TEXT
        ) STRICT;
        CREATE UNIQUE INDEX api_token_live_name ON api_token(name) WHERE revoked_at IS NULL;
        """,
    )


@migrations()
def m002_components_and_incidents(db: Database) -> None:
    script(
        db,
        """
        CREATE TABLE component_group (
            id INTEGER PRIMARY KEY,
            public_id TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL UNIQUE,
            position INTEGER NOT NULL,
            created_at TEXT NOT NULL,
            updated_at TEXT NOT NULL
        ) STRICT;
        CREATE TABLE component (
            id INTEGER PRIMARY KEY,
            public_id TEXT NOT NULL UNIQUE,
            slug TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            description TEXT,
            group_id INTEGER REFERENCES component_group(id),
            position INTEGER NOT NULL,
            showcase INTEGER NOT NULL DEFAULT 1 CHECK (showcase IN (0, 1)),
            hidden INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1)),
            start_date TEXT,
            source TEXT,
            source_id TEXT,
            created_at TEXT NOT NULL,
            updated_at TEXT NOT NULL,
            retired_at TEXT,
            UNIQUE (source, source_id)
        ) STRICT;
        CREATE INDEX component_group_id ON component(group_id);
        CREATE TABLE incident (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            public_id TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL CHECK (kind IN ('incident', 'advisory', 'maintenance', 'drill')),
            title TEXT NOT NULL,
            public_title TEXT,
            state TEXT NOT NULL CHECK (state IN ('triage', 'active', 'resolved', 'learning', 'closed')),
            outcome TEXT CHECK (outcome IN ('resolved', 'false_positive', 'duplicate', 'cancelled')),
            severity TEXT NOT NULL CHECK (severity IN ('critical', 'major', 'minor')),
            severity_reason TEXT,
            customer_impact TEXT NOT NULL CHECK (customer_impact IN ('yes', 'no', 'unknown')),
            impact_level TEXT CHECK (impact_level IN ('none', 'minor', 'major', 'critical', 'maintenance')),
            security INTEGER NOT NULL DEFAULT 0 CHECK (security IN (0, 1)),
            disclosed_as TEXT CHECK (disclosed_as IN ('advisory', 'postmortem')),
            audience TEXT,
            breadth TEXT,
            summary TEXT,
            summary_at TEXT,
            workaround TEXT,
            started_at TEXT NOT NULL,
            detected_at TEXT,
            declared_at TEXT NOT NULL,
            declared_by TEXT NOT NULL,
            acknowledged_at TEXT,
            impact_known_at TEXT,
            mitigated_at TEXT,
            resolved_at TEXT,
            closed_at TEXT,
            end_unknown INTEGER NOT NULL DEFAULT 0 CHECK (end_unknown IN (0, 1)),
            post_state TEXT,
            first_post_at TEXT,
            last_post_at TEXT,
            next_update_due TEXT,
            scheduled_for TEXT,
            scheduled_until TEXT,
            auto INTEGER NOT NULL DEFAULT 0 CHECK (auto IN (0, 1)),
            remind_minutes INTEGER,
            reporter_kind TEXT,
            reporter_name TEXT,
            reporter_contact TEXT,
            lesson TEXT,
            what_was_seen TEXT,
            duplicate_of INTEGER REFERENCES incident(id),
            close_reason TEXT,
            source TEXT,
            source_id TEXT,
            change_seq INTEGER NOT NULL DEFAULT 0,
            created_at TEXT NOT NULL,
            updated_at TEXT NOT NULL,
            UNIQUE (source, source_id)
        ) STRICT;
        CREATE INDEX incident_by_start ON incident(started_at);
        CREATE INDEX incident_by_state ON incident(state, started_at);
        CREATE INDEX incident_open ON incident(kind, id) WHERE resolved_at IS NULL;
        CREATE TABLE post (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            public_id TEXT NOT NULL UNIQUE,
            incident_id INTEGER NOT NULL REFERENCES incident(id),
            state TEXT NOT NULL CHECK (state IN ('investigating', 'identified', 'monitoring', 'resolved',
                                                 'scheduled', 'in_progress', 'verifying', 'completed')),
            body TEXT NOT NULL,
            customer_action TEXT,
            next_update_due TEXT,
            display_at TEXT NOT NULL,
            published_at TEXT NOT NULL,
            corrects INTEGER REFERENCES post(id),
            notify INTEGER NOT NULL DEFAULT 1 CHECK (notify IN (0, 1)),
            automatic INTEGER NOT NULL DEFAULT 0 CHECK (automatic IN (0, 1)),
            author TEXT NOT NULL,
            findings TEXT,
            source_id TEXT,
            redacted_at TEXT
        ) STRICT;
        CREATE INDEX post_by_incident ON post(incident_id, display_at, id);
        CREATE INDEX post_by_time ON post(display_at, id);
        CREATE TABLE post_component (
            post_id INTEGER NOT NULL REFERENCES post(id),
            component_id INTEGER NOT NULL REFERENCES component(id),
            old_status TEXT NOT NULL,
            new_status TEXT NOT NULL,
            PRIMARY KEY (post_id, component_id)
        ) STRICT;
        CREATE INDEX post_component_by_component ON post_component(component_id);
        CREATE TABLE impact (
            id INTEGER PRIMARY KEY,
            incident_id INTEGER NOT NULL REFERENCES incident(id),
            component_id INTEGER NOT NULL REFERENCES component(id),
            level TEXT NOT NULL CHECK (level IN ('operational', 'under_maintenance', 'degraded_performance',
                                                 'partial_outage', 'major_outage')),
            from_at TEXT NOT NULL,
            to_at TEXT,
            CHECK (to_at IS NULL OR to_at >= from_at)
        ) STRICT;
        CREATE INDEX impact_by_incident ON impact(incident_id);
        CREATE INDEX impact_by_component ON impact(component_id, from_at);
        CREATE INDEX impact_by_end ON impact(to_at);
        CREATE UNIQUE INDEX impact_open ON impact(incident_id, component_id) WHERE to_at IS NULL;
        CREATE TABLE redirect (
            path TEXT PRIMARY KEY,
            incident_id INTEGER NOT NULL REFERENCES incident(id)
        ) STRICT;
        """,
    )


@migrations()
def m003_the_process(db: Database) -> None:
    script(
        db,
        """
        CREATE TABLE role (
            id INTEGER PRIMARY KEY,
            incident_id INTEGER NOT NULL REFERENCES incident(id),
            role TEXT NOT NULL CHECK (role IN ('lead', 'messenger', 'buddy', 'resolver')),
            person TEXT NOT NULL,
            offered_by TEXT NOT NULL,
            offered_at TEXT NOT NULL,
            accepted_at TEXT,
            ended_at TEXT,
            acting INTEGER NOT NULL DEFAULT 0 CHECK (acting IN (0, 1))
        ) STRICT;
        CREATE INDEX role_by_incident ON role(incident_id);
        CREATE UNIQUE INDEX role_one_lead ON role(incident_id)
            WHERE role = 'lead' AND accepted_at IS NOT NULL AND ended_at IS NULL;
        CREATE TABLE timeline (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            incident_id INTEGER NOT NULL REFERENCES incident(id),
            happened_at TEXT NOT NULL,
            recorded_at TEXT NOT NULL,
            actor TEXT NOT NULL,
            kind TEXT NOT NULL,
            text TEXT NOT NULL,
            details TEXT
        ) STRICT;
        CREATE INDEX timeline_by_incident ON timeline(incident_id, happened_at, id);
        CREATE TRIGGER timeline_no_update BEFORE UPDATE ON timeline
            WHEN NEW.text NOT LIKE '%█%' OR NEW.id IS NOT OLD.id OR NEW.actor IS NOT OLD.actor
                OR NEW.happened_at IS NOT OLD.happened_at OR NEW.recorded_at IS NOT OLD.recorded_at
                OR NEW.kind IS NOT OLD.kind OR NEW.incident_id IS NOT OLD.incident_id
        BEGIN SELECT RAISE(ABORT, 'the timeline is append-only; only a redaction may blank words');
        END;
        CREATE TRIGGER timeline_no_delete BEFORE DELETE ON timeline
        BEGIN SELECT RAISE(ABORT, 'the timeline is append-only');
        END;
        CREATE TABLE checklist_item (
            id INTEGER PRIMARY KEY,
            incident_id INTEGER NOT NULL REFERENCES incident(id),
            key TEXT NOT NULL,
            title TEXT NOT NULL,
            state TEXT NOT NULL DEFAULT 'todo' CHECK (state IN ('todo', 'done', 'na')),
            reason TEXT,
            link TEXT,
            changed_by TEXT,
            changed_at TEXT,
            position INTEGER NOT NULL,
            UNIQUE (incident_id, key)
        ) STRICT;
        CREATE TABLE followup (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            incident_id INTEGER NOT NULL REFERENCES incident(id),
            title TEXT NOT NULL,
            owner TEXT,
            due TEXT,
            type TEXT NOT NULL DEFAULT 'fix',
            priority TEXT NOT NULL DEFAULT 'normal',
            public INTEGER NOT NULL DEFAULT 0 CHECK (public IN (0, 1)),
            state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'wont_do')),
            reason TEXT,
            issue_url TEXT,
            created_at TEXT NOT NULL,
            updated_at TEXT NOT NULL,
            done_at TEXT
        ) STRICT;
        CREATE INDEX followup_by_incident ON followup(incident_id);
        CREATE TABLE link (
            id INTEGER PRIMARY KEY,
            incident_id INTEGER NOT NULL REFERENCES incident(id),
            url TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('issue', 'chat', 'dashboard', 'other')),
            title TEXT,
            state TEXT,
            created_by TEXT NOT NULL,
            created_at TEXT NOT NULL,
            UNIQUE (incident_id, url)
        ) STRICT;
        CREATE TABLE related_incident (
            incident_id INTEGER NOT NULL REFERENCES incident(id),
            other_id INTEGER NOT NULL REFERENCES incident(id),
            relation TEXT NOT NULL CHECK (relation IN ('discloses', 'speaks_for')),
            PRIMARY KEY (incident_id, other_id)
        ) STRICT;
        CREATE TABLE postmortem (
            id INTEGER PRIMARY KEY,
            incident_id INTEGER NOT NULL UNIQUE REFERENCES incident(id),
            slug TEXT UNIQUE,
            title TEXT NOT NULL,
            sections TEXT NOT NULL DEFAULT '{}',
            tags TEXT NOT NULL DEFAULT '[]',
            state TEXT NOT NULL CHECK (state IN ('draft', 'in_review', 'reviewed', 'published', 'withdrawn')),
            public INTEGER NOT NULL DEFAULT 0 CHECK (public IN (0, 1)),
            owner TEXT,
            due_at TEXT,
            reviewer TEXT,
            waived_reason TEXT,
            published_at TEXT,
            created_at TEXT NOT NULL,
            updated_at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX postmortem_by_publication ON postmortem(published_at) WHERE published_at IS NOT NULL;
        CREATE TABLE postmortem_revision (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            postmortem_id INTEGER NOT NULL REFERENCES postmortem(id),
            at TEXT NOT NULL,
            actor TEXT NOT NULL,
            title TEXT NOT NULL,
            sections TEXT NOT NULL,
            state TEXT NOT NULL,
            public_note TEXT
        ) STRICT;
        CREATE INDEX postmortem_revision_by_postmortem ON postmortem_revision(postmortem_id, id);
        """,
    )


@migrations()
def m004_ledger(db: Database) -> None:
    script(
        db,
        """
        CREATE TABLE change (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            at TEXT NOT NULL,
            subject TEXT NOT NULL CHECK (subject IN ('incident', 'component', 'postmortem', 'clock', 'everything')),
            touches TEXT NOT NULL
        ) STRICT;
        CREATE TABLE audit (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at TEXT NOT NULL,
            actor TEXT NOT NULL,
            action TEXT NOT NULL,
            subject TEXT NOT NULL,
            details TEXT NOT NULL,
            previous_hash TEXT NOT NULL,
            hash TEXT NOT NULL UNIQUE
        ) STRICT;
        CREATE TRIGGER audit_chain BEFORE INSERT ON audit
            WHEN NEW.previous_hash IS NOT coalesce((SELECT hash FROM audit ORDER BY id DESC LIMIT 1), '')
        BEGIN SELECT RAISE(ABORT, 'an audit row must follow the last one');
        END;
        CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit log is append-only');
        END;
        CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit log is append-only');
        END;
        CREATE TABLE idempotency (
            key TEXT NOT NULL,
            actor TEXT NOT NULL,
            route TEXT NOT NULL,
            request_hash TEXT NOT NULL,
            status INTEGER NOT NULL,
            answer TEXT NOT NULL,
            created_at TEXT NOT NULL,
            PRIMARY KEY (actor, key)
        ) STRICT;
        CREATE INDEX idempotency_by_age ON idempotency(created_at);
        """,
    )


@migrations()
def m005_what_is_public(db: Database) -> None:
    script(db, PUBLIC_VIEWS)
