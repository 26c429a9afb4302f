"""A post as it would be published now, with all that the rules say; nothing is written."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from portal.config import Settings
from portal.domain.cadence import next_update_due
from portal.domain.names import ComponentStatus, Kind, Severity
from portal.domain.rules import Finding, with_support_contact
from portal.domain.times import to_text
from portal.language import words_of
from portal.store import components, posts
from portal.verbs.commands import Post
from portal.verbs.judging import findings_for
from portal.verbs.levels import wanted_levels
from portal.verbs.placing import Place, refuse_state
from portal.verbs.posting import levels_after, public_title, shown_action


@dataclass(frozen=True)
class Tried:
    """`body` and `customer_action` as the public would read them, `due` the promise, `title` None unless it is new."""

    findings: list[Finding]
    body: str
    customer_action: str | None
    due: str | None
    title: str | None


def try_post(
    db: sqlite3.Connection, settings: Settings, incident: sqlite3.Row | None, command: Post, now: datetime
) -> Tried:
    """Examine a post as the incident's next one; without an incident as the first one of a major incident. Raises
    Invalid for a state that its posts can't have."""
    command = command.model_copy(update={"customer_action": shown_action(command)})
    if incident is not None:
        refuse_state(incident, command.state)
    previous = posts.newest_post(db, incident["id"]) if incident else None
    severity = Severity(incident["severity"]) if incident else Severity.MAJOR
    title = None
    if previous is None:
        title = public_title(incident, command) if incident else command.public_title
    found = findings_for(
        db,
        settings,
        command,
        now=now,
        public_title=title,
        severity=severity,
        levels=_levels(db, incident, command, previous),
        previous=previous,
        private=bool(incident and incident["security"]),
        drill=bool(incident and incident["kind"] == Kind.DRILL),
    )
    body = command.body
    if not previous:
        body = with_support_contact(body, settings.support_email, words_of(settings.language))
    kind = Kind(incident["kind"]) if incident else Kind.INCIDENT
    due = next_update_due(kind, command.state, severity, now, command.next_update_minutes)
    return Tried(found, body, command.customer_action, to_text(due) if due else None, title)


def _levels(
    db: sqlite3.Connection, incident: sqlite3.Row | None, command: Post, previous: sqlite3.Row | None
) -> dict[str, ComponentStatus]:
    wanted = wanted_levels(db, command.components)
    if incident is not None:
        place = Place("", newest=True, state=command.state, previous=previous)
        return levels_after(db, incident, wanted, place)
    rows = {one: components.component_by_id(db, one) for one in wanted}
    return {row["name"]: wanted[one] for one, row in rows.items() if row is not None}
