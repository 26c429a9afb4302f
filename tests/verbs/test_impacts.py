import pytest

from portal.domain.errors import Conflict, Invalid, NotFound
from portal.verbs import commands, impacts


def add(desk, ref, begin, end=None, *, component="search", level="partial_outage"):
    fields = {"component": component, "level": level, "from_at": begin, "to_at": end}
    return desk.do(impacts.add_impact, ref, commands.AddImpact.model_validate(fields))


def change(desk, impact_id, **fields):
    return desk.do(impacts.change_impact, impact_id, commands.ChangeImpact.model_validate(fields))


@pytest.fixture
def ref(desk):
    return desk.declare(started_at="2026-11-23T12:00:00Z", components={"search": "major_outage"})["ref"]


def test_an_interval_is_recorded_and_listed(desk, ref):
    made = add(desk, ref, "2026-11-23T12:10:00Z", "2026-11-23T12:20:00Z", component="sign-in")
    assert made | {"id": 0} == {
        "id": 0,
        "ref": ref,
        "component": "sign-in",
        "name": "Sign-in",
        "level": "partial_outage",
        "from_at": "2026-11-23T12:10:00.000Z",
        "to_at": "2026-11-23T12:20:00.000Z",
    }
    assert [one["component"] for one in impacts.list_impacts(desk.context, desk.actor, ref)["items"]] == [
        "search",
        "sign-in",
    ]


def test_an_interval_of_a_hidden_component_is_no_public_change(desk, ref):
    desk.post(ref, "investigating")
    desk.component("Ledger", hidden=True)
    made = add(desk, ref, "2026-11-23T12:10:00Z", "2026-11-23T12:20:00Z", component="ledger")
    assert desk.last.change is None
    change(desk, made["id"], level="major_outage")
    assert desk.last.change is None
    add(desk, ref, "2026-11-23T12:10:00Z", "2026-11-23T12:20:00Z", component="sign-in")
    assert desk.last.change is not None


@pytest.mark.parametrize(
    ("begin", "end", "error"),
    [
        ("2026-11-23T12:10:00Z", None, Conflict),
        ("2026-11-23T12:10:00Z", "2026-11-23T12:20:00Z", Conflict),
    ],
)
def test_one_component_has_one_level_at_a_time(desk, ref, begin, end, error):
    with pytest.raises(error, match="impact 1"):
        add(desk, ref, begin, end)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"begin": "2026-11-23T12:20:00Z", "end": "2026-11-23T12:10:00Z"}, "to_at"),
        ({"begin": "2026-11-23T14:20:00Z"}, "from_at"),
        ({"begin": "2026-11-23T11:00:00Z"}, "from_at"),
        ({"begin": "2026-11-23T12:20:00Z", "level": "operational"}, "level"),
        ({"begin": "2026-11-23T12:20:00Z", "component": "nothing"}, "component.nothing"),
    ],
)
def test_a_wrong_interval_is_refused_by_field(desk, ref, fields, field):
    with pytest.raises(Invalid) as refused:
        add(desk, ref, **{"component": "sign-in", **fields})
    assert list(refused.value.more["errors"]) == [field]


def test_intervals_that_only_touch_are_fine(desk, ref):
    change(desk, 1, to_at="2026-11-23T12:30:00Z")
    add(desk, ref, "2026-11-23T12:30:00Z", level="degraded_performance")
    assert desk.get(ref)["components"] == {"search": "degraded_performance"}


def test_an_end_can_be_taken_away_while_the_incident_is_open(desk, ref):
    change(desk, 1, to_at="2026-11-23T12:30:00Z")
    assert desk.get(ref)["components"] == {"search": "operational"}
    assert change(desk, 1, to_at=None)["to_at"] is None
    desk.post(ref, "resolved")
    with pytest.raises(Conflict, match="over"):
        change(desk, 1, to_at=None)


def test_only_public_incidents_make_public_changes(desk, ref):
    change(desk, 1, level="partial_outage")
    assert desk.last.change is None
    desk.post(ref, "investigating")
    change(desk, 1, level="degraded_performance")
    assert desk.last.change is not None
    change(desk, 1, level="degraded_performance")
    assert desk.last.change is None, "the second press changes nothing"


def test_an_impact_that_is_not_there(desk):
    with pytest.raises(NotFound):
        change(desk, 99, level="partial_outage")


def test_levels_can_be_changed_without_a_post(desk, ref, clock):
    desk.change(ref, components={"search": "degraded_performance", "sign-in": "partial_outage"})
    assert desk.get(ref)["components"] == {"search": "degraded_performance", "sign-in": "partial_outage"}
    assert desk.last.change is None
    desk.post(ref, "investigating")
    desk.change(ref, components={"search": "operational"})
    assert desk.last.change is not None
    assert desk.status("search") == "operational"


def test_impacts_that_began_with_the_incident_move_with_its_start(desk, ref):
    desk.change(ref, started_at="2026-11-23T11:30:00Z")
    assert desk.sql("SELECT from_at FROM impact")[0][0] == "2026-11-23T11:30:00.000Z"
