"""Time changes the page too: every boundary becomes a row, so that pages never read the clock."""

import sqlite3
from datetime import datetime, timedelta

from portal.domain.times import from_text, to_text
from portal.domain.touches import Touches
from portal.store.boundaries import next_promise, next_start, planned_between, promised_between
from portal.store.ledger import incident_footprint, record_change
from portal.store.portal_row import as_of, set_as_of

SOON = timedelta(days=7)
"""A maintenance shows on the index this long before it starts."""
SET_BACK = timedelta(minutes=1)
"""A clock that goes back by more was wrong before; by less, it is two readers or a small correction."""


def cross_boundaries(db: sqlite3.Connection, now: str) -> int | None:
    """Move `portal.as_of` over the boundaries up to `now`; one change row for all of them. Answers its sequence.

    A clock that was set back takes back what it had called passed too early.
    """
    crossed = as_of(db)
    back = _was_set_back(crossed, now)
    if now <= crossed and not back:
        return None
    touches = Touches()
    first, last = sorted((crossed, now))
    if first[:10] != last[:10]:
        years = range(int(first[:4]), int(last[:4]) + 1)
        touches |= Touches(day=True, years=frozenset(f"{year:04}" for year in years))
    for incident_id in [*planned_between(db, _later(first), _later(last)), *promised_between(db, first, last)]:
        touches |= incident_footprint(db, incident_id).touches
    if touches or back:
        set_as_of(db, now)
    return record_change(db, "clock", touches, now)


def is_due(db: sqlite3.Connection, now: datetime) -> bool:
    """Whether `cross_boundaries` has something to do."""
    return next_boundary(db) <= now or _was_set_back(as_of(db), to_text(now))


def next_boundary(db: sqlite3.Connection) -> datetime:
    """The first moment at which `cross_boundaries` will have something to do."""
    crossed = as_of(db)
    moments = [from_text(crossed[:10] + "T00:00:00.000Z") + timedelta(days=1)]
    if promise := next_promise(db, crossed):
        moments.append(from_text(promise))
    if start := next_start(db, _later(crossed)):
        moments.append(from_text(start) - SOON)
    return min(moments)


def _later(moment: str) -> str:
    return to_text(from_text(moment) + SOON)


def _was_set_back(crossed: str, now: str) -> bool:
    return now < crossed and from_text(crossed) - from_text(now) > SET_BACK
