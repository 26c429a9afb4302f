"""The running portal as its doors see it; `portal.wiring` assembles the real one."""

import logging
import pathlib
import sqlite3
import time
from collections.abc import Sequence
from typing import Protocol, cast

from flask import current_app

from portal.config import Settings
from portal.store.database import Database
from portal.verbs.context import Actor, Context

log = logging.getLogger("portal.web")

WAIT_S = 1.8
"""How long after a request began its answer waits, at most, until its change is public."""


class PublisherStatus(Protocol):
    @property
    def sequence(self) -> int:
        """The last change that the public files show."""

    @property
    def current(self) -> bool:
        """True when no change waits to be published."""

    @property
    def error(self) -> str | None:
        """Why publishing does not move on, in one sentence."""


class Publisher(Protocol):
    def wake(self) -> None:
        """Hint that there is something to publish; never waits."""

    def wait_until_public(self, seq: int, timeout_s: float) -> bool:
        """Wait until the public files show change `seq`; False when the time is up first."""

    def status(self) -> PublisherStatus: ...


class ImportReport(Protocol):
    @property
    def lines(self) -> Sequence[str]:
        """What became of each file or item."""

    @property
    def summary(self) -> str: ...

    @property
    def broken(self) -> bool:
        """Whether something could not be read."""

    @property
    def change(self) -> int | None: ...


class Portal(Protocol):
    @property
    def settings(self) -> Settings: ...

    @property
    def database(self) -> Database: ...

    @property
    def context(self) -> Context: ...

    @property
    def publisher(self) -> Publisher: ...

    def import_history(self, actor: Actor, source: str, paths: Sequence[pathlib.Path]) -> ImportReport:
        """Bring in what the paths hold of another status page's history."""


def the_portal() -> Portal:
    """The portal that the current request is for."""
    return cast(Portal, current_app.extensions["portal"])


def publish(portal: Portal, change: int | None, *, wait: bool, began: float) -> bool:
    """Whether the public files show this change; without a change there is nothing that they could show. `began`: when
    the request did, in seconds of time.monotonic."""
    if change is None:
        return False
    portal.publisher.wake()
    try:
        return wait and portal.publisher.wait_until_public(change, began + WAIT_S - time.monotonic())
    except (OSError, sqlite3.Error):
        log.exception("it can't be seen whether change %s is public", change)
        return False  # it is recorded, so the answer must not be an error
