import pytest

from portal.domain.errors import BadRequest
from portal.store.incidents import page_query
from portal.verbs import incidents


def titles(desk, limit=25, cursor=None, **filters):
    return [one["title"] for one in incidents.list_incidents(desk.context, desk.actor, filters, limit, cursor)["items"]]


@pytest.fixture
def many(desk, clock):
    """Five incidents, a minute apart; the third and fourth at the same moment."""
    for number in range(1, 6):
        desk.declare(f"Number {number}", severity="critical" if number % 2 else "major")
        clock.forward(minutes=0 if number == 3 else 1)
    return desk


def test_newest_start_first(many):
    assert titles(many) == ["Number 5", "Number 4", "Number 3", "Number 2", "Number 1"]


def test_pages_join_without_gap_or_repetition_while_new_ones_arrive(many):
    seen, cursor = [], None
    while True:
        page = incidents.list_incidents(many.context, many.actor, {}, 2, cursor)
        seen += [one["title"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
        many.declare("Newer than all")
    assert seen == ["Number 5", "Number 4", "Number 3", "Number 2", "Number 1"]


def test_filters_narrow_down_together(many):
    many.post("INC-1", "investigating", components={"search": "partial_outage"})
    many.close("INC-2", "cancelled", reason="A drill")
    assert titles(many, severity="critical") == ["Number 5", "Number 3", "Number 1"]
    assert titles(many, outcome="cancelled") == ["Number 2"]
    assert titles(many, state="closed", severity="critical") == []
    assert titles(many, component="search") == ["Number 1"]
    assert titles(many, component="sign-in") == []
    assert titles(many, kind="maintenance") == []
    assert titles(many, q="number 4") == ["Number 4"]


@pytest.mark.parametrize("words", ["%", "_", "\\", "100%"])
def test_words_are_looked_for_literally(many, words):
    assert titles(many, q=words) == []
    many.declare(f"It says {words} here")
    assert titles(many, q=words) == [f"It says {words} here"]


@pytest.mark.parametrize(
    "filters", [{"state": "open"}, {"severity": ""}, {"component": "nothing"}, {"nonsense": "1"}, {"outcome": "good"}]
)
def test_unknown_filters_and_values_are_refused(many, filters):
    with pytest.raises(BadRequest):
        titles(many, **filters)


@pytest.mark.parametrize(
    "cursor", ["", "x", "bnVsbA", "WzEsMl0", "W10", "W1tbW1tbW1tb", "é", "WyJ4IiwgMS41XQ", "WyJcdWQ4MDAiLCAxXQ"]
)
def test_a_cursor_that_is_not_ours_is_refused(many, cursor):
    with pytest.raises(BadRequest):
        titles(many, cursor=cursor)


@pytest.mark.parametrize("limit", [0, -1, 101])
def test_limits_have_limits(many, limit):
    with pytest.raises(BadRequest):
        titles(many, limit=limit)


def test_an_empty_portal_has_an_empty_list(context, admin):
    assert incidents.list_incidents(context, admin) == {"items": [], "next_cursor": None}


@pytest.mark.parametrize(
    ("filters", "seen_by"),
    [
        ({}, None),
        ({}, "rob@example.com"),
        ({"component_id": 1}, None),
        ({"component_id": 1}, "rob@example.com"),
        ({"kind": "maintenance"}, None),
        ({"state": "active"}, None),
        ({"severity": "major", "outcome": "resolved"}, "rob@example.com"),
    ],
)
@pytest.mark.parametrize("before", [None, ("2026-11-23T14:00:00.000Z", 7)])
def test_lists_walk_an_index_and_sort_nothing(desk, filters, seen_by, before):
    sql, values = page_query(filters, seen_by=seen_by, before=before)
    plan = [row["detail"] for row in desk.sql(f"EXPLAIN QUERY PLAN {sql} LIMIT 25", *values)]
    assert not any("TEMP B-TREE" in step for step in plan), plan
    for step in plan:
        assert not step.startswith("SCAN") or ("USING" in step and "INDEX" in step), plan
