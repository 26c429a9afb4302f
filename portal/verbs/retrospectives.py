"""The meeting in which people talk about an incident, as a calendar file (RFC 5545)."""

from datetime import timedelta
from urllib.parse import urlsplit

from icalendar import Calendar, Event

from portal.domain.errors import NotFound
from portal.domain.times import from_text
from portal.verbs.access import find_incident
from portal.verbs.context import Actor, Context
from portal.verbs.postmortem_answers import row_of

LASTS = timedelta(hours=1)


def retrospective_calendar(context: Context, actor: Actor, ref: str) -> bytes:
    """One event whose UID never changes, so that a later date moves it. NotFound while there is no date."""
    with context.database.snapshot() as db:
        incident = find_incident(db, actor, ref)
        row = row_of(db, incident)
    if row["retrospective_at"] is None:
        raise NotFound("The retrospective has no date yet; set one on the postmortem's page.")
    desk = context.settings.desk_base
    event = Event()
    event.add("uid", f"retrospective-{incident['public_id']}@{urlsplit(desk).hostname or 'localhost'}")
    event.add("dtstamp", from_text(row["updated_at"]))
    event.add("dtstart", from_text(row["retrospective_at"]))
    event.add("dtend", from_text(row["retrospective_at"]) + LASTS)
    event.add("summary", f"Retrospective: {row['title']}")
    event.add("description", f"{desk}/desk/incidents/INC-{incident['id']}/postmortem")
    calendar = Calendar()
    calendar.add("prodid", "-//Aboveboard//Retrospective//EN")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
