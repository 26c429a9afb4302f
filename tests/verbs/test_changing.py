import pytest

from portal.domain.errors import Conflict, Invalid, PostRefused
from portal.verbs.timeline import list_timeline


@pytest.fixture
def ref(desk):
    return desk.declare(severity="critical")["ref"]


def test_severity_may_rise_freely_and_falls_with_a_reason(desk, ref):
    with pytest.raises(Invalid) as refused:
        desk.change(ref, severity="major")
    assert list(refused.value.more["errors"]) == ["reason"]
    assert desk.change(ref, severity="major", reason="One region only")["severity_reason"] == "One region only"
    assert desk.change(ref, severity="critical")["severity"] == "critical"
    with pytest.raises(Invalid, match="support"):
        desk.change(ref, severity="minor")
    assert desk.change(ref, severity="minor", reason="Nobody noticed")["severity"] == "minor"


def test_knowing_that_customers_are_affected_starts_the_clock(desk, ref, clock):
    clock.forward(minutes=7)
    assert desk.change(ref, customer_impact="yes")["next_update_due"] == "2026-11-23T14:12:00.000Z"
    assert desk.change(ref, customer_impact="no")["next_update_due"] is None


def test_what_the_public_does_not_see_is_no_public_change(desk, ref):
    desk.post(ref, "investigating")
    desk.change(ref, title="Search is down", summary="The index is gone", workaround="None", customer_impact="yes")
    assert desk.last.change is None
    desk.change(ref, severity="major", reason="One region only")
    assert desk.last.change is None
    for fields in ({"public_title": "Search is slow"}, {"breadth": "some"}, {"started_at": "2026-11-23T13:59:00Z"}):
        desk.change(ref, **fields)
        assert desk.last.change is not None, fields
    desk.change(ref, public_title="Search is slow")
    assert desk.last.change is None, "the second press changes nothing"


def test_what_a_hidden_component_suffers_is_no_public_change(desk, ref):
    desk.post(ref, "investigating")
    desk.component("Ledger", hidden=True)
    desk.change(ref, components={"ledger": "major_outage"})
    assert desk.last.change is None
    desk.change(ref, components={"ledger": "partial_outage", "search": "partial_outage"})
    assert desk.last.change is not None


def test_a_responder_may_raise_the_severity_of_what_is_public(desk, responder):
    ref = desk.declare(severity="major")["ref"]
    desk.post(ref, "investigating")
    assert desk.as_(responder).change(ref, severity="critical")["severity"] == "critical"


def test_the_public_title_is_examined(desk, ref):
    desk.post(ref, "investigating")
    before = desk.dump()
    with pytest.raises(PostRefused):
        desk.change(ref, public_title="Search fails TODO")
    assert desk.dump() == before
    said = desk.change(ref, public_title="Search fails this morning")
    assert {(one["rule"], one["field"]) for one in said["findings"]} == {("P1", "public_title")}


def test_the_internal_title_stays_internal(desk, ref):
    desk.post(ref, "investigating")
    desk.change(ref, title="Search fails, and it is the CEO's fault")
    assert desk.sql("SELECT title FROM public_incident")[0][0] == "Search fails"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": None}, "title"),
        ({"severity": None}, "severity"),
        ({"detected_at": "2026-11-23T13:00:00Z"}, "detected_at"),
        ({"started_at": "2026-11-23T14:30:00Z"}, "started_at"),
        ({"mitigated_at": "2026-11-23T13:00:00Z"}, "mitigated_at"),
        ({"audience": "martians"}, "audience"),
        ({"components": {"nothing": "major_outage"}}, "components.nothing"),
    ],
)
def test_a_wrong_field_is_named_and_leaves_nothing(desk, ref, fields, field):
    before = desk.dump()
    with pytest.raises(Invalid) as refused:
        desk.change(ref, **fields)
    assert list(refused.value.more["errors"]) == [field]
    assert desk.dump() == before


def test_it_started_before_its_first_post(desk, ref, clock):
    desk.post(ref, "investigating")
    clock.forward(minutes=30)
    with pytest.raises(Invalid) as refused:
        desk.change(ref, started_at="2026-11-23T14:10:00Z", detected_at="2026-11-23T14:20:00Z")
    assert list(refused.value.more["errors"]) == ["started_at"]


def test_levels_of_a_resolved_incident_have_ended(desk, ref):
    desk.post(ref, "resolved")
    with pytest.raises(Conflict, match="reopen"):
        desk.change(ref, components={"search": "major_outage"})


def test_nothing_given_is_nothing_done(desk, ref):
    before = desk.dump()
    desk.change(ref)
    assert desk.dump() == before


def test_the_timeline_tells_moments_and_fields_in_words(desk, ref, clock):
    clock.forward(minutes=5)
    desk.change(ref, detected_at="2026-11-23T14:03:00Z", public_title="Search is slow")
    said = [one["text"] for one in list_timeline(desk.context, desk.actor, ref)["items"]]
    assert "It was noticed: 2026-11-23 14:00 UTC -> 2026-11-23 14:03 UTC" in said
    assert "Public title: Search is slow" in said
