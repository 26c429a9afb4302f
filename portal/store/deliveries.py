"""Who is told of an event: one row per recipient, claimed with a lease, sent in order, tried again when it must be."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from portal.store.rows import one


@dataclass(frozen=True)
class Audience:
    """Which subscribers an event concerns. `kind` is a word of `subscriber.kinds`; `ends`: it begins or ends
    something, so those who want only that hear of it too; no `components`: only who follows all of them."""

    kind: str
    ends: bool
    components: tuple[int, ...]
    incident_id: int | None
    webhooks_alone: bool = False
    """Of no interest to who follows by mail."""


def fan_out(
    db: sqlite3.Connection, event_id: int, audience: Audience, *, after: int, most: int, now: str
) -> int | None:
    """Give the next subscribers above number `after` their delivery. Answers the last number looked at; None: no more.

    Whoever confirmed after the event was filed has read it on the page.
    """
    upto = db.execute(
        "SELECT max(id) FROM (SELECT id FROM subscriber WHERE id > ? ORDER BY id LIMIT ?)", (after, most)
    ).fetchone()[0]
    if upto is None:
        return None
    wants, values = _wants(audience)
    db.execute(
        "INSERT OR IGNORE INTO delivery (outbox_id, channel, recipient, subscriber_id, incident_id, next_at)"
        " SELECT :event, channel, id, id, :incident, :now FROM subscriber"
        f" WHERE id > :after AND id <= :upto AND after_event < :event AND {wants}",
        {"event": event_id, "now": now, "after": after, "upto": upto, **values},
    )
    return int(upto)


def audience_size(db: sqlite3.Connection, audience: Audience) -> int:
    """How many would be told if the event happened now."""
    wants, values = _wants(audience)
    return int(db.execute(f"SELECT count(*) FROM subscriber WHERE {wants}", values).fetchone()[0])


def concerns(db: sqlite3.Connection, audience: Audience, number: int) -> bool:
    """Whether a subscriber is one of an audience now."""
    wants, values = _wants(audience)
    return one(db, f"SELECT 1 FROM subscriber WHERE id = :number AND {wants}", {"number": number, **values}) is not None


def _wants(audience: Audience) -> tuple[str, dict[str, Any]]:
    """Whoever an event concerns, as a condition on `subscriber`, and its values."""
    marks = ",".join(str(int(one)) for one in audience.components)
    wants = (
        "paused_at IS NULL AND (NOT :webhooks_alone OR channel != 'mail') AND ("
        " instr(kinds, :kind) AND (:ends OR updates = 'all') AND (every_component OR EXISTS ("
        f" SELECT 1 FROM subscriber_component WHERE subscriber_id = subscriber.id AND component_id IN ({marks})))"
        " OR EXISTS (SELECT 1 FROM subscriber_incident WHERE incident_id = :incident"
        " AND subscriber_id = subscriber.id))"
    )
    values = {"kind": audience.kind, "ends": audience.ends, "webhooks_alone": audience.webhooks_alone}
    return wants, values | {"incident": audience.incident_id}


def idle_of(db: sqlite3.Connection, number: int) -> list[sqlite3.Row]:
    """What waits for a subscriber and is in nobody's hand."""
    return db.execute(
        "SELECT * FROM delivery WHERE recipient = ? AND subscriber_id = ? AND state = 'waiting' AND lease IS NULL",
        (str(number), number),
    ).fetchall()


def add(
    db: sqlite3.Connection,
    event_id: int,
    recipient: str,
    now: str,
    *,
    channel: str = "mail",
    subscriber_id: int | None = None,
    incident_id: int | None = None,
) -> None:
    """One delivery; nothing when this recipient has it already."""
    db.execute(
        "INSERT OR IGNORE INTO delivery (outbox_id, channel, recipient, subscriber_id, incident_id, next_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (event_id, channel, recipient, subscriber_id, incident_id, now),
    )


def due(db: sqlite3.Connection, channel: str, now: str, limits: tuple[str, str], most: int) -> list[sqlite3.Row]:
    """Deliveries that may be tried now, longest due first. `limits`: what waits beyond the first waits by a clock
    that has been set back since, and a lease beyond the second was taken by it."""
    free = " AND (leased_until IS NULL OR leased_until <= :now OR leased_until > :lease_end)"
    values = {"channel": channel, "now": now, "far": limits[0], "lease_end": limits[1], "most": most}
    for when in ("next_at <= :now", "next_at > :far"):
        found = db.execute(
            f"SELECT * FROM delivery WHERE state = 'waiting' AND channel = :channel AND {when}{free}"
            " ORDER BY next_at, id LIMIT :most",
            values,
        ).fetchall()
        if found:
            return found
    return []


def before(db: sqlite3.Connection, delivery: sqlite3.Row) -> sqlite3.Row | None:
    """The first delivery about the same incident to the same recipient that has to go before this one."""
    return one(
        db,
        "SELECT * FROM delivery WHERE recipient = ? AND incident_id = ? AND id < ? AND state = 'waiting'"
        " AND channel = ? ORDER BY id LIMIT 1",
        (delivery["recipient"], delivery["incident_id"], delivery["id"], delivery["channel"]),
    )


def following(db: sqlite3.Connection, delivery: sqlite3.Row) -> list[sqlite3.Row]:
    """Those about the same incident to the same recipient that wait behind this one."""
    return db.execute(
        "SELECT * FROM delivery WHERE recipient = ? AND incident_id = ? AND id > ? AND state = 'waiting'"
        " AND channel = ? ORDER BY id",
        (delivery["recipient"], delivery["incident_id"], delivery["id"], delivery["channel"]),
    ).fetchall()


def last_sent(db: sqlite3.Connection, delivery: sqlite3.Row) -> sqlite3.Row | None:
    """The last one about the same incident that this recipient has got, with its event's key and moment."""
    return one(
        db,
        "SELECT delivery.*, outbox.key, outbox.at FROM delivery JOIN outbox ON outbox.id = outbox_id"
        " WHERE recipient = ? AND delivery.incident_id = ? AND delivery.id < ? AND state = 'sent'"
        " AND channel = ? ORDER BY delivery.id DESC LIMIT 1",
        (delivery["recipient"], delivery["incident_id"], delivery["id"], delivery["channel"]),
    )


def put_off(db: sqlite3.Connection, delivery_id: int, until: str) -> None:
    db.execute("UPDATE delivery SET next_at = ? WHERE id = ?", (until, delivery_id))


def lease(db: sqlite3.Connection, delivery_id: int, holder: str, until: str) -> None:
    db.execute("UPDATE delivery SET lease = ?, leased_until = ? WHERE id = ?", (holder, until, delivery_id))


def finish(
    db: sqlite3.Connection, ids: Sequence[int], state: str, now: str, answer: str, *, holder: str | None = None
) -> None:
    """The end of some deliveries that wait, the first with all others in its mail; with `holder` only while it holds
    their lease."""
    for number in ids:
        db.execute(
            "UPDATE delivery SET state = ?, done_at = ?, answer = ?, lease = NULL, leased_until = NULL,"
            " with_delivery = ? WHERE id = ? AND state = 'waiting' AND (? IS NULL OR lease = ?)",
            (state, now, answer[:500], ids[0] if number != ids[0] else None, number, holder, holder),
        )


def try_again(db: sqlite3.Connection, delivery_id: int, holder: str, *, at: str, now: str, answer: str) -> None:
    """It was tried in vain, and is to be tried again."""
    db.execute(
        "UPDATE delivery SET attempts = attempts + 1, first_tried_at = coalesce(first_tried_at, ?), next_at = ?,"
        " answer = ?, lease = NULL, leased_until = NULL WHERE id = ? AND state = 'waiting' AND lease = ?",
        (now, at, answer[:500], delivery_id, holder),
    )


def release(db: sqlite3.Connection, delivery_id: int, holder: str) -> None:
    """Give a lease back as if it had not been taken."""
    db.execute(
        "UPDATE delivery SET lease = NULL, leased_until = NULL WHERE id = ? AND lease = ?", (delivery_id, holder)
    )


def release_others(db: sqlite3.Connection, holder: str, busy: Sequence[int]) -> None:
    """Give back what a holder has leased and does not work on."""
    marks = ",".join(str(int(one)) for one in busy)
    db.execute(
        "UPDATE delivery SET lease = NULL, leased_until = NULL WHERE state = 'waiting' AND lease = ?"
        f" AND id NOT IN ({marks})",
        (holder,),
    )


def release_all(db: sqlite3.Connection) -> None:
    """Give all leases back: whoever held them is gone."""
    db.execute("UPDATE delivery SET lease = NULL, leased_until = NULL WHERE state = 'waiting' AND lease IS NOT NULL")


def withdraw_waiting(db: sqlite3.Connection, event_id: int, now: str, because: str, most: int) -> int:
    """End what waits of a withdrawn event, `most` at a time; answers how many that were."""
    cursor = db.execute(
        "UPDATE delivery SET state = 'withdrawn', done_at = ?, answer = ? WHERE id IN (SELECT id FROM delivery"
        " WHERE outbox_id = ? AND state = 'waiting' AND lease IS NULL LIMIT ?)",
        (now, because, event_id, most),
    )
    return cursor.rowcount


def withdraw_queue(db: sqlite3.Connection, channel: str, now: str, because: str) -> int:
    """End what waits for a queue; answers how many that were."""
    cursor = db.execute(
        "UPDATE delivery SET state = 'withdrawn', done_at = ?, answer = ?, lease = NULL, leased_until = NULL"
        " WHERE state = 'waiting' AND channel = ?",
        (now, because, channel),
    )
    return cursor.rowcount


def waits(db: sqlite3.Connection, channel: str) -> bool:
    """Whether anything waits for a queue."""
    return one(db, "SELECT 1 FROM delivery WHERE state = 'waiting' AND channel = ? LIMIT 1", (channel,)) is not None


def failures(db: sqlite3.Connection, limit: int) -> list[sqlite3.Row]:
    """The newest that were refused, and those that are being tried again."""
    return db.execute(
        "SELECT delivery.*, outbox.event, coalesce(url, subscriber.email, delivery.recipient) AS address"
        " FROM delivery"
        " JOIN outbox ON outbox.id = outbox_id LEFT JOIN subscriber ON subscriber.id = delivery.subscriber_id"
        " LEFT JOIN webhook ON webhook.subscriber_id = delivery.subscriber_id"
        " WHERE delivery.state = 'refused' OR (delivery.state = 'waiting' AND attempts > 0)"
        " ORDER BY delivery.id DESC LIMIT ?",
        (limit,),
    ).fetchall()


def forget(db: sqlite3.Connection, done_before: str, most: int) -> int:
    """Delete deliveries that ended before a moment; answers how many."""
    cursor = db.execute(
        "DELETE FROM delivery WHERE id IN (SELECT id FROM delivery WHERE done_at < ? ORDER BY id LIMIT ?)",
        (done_before, most),
    )
    return cursor.rowcount


def bounced(db: sqlite3.Connection, **columns: Any) -> bool:
    """Record a bounce; False when this delivery's was recorded before."""
    names, marks = ", ".join(columns), ", ".join("?" for _ in columns)
    done = db.execute(f"INSERT OR IGNORE INTO bounce ({names}) VALUES ({marks})", tuple(columns.values()))
    return done.rowcount == 1


def by_id(db: sqlite3.Connection, number: int) -> sqlite3.Row | None:
    return one(db, "SELECT * FROM delivery WHERE id = ?", (number,))
