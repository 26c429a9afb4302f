"""maintenance.ics (RFC 5545): one event per maintenance, newest and planned ones."""

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from icalendar import Calendar, Event, vUri

from portal.domain.public import Page, PublicIncident
from portal.domain.times import from_text
from portal.text import plain


def maintenance_calendar(page: Page, listed: Sequence[PublicIncident]) -> bytes:
    """Every listed maintenance as an event with a UID that never changes; cancelled ones say so."""
    calendar = Calendar()
    calendar.add("prodid", "-//Aboveboard//Maintenance//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{page.name} maintenance")
    host = urlsplit(page.url).hostname or "localhost"
    for one in listed:
        calendar.add_component(_event(page, one, host))
    return bytes(calendar.to_ical())


def _event(page: Page, one: PublicIncident, host: str) -> Event:
    event = Event()
    begin = from_text(one.scheduled_for or one.started_at)
    end = from_text(one.scheduled_until or one.resolved_at or one.started_at)
    event.add("uid", f"{one.public_id}@{host}")
    event.add("dtstamp", from_text(one.updated_at))
    event.add("last-modified", from_text(one.updated_at))
    event.add("sequence", len(one.posts) - 1)
    event.add("dtstart", begin)
    event.add("dtend", max(end, begin + timedelta(minutes=1)))
    event.add("summary", one.title)
    event.add("description", plain(one.posts[-1].body))
    event.add("url", vUri(f"{page.url}/incidents/{one.public_id}/"))
    event.add("status", "CONFIRMED")
    return event
