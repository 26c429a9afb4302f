"""Feed readers and calendars read what the portal publishes."""

import json
import re
from datetime import UTC, datetime

import feedparser
import icalendar
import pytest

from tests.running import RunningPortal

FEEDS = (
    "/history.rss",
    "/history.atom",
    "/updates.rss",
    "/updates.atom",
    "/postmortems.rss",
    "/components/file-uploads/updates.rss",
    "/components/file-uploads/updates.atom",
)


@pytest.mark.parametrize("path", FEEDS)
def test_feedparser_reads_every_feed_without_complaint(demo: RunningPortal, path: str) -> None:
    status, headers, body = demo.get(path)
    assert status == 200
    assert headers["content-type"] == f"application/{path.rpartition('.')[2]}+xml; charset=utf-8"
    feed = feedparser.parse(body, response_headers={"content-type": headers["content-type"]})
    assert feed.bozo is False, feed.get("bozo_exception")
    assert feed.entries
    assert any(link["rel"] == "self" and link["href"] == demo.url + path for link in feed.feed.links), "no self link"
    for entry in feed.entries:
        assert entry.title
        assert entry.link.startswith(demo.url)
        assert entry.get("published_parsed") or entry.get("updated_parsed")
    assert len({entry.id for entry in feed.entries}) == len(feed.entries)
    times = [entry.get("published_parsed") or entry["updated_parsed"] for entry in feed.entries]
    assert times == sorted(times, reverse=True), "newest first"


def test_a_reader_that_asks_again_gets_nothing_new(demo: RunningPortal) -> None:
    _, headers, _ = demo.get("/updates.rss")
    status, _, body = demo.get("/updates.rss", **{"If-None-Match": headers["etag"]})
    assert (status, body) == (304, b"")


def test_the_json_feed_has_its_shape(demo: RunningPortal) -> None:
    status, headers, body = demo.get("/updates.json")
    assert (status, headers["content-type"]) == (200, "application/feed+json; charset=utf-8")
    feed = json.loads(body)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == f"{demo.url}/updates.json"
    assert len(feed["items"]) == 50
    for item in feed["items"]:
        assert {"id", "url", "date_published"} <= set(item)
        assert item.get("content_html") or item.get("content_text")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", item["date_published"])


def test_icalendar_reads_the_maintenance_calendar(demo: RunningPortal) -> None:
    status, headers, body = demo.get("/maintenance.ics")
    assert (status, headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    calendar = icalendar.Calendar.from_ical(body)
    events = {str(event["SUMMARY"]): event for event in calendar.walk("VEVENT")}
    ahead = next(event for name, event in events.items() if "Database upgrade in Europe" in name)
    assert ahead.decoded("DTEND") > ahead.decoded("DTSTART")
    starts = [event.decoded("DTSTART") for event in calendar.walk("VEVENT")]
    assert any(start > datetime.now(UTC) for start in starts)
    assert all(event.get("UID") and event.get("DTSTAMP") for event in calendar.walk("VEVENT"))
