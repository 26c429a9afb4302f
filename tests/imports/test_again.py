"""Importing the same page once more, or a newer or older picture of it."""

import pytest

from portal.domain.errors import NotAllowed

from .telling import component, incident, solved, update

FIRST = update("uuuuuuuu0001", "investigating", "2026-11-22T10:00:00.000Z", "We look.", c1="operational>partial_outage")
SECOND = update("uuuuuuuu0002", "resolved", "2026-11-22T11:00:00.000Z", "Done.", c1="partial_outage>operational")


def test_the_same_file_changes_nothing(importing):
    importing.statuspage(solved(components=[component("c1", "Search")]))
    before = [importing.rows(f"SELECT * FROM {table}") for table in ("incident", "post", "impact", "change", "audit")]
    report = importing.statuspage(solved(components=[component("c1", "Search")]))
    assert report.counts == {"unchanged": 1}
    assert report.change is None
    assert before == [
        importing.rows(f"SELECT * FROM {table}") for table in ("incident", "post", "impact", "change", "audit")
    ]


def test_a_later_picture_adds_posts_and_the_end(importing):
    importing.statuspage(incident("abcdefgh0001", FIRST))
    report = importing.statuspage(
        incident("abcdefgh0001", FIRST, SECOND, resolved_at="2026-11-22T11:00:00.000Z", name="Search was slow")
    )
    assert report.lines == ("page.json abcdefgh0001: updated (1 new posts, title, resolved, impacts)",)
    assert [state for _, state, _ in importing.posts()] == ["investigating", "resolved"]
    assert importing.impacts() == [("C1", "partial_outage", "11-22T10:00", "11-22T11:00")]
    row = importing.row("SELECT * FROM incident")
    assert (row["public_title"], row["state"]) == ("Search was slow", "closed")
    assert len(importing.rows("SELECT * FROM timeline WHERE kind = 'imported'")) == 2


def test_a_changed_text_of_an_imported_post_is_changed_here(importing):
    importing.statuspage(incident("abcdefgh0001", FIRST))
    changed = FIRST | {"body": "We look hard."}
    report = importing.statuspage(incident("abcdefgh0001", changed))
    assert report.lines == ("page.json abcdefgh0001: updated (1 changed posts)",)
    assert importing.posts() == [("11-22T10:00", "investigating", "We look hard.")]


def test_an_older_picture_undoes_nothing(importing):
    importing.statuspage(incident("abcdefgh0001", FIRST, SECOND, resolved_at="2026-11-22T11:00:00.000Z"))
    report = importing.statuspage(incident("abcdefgh0001", FIRST | {"body": "old words"}))
    assert report.lines == ("page.json abcdefgh0001: unchanged (older than what is here)",)
    assert importing.row("SELECT * FROM incident")["resolved_at"] == "2026-11-22T11:00:00.000Z"
    assert [body for _, _, body in importing.posts()] == ["We look.", "Done."]


@pytest.mark.parametrize(
    "order", [("new.json", "old.json"), ("a_new.json", "b_old.json"), ("b_new.json", "a_old.json")]
)
def test_pictures_of_one_page_in_one_folder_end_the_same_in_any_order(importing, order):
    importing.write(order[0], [incident("abcdefgh0001", FIRST, SECOND, resolved_at="2026-11-22T11:00:00.000Z")])
    importing.write(order[1], [incident("abcdefgh0001", FIRST)])
    importing.run("statuspage")
    assert importing.row("SELECT * FROM incident")["state"] == "closed"
    assert len(importing.posts()) == 2
    assert importing.run("statuspage").counts == {"unchanged": 2}


def test_contradicting_pictures_of_the_same_moment_settle(importing):
    importing.write("a.json", [incident("abcdefgh0001", FIRST, name="One name")])
    importing.write("b.json", [incident("abcdefgh0001", FIRST, name="Another name")])
    importing.run("statuspage")
    assert importing.run("statuspage").counts == {"unchanged": 2}


def test_redacted_words_stay_redacted(importing):
    importing.statuspage(incident("abcdefgh0001", FIRST))
    importing.context.database.connection().execute(
        "UPDATE post SET body = '█', redacted_at = '2026-11-23T00:00:00.000Z'"
    )
    importing.statuspage(incident("abcdefgh0001", FIRST, SECOND))
    assert [body for _, _, body in importing.posts()] == ["█", "Done."]


def test_an_incident_made_private_is_left_alone(importing):
    importing.statuspage(incident("abcdefgh0001", FIRST))
    importing.context.database.connection().execute("UPDATE incident SET security = 1")
    report = importing.statuspage(incident("abcdefgh0001", FIRST, SECOND))
    assert report.lines == ("page.json abcdefgh0001: skipped (it is private in the portal)",)
    assert len(importing.posts()) == 1


def test_an_incident_of_the_portal_with_that_id_is_not_overwritten(importing):
    importing.statuspage(incident("abcdefgh0001", FIRST))
    importing.context.database.connection().execute("UPDATE incident SET source = NULL, source_id = NULL")
    report = importing.statuspage(incident("abcdefgh0001", FIRST))
    assert "skipped (the portal has an incident abcdefgh0001" in report.lines[0]


def test_what_left_the_page_stays_here(importing):
    importing.statuspage(solved(), solved("abcdefgh0002"))
    assert importing.statuspage(solved()).counts == {"unchanged": 1}
    assert len(importing.rows("SELECT * FROM incident")) == 2


def test_a_group_told_later_is_added_unless_staff_changed_the_component(importing):
    group = component("g1", "Regions", group=True)
    importing.statuspage(components=[component("c1", "NYC"), component("c2", "AMS")])
    importing.context.database.connection().execute(
        "UPDATE component SET updated_at = '2026-11-23T00:00:00.000Z' WHERE name = 'AMS'"
    )
    told = [component("c1", "NYC", group_id="g1"), component("c2", "AMS", group_id="g1"), group]
    assert importing.statuspage(components=told).counts == {"updated": 1}
    assert importing.statuspage(components=told).counts == {"unchanged": 1}
    assert [row["name"] for row in importing.rows("SELECT name FROM component WHERE group_id IS NOT NULL")] == ["NYC"]


def test_few_changes_touch_their_pages_and_many_touch_everything(importing):
    importing.statuspage(solved(), solved("abcdefgh0002"))
    change = importing.row("SELECT * FROM change")
    assert '"incidents": ["abcdefgh0001", "abcdefgh0002"]' in change["touches"]
    assert '"2026-11"' in change["touches"]
    importing.write("page.json", [solved(f"zzzzzzzz{number:04d}") for number in range(201)])
    report = importing.run("statuspage")
    change = importing.rows("SELECT * FROM change")[-1]
    assert change["touches"] == '{"everything": true}'
    assert importing.row("SELECT min(change_seq) AS seq FROM incident")["seq"] == change["seq"] == report.change
    assert [row["action"] for row in importing.rows("SELECT * FROM audit")] == ["history.import"] * 2


def test_importing_needs_an_admin(importing, responder):
    importing.admin = responder
    with pytest.raises(NotAllowed):
        importing.statuspage(solved())
