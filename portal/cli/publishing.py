"""What every command that changed something does last: publish it, or leave it to the portal that is running."""

import sqlite3

from portal.cli.opening import Sorry
from portal.store.counts import newest_change
from portal.wiring import Portal

WAIT_S = 2.0
"""How long a command waits for the running portal to publish its change."""


class NotPublished(Sorry):
    """The change is recorded, and the public files could not be brought up to date: exit code 1, as of no refusal."""

    exit_code = 1


def publish_or_leave(portal: Portal, change: int | None = None) -> bool:
    """True when the public files show `change` (the newest change when none is given).

    Publishes at once when no running portal does so in this home; otherwise waits up to two seconds for that one.
    """
    from portal.workers.building import BuildFailed
    from portal.workers.publisher import PublisherBusy

    try:
        try:
            portal.publisher.publish_pending()
        except PublisherBusy:
            newest = newest_change(portal.database.connection()) if change is None else change
            return portal.publisher.wait_until_public(newest, WAIT_S)
    except (OSError, sqlite3.Error, BuildFailed) as error:
        raise NotPublished(
            f"It is recorded, but the public page does not show it: {cause(error)}. Mend that, then run `portal build`."
        ) from error
    return True


def build_or_sorry(portal: Portal, otherwise: str) -> None:
    """A full build; `otherwise` says how things stand when it fails."""
    from portal.workers.building import BuildFailed

    try:
        portal.publisher.build()
    except (OSError, sqlite3.Error, BuildFailed) as error:
        raise Sorry(f"The site could not be built: {cause(error)}. {otherwise}") from error


def cause(error: Exception) -> str:
    """What the system said, without its number."""
    return (isinstance(error, OSError) and error.strerror) or str(error)
