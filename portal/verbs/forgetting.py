"""What is forgotten by itself: how people outside can be reached, long after what they reported or asked is done."""

from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from portal.domain.times import to_text
from portal.store import signals
from portal.store.database import Database
from portal.verbs.context import PORTAL, Context

EVERY = timedelta(hours=1)
_looked: "WeakKeyDictionary[Database, datetime]" = WeakKeyDictionary()


def forget_contacts(context: Context) -> bool:
    """Erase the contacts of reports and reporters that are closed, and of who was told of a postmortem, for
    `process.contact_days`; looks once an hour, and again at once after a failure. True when some were erased."""
    now = context.now()
    before = _looked.get(context.database)
    if before is not None and before <= now < before + EVERY:
        return False
    closed_before = to_text(now - timedelta(days=context.settings.process.contact_days))
    with context.database.snapshot() as db:
        some = signals.has_old_contacts(db, closed_before)
    if some:
        with context.write(PORTAL) as write:
            write.audit("contact.forget", "reports", {"count": signals.forget_contacts(write.db, closed_before)})
    _looked[context.database] = now
    return some
