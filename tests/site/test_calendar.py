"""Maintenances as calendars: all of them in one, and each in a file of its own."""

from datetime import UTC, datetime

import pytest
from icalendar import Calendar

from portal.verbs.commands import (
    AddComponent,
    CancelMaintenance,
    ChangeIncident,
    ChangeMaintenance,
    PlanMaintenance,
    Post,
)
from portal.verbs.components import add_component
from portal.verbs.incidents import change_incident
from portal.verbs.maintenances import cancel_maintenance, change_maintenance, plan_maintenance
from portal.verbs.posts import post
from tests.site.public_files import PublicFiles

BODY = "We upgrade the database behind Search; searches may fail for a minute or two."


@pytest.fixture
def files(context, admin):
    add_component(context, admin, AddComponent(name="Search"))
    values = {"scheduled_for": "2026-11-25T10:00:00Z", "scheduled_until": "2026-11-25T12:00:00Z"}
    planned = {"title": "Database upgrade, part one; <b>", "body": BODY, "components": ["search"], **values}
    plan_maintenance(context, admin, PlanMaintenance.model_validate(planned))
    return PublicFiles(context)


@pytest.fixture
def path(context, files):
    row = context.database.connection().execute("SELECT public_id FROM incident").fetchone()
    return f"incidents/{row[0]}/event.ics"


def event(text):
    found = Calendar.from_ical(text).walk("VEVENT")
    assert len(found) == 1
    return found[0]


def test_a_maintenance_has_an_event_of_its_own_which_is_the_one_of_the_whole_calendar(files, path):
    alone = event(files[path])
    assert alone.to_ical() == event(files["maintenance.ics"]).to_ical()
    assert alone["uid"] == f"{path.split('/')[1]}@status.example.com"
    assert alone["summary"] == "Database upgrade, part one; <b>"
    assert alone["dtstart"].dt == datetime(2026, 11, 25, 10, tzinfo=UTC)
    assert alone["dtend"].dt == datetime(2026, 11, 25, 12, tzinfo=UTC)
    assert alone["status"] == "CONFIRMED"
    assert Calendar.from_ical(files[path])["method"] == "PUBLISH"
    assert '<a href="event.ics">' in files[path.replace("event.ics", "index.html")]


def test_a_moved_window_is_a_later_version_of_the_same_event(context, admin, files, path):
    before = event(files[path])
    later = {"scheduled_until": "2026-11-25T15:00:00Z"}
    change_maintenance(context, admin, "INC-1", ChangeMaintenance.model_validate(later))
    after = event(files[path])
    assert after["uid"] == before["uid"]
    assert after["sequence"] > before["sequence"]
    assert after["dtend"].dt == datetime(2026, 11, 25, 15, tzinfo=UTC)


def test_a_cancelled_one_says_so_and_one_that_took_place_does_not(context, admin, clock, files, path):
    clock.forward(minutes=5)
    cancel_maintenance(context, admin, "INC-1", CancelMaintenance(reason="not needed"))
    assert event(files[path])["status"] == "CANCELLED"
    assert event(files["maintenance.ics"])["status"] == "CANCELLED"
    assert "event.ics" not in files[path.replace("event.ics", "index.html")]


def test_one_that_was_done_before_its_time_took_place(context, admin, clock, files, path):
    for state, body in (("in_progress", "The upgrade has begun."), ("completed", "The upgrade is done.")):
        clock.forward(minutes=5)
        post(context, admin, "INC-1", Post.model_validate({"state": state, "body": body, "confirm": True}))
    assert event(files[path])["status"] == "CONFIRMED"


def test_the_event_leaves_with_its_maintenance(context, admin, files, path):
    assert path in files
    change_incident(context, admin, "INC-1", ChangeIncident(security=True))
    assert path not in files
    assert not (files.publisher.releases.link / path).parent.exists()
    assert files.publisher.check() == []
