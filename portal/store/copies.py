"""Whole copies of the database: taken while it is in use, and put in place of another."""

import logging
import os
import pathlib
import sqlite3
from dataclasses import dataclass

from portal.store.checks import database_faults
from portal.store.departures import Departures, carry, carry_sent, departures
from portal.store.ledger import record_audit


class BadCopy(Exception):
    """The file is no whole database of a portal; the text says why."""


log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Facts:
    """How far a database has come."""

    page_id: str
    records: int
    """rows of the audit log: one or more per write"""
    last_at: str | None


def facts(path: pathlib.Path) -> Facts:
    """What a database file holds. Raises BadCopy when it is not one of a portal."""
    try:
        with _reading(path) as db:
            page_id = db.execute("SELECT page_id FROM portal").fetchone()
            records, last_at = db.execute("SELECT count(*), max(at) FROM audit").fetchone()
    except sqlite3.Error as error:
        raise BadCopy(f"{path} is not the database of a portal ({error})") from error
    if page_id is None:
        raise BadCopy(f"{path} is the database of a portal that was never started")
    return Facts(page_id[0], records, last_at)


def copy_out(source: sqlite3.Connection, target: pathlib.Path) -> None:
    """Copy a database that may be in use into one file, readable only by its owner, whole or not at all."""
    unfinished = target.with_name(target.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    copy = sqlite3.connect(unfinished, isolation_level=None)
    try:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, no companions
    finally:
        copy.close()
    _flush(unfinished)
    unfinished.replace(target)
    _flush(target.parent)


def departures_of(path: pathlib.Path) -> Departures | None:
    """Who left, as a database file knows it; None when there is none that can be read."""
    try:
        with _reading(path) as db:
            return departures(db)
    except sqlite3.Error:
        return None


def put_in_place(
    copy: pathlib.Path, target: pathlib.Path, epoch: str, actor: str, now: str, *, gone: Departures | None = None
) -> int:
    """Make a copy the portal's database, under a new epoch, so that every release of the old one is out of date. Who is
    `gone` by now does not follow in it; answers how many did. What was sent since is not sent again.

    Raises BadCopy when the copy is damaged or from a later version. Nobody else may have `target` open.
    """
    unfinished = target.with_name(target.name + ".restoring")
    unfinished.unlink(missing_ok=True)
    with _reading(copy) as source:
        faults = [fault for fault in database_faults(source) if "has not been applied" not in fault]
        if faults:
            raise BadCopy(f"{copy}: " + "; ".join(faults[:5]))
        copy_out(source, unfinished)
    db = sqlite3.connect(unfinished, isolation_level=None)
    carried = 0
    try:
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("BEGIN IMMEDIATE")
        if gone is not None:
            carried = carry(db, gone)
            try:
                with _reading(target) as present:
                    carry_sent(db, present)
            except sqlite3.DatabaseError as error:  # it may be damaged, and that must not stop its repair
                log.warning("what was sent since the backup can't be read (%s): some may be sent again", error)
        db.execute("UPDATE portal SET epoch = ?", (epoch,))
        record_audit(db, "restore", "portal", {"file": copy.name, "left": carried}, actor=actor, now=now)
        db.execute("COMMIT")
    finally:
        db.close()
    _flush(unfinished)
    for companion in ("-wal", "-shm"):
        target.with_name(target.name + companion).unlink(missing_ok=True)
    unfinished.replace(target)
    _flush(target.parent)
    return carried


class _reading:
    """A connection that can't write, closed at the end."""

    def __init__(self, path: pathlib.Path) -> None:
        self._uri = f"{path.absolute().as_uri()}?mode=ro"

    def __enter__(self) -> sqlite3.Connection:
        self._db = sqlite3.connect(self._uri, uri=True, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        return self._db

    def __exit__(self, *_: object) -> None:
        self._db.close()


def _flush(path: pathlib.Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
