"""Maintenances as calendars (RFC 5545): maintenance.ics with all of them, event.ics with one."""

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from icalendar import Calendar, Event, vUri

from portal.domain.public import Page, PublicIncident
from portal.domain.times import from_text
from portal.language import Words
from portal.text import plain


def maintenance_calendar(page: Page, listed: Sequence[PublicIncident], words: Words) -> bytes:
    """Every listed maintenance as an event with a UID that never changes; cancelled ones say so."""
    calendar = _calendar()
    calendar.add("x-wr-calname", words("%(name)s maintenance", name=page.name))
    for one in listed:
        calendar.add_component(_event(page, one))
    return bytes(calendar.to_ical())


def event_calendar(page: Page, one: PublicIncident) -> bytes:
    """One maintenance alone, the same event as in `maintenance_calendar`."""
    calendar = _calendar()
    calendar.add_component(_event(page, one))
    return bytes(calendar.to_ical())


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Aboveboard//Maintenance//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    return calendar


def _event(page: Page, one: PublicIncident) -> Event:
    event = Event()
    begin = from_text(one.begins_at)
    end = from_text(one.ends_at or one.begins_at)
    event.add("uid", f"{one.public_id}@{urlsplit(page.url).hostname or 'localhost'}")
    event.add("dtstamp", from_text(one.updated_at))
    event.add("last-modified", from_text(one.updated_at))
    # moves with every public change, also of the window, which comes without a post
    event.add("sequence", one.change_seq)
    event.add("dtstart", begin)
    event.add("dtend", max(end, begin + timedelta(minutes=1)))
    event.add("summary", one.title)
    event.add("description", plain(one.posts[-1].body))
    event.add("url", vUri(f"{page.url}/incidents/{one.public_id}/"))
    event.add("status", "CANCELLED" if one.cancelled else "CONFIRMED")
    return event
