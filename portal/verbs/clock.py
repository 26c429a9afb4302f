"""Time changes the page too: every boundary becomes a row, so that pages never read the clock."""

import sqlite3
from datetime import datetime, timedelta

from portal.domain.times import from_text, to_text
from portal.domain.touches import Touches
from portal.store.ledger import incident_footprint, record_change

SOON = timedelta(days=7)
"""A maintenance shows on the index this long before it starts."""
SET_BACK = timedelta(minutes=1)
"""A clock that goes back by more was wrong before; by less, it is two readers or a small correction."""


def cross_boundaries(db: sqlite3.Connection, now: str) -> int | None:
    """Move `portal.as_of` over the boundaries up to `now`; one change row for all of them. Answers its sequence.

    A clock that was set back takes back what it had called passed too early.
    """
    as_of: str = db.execute("SELECT as_of FROM portal").fetchone()[0]
    back = _was_set_back(as_of, now)
    if now <= as_of and not back:
        return None
    touches = Touches()
    first, last = sorted((as_of, now))
    if first[:10] != last[:10]:
        years = range(int(first[:4]), int(last[:4]) + 1)
        touches |= Touches(day=True, years=frozenset(f"{year:04}" for year in years))
    window = {"first": first, "last": last, "soon_from": _later(first), "soon_to": _later(last)}
    for (incident_id,) in db.execute(
        "SELECT id FROM public_incident WHERE kind = 'maintenance' AND resolved_at IS NULL"
        " AND scheduled_for > :soon_from AND scheduled_for <= :soon_to",
        window,
    ):
        touches |= incident_footprint(db, incident_id).touches
    for (incident_id,) in db.execute(
        "SELECT id FROM public_incident WHERE resolved_at IS NULL"
        " AND next_update_due > :first AND next_update_due <= :last",
        window,
    ):
        touches |= incident_footprint(db, incident_id).touches
    if touches or back:
        db.execute("UPDATE portal SET as_of = ?", (now,))
    return record_change(db, "clock", touches, now)


def is_due(db: sqlite3.Connection, now: datetime) -> bool:
    """Whether `cross_boundaries` has something to do."""
    as_of: str = db.execute("SELECT as_of FROM portal").fetchone()[0]
    return next_boundary(db) <= now or _was_set_back(as_of, to_text(now))


def next_boundary(db: sqlite3.Connection) -> datetime:
    """The first moment at which `cross_boundaries` will have something to do."""
    as_of: str = db.execute("SELECT as_of FROM portal").fetchone()[0]
    midnight = from_text(as_of[:10] + "T00:00:00.000Z") + timedelta(days=1)
    moments = [midnight]
    promise = db.execute(
        "SELECT min(next_update_due) FROM public_incident WHERE resolved_at IS NULL AND next_update_due > ?", (as_of,)
    ).fetchone()[0]
    soon = db.execute(
        "SELECT min(scheduled_for) FROM public_incident WHERE kind = 'maintenance' AND resolved_at IS NULL"
        " AND scheduled_for > ?",
        (_later(as_of),),
    ).fetchone()[0]
    if promise:
        moments.append(from_text(promise))
    if soon:
        moments.append(from_text(soon) - SOON)
    return min(moments)


def _later(moment: str) -> str:
    return to_text(from_text(moment) + SOON)


def _was_set_back(as_of: str, now: str) -> bool:
    return now < as_of and from_text(as_of) - from_text(now) > SET_BACK
