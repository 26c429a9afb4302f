"""The one place that opens connections and begins transactions."""

import contextlib
import fcntl
import os
import pathlib
import sqlite3
import threading
from collections.abc import Iterator

import sqlite_utils

from portal.store.migrations import migrations

BUSY_TIMEOUT_MS = 10_000


class SchemaTooNew(Exception):
    """The database was written by a later version of the portal."""


class Uncertain(sqlite3.OperationalError):
    """A commit reached the disk perhaps: it was written, and then the disk would not say that it keeps it."""


class Database:
    """A portal.db file: one connection per thread, write transactions that take the lock at once."""

    def __init__(self, path: pathlib.Path) -> None:
        self.path = path
        self._local = threading.local()
        self._turn = threading.Lock()

    def connection(self) -> sqlite3.Connection:
        """This thread's connection, opened on first use; after a fork the child opens its own."""
        kept: tuple[int, sqlite3.Connection] | None = getattr(self._local, "kept", None)
        if kept is None or kept[0] != os.getpid():
            kept = (os.getpid(), _open(self.path))
            self._local.kept = kept
        return kept[1]

    def relax(self) -> None:
        """From now on what this thread writes outlives the program, but perhaps not a loss of power: a tenth of the
        cost, for notes of which losing the last ones costs a repetition."""
        self.connection().execute("PRAGMA synchronous = NORMAL")

    def close(self) -> None:
        """Close this thread's connection, if it has one."""
        kept: tuple[int, sqlite3.Connection] | None = getattr(self._local, "kept", None)
        if kept is not None:
            kept[1].close()
            del self._local.kept

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A write transaction: BEGIN IMMEDIATE, commit at the end, roll back on any exception.

        Whatever is raised, nothing was recorded; only after Uncertain it may have been.
        """
        connection = self.connection()
        with self._in_turn(), _transaction(connection):
            yield connection

    @contextlib.contextmanager
    def _in_turn(self) -> Iterator[None]:
        """One writer of this process at a time: a lock wakes the next one at once, SQLite makes each look again."""
        if not self._turn.acquire(timeout=BUSY_TIMEOUT_MS / 1000):
            raise sqlite3.OperationalError("database is locked")
        try:
            yield
        finally:
            self._turn.release()

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """A read transaction: every query inside sees the same moment."""
        connection = self.connection()
        connection.execute("BEGIN")
        try:
            yield connection
        finally:
            connection.execute("ROLLBACK")

    def data_version(self) -> int:
        """A number that changes when another connection has committed; costs microseconds."""
        return int(self.connection().execute("PRAGMA data_version").fetchone()[0])

    def migrate(self) -> None:
        """Bring the schema up to date, all steps or none, one process at a time; a new file is its owner's alone.

        Raises SchemaTooNew for a later version's database.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with (self.path.parent / "migrate.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with contextlib.suppress(FileExistsError):
                os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            connection = _open(self.path)
            try:
                db = sqlite_utils.Database(connection)
                known = {migration.name for migration in migrations._migrations}
                unknown = [done.name for done in migrations.applied(db) if done.name not in known]
                if unknown:
                    raise SchemaTooNew(
                        f"{self.path} has schema steps that this version does not know ({', '.join(unknown)}); "
                        "run the version that wrote it, or a later one"
                    )
                if migrations.pending(db):
                    with _transaction(connection):
                        migrations.apply(db)
            finally:
                connection.close()


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException as error:
        if connection.in_transaction:  # SQLite rolls back by itself when the disk is full or fails
            connection.execute("ROLLBACK")
        if "FSYNC" in getattr(error, "sqlite_errorname", ""):
            raise Uncertain(*error.args) from error
        raise


def _open(path: pathlib.Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")  # what was erased or blanked is not left in the file's free space
    return connection
