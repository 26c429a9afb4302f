"""News for the hub of the feeds (WebSub, https://www.w3.org/TR/websub/): filed once the site shows what has changed."""

from portal.domain.times import to_text
from portal.domain.touches import Touches
from portal.site.plan import feeds_of
from portal.site.release import Releases
from portal.store import deliveries, outbox
from portal.store.ledger import changes_after, record_event
from portal.verbs.context import Context
from portal.verbs.fanning import HUB

NO_HUB = "the settings name no hub any more"


def tell_hub_once(context: Context) -> bool:
    """File one event for all changes of feeds that are public by now and that the hub was not told of; False when
    there is none. What was published before there was a hub is no news; what waits when there is none any more ends."""
    if context.settings.websub_hub is None:
        return _end_waiting(context)
    with context.database.snapshot() as db:
        state = outbox.hub_state(db)
    if state["told"] == state["last"]:
        return False
    release = Releases(context.settings.home).current()
    shown = release.identity() if release else None
    if shown is None or shown.epoch != state["epoch"] or shown.deferred:
        return False
    if state["told"] is not None and shown.sequence <= state["told"]:
        return False
    with context.database.transaction() as db:
        state = outbox.hub_state(db)
        if state["epoch"] != shown.epoch:
            return False
        touches = Touches()
        if state["told"] is not None:
            for seq, one in changes_after(db, state["told"]):
                touches = touches | one if seq <= shown.sequence else touches
        feeds = feeds_of(touches, outbox.component_slugs(db))
        if feeds:
            now, key = to_text(context.now()), f"feeds:{shown.epoch}:{shown.sequence}"
            record_event(db, "feeds_changed", key, at=now, not_before=now, details={"feeds": feeds})
        outbox.hub_told(db, max(shown.sequence, state["told"] or 0))
    return True


def _end_waiting(context: Context) -> bool:
    with context.database.snapshot() as db:
        if not deliveries.waits(db, HUB):
            return False
    with context.database.transaction() as db:
        return deliveries.withdraw_queue(db, HUB, to_text(context.now()), NO_HUB) > 0
