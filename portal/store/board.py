"""What the board reads across tables; who may see which incident is an argument (see `incidents_page`)."""

import sqlite3

_SEEN = "(?1 IS NULL OR incident.security = 0 OR incident.declared_by = ?1)"


def unfinished_incidents(db: sqlite3.Connection, seen_by: str | None) -> list[sqlite3.Row]:
    """Resolved, but not closed yet; the latest end first."""
    return db.execute(
        f"SELECT * FROM incident WHERE state IN ('resolved', 'learning') AND kind <> 'maintenance' AND source IS NULL"
        f" AND {_SEEN} ORDER BY resolved_at DESC, id DESC LIMIT 50",
        (seen_by,),
    ).fetchall()


def maintenances_until(db: sqlite3.Connection, until: str, seen_by: str | None) -> list[sqlite3.Row]:
    """Those that run, and those that begin before a moment; the next one first."""
    return db.execute(
        f"SELECT * FROM incident WHERE kind = 'maintenance' AND resolved_at IS NULL AND state <> 'closed'"
        f" AND scheduled_for < ?2 AND {_SEEN} ORDER BY scheduled_for, id",
        (seen_by, until),
    ).fetchall()


def offers_to(db: sqlite3.Connection, person: str, seen_by: str | None) -> list[sqlite3.Row]:
    """Roles of incidents that are not closed, offered to a person who has not answered; newest first."""
    return db.execute(
        "SELECT role.*, incident.title FROM role JOIN incident ON incident.id = incident_id WHERE ended_at IS NULL"
        f" AND accepted_at IS NULL AND person = ?2 AND incident.state <> 'closed' AND {_SEEN}"
        " ORDER BY offered_at DESC, role.id DESC",
        (seen_by, person),
    ).fetchall()


def calls_to(db: sqlite3.Connection, person: str, team: str | None, seen_by: str | None) -> list[sqlite3.Row]:
    """Calls of open incidents to a person or their team that nobody has answered."""
    return db.execute(
        "SELECT call.*, incident.title FROM call JOIN incident ON incident.id = incident_id"
        " WHERE call.acknowledged_at IS NULL AND (person = ?2 OR team = ?3 COLLATE NOCASE)"
        f" AND incident.state IN ('triage', 'active') AND {_SEEN} ORDER BY call.id DESC",
        (seen_by, person, team or ""),
    ).fetchall()


def drafts_to_read(db: sqlite3.Connection, person: str, seen_by: str | None) -> list[sqlite3.Row]:
    """Posts of others that wait for a second reader, the longest waiting first."""
    return db.execute(
        "SELECT draft.id, draft.incident_id, draft.person, incident.title FROM draft"
        " JOIN incident ON incident.id = draft.incident_id WHERE draft.review_asked_at IS NOT NULL"
        " AND draft.approved_at IS NULL AND draft.ended_at IS NULL AND draft.refusal IS NULL"
        f" AND incident.state <> 'closed' AND draft.person <> ?2 AND {_SEEN}"
        " ORDER BY draft.review_asked_at, draft.id",
        (seen_by, person),
    ).fetchall()


def checklists_of(db: sqlite3.Connection, person: str, seen_by: str | None) -> list[sqlite3.Row]:
    """Per incident that the person leads or writes for and that is not closed: how many rows wait (`waiting`)."""
    return db.execute(
        "SELECT incident.id, incident.title, count(DISTINCT checklist_item.id) AS waiting FROM checklist_item"
        " JOIN incident ON incident.id = checklist_item.incident_id JOIN role ON role.incident_id = incident.id"
        " WHERE checklist_item.state = 'todo' AND incident.state <> 'closed' AND role.person = ?2"
        " AND role.accepted_at IS NOT NULL AND role.ended_at IS NULL AND role.role IN ('lead', 'messenger')"
        f" AND {_SEEN} GROUP BY incident.id ORDER BY incident.id DESC",
        (seen_by, person),
    ).fetchall()


def followups_of(db: sqlite3.Connection, owner: str, seen_by: str | None) -> list[sqlite3.Row]:
    """Open follow-ups that a person owns; what is due first, then what has no day."""
    return db.execute(
        "SELECT followup.* FROM followup JOIN incident ON incident.id = incident_id WHERE followup.state = 'open'"
        f" AND owner = ?2 COLLATE NOCASE AND {_SEEN} ORDER BY due IS NULL, due, followup.id LIMIT 50",
        (seen_by, owner),
    ).fetchall()


def postmortems_of(db: sqlite3.Connection, person: str, seen_by: str | None) -> list[sqlite3.Row]:
    """Postmortems that a person has to write, or to review; what is due first."""
    return db.execute(
        "SELECT postmortem.*, incident.id AS number FROM postmortem JOIN incident ON incident.id = incident_id"
        " WHERE waived_reason IS NULL AND incident.state <> 'closed' AND"
        " (owner = ?2 COLLATE NOCASE AND postmortem.state IN ('draft', 'in_review', 'reviewed')"
        " OR reviewer = ?2 COLLATE NOCASE AND postmortem.state = 'in_review')"
        f" AND {_SEEN} ORDER BY due_at IS NULL, due_at, postmortem.id LIMIT 50",
        (seen_by, person),
    ).fetchall()
