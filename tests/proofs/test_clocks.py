"""Clocks that change with the season, jump, or are far off: order, beginnings, ends and promises stay right."""

import random
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.domain.errors import Invalid
from portal.domain.times import from_text, to_text
from portal.verbs import automation
from portal.web.api.routes import ROUTES
from portal.web.reading import read_model
from portal.workers.publisher import Publisher
from tests.proofs import FULL
from tests.verbs.conftest import Desk

WALKS = 100 if FULL else 10
BERLIN, NEW_YORK, LORD_HOWE = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")
HOUR = timedelta(hours=1)
SAID = "Part {} of the Search cluster answers slowly for some customers; we are restarting it."


@pytest.fixture
def desk(context, admin):
    desk = Desk(context, admin)
    desk.component("Search")
    return desk


@pytest.fixture(params=["Europe/Berlin", "America/St_Johns"] if FULL else ["Europe/Berlin"])
def machine_zone(request, monkeypatch):
    """The machine's own zone must not matter."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def run(desk):
    automation.run_due(desk.context)


def states(desk, ref):
    return [(one["state"], one["display_at"]) for one in desk.get(ref)["posts"] if one["automatic"]]


def promises_passed(desk) -> int:
    """How often the clock alone moved the public page."""
    return desk.sql("SELECT count(*) FROM change WHERE subject = 'clock' AND touches LIKE '%\"incidents\": [\"%'")[0][0]


def page(publisher: Publisher, answer: dict) -> str:
    publisher.publish_pending()
    return (publisher.releases.link / "incidents" / answer["public_id"] / "index.html").read_text()


@pytest.mark.usefixtures("machine_zone")
@pytest.mark.parametrize(
    ("zone", "first"),
    [
        (BERLIN, datetime(2026, 10, 24, 23, 30, tzinfo=UTC)),
        (BERLIN, datetime(2026, 3, 29, 0, 30, tzinfo=UTC)),
        (NEW_YORK, datetime(2026, 11, 1, 4, 30, tzinfo=UTC)),
        (LORD_HOWE, datetime(2026, 4, 4, 14, 30, tzinfo=UTC)),
        (UTC, datetime(2024, 2, 29, 22, 30, tzinfo=UTC)),
        (UTC, datetime(2025, 12, 31, 22, 30, tzinfo=UTC)),
    ],
    ids=["Berlin back", "Berlin on", "New York back", "Lord Howe by half an hour", "leap day", "new year"],
)
def test_posts_around_a_change_of_clocks_stand_in_order(desk, zone, first):
    """Written down later, in any order, in local time: some wall times come twice, some never."""
    moments = [first + timedelta(minutes=15 * number) for number in range(12)]
    publisher = Publisher(desk.context.settings, desk.context.database)
    declared = desk.declare(post={"state": "investigating", "body": SAID.format("zero"), "confirm": True})
    for moment in random.Random(7).sample(moments, len(moments)):
        local = moment.astimezone(zone)
        desk.post(
            declared["ref"],
            "investigating",
            SAID.format(f"a{moments.index(moment):02}"),
            happened_at=local.isoformat(),
            confirm=True,
        )
    said = desk.get(declared["ref"])["posts"]
    assert [one["display_at"] for one in said[:-1]] == [to_text(one) for one in moments]
    shown = page(publisher, declared).partition('<ol class="posts"')[2]
    places = [shown.index(f"Part a{number:02} of") for number in range(12)]
    assert places == sorted(places, reverse=True), "newest first"


WINDOWS = {
    "Berlin back": ("2026-10-25T01:30:00+02:00", "2026-10-25T02:30:00+01:00", 120),
    "Berlin on": ("2026-03-29T01:30:00+01:00", "2026-03-29T03:30:00+02:00", 60),
    "New York back": ("2026-11-01T01:15:00-04:00", "2026-11-01T01:15:00-05:00", 60),
    "leap day": ("2028-02-28T23:30:00Z", "2028-03-01T00:30:00Z", 25 * 60),
    "no leap day": ("2027-02-28T23:30:00Z", "2027-03-01T00:30:00Z", 60),
    "new year": ("2026-12-31T23:30:00Z", "2027-01-01T00:30:00Z", 60),
}


@pytest.mark.usefixtures("machine_zone")
@pytest.mark.parametrize(("first", "last", "minutes"), WINDOWS.values(), ids=WINDOWS)
def test_a_maintenance_starts_and_ends_once_at_its_hour(desk, clock, first, last, minutes):
    begin, end = from_text(first), from_text(last)
    clock.moment = begin - 3 * HOUR
    ref = desk.plan(first, last, components=["search"])["ref"]
    while clock.moment < end + 2 * HOUR:
        clock.forward(minutes=7)
        run(desk)
    assert end - begin == timedelta(minutes=minutes)
    assert states(desk, ref) == [("in_progress", to_text(begin)), ("completed", to_text(end))]


def test_a_promise_passes_once_also_over_midnight_of_a_leap_day(desk, clock):
    clock.moment = datetime(2028, 2, 28, 23, 50, tzinfo=UTC)
    publisher = Publisher(desk.context.settings, desk.context.database)
    declared = desk.declare(
        post={"state": "investigating", "body": SAID.format("b"), "next_update_minutes": 30, "confirm": True}
    )
    days = set()
    for _ in range(60):
        clock.forward(minutes=31)
        run(desk)
        days.add(desk.sql("SELECT substr(as_of, 1, 10) FROM portal")[0][0])
    assert promises_passed(desk) == 1
    assert days == {"2028-02-29", "2028-03-01"}
    assert "An update was due by" in page(publisher, declared)
    assert publisher.check() == []
    desk.post(declared["ref"], "identified", SAID.format("c"), confirm=True)
    assert desk.sql("SELECT count(*) FROM timeline WHERE kind = 'missed_promise'")[0][0] == 1


def test_after_a_day_forward_and_back_the_present_counts(desk, clock):
    """A clock that was wrong for a while, as after a bad time server."""
    publisher = Publisher(desk.context.settings, desk.context.database)
    old = desk.declare(post={"state": "investigating", "body": SAID.format("d"), "confirm": True})
    right = clock.moment
    clock.forward(days=1)
    run(desk)
    assert "An update was due by" in page(publisher, old)
    clock.moment = right + timedelta(minutes=1)
    run(desk)
    assert desk.sql("SELECT as_of FROM portal")[0][0] == clock.text
    assert "An update was due by" not in page(publisher, old)
    new = desk.declare(post={"state": "investigating", "body": SAID.format("e"), "confirm": True})
    assert "An update was due by" not in page(publisher, new), "it was promised a moment ago"
    assert publisher.check() == []
    before = promises_passed(desk)
    clock.forward(minutes=45)
    run(desk)
    run(desk)
    assert "An update was due by" in page(publisher, new)
    assert promises_passed(desk) == before + 1
    assert publisher.check() == []


@pytest.mark.parametrize("seed", range(WALKS))
def test_however_the_clock_walks_each_thing_happens_once(desk, clock, seed):
    """Jumps of a day both ways, hours, seconds; posts and plans in between; two clock workers take turns."""
    chance = random.Random(seed)
    start = clock.moment
    refs, promised = [], desk.declare(post={"state": "investigating", "body": SAID.format("f"), "confirm": True})
    for _ in range(4):
        begin = start + timedelta(hours=chance.randrange(1, 40))
        refs.append(desk.plan(to_text(begin), to_text(begin + chance.randrange(1, 9) * HOUR))["ref"])
    for number in range(40):
        step = chance.choice([timedelta(days=1), timedelta(days=-1), HOUR, timedelta(minutes=31), timedelta(seconds=1)])
        clock.moment += step
        run(desk)
        if number % 10 == 5:
            desk.post(promised["ref"], "identified", SAID.format(f"g{number}"), confirm=True)
    clock.moment = start + timedelta(days=30)
    run(desk)
    for ref in refs:
        said = desk.get(ref)
        assert states(desk, ref) == [("in_progress", said["scheduled_for"]), ("completed", said["scheduled_until"])]
    posts = desk.get(promised["ref"])["posts"]
    assert [one["display_at"] for one in posts] == sorted(one["display_at"] for one in posts)
    assert [one["body"] for one in posts[1:]] == [SAID.format(f"g{number}") for number in range(5, 40, 10)]
    missed = desk.sql("SELECT count(*) FROM timeline WHERE kind = 'missed_promise'")[0][0]
    assert missed <= len(posts) - 1
    publisher = Publisher(desk.context.settings, desk.context.database)
    if seed % 10 == 0:
        publisher.publish_pending()
        assert publisher.check() == []


MOMENTS = sorted(
    {
        (route.command.__name__, sent): (route.command, sent)
        for route in ROUTES
        if route.command is not None
        for sent, field in route.command.model_json_schema()["properties"].items()
        if "'date-time'" in str(field)
    }.values(),
    key=str,
)
"""Every field of every command that is a moment."""


@pytest.mark.parametrize(("model", "sent"), MOMENTS, ids=lambda one: getattr(one, "__name__", one))
@pytest.mark.parametrize(
    "moment",
    [
        "2026-11-23T14:05:00",
        "2026-11-23 14:05",
        "2026-11-23",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-12:00",
        "0001-01-01T00:00:00+14:00",
        "2027-02-29T12:00:00Z",
        "2026-11-23T24:00:01Z",
        "2026-11-23T23:59:60Z",
        "+10000-01-01T00:00:00Z",
        1_795_000_000,
    ],
)
def test_a_moment_that_is_none_is_refused_by_name(model, sent, moment):
    with pytest.raises(Invalid) as refused:
        read_model(model, {sent: moment})
    assert sent in refused.value.more["errors"], refused.value.more


def test_every_field_for_a_moment_is_among_them():
    assert {sent for _, sent in MOMENTS} >= {
        "happened_at",
        "started_at",
        "detected_at",
        "mitigated_at",
        "from_at",
        "to_at",
        "scheduled_for",
        "scheduled_until",
        "due_at",
    }


@pytest.mark.parametrize("year", [1970, 2100, 9999] if FULL else [9999])
def test_a_portal_whose_clock_is_far_off_still_works(desk, clock, year):
    clock.moment = datetime(year, 6, 30, 23, 58, tzinfo=UTC)
    publisher = Publisher(desk.context.settings, desk.context.database)
    declared = desk.declare(post={"state": "investigating", "body": SAID.format("h"), "confirm": True})
    clock.forward(seconds=59)
    run(desk)
    desk.post(
        declared["ref"], "resolved", "Searches in the Search component work again for all customers.", confirm=True
    )
    assert "work again for all customers" in page(publisher, declared)
    assert publisher.check() == []
    clock.moment = datetime(2026, 11, 23, 15, tzinfo=UTC)
    run(desk)
    later = desk.declare(post={"state": "investigating", "body": SAID.format("i"), "confirm": True})
    assert "Part i of" in page(publisher, later)
    assert publisher.check() == []
    assert from_text(later["posts"][0]["display_at"]) == clock.moment


def test_what_was_walked(tell):
    tell(
        "clocks",
        f"{WALKS} walks with jumps of a day: each of 4 maintenances once, order right; {len(WINDOWS)} windows over DST,"
        f" leap day and new year; {len(MOMENTS)} fields refuse 11 moments that are none",
    )
