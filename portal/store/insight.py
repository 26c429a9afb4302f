"""What the numbers over many incidents are made of, in few reads, each along an index."""

import sqlite3

MOMENTS = (
    "started_at",
    "detected_at",
    "declared_at",
    "acknowledged_at",
    "first_post_at",
    "mitigated_at",
    "resolved_at",
)
INCIDENTS = (
    "SELECT id, title, severity, outcome, lesson, what_was_seen, started_at, detected_at, declared_at, acknowledged_at,"
    " first_post_at, mitigated_at, iif(end_unknown, NULL, resolved_at) AS resolved_at FROM incident"
    " WHERE started_at >= ?1 AND started_at < ?2 AND +kind = 'incident' AND (security = 0 OR ?3)"
    " ORDER BY started_at, id"
)
POSTS = (
    "SELECT incident_id, display_at, post.next_update_due FROM incident JOIN post ON incident_id = incident.id"
    " WHERE started_at >= ?1 AND started_at < ?2 AND +kind = 'incident' AND (security = 0 OR ?3)"
    " ORDER BY started_at, incident_id, display_at, post.id"
)
COMPONENTS = (
    "SELECT DISTINCT incident_id, slug, name FROM incident JOIN impact ON incident_id = incident.id"
    " JOIN component ON component.id = component_id"
    " WHERE started_at >= ?1 AND started_at < ?2 AND +kind = 'incident' AND (security = 0 OR ?3)"
)


def incidents_between(db: sqlite3.Connection, since: str, until: str, *, private: bool) -> list[sqlite3.Row]:
    """Incidents proper (no maintenances, advisories, drills) that began in the period, oldest first."""
    return db.execute(INCIDENTS, (since, until, private)).fetchall()


def posts_between(
    db: sqlite3.Connection, since: str, until: str, *, private: bool
) -> dict[int, list[tuple[str, str | None]]]:
    """Of the same incidents: (display time, promised until) of their posts in public order."""
    found: dict[int, list[tuple[str, str | None]]] = {}
    for incident_id, at, due in db.execute(POSTS, (since, until, private)):
        found.setdefault(incident_id, []).append((at, due))
    return found


def components_between(
    db: sqlite3.Connection, since: str, until: str, *, private: bool
) -> dict[int, list[tuple[str, str]]]:
    """Of the same incidents: (slug, name) of the components that suffered."""
    found: dict[int, list[tuple[str, str]]] = {}
    for incident_id, slug, name in db.execute(COMPONENTS, (since, until, private)):
        found.setdefault(incident_id, []).append((slug, name))
    return found
