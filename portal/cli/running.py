"""Who has a home in use: portals that serve or work, and commands, share a lock; a restore needs it alone."""

import contextlib
import fcntl
import pathlib
from collections.abc import Iterator


class InUse(Exception):
    """A portal or a command is running in this home, or a restore."""


@contextlib.contextmanager
def in_use(home: pathlib.Path) -> Iterator[None]:
    """Mark the home as used; any number may share it. Raises InUse during a restore."""
    with _locked(home, fcntl.LOCK_SH):
        yield


@contextlib.contextmanager
def alone(home: pathlib.Path) -> Iterator[None]:
    """Keep portals and commands from starting in this home. Raises InUse when one runs."""
    with _locked(home, fcntl.LOCK_EX):
        yield


@contextlib.contextmanager
def _locked(home: pathlib.Path, kind: int) -> Iterator[None]:
    home.mkdir(parents=True, exist_ok=True)
    with (home / "home.lock").open("a") as file:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InUse from error
        yield
