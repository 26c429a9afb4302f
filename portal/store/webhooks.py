"""Webhooks of subscribers, and those that were asked for and have not answered their challenge."""

import json
import sqlite3
from typing import Any

from portal.store.rows import insert, one

MAIL, PROMPT, LATE = "mail", "webhook", "webhook late"
"""Queues of a subscriber's deliveries."""


def add(db: sqlite3.Connection, number: int, url: str, signing_secret: str) -> None:
    """Make a subscriber one that is told at an address on the web."""
    db.execute(
        "INSERT INTO webhook (subscriber_id, url, signing_secret) VALUES (?, ?, ?)", (number, url, signing_secret)
    )
    db.execute("UPDATE subscriber SET channel = ? WHERE id = ?", (PROMPT, number))


def by_url(db: sqlite3.Connection, url: str) -> sqlite3.Row | None:
    return one(db, "SELECT * FROM webhook WHERE url = ?", (url,))


def by_subscriber(db: sqlite3.Connection, number: int) -> sqlite3.Row | None:
    return one(db, "SELECT * FROM webhook WHERE subscriber_id = ?", (number,))


def are_there(db: sqlite3.Connection) -> bool:
    return one(db, "SELECT 1 FROM subscriber WHERE channel != 'mail' LIMIT 1") is not None


def queue_of(db: sqlite3.Connection, number: int) -> str:
    """The queue of a subscriber's deliveries."""
    row = one(db, "SELECT channel FROM subscriber WHERE id = ?", (number,))
    return str(row["channel"]) if row else MAIL


def note_answer(db: sqlite3.Connection, number: int, failing_since: str | None) -> None:
    """Since when a webhook fails; None: it answered. What waits for it waits in the queue that goes with that."""
    queue = PROMPT if failing_since is None else LATE
    db.execute("UPDATE webhook SET failing_since = ? WHERE subscriber_id = ?", (failing_since, number))
    db.execute("UPDATE subscriber SET channel = ?1 WHERE id = ?2 AND channel != ?1", (queue, number))
    db.execute(
        "UPDATE delivery SET channel = ?1 WHERE recipient = ?2 AND state = 'waiting' AND channel != ?1",
        (queue, str(number)),
    )


def listed(db: sqlite3.Connection, *, after: int, limit: int) -> list[sqlite3.Row]:
    """Webhooks in the order in which they answered."""
    return db.execute(
        "SELECT subscriber.*, url, failing_since FROM webhook JOIN subscriber ON subscriber.id = subscriber_id"
        " WHERE subscriber.id > ? ORDER BY subscriber.id LIMIT ?",
        (after, limit),
    ).fetchall()


def to_be_told(db: sqlite3.Connection, number: int) -> sqlite3.Row | None:
    """A webhook that is not paused, as whom a delivery is for."""
    return one(
        db,
        "SELECT url AS email, token, language, 0 AS digest, NULL AS choices FROM webhook"
        " JOIN subscriber ON subscriber.id = subscriber_id WHERE subscriber_id = ? AND paused_at IS NULL",
        (number,),
    )


# sign-ups


def ask(
    db: sqlite3.Connection,
    *,
    url: str,
    host: str,
    token: str,
    signing_secret: str,
    choices: dict[str, Any],
    network: str,
    now: str,
) -> int:
    """Keep what was asked for; nothing is sent before its button is pressed."""
    told = json.dumps(choices, sort_keys=True)
    columns = {"url": url, "host": host, "token": token, "signing_secret": signing_secret}
    return insert(db, "webhook_sign_up", **columns, choices=told, network=network, asked_at=now)


def sign_up(db: sqlite3.Connection, token: str) -> sqlite3.Row | None:
    return one(db, "SELECT * FROM webhook_sign_up WHERE token = ?", (token,))


def sign_up_by_id(db: sqlite3.Connection, number: int) -> sqlite3.Row | None:
    return one(db, "SELECT * FROM webhook_sign_up WHERE id = ?", (number,))


def sign_ups(db: sqlite3.Connection, network: str | None = None) -> int:
    """How many are kept, of one network or in all."""
    row = db.execute("SELECT count(*) FROM webhook_sign_up WHERE ?1 IS NULL OR network = ?1", (network,)).fetchone()
    return int(row[0])


def press(db: sqlite3.Connection, number: int) -> None:
    """A challenge is wanted, unless one is on its way."""
    db.execute("UPDATE webhook_sign_up SET state = 'waiting' WHERE id = ? AND state IN ('asked', 'failed')", (number,))


def waiting(db: sqlite3.Connection) -> bool:
    return one(db, "SELECT 1 FROM webhook_sign_up WHERE state = 'waiting' LIMIT 1") is not None


def next_sign_up(
    db: sqlite3.Connection, *, hour_ago: str, network_most: int, host_most: int, most: int
) -> sqlite3.Row | None:
    """The sign-up whose challenge may be sent now: its network, its host and all together were left alone enough."""
    return one(
        db,
        "SELECT * FROM webhook_sign_up WHERE state = 'waiting'"
        " AND network NOT IN (SELECT network FROM challenge_sent WHERE at > ?1 GROUP BY 1 HAVING count(*) >= ?2)"
        " AND host NOT IN (SELECT host FROM challenge_sent WHERE at > ?1 GROUP BY 1 HAVING count(*) >= ?3)"
        " AND (SELECT count(*) FROM challenge_sent WHERE at > ?1) < ?4 ORDER BY id LIMIT 1",
        (hour_ago, network_most, host_most, most),
    )


def challenge(db: sqlite3.Connection, row: sqlite3.Row, word: str, now: str) -> None:
    """A challenge with this word is sent, and counts against whoever asked and whoever is asked."""
    db.execute("UPDATE webhook_sign_up SET state = 'sent', challenge = ? WHERE id = ?", (word, row["id"]))
    db.execute("INSERT INTO challenge_sent VALUES (?, ?, ?)", (now, row["network"], row["host"]))


def to_be_challenged(db: sqlite3.Connection, number: int) -> sqlite3.Row | None:
    """A sign-up as whom its challenge is for."""
    return one(
        db,
        "SELECT url AS email, token, 'en' AS language, 0 AS digest, choices FROM webhook_sign_up"
        " WHERE id = ? AND state = 'sent'",
        (number,),
    )


def fail(db: sqlite3.Connection, number: int) -> None:
    """The challenge was not answered; its button may be pressed again."""
    db.execute("UPDATE webhook_sign_up SET state = 'failed', challenge = NULL WHERE id = ?", (number,))


def drop(db: sqlite3.Connection, row: sqlite3.Row) -> None:
    """Delete a sign-up, and what repeats its secret unless a webhook has come of it."""
    db.execute("DELETE FROM webhook_sign_up WHERE id = ?", (row["id"],))
    if one(db, "SELECT 1 FROM subscriber WHERE token = ?", (row["token"],)) is None:
        _forget_answers(db, row["token"])


def erase(db: sqlite3.Connection, person: sqlite3.Row) -> None:
    """Delete what else holds the address or the secret of a webhook that is about to be erased."""
    row = by_subscriber(db, person["id"])
    if row is None:
        return
    _forget_answers(db, person["token"])
    for other in db.execute("SELECT * FROM webhook_sign_up WHERE url = ?", (row["url"],)).fetchall():
        drop(db, other)


def forget(db: sqlite3.Connection, sign_ups_before: str, challenges_before: str) -> None:
    """Delete sign-ups that never answered, and how many challenges were sent long ago."""
    for row in db.execute("SELECT * FROM webhook_sign_up WHERE asked_at < ?", (sign_ups_before,)).fetchall():
        drop(db, row)
    db.execute("DELETE FROM challenge_sent WHERE at < ?", (challenges_before,))


def _forget_answers(db: sqlite3.Connection, token: str) -> None:
    """Kept answers of repeatable requests tell an address, its secret and this token only as long as those exist."""
    db.execute("DELETE FROM idempotency WHERE instr(answer, ?)", (token,))
