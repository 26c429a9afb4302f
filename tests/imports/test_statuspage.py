import contextlib
import gzip
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.imports.reading import Reading
from portal.imports.statuspage import NotHistory, read_json
from portal.verbs.commands import ChangeMaintenance
from portal.verbs.maintenances import change_maintenance
from tests.site.public_files import PublicFiles

from .telling import component, incident, solved, update


def test_an_incident_arrives_with_its_posts_levels_and_end(importing):
    report = importing.statuspage(solved(name="  Search   is &lt;slow ", components=[component("c1", "Search")]))
    assert report.summary == "created 1, updated 0, unchanged 0, skipped 0"
    assert report.lines == ("page.json abcdefgh0001: created",)
    row = importing.row("SELECT * FROM incident")
    assert (row["public_id"], row["public_title"]) == ("abcdefgh0001", "Search is &lt;slow")
    assert (row["state"], row["outcome"], row["end_unknown"]) == ("closed", "resolved", 0)
    assert row["resolved_at"] == "2026-11-01T11:00:00.000Z"
    assert importing.posts() == [
        ("11-01T10:00", "investigating", "We look into it."),
        ("11-01T10:30", "identified", "We look into it."),
        ("11-01T11:00", "resolved", "Solved."),
    ]
    assert importing.impacts() == [
        ("Search", "degraded_performance", "11-01T10:00", "11-01T10:30"),
        ("Search", "major_outage", "11-01T10:30", "11-01T11:00"),
    ]
    assert {row["public_id"] for row in importing.rows("SELECT * FROM post")} == {
        f"uuuuuuuu000{number}" for number in (1, 2, 3)
    }


def test_ids_of_another_form_become_stable_ones(importing):
    importing.statuspage(incident("INC-7", update("short", "resolved", "2026-11-01T10:00:00Z")))
    row = importing.row("SELECT * FROM incident")
    assert len(row["public_id"]) == 12
    assert row["source_id"] == "INC-7"
    assert len(importing.row("SELECT * FROM post")["public_id"]) == 12


@pytest.mark.parametrize(
    ("impact", "level"),
    [("minor", "degraded_performance"), ("major", "partial_outage"), ("critical", "major_outage")],
)
def test_without_moves_the_impact_colours_what_is_listed(importing, impact, level):
    told = incident("abcdefgh0001", update("u", "resolved", "2026-11-01T12:00:00Z"), impact=impact)
    told |= {"started_at": "2026-11-01T11:00:00Z", "components": [component("c1", "API")]}
    importing.statuspage(told)
    assert importing.impacts() == [("API", level, "11-01T11:00", "11-01T12:00")]


def test_an_impact_without_components_stays_on_the_incident(importing):
    importing.statuspage(incident("abcdefgh0001", update("u", "resolved", "2026-11-01T12:00:00Z"), impact="critical"))
    assert importing.row("SELECT impact_level FROM incident")["impact_level"] == "critical"
    assert importing.impacts() == []


def test_a_maintenance_colours_while_it_runs(importing):
    told = incident(
        "abcdefgh0001",
        update("u1", "scheduled", "2026-11-01T08:00:00Z", c1="operational>operational"),
        update("u2", "in_progress", "2026-11-02T10:00:00Z", c1="operational>under_maintenance"),
        update("u3", "completed", "2026-11-02T11:00:00Z", c1="under_maintenance>operational"),
        impact="maintenance",
        scheduled_for="2026-11-02T10:00:00Z",
        scheduled_until="2026-11-02T12:00:00Z",
    )
    importing.write("page.json", {"page": {}, "scheduled_maintenances": [told]})
    importing.run("statuspage")
    row = importing.row("SELECT * FROM incident")
    assert (row["kind"], row["started_at"][:16], row["post_state"]) == ("maintenance", "2026-11-02T10:00", "completed")
    assert importing.impacts() == [("C1", "under_maintenance", "11-02T10:00", "11-02T11:00")]


@pytest.mark.parametrize("state", ["scheduled", "in_progress", "completed"])
def test_a_maintenance_without_a_planned_end_is_shown_all_the_same(importing, state):
    said = [update("u1", "scheduled", "2026-11-20T08:00:00Z")]
    if state != "scheduled":
        said.append(update("u2", "in_progress", "2026-11-24T02:00:00Z"))
    if state == "completed":
        said.append(update("u3", "completed", "2026-11-24T03:00:00Z"))
    when = {"scheduled_for": "2026-11-24T02:00:00Z", "scheduled_until": None}
    told = incident("abcdefgh0001", *said, impact="maintenance", **when)
    importing.write("page.json", {"page": {}, "scheduled_maintenances": [told]})
    importing.run("statuspage")
    files = PublicFiles(importing.context)
    page = files["incidents/abcdefgh0001/index.html"]
    assert ("02:00 UTC</time> to <time" in page) is (state == "completed")
    assert "2026-11-24 02:00 UTC</time>" in page
    assert "DTSTART:20261124T020000Z" in files["incidents/abcdefgh0001/event.ics"]
    if state != "completed":
        later = ChangeMaintenance.model_validate({"scheduled_until": "2026-12-24T04:00:00Z"})
        change_maintenance(importing.context, importing.admin, "INC-1", later)
        assert "2026-12-24 04:00 UTC</time>" in files["incidents/abcdefgh0001/index.html"]
    assert files.publisher.check() == []


def test_a_forgotten_incident_ends_with_its_last_post_and_an_unknown_end(importing):
    told = incident("abcdefgh0001", update("u", "monitoring", "2026-10-01T10:00:00Z", c1="operational>major_outage"))
    report = importing.statuspage(told)
    assert "not resolved and older than 30 days" in report.lines[0]
    row = importing.row("SELECT * FROM incident")
    assert (row["end_unknown"], row["resolved_at"], row["state"]) == (1, "2026-10-01T10:00:00.000Z", "closed")
    assert importing.impacts() == [("C1", "major_outage", "10-01T10:00", "10-01T10:00")]


def test_a_recent_one_stays_open_until_it_is_forgotten(importing, clock):
    told = incident("abcdefgh0001", update("u", "monitoring", "2026-11-20T10:00:00Z", c1="operational>major_outage"))
    importing.statuspage(told)
    assert importing.row("SELECT * FROM incident")["state"] == "active"
    assert importing.impacts() == [("C1", "major_outage", "11-20T10:00", None)]
    clock.forward(days=40)
    assert importing.statuspage(told).summary == "created 0, updated 1, unchanged 0, skipped 0"
    assert importing.row("SELECT * FROM incident")["end_unknown"] == 1


def test_back_filled_posts_are_ordered_by_what_they_show(importing):
    late = update("u2", "investigating", "2026-11-01T09:00:00Z", "first") | {"created_at": "2026-11-03T09:00:00Z"}
    importing.statuspage(incident("abcdefgh0001", update("u1", "resolved", "2026-11-01T10:00:00Z", "last"), late))
    assert [body for _, _, body in importing.posts()] == ["first", "last"]


@pytest.mark.parametrize(
    ("started", "kept_start", "kept_end", "unknown"),
    [
        ("2026-11-01T12:00:00Z", "11-01T10:00", "11-01T11:00", 0),
        ("2026-11-05T00:00:00Z", "11-01T10:00", "11-01T11:00", 0),
    ],
)
def test_resolved_before_started_starts_with_the_first_post(importing, started, kept_start, kept_end, unknown):
    report = importing.statuspage(solved(started_at=started))
    row = importing.row("SELECT * FROM incident")
    assert (row["started_at"][5:16], row["resolved_at"][5:16], row["end_unknown"]) == (kept_start, kept_end, unknown)
    assert "resolved before it started" in report.lines[0]


def test_levels_told_after_the_end_reach_no_further_than_it(importing):
    late = update(
        "u4", "resolved", "2026-11-01T13:00:00Z", c1="operational>partial_outage", c2="operational>major_outage"
    )
    told = solved()
    told["incident_updates"].insert(0, late)
    importing.statuspage(told)
    assert {end for _, _, _, end in importing.impacts()} == {"11-01T10:30", "11-01T11:00"}


def test_resolved_before_anything_happened_has_an_unknown_end(importing):
    importing.statuspage(solved(resolved_at="2026-10-01T10:00:00Z"))
    row = importing.row("SELECT * FROM incident")
    assert row["end_unknown"] == 1
    assert row["resolved_at"] >= row["started_at"]


def test_bodies_of_both_kinds_show_what_they_showed(importing):
    importing.statuspage(
        incident(
            "abcdefgh0001",
            update("u1", "investigating", "2026-11-01T10:00:00Z", "calls to <api> take <15 minutes\r\n* for all"),
            update("u2", "resolved", "2026-11-01T11:00:00Z", "<p>Over.<br />Really.</p><ul><li>all</li></ul>"),
        )
    )
    assert [body for _, _, body in importing.posts()] == [
        "calls to <api> take <15 minutes\n\\* for all",
        "Over.\nReally.\n\n-   all",
    ]


def test_long_texts_are_kept_and_very_long_ones_cut_with_a_word(importing):
    report = importing.statuspage(
        incident("abcdefgh0001", update("u1", "resolved", "2026-11-01T10:00:00Z", "long " * 4_000)),
        incident("abcdefgh0002", update("u2", "resolved", "2026-11-01T10:00:00Z", "x" * 30_000)),
    )
    assert sorted(len(body) for _, _, body in importing.posts()) == [19_999, 25_000]
    assert "cut" not in report.lines[0]
    assert "cut" in report.lines[1]


def test_titles_of_174_characters_fit_and_endless_ones_are_shortened(importing):
    importing.statuspage(solved(name="n" * 174), solved("abcdefgh0002", name="m" * 900))
    assert sorted(len(row["public_title"]) for row in importing.rows("SELECT * FROM incident")) == [174, 300]


def test_updates_that_say_postmortem_or_nothing_known_find_a_state(importing):
    importing.statuspage(
        incident(
            "abcdefgh0001",
            update("u1", "unheard of", "2026-11-01T10:00:00Z"),
            update("u2", "postmortem", "2026-11-01T12:00:00Z"),
            status="postmortem",
        )
    )
    assert [state for _, state, _ in importing.posts()] == ["investigating", "resolved"]
    assert importing.row("SELECT * FROM incident")["resolved_at"] == "2026-11-01T12:00:00.000Z"


def test_an_incident_without_updates_is_told_by_its_title(importing):
    report = importing.statuspage(incident("abcdefgh0001", name="Nothing more"))
    assert importing.posts() == [("11-01T10:00", "investigating", "Nothing more")]
    assert "its title stands in" in report.lines[0]


SHAPES = {
    "a single incident": lambda one: {"page": {"id": "p"}, "incident": one},
    "a webhook": lambda one: {"meta": {}, "page": {"id": "p", "status_indicator": "none"}, "incident": one},
    "a list": lambda one: [one],
    "a summary": lambda one: {
        "page": {},
        "components": [],
        "incidents": [one],
        "scheduled_maintenances": [],
        "status": {},
    },
    "the incident alone": lambda one: one,
}


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_every_shape_of_file_is_read(importing, shape):
    importing.write("it.json", SHAPES[shape](solved()))
    assert importing.run("statuspage").summary == "created 1, updated 0, unchanged 0, skipped 0"


def test_scripts_and_packed_files_are_read(importing):
    importing.write("a.js", f"var page = {json.dumps({'page': {}, 'incidents': [solved()]})};\nshow(page)")
    importing.write("b.json.gz", gzip.compress(json.dumps([solved("abcdefgh0002")]).encode()))
    assert importing.run("statuspage").counts["created"] == 2


@pytest.mark.parametrize(
    ("name", "content", "why", "broken"),
    [
        ("empty.json", b"", "empty", True),
        ("blank.json", b" \n", "empty", True),
        ("half.json", b'{"incidents": [', "no JSON", True),
        ("image.png", b"\x89PNG\r\n", "no JSON, RSS or Atom file", False),
        ("latin.json", b'{"page": "\xe9"}', "not UTF-8", True),
        ("bad.json.gz", b"\x1f\x8b\x08broken", "can't be read", True),
        ("api.json", {"swagger": "2.0", "paths": {}}, "description of an API", False),
        ("other.json", {"hello": 1}, "neither incidents nor components", False),
        ("deep.json", "[" * 100_000, "no JSON", True),
    ],
)
def test_what_can_not_be_imported_says_why_and_the_rest_goes_in(importing, name, content, why, broken):
    importing.write(name, content)
    report = importing.statuspage(solved())
    assert report.counts == {"created": 1, "skipped": 1}
    (line,) = [line for line in report.lines if line.startswith(name)]
    assert "skipped" in line
    assert why in line
    assert report.broken is broken


def test_one_unreadable_incident_does_not_stop_the_others(importing):
    report = importing.statuspage(solved(), {"id": "abcdefgh0002", "name": "No time", "status": "investigating"})
    assert report.counts == {"created": 1, "skipped": 1}
    assert report.broken


def test_a_path_that_is_not_there_is_said(importing):
    report = importing.run("statuspage", importing.folder / "nowhere.json")
    assert report.broken
    assert "there is no such file" in report.lines[0]


def test_components_arrive_with_group_order_and_description(importing):
    group = component("g1", "Regions", group=True, components=["c2"])
    listed = [
        component("c2", "NYC", group_id="g1", position=2),
        component("c1", "API", description="The API", position=1),
    ]
    report = importing.statuspage(components=[*listed, group])
    assert report.lines == ("page.json: created (2 components, no incident)",)
    rows = importing.rows(
        "SELECT component.name, slug, description, component_group.name AS grouped FROM component"
        " LEFT JOIN component_group ON component_group.id = group_id ORDER BY component.position"
    )
    assert rows == [
        {"name": "API", "slug": "api", "description": "The API", "grouped": None},
        {"name": "NYC", "slug": "nyc", "description": None, "grouped": "Regions"},
    ]
    assert importing.statuspage(components=[*listed, group]).lines == (
        "page.json: unchanged (2 components, no incident)",
    )


def test_a_webhook_about_a_component_makes_it_known(importing):
    told = component("c1", "Database", position=3) | {"status": "under_maintenance"}
    importing.write("hook.json", {"page": {"id": "p"}, "component": told, "component_update": {"component_id": "c1"}})
    assert importing.run("statuspage").lines == ("hook.json: created (1 component, no incident)",)
    assert importing.row("SELECT name FROM component")["name"] == "Database"


def test_components_of_one_name_stay_apart_by_their_id(importing):
    importing.statuspage(components=[component("c1", "NYC1"), component("c2", "NYC1")])
    assert [row["slug"] for row in importing.rows("SELECT slug FROM component ORDER BY slug")] == ["nyc1", "nyc1-2"]


def test_a_component_that_staff_made_is_used(importing):
    importing.context.database.connection().execute(
        "INSERT INTO component (public_id, slug, name, position, created_at, updated_at) VALUES"
        " ('cccccccccccc', 'web-search', 'SEARCH', 1, '2026-11-22T00:00:00.000Z', '2026-11-22T00:00:00.000Z')"
    )
    importing.statuspage(solved(components=[component("c1", "Search")]))
    assert importing.row("SELECT slug, start_date FROM component") == {"slug": "web-search", "start_date": "2026-11-01"}
    assert importing.statuspage(solved(components=[component("c1", "Search")])).counts == {"unchanged": 1}


NAMES = (
    "id name status incidents incident incident_updates components body display_at page affected_components code"
    " group_id group position new_status created_at scheduled_for"
)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["resolved", "2026-11-01T10:00:00Z"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES.split()), inner, max_size=6),
    max_leaves=25,
)


@given(values)
@example({"name": "A", "status": [], "body": ""})
@example({"incidents": [{"name": "A", "status": {}, "incident_updates": [{"status": [], "body": "x"}]}]})
def test_no_json_breaks_the_reader(document):
    with contextlib.suppress(NotHistory):
        read_json(document, "file", Reading())
