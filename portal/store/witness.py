"""A second place that remembers how the audit log ended.

A chain of hashes finds every change of its rows but two: a log that was written anew as a whole, and one whose last
rows were cut off together with SQLite's own count of them. So the row that was last is noted in a file beside the
database, after every command and by the running portal.
"""

import contextlib
import json
import logging
import os
import pathlib
import sqlite3

log = logging.getLogger(__name__)

FILE = "audit.json"


def note(home: pathlib.Path, db: sqlite3.Connection) -> None:
    """Remember how the log ends now, unless it contradicts what was noted before: that stays, and `check` says so.

    A disk that fails here takes nothing away but this note; it is logged.
    """
    epoch, last, digest = _end(db)
    noted = _noted(home)
    if noted == (epoch, last, digest) or any(_contradictions(noted, epoch, db)):
        return
    beside = home / f".{FILE}.{os.getpid()}"
    try:
        with beside.open("w") as handle:
            json.dump({"epoch": epoch, "row": last, "hash": digest}, handle)
            handle.flush()
            os.fsync(handle.fileno())
        beside.replace(home / FILE)
    except OSError as error:
        log.warning("how the audit log ends could not be noted: %s", error)
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)


def witness_faults(home: pathlib.Path, db: sqlite3.Connection) -> list[str]:
    """One sentence when the audit log has not the row that was noted as its last."""
    return _contradictions(_noted(home), _end(db)[0], db)


def _contradictions(noted: tuple[str, int, str] | None, epoch: str, db: sqlite3.Connection) -> list[str]:
    if noted is None or noted[0] != epoch:
        return []
    row = db.execute("SELECT hash FROM audit WHERE id = ?", (noted[1],)).fetchone()
    if row is not None and row[0] == noted[2]:
        return []
    said = f"audit: row {noted[1]} is not the one that {FILE} names: the log was written anew or shortened"
    return [f"{said}, or an older database was put in place without `portal restore`"]


def _end(db: sqlite3.Connection) -> tuple[str, int, str]:
    row = db.execute(
        "SELECT epoch, coalesce(audit.id, 0), coalesce(audit.hash, '') FROM portal"
        " LEFT JOIN audit ON audit.id = (SELECT max(id) FROM audit)"
    ).fetchone()
    return (row[0], row[1], row[2]) if row else ("", 0, "")


def _noted(home: pathlib.Path) -> tuple[str, int, str] | None:
    try:
        noted = json.loads((home / FILE).read_text("utf-8"))
        return (noted["epoch"], noted["row"], noted["hash"]) if noted["row"] else None
    except (OSError, ValueError, KeyError):
        return None
