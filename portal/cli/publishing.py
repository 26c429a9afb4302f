"""What every command that changed something does last: publish it, or leave it to the portal that is running."""

from portal.wiring import Portal

WAIT_S = 2.0
"""How long a command waits for the running portal to publish its change."""


def publish_or_leave(portal: Portal, change: int | None = None) -> bool:
    """True when the public files show `change` (the newest change when none is given).

    Publishes at once when no running portal does so in this home; otherwise waits up to two seconds for that one.
    """
    from portal.workers.publisher import PublisherBusy

    try:
        portal.publisher.publish_pending()
    except PublisherBusy:
        return portal.publisher.wait_until_public(newest_change(portal) if change is None else change, WAIT_S)
    return True


def newest_change(portal: Portal) -> int:
    """The sequence of the last public change; 0 in an empty portal."""
    row = portal.database.connection().execute("SELECT coalesce(max(seq), 0) FROM change").fetchone()
    return int(row[0])
