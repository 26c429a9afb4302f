"""The past: years with their days, parts of a year, and the ways from one incident to the next."""

import json
import re
from datetime import timedelta

import pytest

from portal.domain.names import ComponentStatus, Kind, PostState
from portal.domain.past import History, PastComponent, PastIncident, PastPost
from portal.domain.times import to_text
from portal.domain.uptime import Interval, year_digits
from portal.site import full
from portal.store import public_years
from portal.verbs.commands import ChangeComponent, ChangeIncident, Declare, Post
from portal.verbs.components import AddComponent, add_component, change_component
from portal.verbs.import_history import import_history
from portal.verbs.incidents import change_incident, declare
from portal.verbs.posts import post
from portal.workers.publisher import Publisher

BODY = "Searches fail for some people in the Search component. Write to support@example.com."
NEXT = "We found the cause of the failing searches: a disk of the index is full."


@pytest.fixture
def publisher(context, admin):
    made = Publisher(context.settings, context.database)
    for name in ("Search", "Sign-in"):
        add_component(context, admin, AddComponent(name=name))
    made.publish_pending()
    return made


def happen(context, admin, title, ago, component="search", level="major_outage", **values):
    """An incident that began some days ago and is still open."""
    began = to_text(context.now() - timedelta(days=ago))
    command = Declare(
        title=title,
        components={component: level},
        started_at=began,
        post=Post(state="investigating", body=BODY, confirm=True),
        **values,
    )
    return declare(context, admin, command).answer


def page(publisher, path):
    publisher.publish_pending()
    file = publisher.releases.link / path / "index.html"
    return file.read_text("utf-8") if file.exists() else None


def last_touches(context):
    row = context.database.connection().execute("SELECT touches FROM change ORDER BY seq DESC LIMIT 1").fetchone()
    return json.loads(row[0])


def test_a_year_shows_the_worst_level_of_each_day():
    intervals = [
        Interval(ComponentStatus.PARTIAL_OUTAGE, "2025-12-30T10:00:00.000Z", "2026-01-02T01:00:00.000Z"),
        Interval(ComponentStatus.DEGRADED_PERFORMANCE, "2026-01-02", "2026-01-03"),
        Interval(ComponentStatus.UNDER_MAINTENANCE, "2026-01-05", None),
    ]
    digits = year_digits(intervals, "2026", "2026-01-06T10:00:00.000Z")
    assert digits == "332011" + "-" * 359
    assert year_digits(intervals, "2025", "2026-01-06T10:00:00.000Z")[-3:] == "033"


def test_the_history_shows_the_newest_year_and_leads_to_months_and_parts(publisher, context, admin, clock):
    assert clock.text[:7] == "2026-11"
    happen(context, admin, "Search is slow", 3)
    happen(context, admin, "Long ago", 400, "sign-in", "degraded_performance")
    overview = page(publisher, "history")
    day = int((context.now() - timedelta(days=3)).strftime("%d"))
    assert f"{day}-23: Major outage" in overview
    for link in ("2026-11/", "2025/", "2026/", "by/component/search/2026/", "by/kind/incident/2026/"):
        assert f'href="../history/{link}"' in overview, link
    assert "by/kind/advisory" not in overview
    older = page(publisher, "history/2025")
    assert "by/component/sign-in/2025/" in older
    assert "by/component/search" not in older
    part = page(publisher, "history/by/component/search/2026")
    assert "Search is slow" in part
    assert "Long ago" not in part
    assert "Long ago" in page(publisher, "history/by/kind/incident/2025")
    assert page(publisher, "history/by/component/search/2025") is None


def test_a_hidden_component_takes_its_part_of_the_year_along(publisher, context, admin):
    happen(context, admin, "Search is slow", 3)
    assert page(publisher, "history/by/component/search/2026")
    change_component(context, admin, "search", ChangeComponent(hidden=True))
    assert page(publisher, "history/by/component/search/2026") is None
    assert "by/component/search" not in page(publisher, "history")


def test_a_part_shows_the_newest_and_says_how_many_are_left(publisher, context, admin, monkeypatch):
    monkeypatch.setattr(public_years, "LISTED", 1)
    happen(context, admin, "First", 9)
    happen(context, admin, "Second", 5)
    part = page(publisher, "history/by/kind/incident/2026")
    assert "Second" in part
    assert "First" not in part
    assert "and 1 earlier one" in part


def test_incidents_lead_to_the_one_before_and_after(publisher, context, admin):
    first, second, third = (happen(context, admin, title, ago) for title, ago in (("A", 9), ("B", 6), ("C", 3)))

    def ways(one):
        source = page(publisher, f"incidents/{one['public_id']}")
        found = re.search(r'<nav class="neighbours".*?</nav>', source, re.DOTALL)
        return re.findall(r'rel="(\w+)">([^<]*)<', found[0])

    assert (ways(first), ways(second)) == ([("next", "B")], [("prev", "A"), ("next", "C")])
    change_incident(context, admin, second["ref"], ChangeIncident(security=True))
    assert (ways(first), ways(third)) == ([("next", "C")], [("prev", "A")])
    change_incident(context, admin, first["ref"], ChangeIncident(public_title="A new name"))
    assert ways(third) == [("prev", "A new name")]
    moved = to_text(context.now() - timedelta(days=1))
    change_incident(context, admin, first["ref"], ChangeIncident(started_at=moved))
    assert (ways(third), ways(first)) == ([("next", "A new name")], [("prev", "C")])


def test_months_lead_to_the_ones_before_and_after_that_hold_something(publisher, context, admin):
    def ways(month):
        source = page(publisher, f"history/{month}")
        found = re.search(r'<nav class="neighbours".*?</nav>', source, re.DOTALL)
        return re.findall(r'href="\.\./([\d-]+)/"', found[0])

    happen(context, admin, "A", 300)
    first = (context.now() - timedelta(days=300)).strftime("%Y-%m")
    last = context.now().strftime("%Y-%m")
    assert ways(first) == [first[:4]]
    second = happen(context, admin, "B", 100)
    middle = (context.now() - timedelta(days=100)).strftime("%Y-%m")
    happen(context, admin, "C", 0)
    assert (ways(first), ways(last)) == ([middle, first[:4]], [middle, last[:4]])
    assert ways(middle) == [first, last, middle[:4]]
    assert publisher.check() == []
    change_incident(context, admin, second["ref"], ChangeIncident(security=True))
    assert (ways(first), ways(last)) == ([last, first[:4]], [first, last[:4]])
    assert page(publisher, f"history/{middle}") is None
    assert publisher.check() == []


def test_an_update_rewrites_no_list_of_the_past_and_no_other_incident(publisher, context, admin):
    happen(context, admin, "A", 9)
    answer = happen(context, admin, "B", 6)
    assert len(last_touches(context)["beside"]) == 1
    post(context, admin, answer["ref"], Post(state="identified", body=NEXT, confirm=True))
    assert not {"beside", "years", "listings"} & last_touches(context).keys()
    done = Post(state="resolved", body="Searches work again for everybody.", confirm=True)
    post(context, admin, answer["ref"], done)
    assert {"years", "listings"} <= last_touches(context).keys()


def test_a_year_that_nothing_began_in_has_no_page(publisher, context, admin):
    happen(context, admin, "A", 400)
    with context.database.snapshot() as db:
        reader = full.reader_for(db, context.settings)
        assert public_years.years(reader) == ["2025"]
        assert public_years.year(reader, "2026") is None
    assert page(publisher, "history/2026") is None


def test_components_that_share_a_name_are_told_apart_by_their_group(publisher, context, admin):
    listed = [
        PastComponent(f"c{number}", "API", described=True, group=group)
        for number, group in enumerate(("Europe", "America"))
    ]
    began = context.now() - timedelta(days=2)
    told = [
        PastIncident(
            label=f"i{number}",
            source_id=f"i{number}",
            kind=Kind.INCIDENT,
            title=f"API {number}",
            started_at=began + timedelta(hours=number),
            posts=(PastPost(PostState.RESOLVED, BODY, began + timedelta(hours=1 + number)),),
            resolved_at=began + timedelta(hours=1 + number),
            components=(f"c{number}",),
            level=ComponentStatus.PARTIAL_OUTAGE,
        )
        for number in range(2)
    ]
    import_history(context, admin, History("statuspage", (told[0],), (listed[0],)))
    assert "API (" not in page(publisher, "history/2026-11")
    import_history(context, admin, History("statuspage", (told[1],), tuple(listed)))
    month = page(publisher, "history/2026-11")
    assert "API (Europe)" in month
    assert "API (America)" in month
    assert publisher.check() == []
    change_component(context, admin, "api-2", ChangeComponent(name="America's API"))
    assert "API (Europe)" not in page(publisher, "history/2026-11")
    assert publisher.check() == []


def test_the_sitemaps_name_what_may_be_indexed_and_nothing_else(publisher, context, admin):
    happen(context, admin, "Older", 400)
    happen(context, admin, "Newer", 1)
    publisher.publish_pending()
    site = publisher.releases.link.resolve()
    pages = {file.parent.relative_to(site).as_posix(): file.read_text("utf-8") for file in site.rglob("index.html")}
    kept_out = {path for path, text in pages.items() if '<meta name="robots" content="noindex">' in text}
    assert {"embed", "history/by/kind/incident/2026"} <= kept_out
    assert {"history/2025", "history/2026-11", "components/search"} <= pages.keys() - kept_out
    named = [re.findall("<loc>(.*?)</loc>", file.read_text()) for file in (site / "sitemaps").iterdir()]
    paths = [address.removeprefix(context.settings.base_url).strip("/") or "." for some in named for address in some]
    assert sorted(paths) == sorted(pages.keys() - kept_out)


def test_a_change_between_the_snapshots_of_two_builders_moves_no_other_page(context, admin, publisher):
    before = [happen(context, admin, f"{ago} days ago", ago) for ago in (1, 200, 400, 430, 500, 600, 800)]
    release = publisher.releases.begin()
    full.build_share(context.settings, context.database, release, 0, 2)
    happen(context, admin, "The first of its month", 30, "sign-in")
    full.build_share(context.settings, context.database, release, 1, 2)
    built = {path.parent.name for path in release.site.glob("*/*/index.html")}
    assert {one["public_id"] for one in before} | {one["started_at"][:7] for one in before} <= built
