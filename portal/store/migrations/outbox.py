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


@migrations()
def m141_who_is_told(db: Database) -> None:
    """A subscriber is an address that pressed the button; a sign-up is an address that somebody typed.

    `subscriber.after_event` is the last event that had been filed when they confirmed: they hear of what comes later.
    """
    script(
        db,
        """
        CREATE TABLE subscriber (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            email TEXT NOT NULL UNIQUE COLLATE NOCASE,
            token TEXT NOT NULL UNIQUE,
            language TEXT NOT NULL DEFAULT 'en',
            kinds TEXT NOT NULL,
            updates TEXT NOT NULL DEFAULT 'all' CHECK (updates IN ('all', 'ends')),
            every_component INTEGER NOT NULL DEFAULT 1 CHECK (every_component IN (0, 1)),
            digest INTEGER NOT NULL DEFAULT 0 CHECK (digest IN (0, 1)),
            after_event INTEGER NOT NULL,
            proof TEXT NOT NULL,
            confirmed_at TEXT NOT NULL,
            updated_at TEXT NOT NULL,
            paused_at TEXT,
            pause_reason TEXT
        ) STRICT;
        CREATE TABLE subscriber_component (
            subscriber_id INTEGER NOT NULL REFERENCES subscriber(id) ON DELETE CASCADE,
            component_id INTEGER NOT NULL REFERENCES component(id),
            PRIMARY KEY (subscriber_id, component_id)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE subscriber_incident (
            subscriber_id INTEGER NOT NULL REFERENCES subscriber(id) ON DELETE CASCADE,
            incident_id INTEGER NOT NULL REFERENCES incident(id),
            PRIMARY KEY (incident_id, subscriber_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX subscriber_incident_by_subscriber ON subscriber_incident(subscriber_id);
        CREATE TABLE sign_up (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            email TEXT NOT NULL UNIQUE COLLATE NOCASE,
            token TEXT NOT NULL UNIQUE,
            choices TEXT NOT NULL,
            network TEXT NOT NULL,
            asked_at TEXT NOT NULL,
            mailed_at TEXT,
            waiting INTEGER NOT NULL DEFAULT 1 CHECK (waiting IN (0, 1))
        ) STRICT;
        CREATE INDEX sign_up_waiting ON sign_up(waiting, network);
        CREATE INDEX sign_up_mailed ON sign_up(mailed_at, network);
        CREATE TABLE suppressed_address (
            hash TEXT PRIMARY KEY,
            reason TEXT NOT NULL,
            at TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE mail_salt (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            salt TEXT NOT NULL
        ) STRICT;
        INSERT INTO mail_salt VALUES (1, lower(hex(randomblob(32))));
        """,
    )


@migrations()
def m142_deliveries(db: Database) -> None:
    """One row per (event, channel, recipient): a subscriber's number, or an address of ours. A number outlives whom it
    stood for, who may be erased while a hundred thousand rows remain."""
    script(
        db,
        """
        ALTER TABLE outbox ADD COLUMN fanned_to INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE outbox ADD COLUMN withdrawn_because TEXT;
        CREATE INDEX outbox_by_post ON outbox(post_id) WHERE post_id IS NOT NULL;
        CREATE TABLE delivery (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            outbox_id INTEGER NOT NULL REFERENCES outbox(id),
            channel TEXT NOT NULL,
            recipient TEXT NOT NULL,
            subscriber_id INTEGER,
            incident_id INTEGER,
            state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'refused', 'withdrawn')),
            next_at TEXT NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            first_tried_at TEXT,
            lease TEXT,
            leased_until TEXT,
            done_at TEXT,
            answer TEXT,
            with_delivery INTEGER,
            UNIQUE (outbox_id, channel, recipient)
        ) STRICT;
        CREATE INDEX delivery_due ON delivery(channel, next_at, id) WHERE state = 'waiting';
        CREATE INDEX delivery_done ON delivery(done_at) WHERE done_at IS NOT NULL;
        CREATE INDEX delivery_in_order ON delivery(recipient, incident_id, id);
        CREATE TABLE bounce (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            subscriber_id INTEGER NOT NULL REFERENCES subscriber(id) ON DELETE CASCADE,
            delivery_id INTEGER,
            kind TEXT NOT NULL CHECK (kind IN ('permanent', 'temporary')),
            said TEXT NOT NULL,
            at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX bounce_by_subscriber ON bounce(subscriber_id, at);
        CREATE UNIQUE INDEX bounce_once ON bounce(delivery_id) WHERE delivery_id IS NOT NULL;
        """,
    )


@migrations()
def m143_mail_service(db: Database) -> None:
    """Since when the mail server can't be used, and what it said; nulls while it can."""
    script(
        db,
        """
        CREATE TABLE mail_service (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            unreachable_since TEXT,
            said TEXT
        ) STRICT;
        INSERT INTO mail_service VALUES (1, NULL, NULL);
        """,
    )


@migrations()
def m144_swept(db: Database) -> None:
    """When the last delivery of a withdrawn event was ended."""
    script(
        db,
        """
        ALTER TABLE outbox ADD COLUMN swept_at TEXT;
        CREATE INDEX outbox_to_sweep ON outbox(id)
            WHERE withdrawn_at IS NOT NULL AND fanned_to > 0 AND swept_at IS NULL;
        """,
    )


@migrations()
def m145_webhooks(db: Database) -> None:
    """A webhook is a subscriber whose address is one on the web. `subscriber.channel` is the queue of its deliveries:
    `webhook late` while it fails, so that nobody waits behind it; its `email` stands for the address, exactly."""
    script(
        db,
        """
        ALTER TABLE subscriber ADD COLUMN channel TEXT NOT NULL DEFAULT 'mail'
            CHECK (channel IN ('mail', 'webhook', 'webhook late'));
        CREATE INDEX subscriber_by_webhook ON subscriber(id) WHERE channel != 'mail';
        CREATE TABLE webhook (
            subscriber_id INTEGER PRIMARY KEY REFERENCES subscriber(id) ON DELETE CASCADE,
            url TEXT NOT NULL UNIQUE,
            signing_secret TEXT NOT NULL,
            failing_since TEXT
        ) STRICT;
        CREATE TABLE webhook_sign_up (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            token TEXT NOT NULL UNIQUE,
            url TEXT NOT NULL,
            host TEXT NOT NULL,
            signing_secret TEXT NOT NULL,
            choices TEXT NOT NULL,
            network TEXT NOT NULL,
            asked_at TEXT NOT NULL,
            state TEXT NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'waiting', 'sent', 'failed')),
            challenge TEXT
        ) STRICT;
        CREATE INDEX webhook_sign_up_waiting ON webhook_sign_up(state, network);
        CREATE TABLE challenge_sent (
            at TEXT NOT NULL,
            network TEXT NOT NULL,
            host TEXT NOT NULL
        ) STRICT;
        CREATE INDEX challenge_sent_at ON challenge_sent(at);
        """,
    )


@migrations()
def m146_hub(db: Database) -> None:
    """Up to which change the hub of the feeds has been told; null before the first time."""
    script(
        db,
        """
        CREATE TABLE hub (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            told INTEGER
        ) STRICT;
        INSERT INTO hub VALUES (1, NULL);
        """,
    )


@migrations()
def m147_planned_ends(db: Database) -> None:
    """A maintenance has a planned end, also an imported one whose source told none: its end, or else its beginning."""
    script(
        db,
        """
        UPDATE incident SET scheduled_until =
            max(scheduled_for, iif(end_unknown OR resolved_at IS NULL, scheduled_for, resolved_at))
            WHERE scheduled_for IS NOT NULL AND scheduled_until IS NULL;
        """,
    )
