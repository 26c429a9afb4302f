"""The past as the public sees it: years, parts of a year, and which incident comes before and after another."""

import sqlite3
from collections.abc import Iterator

from portal.domain.ladder import IMPACT_OF
from portal.domain.names import ComponentStatus
from portal.domain.public import Neighbour, PublicIncident, PublicListing, PublicYear
from portal.domain.uptime import Interval, year_digits
from portal.store.ledger import beside, months_beside
from portal.store.public import PublicReader

LISTED = 200
"""So many of a year's incidents stand in one of its parts (those of a component, of a kind); the months have all."""

_LEVEL_OF = {impact: level for level, impact in IMPACT_OF.items()}
_OF_COMPONENT = (
    "(EXISTS (SELECT 1 FROM public_impact WHERE incident_id = public_incident.id AND component_id = ?2)"
    " OR EXISTS (SELECT 1 FROM public_post JOIN post_component ON post_id = public_post.id"
    " WHERE incident_id = public_incident.id AND component_id = ?2))"
)


def years(reader: PublicReader) -> list[str]:
    """The years in which something began, newest first; no more work than there are years."""
    found: list[str] = []
    query = "SELECT started_at FROM public_incident WHERE started_at < ? ORDER BY started_at DESC LIMIT 1"
    row = reader.db.execute(query, (":",)).fetchone()  # the character after 9
    while row is not None:
        found.append(row[0][:4])
        row = reader.db.execute(query, (found[-1],)).fetchone()
    return found


def months(reader: PublicReader) -> list[str]:
    """The months in which something began (`2026-11`), newest first."""
    rows = reader.db.execute("SELECT DISTINCT substr(started_at, 1, 7) AS month FROM public_incident ORDER BY 1 DESC")
    return [row["month"] for row in rows]


def nearest(reader: PublicReader, month: str) -> tuple[str | None, str | None]:
    """The months before and after one in which something began."""
    return months_beside(reader.db, month)


def ids_of_month(reader: PublicReader, month: str) -> list[str]:
    """The public ids of what began in a month."""
    rows = reader.db.execute(
        "SELECT public_id FROM public_incident WHERE started_at >= ? AND started_at < ? ORDER BY started_at, id",
        (f"{month}-01", f"{month}-32"),
    )
    return [row["public_id"] for row in rows]


def year(reader: PublicReader, name: str) -> PublicYear | None:
    """The overview of a year; None when nothing began in it."""
    months = reader.db.execute(
        "SELECT substr(started_at, 1, 7) AS month, count(*) FROM public_incident"
        " WHERE started_at >= ?1 AND started_at < ?2 GROUP BY 1 ORDER BY 1 DESC",
        _span(name),
    ).fetchall()
    if not months:
        return None
    kinds = reader.db.execute(
        "SELECT kind, count(*) FROM public_incident WHERE started_at >= ?1 AND started_at < ?2 GROUP BY 1 ORDER BY 1",
        _span(name),
    )
    named = dict(
        reader.db.execute(
            "SELECT component_id, count(DISTINCT id) FROM (SELECT public_incident.id, component_id FROM public_incident"
            " JOIN public_impact ON incident_id = public_incident.id WHERE started_at >= ?1 AND started_at < ?2"
            " UNION SELECT public_incident.id, component_id FROM public_incident"
            " JOIN public_post ON incident_id = public_incident.id JOIN post_component ON post_id = public_post.id"
            " WHERE started_at >= ?1 AND started_at < ?2) GROUP BY 1",
            _span(name),
        )
    )
    return PublicYear(
        name=name,
        digits=year_digits(_intervals(reader.db, name), name, reader.as_of),
        months=tuple((month, count) for month, count in months),
        kinds=tuple((kind, count) for kind, count in kinds),
        components=tuple((one, named[one.id]) for one in reader.page.components if one.id in named),
    )


def listing(reader: PublicReader, key: str) -> PublicListing | None:
    """A part of a year, with its newest LISTED incidents; None when it has none."""
    facet, value, name = key.split("/")
    one = next((found for found in reader.page.components if (facet, found.slug) == ("component", value)), None)
    if facet == "component" and one is None:
        return None
    begin, end = _span(name)
    where = f"started_at >= ?1 AND started_at < ?3 AND {_OF_COMPONENT if one else 'kind = ?2'}"
    values = (begin, one.id if one else value, end)
    count = reader.db.execute(f"SELECT count(*) FROM public_incident WHERE {where}", values).fetchone()[0]
    found = reader.incidents(f"{where} ORDER BY started_at DESC, id DESC LIMIT {LISTED}", values)
    return PublicListing(key, one, tuple(found), count) if found else None


def listings(reader: PublicReader, name: str) -> list[str]:
    """The keys of the parts of a year."""
    found = year(reader, name)
    if found is None:
        return []
    kinds = [f"kind/{kind}/{name}" for kind, _ in found.kinds]
    return kinds + [f"component/{one.slug}/{name}" for one, _ in found.components]


def neighbours(reader: PublicReader, one: PublicIncident) -> tuple[Neighbour | None, Neighbour | None]:
    """What began before and after an incident, as its page names it."""
    return beside(reader.db, one.started_at, one.id)


def _span(name: str) -> tuple[str, str]:
    return f"{name}-01-01", f"{name}-12-32"


def _intervals(db: sqlite3.Connection, name: str) -> Iterator[Interval]:
    """What touched the days of a year: impacts, and incidents that keep a level of their own as they name nothing."""
    for row in db.execute(
        "SELECT DISTINCT level, substr(from_at, 1, 10) AS begin, substr(to_at, 1, 10) AS end FROM public_impact"
        " WHERE from_at < ?2 AND (to_at >= ?1 OR to_at IS NULL) AND NOT EXISTS"
        " (SELECT 1 FROM public_incident WHERE id = incident_id AND end_unknown = 1)",
        _span(name),
    ):
        yield Interval(ComponentStatus(row["level"]), row["begin"], row["end"])
    for row in db.execute(
        "SELECT impact_level, started_at, resolved_at FROM public_incident WHERE impact_level IS NOT NULL"
        " AND kind = 'incident' AND false_alarm = 0 AND end_unknown = 0"
        " AND started_at < ?2 AND (resolved_at >= ?1 OR resolved_at IS NULL)"
        " AND NOT EXISTS (SELECT 1 FROM public_impact WHERE incident_id = public_incident.id)",
        _span(name),
    ):
        yield Interval(_LEVEL_OF[row["impact_level"]], row["started_at"], row["resolved_at"])
