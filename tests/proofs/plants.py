"""Faults for the crash proof to find: each makes a victim's program worse in one place, for its process alone."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from portal.site import release
from portal.site.release import Release
from portal.store.database import Database
from tests.proofs.crashes import Call


def record_before_the_files() -> None:
    """The release says that it shows a change before it does."""
    really = Release.apply

    def apply(self, files, *, flush=True):
        identity = self.identity()
        self.record(replace(identity, sequence=identity.sequence + 1))
        return really(self, files, flush=flush)

    Release.apply = apply


def swallow_errors_of_files() -> None:
    """A file that could not be written is taken for written."""
    really = release._write

    def write(path, content, *, flush):
        with contextlib.suppress(OSError):
            really(path, content, flush=flush)

    release._write = write


def swallow_errors_of_commits() -> None:
    """A verb answers although its transaction failed."""

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        connection = self.connection()
        connection.execute("BEGIN IMMEDIATE")
        yield connection
        with contextlib.suppress(sqlite3.Error):
            connection.execute("COMMIT")

    Database.transaction = transaction


@dataclass(frozen=True)
class Plant:
    make: Callable[[], None]
    where: Callable[[Call], bool]
    """The calls at which it does harm."""
    attack: Callable[[Call], list[str]]
    found: str
    """What the proof says of it."""


PLANTS = {
    "identity first": Plant(
        record_before_the_files,
        lambda call: call.name == "rename" and "site/updates.json" in call.said,
        Call.killing,
        "differs",
    ),
    "errors of files swallowed": Plant(
        swallow_errors_of_files,
        lambda call: call.name == "write" and "staging" in call.said,
        lambda call: [f"?write:error=EIO:when={call.number}..{call.number + 1}"],  # closing the file writes again
        "differs",
    ),
    "errors of commits swallowed": Plant(
        swallow_errors_of_commits,
        lambda call: call.name == "pwrite64" and "portal.db-wal" in call.said,
        lambda call: call.failing_from_here("ENOSPC"),
        "recorded 0 times",
    ),
}
