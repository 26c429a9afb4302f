import html

import pytest

from .telling import incident, update

TOLD = (
    "<p><small>Jan <var data-var='date'> 2</var>, <var data-var='time'>01:30</var> UTC</small><br>"
    "<strong>Resolved</strong> - Over for &lt;api&gt;.</p>"
    "<p><small>Jan <var data-var='date'> 1</var>, <var data-var='time'>00:10</var> UTC</small><br>"
    "<strong>Update</strong> - Still slow.</p>"
    "<p><small>Dec <var data-var='date'>31</var>, <var data-var='time'>23:50</var> UTC</small><br>"
    "<strong>Identified</strong> - Search is slow.</p>"
)


def rss(described: str = TOLD, stamp: str = "Fri, 02 Jan 2026 01:30:00 +0000") -> str:
    return (
        '<?xml version="1.0"?><rss version="2.0"><channel><title>History</title><item><title>Search &amp; more</title>'
        f"<description>{html.escape(described)}</description><pubDate>{stamp}</pubDate>"
        "<link>https://status.example.org/incidents/abcdefgh0001</link></item></channel></rss>"
    )


def atom(described: str = TOLD) -> str:
    return (
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><entry><id>tag:x,2005:Incident/1</id>'
        "<published>2026-01-02T01:30:00Z</published><updated>2026-01-02T01:30:00Z</updated>"
        "<title>Search &amp; more</title>"
        '<link rel="alternate" type="text/html" href="https://status.example.org/incidents/abcdefgh0001"/>'
        f'<content type="html">{html.escape(described)}</content></entry></feed>'
    )


@pytest.mark.parametrize("feed", [rss(), atom()], ids=["rss", "atom"])
def test_a_feed_tells_every_update_with_its_year(importing, feed):
    importing.write("history.xml", feed)
    assert importing.run("statuspage").summary == "created 1, updated 0, unchanged 0, skipped 0"
    row = importing.row("SELECT * FROM incident")
    assert (row["public_id"], row["public_title"]) == ("abcdefgh0001", "Search & more")
    assert (row["started_at"], row["resolved_at"]) == ("2025-12-31T23:50:00.000Z", "2026-01-02T01:30:00.000Z")
    assert importing.posts() == [
        ("12-31T23:50", "identified", "Search is slow."),
        ("01-01T00:10", "identified", "Still slow."),
        ("01-02T01:30", "resolved", "Over for <api>."),
    ]
    assert importing.run("statuspage").counts == {"unchanged": 1}


def test_other_zones_are_converted(importing):
    importing.write("history.rss", rss(TOLD.replace("UTC", "PST"), "Fri, 02 Jan 2026 01:30:00 -0800"))
    importing.run("statuspage")
    assert [at for at, _, _ in importing.posts()] == ["01-01T07:50", "01-01T08:10", "01-02T09:30"]


def test_a_maintenance_is_one(importing):
    told = TOLD.replace("Resolved", "Completed").replace("Identified", "Scheduled")
    importing.write("history.rss", rss(told))
    importing.run("statuspage")
    row = importing.row("SELECT kind, post_state FROM incident")
    assert row == {"kind": "maintenance", "post_state": "completed"}


def test_a_maintenance_begins_when_it_ran_and_not_when_it_was_announced(importing):
    told = TOLD.replace("Resolved", "Completed").replace("Identified", "Scheduled")
    importing.write("history.rss", rss(told.replace("<strong>Update", "<strong>In progress")))
    importing.run("statuspage")
    row = importing.row("SELECT kind, started_at, scheduled_for, scheduled_until, resolved_at FROM incident")
    assert row["kind"] == "maintenance"
    said = {state: at for at, state, _ in importing.posts()}
    assert row["started_at"] == row["scheduled_for"]
    assert row["scheduled_for"][5:16] == said["in_progress"] != said["scheduled"]
    assert row["scheduled_until"] == row["resolved_at"]


def test_feed_and_json_of_one_incident_meet(importing):
    full = incident(
        "abcdefgh0001",
        update("u1", "identified", "2025-12-31T23:50:12.345Z", "Search is slow.", c1="operational>partial_outage"),
        update("u2", "identified", "2026-01-01T00:10:00.000Z", "Still slow."),
        update("u3", "resolved", "2026-01-02T01:30:45.000Z", "Over for <api>.", c1="partial_outage>operational"),
        name="Search & more",
        resolved_at="2026-01-02T01:30:45.000Z",
    )
    feed = importing.write("history.rss", rss())
    page = importing.write("page.json", [full])
    importing.run("statuspage", feed)
    assert importing.run("statuspage", page).counts == {"updated": 1}
    assert len(importing.posts()) == 3
    assert importing.impacts() == [("C1", "partial_outage", "12-31T23:50", "01-02T01:30")]
    assert importing.run("statuspage", feed).counts == {"unchanged": 1}
    assert importing.run("statuspage", page).counts == {"unchanged": 1}
    assert importing.row("SELECT min(display_at) AS at FROM post")["at"] == "2025-12-31T23:50:12.345Z"


def test_a_feed_adds_news_to_what_json_told(importing):
    told = update("u1", "identified", "2025-12-31T23:50:12Z", "Search is slow.", c1="operational>major_outage")
    importing.run("statuspage", importing.write("page.json", [incident("abcdefgh0001", told)]))
    assert importing.run("statuspage", importing.write("history.rss", rss())).counts == {"updated": 1}
    assert [state for _, state, _ in importing.posts()] == ["identified", "identified", "resolved"]
    row = importing.row("SELECT resolved_at, end_unknown FROM incident")
    assert row == {"resolved_at": "2026-01-02T01:30:00.000Z", "end_unknown": 0}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("<html><body>no feed</body></html>", "neither RSS nor Atom"),
        ("<rss><channel>", "not well-formed"),
        ('<!DOCTYPE r [<!ENTITY a "b">]><rss>&a;</rss>', "document type"),
        (rss("<p>words without times</p>"), "holds no updates"),
    ],
)
def test_what_is_no_history_feed_is_said(importing, content, why):
    importing.write("history.xml", content)
    report = importing.run("statuspage")
    assert report.broken
    assert why in report.lines[0]
    assert report.counts == {"skipped": 1}
