"""The running portal as its doors see it; `portal.wiring` assembles the real one."""

from typing import Protocol, cast

from flask import current_app

from portal.config import Settings
from portal.store.database import Database
from portal.verbs.context import Context


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


class Portal(Protocol):
    @property
    def settings(self) -> Settings: ...

    @property
    def database(self) -> Database: ...

    @property
    def context(self) -> Context: ...

    @property
    def publisher(self) -> Publisher: ...


def the_portal() -> Portal:
    """The portal that the current request is for."""
    return cast(Portal, current_app.extensions["portal"])
