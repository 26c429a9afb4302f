"""What happened after a backup was taken, carried from a portal's database into that older copy: who left, and what was
sent, so that nobody is told who does not want to be, or twice."""

import sqlite3
from dataclasses import dataclass

from portal.store import outbox, subscribers, webhooks
from portal.store.rows import one


@dataclass(frozen=True)
class Departures:
    """Whom a database must not tell of anything any more."""

    salt: str
    rows: tuple[tuple[str, str, str], ...]
    """(salted hash, reason, moment)"""


def departures(db: sqlite3.Connection) -> Departures | None:
    """Everybody who left; None in a database of a version that knew no subscribers."""
    if not {"suppressed_address", "mail_salt"} <= _tables(db):
        return None
    rows = db.execute("SELECT hash, reason, at FROM suppressed_address ORDER BY hash").fetchall()
    return Departures(db.execute("SELECT salt FROM mail_salt").fetchone()[0], tuple((*row,) for row in rows))


def carry(db: sqlite3.Connection, gone: Departures) -> int:
    """Erase whoever of these follows here and did not come back later, and keep their hashes; answers how many did
    follow. Foreign keys must be on. Nothing happens in another portal's database."""
    here = departures(db)
    if here is None or here.salt != gone.salt or "delivery" not in _tables(db):
        return 0
    left = {hashed: at for hashed, _, at in gone.rows}
    named = {subscribers.hashed(db, row["email"]): row for row in db.execute("SELECT * FROM subscriber")}
    found = [row for hashed, row in named.items() if left.get(hashed, "") > row["confirmed_at"]]
    for row in found:
        if "webhook" in _tables(db):
            webhooks.erase(db, row)
        subscribers.erase(db, row["id"], left[subscribers.hashed(db, row["email"])])
    for row in db.execute("SELECT id, email, asked_at FROM sign_up").fetchall():
        if left.get(subscribers.hashed(db, row["email"]), "") > row["asked_at"]:
            subscribers.forget_sign_up(db, row["id"])
    came_back = named.keys() - {subscribers.hashed(db, row["email"]) for row in found}
    rows = [row for row in gone.rows if row[0] not in came_back]
    db.executemany("INSERT OR IGNORE INTO suppressed_address VALUES (?, ?, ?)", rows)
    return len(found)


def carry_sent(db: sqlite3.Connection, present: sqlite3.Connection) -> None:
    """Note what `present` has sent, or was told to send no more, of events that this copy of it has not finished. An
    event is the same when it was filed under the same key at the same time."""
    if not {"delivery", "sign_up"} <= _tables(db) & _tables(present):
        return
    unfinished = db.execute(
        "SELECT id, key, at FROM outbox WHERE withdrawn_at IS NULL AND (fanned_out_at IS NULL"
        " OR id IN (SELECT outbox_id FROM delivery WHERE state = 'waiting'))"
    )
    for event in unfinished.fetchall():
        same = one(present, "SELECT * FROM outbox WHERE key = ? AND at = ?", (event["key"], event["at"]))
        if same is None:
            continue
        if same["withdrawn_at"] is not None:
            outbox.withdraw(db, event["id"], same["withdrawn_at"], same["withdrawn_because"] or "withdrawn")
        ended = present.execute("SELECT * FROM delivery WHERE outbox_id = ? AND state = 'sent'", (same["id"],))
        for row in ended:
            _note_sent(db, event["id"], row)
    for row in db.execute("SELECT id, token FROM sign_up WHERE waiting = 1").fetchall():
        asked = one(present, "SELECT mailed_at FROM sign_up WHERE token = ? AND waiting = 0", (row["token"],))
        if asked is not None and asked["mailed_at"] is not None:
            subscribers.mailed(db, row["id"], asked["mailed_at"])


def _note_sent(db: sqlite3.Connection, event_id: int, row: sqlite3.Row) -> None:
    """One row per event and recipient: the one that waits, or one that the fan-out will find there."""
    known = db.execute(
        "UPDATE delivery SET state = 'sent', done_at = ?, answer = ?, lease = NULL, leased_until = NULL"
        " WHERE outbox_id = ? AND recipient = ?",
        (row["done_at"], row["answer"], event_id, row["recipient"]),
    )
    if known.rowcount == 0:
        names = ("channel", "recipient", "subscriber_id", "incident_id", "state", "next_at", "done_at", "answer")
        db.execute(
            f"INSERT INTO delivery (outbox_id, {', '.join(names)}) VALUES (?{', ?' * len(names)})",
            (event_id, *(row[name] for name in names)),
        )


def _tables(db: sqlite3.Connection) -> set[str]:
    return {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
