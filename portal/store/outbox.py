"""Events that wait to be told outside, and who was told of each."""

import sqlite3
from typing import Any

from portal.store.rows import one

CLOCK_SLACK = "strftime('%Y-%m-%dT%H:%M:%fZ', ?, '+1 minute')"
"""An event that was filed later than this was filed by a clock that has been set back since: it is due."""


def due(db: sqlite3.Connection, now: str) -> sqlite3.Row | None:
    """The event that waits to be fanned out and was filed first; None when none is due."""
    return one(
        db,
        "SELECT * FROM outbox INDEXED BY outbox_waiting WHERE fanned_out_at IS NULL AND withdrawn_at IS NULL"
        f" AND (not_before <= ? OR at > {CLOCK_SLACK}) ORDER BY id LIMIT 1",
        (now, now),
    )


def by_id(db: sqlite3.Connection, event_id: int) -> sqlite3.Row | None:
    return one(db, "SELECT * FROM outbox WHERE id = ?", (event_id,))


def of_delivery(db: sqlite3.Connection, delivery: int) -> sqlite3.Row | None:
    """The event that a delivery is about."""
    return one(
        db, "SELECT outbox.* FROM outbox JOIN delivery ON outbox_id = outbox.id WHERE delivery.id = ?", (delivery,)
    )


def fanned(db: sqlite3.Connection, event_id: int, *, to: int, at: str | None) -> None:
    """Record that subscribers up to number `to` have their delivery; `at` when all of them have."""
    db.execute("UPDATE outbox SET fanned_to = ?, fanned_out_at = ? WHERE id = ?", (to, at, event_id))


def withdraw(db: sqlite3.Connection, event_id: int, now: str, because: str) -> None:
    """Send nothing more of an event."""
    db.execute(
        "UPDATE outbox SET withdrawn_at = ?, withdrawn_because = ? WHERE id = ? AND withdrawn_at IS NULL",
        (now, because, event_id),
    )


def withdraw_post(db: sqlite3.Connection, post_id: int, now: str, because: str) -> None:
    """Send nothing more of a post."""
    for (event_id,) in db.execute("SELECT id FROM outbox WHERE post_id = ?", (post_id,)).fetchall():
        withdraw(db, event_id, now, because)


def of_post(db: sqlite3.Connection, post_id: int) -> sqlite3.Row | None:
    return one(db, "SELECT * FROM outbox WHERE post_id = ? AND event = 'post_published'", (post_id,))


def newest(db: sqlite3.Connection) -> int:
    """The number of the last event that was filed; 0 before the first."""
    return int(db.execute("SELECT coalesce(max(id), 0) FROM outbox").fetchone()[0])


def sent(db: sqlite3.Connection, event_id: int) -> int:
    """How many have been told of an event."""
    row = db.execute("SELECT count(*) FROM delivery WHERE outbox_id = ? AND state = 'sent'", (event_id,)).fetchone()
    return int(row[0])


def is_done(db: sqlite3.Connection, event: sqlite3.Row) -> bool:
    """Whether nothing of an event waits any more."""
    waiting = one(db, "SELECT 1 FROM delivery WHERE outbox_id = ? AND state = 'waiting' LIMIT 1", (event["id"],))
    return event["fanned_out_at"] is not None and waiting is None


def figures(db: sqlite3.Connection, event_id: int) -> dict[str, int]:
    """state -> how many deliveries of an event have it."""
    rows = db.execute("SELECT state, count(*) FROM delivery WHERE outbox_id = ? GROUP BY state", (event_id,))
    return dict.fromkeys(("waiting", "sent", "refused", "withdrawn"), 0) | {row[0]: row[1] for row in rows}


def events(db: sqlite3.Connection, limit: int, before: int | None) -> list[sqlite3.Row]:
    """The newest events for subscribers, and whether their incident is private now."""
    return db.execute(
        "SELECT outbox.*, coalesce(security, 0) AS security FROM outbox"
        " LEFT JOIN incident ON incident.id = incident_id"
        " WHERE event IN ('post_published', 'maintenance_reminder', 'postmortem_published', 'present_state')"
        " AND (?1 IS NULL OR outbox.id < ?1) ORDER BY outbox.id DESC LIMIT ?2",
        (before, limit),
    ).fetchall()


def counts(db: sqlite3.Connection) -> dict[str, Any]:
    """What waits now, since when, and what was refused in all."""
    row = db.execute(
        "SELECT (SELECT count(*) FROM delivery WHERE state = 'waiting') AS waiting,"
        " (SELECT count(*) FROM outbox WHERE fanned_out_at IS NULL AND withdrawn_at IS NULL) AS events,"
        " (SELECT count(*) FROM subscriber) AS subscribers,"
        " (SELECT count(*) FROM subscriber WHERE paused_at IS NOT NULL) AS paused"
    ).fetchone()
    return dict(row)


def to_sweep(db: sqlite3.Connection) -> sqlite3.Row | None:
    """An event that was withdrawn while deliveries of it may wait."""
    return one(
        db,
        "SELECT * FROM outbox WHERE withdrawn_at IS NOT NULL AND fanned_to > 0 AND swept_at IS NULL"
        " ORDER BY id LIMIT 1",
    )


def swept(db: sqlite3.Connection, event_id: int, now: str) -> None:
    """Nothing of a withdrawn event waits any more."""
    db.execute("UPDATE outbox SET swept_at = ? WHERE id = ?", (now, event_id))


# what of it is public


def public_post(db: sqlite3.Connection, post_id: int) -> sqlite3.Row | None:
    """A post while the public may read it, with its incident's kind and first post."""
    return one(
        db,
        "SELECT public_post.id, public_post.incident_id, state, kind, (SELECT id FROM public_post AS other WHERE"
        " other.incident_id = public_post.incident_id ORDER BY display_at, id LIMIT 1) AS first_id"
        " FROM public_post JOIN public_incident ON public_incident.id = incident_id WHERE public_post.id = ?",
        (post_id,),
    )


def corrected_by(db: sqlite3.Connection, post_id: int) -> int:
    """The post at the beginning of a chain of corrections; the post itself when it corrects none."""
    row = db.execute(
        "WITH RECURSIVE chain (id, corrects) AS (SELECT id, corrects FROM post WHERE id = ?"
        " UNION SELECT post.id, post.corrects FROM post JOIN chain ON post.id = chain.corrects)"
        " SELECT id FROM chain WHERE corrects IS NULL",
        (post_id,),
    ).fetchone()
    return int(row[0])


def state_before(db: sqlite3.Connection, post_id: int) -> str | None:
    """The state that the public read in an incident before a post; None for its first."""
    row = one(
        db,
        "SELECT other.state FROM public_post AS other JOIN public_post AS it ON it.incident_id = other.incident_id"
        " WHERE it.id = ? AND (other.display_at, other.id) < (it.display_at, it.id)"
        " ORDER BY other.display_at DESC, other.id DESC LIMIT 1",
        (post_id,),
    )
    return row[0] if row else None


def components_of(db: sqlite3.Connection, incident_id: int) -> tuple[int, ...]:
    """Public components that a public incident names, by an impact or in a post."""
    rows = db.execute(
        "SELECT id FROM public_component WHERE id IN (SELECT component_id FROM impact WHERE incident_id = ?1 UNION"
        " SELECT component_id FROM post_component JOIN public_post ON public_post.id = post_id"
        " WHERE public_post.incident_id = ?1)"
        " AND EXISTS (SELECT 1 FROM public_incident WHERE id = ?1) ORDER BY id",
        (incident_id,),
    )
    return tuple(row[0] for row in rows)


def still_ahead(db: sqlite3.Connection, incident_id: int) -> bool:
    """Whether a maintenance is public and has not begun."""
    row = one(
        db,
        "SELECT 1 FROM public_incident WHERE id = ? AND resolved_at IS NULL AND post_state = 'scheduled'",
        (incident_id,),
    )
    return row is not None


def change_of(db: sqlite3.Connection, incident_id: int) -> int | None:
    """The last change of a public incident; None when it is not public."""
    row = one(db, "SELECT change_seq FROM public_incident WHERE id = ?", (incident_id,))
    return int(row[0]) if row else None


def postmortem_slug(db: sqlite3.Connection, incident_id: int) -> str | None:
    row = one(db, "SELECT slug FROM public_postmortem WHERE incident_id = ?", (incident_id,))
    return row[0] if row else None


def moved_components(db: sqlite3.Connection, post_id: int) -> list[int]:
    """Public components whose state a public post changed."""
    rows = db.execute(
        "SELECT component_id FROM post_component JOIN public_post ON public_post.id = post_id JOIN public_component"
        " ON public_component.id = component_id WHERE post_id = ? AND old_status != new_status ORDER BY component_id",
        (post_id,),
    )
    return [row[0] for row in rows]


# the mail server


def service(db: sqlite3.Connection) -> sqlite3.Row:
    """`unreachable_since` and what was `said`; None while the mail server can be used."""
    row: sqlite3.Row = db.execute("SELECT * FROM mail_service").fetchone()
    return row


def note_service(db: sqlite3.Connection, now: str, said: str | None) -> None:
    """The mail server can't be used, since now or before, and says why; None: it can."""
    db.execute(
        "UPDATE mail_service SET unreachable_since = CASE WHEN ?1 IS NULL THEN NULL ELSE"
        " coalesce(unreachable_since, ?2) END, said = ?1",
        (said, now),
    )


def overdue(db: sqlite3.Connection, before: str) -> str | None:
    """Since when an event waits that should have been fanned out before a moment; None when none does."""
    row = one(
        db,
        "SELECT min(not_before) FROM outbox WHERE fanned_out_at IS NULL AND withdrawn_at IS NULL AND not_before < ?",
        (before,),
    )
    return row[0] if row else None


def standing_still(db: sqlite3.Connection, queue: str, before: str, now: str) -> str | None:
    """Since when a delivery of a queue is due, if it was before a moment and nobody has one of them in hand, nor has
    ended one since then."""
    row = one(
        db,
        "SELECT min(next_at) FROM delivery WHERE state = 'waiting' AND channel = ?1 AND next_at < ?2"
        " AND NOT EXISTS (SELECT 1 FROM delivery WHERE state = 'waiting' AND channel = ?1 AND leased_until > ?3)"
        " AND NOT EXISTS (SELECT 1 FROM delivery WHERE done_at >= ?2 AND channel = ?1)",
        (queue, before, now),
    )
    return row[0] if row else None


# the hub of the feeds


def hub_state(db: sqlite3.Connection) -> sqlite3.Row:
    """`told`: the change up to which the hub knows of the feeds; the database's `last` change and its `epoch`."""
    row: sqlite3.Row = db.execute(
        "SELECT told, epoch, coalesce((SELECT max(seq) FROM change), 0) AS last FROM hub, portal"
    ).fetchone()
    return row


def component_slugs(db: sqlite3.Connection) -> set[str]:
    """Of the components that are public."""
    return {row[0] for row in db.execute("SELECT slug FROM public_component")}


def hub_told(db: sqlite3.Connection, sequence: int) -> None:
    db.execute("UPDATE hub SET told = ?", (sequence,))
