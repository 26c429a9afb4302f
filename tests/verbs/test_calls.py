"""Calling people: once, with the incident's link, answered or passed on to the next."""

import json

import pytest

from portal.domain.errors import Conflict, Invalid, NotFound
from portal.domain.names import Permission
from portal.verbs import attending, calling, commands_room, owning, roles
from portal.verbs.commands import OfferRole
from portal.verbs.people import add_person
from tests.conftest import person


@pytest.fixture
def company(desk):
    """People in teams."""
    rows = {"mia": "support", "max": "support", "eva": "engineering", "dan": "data", "lou": "legal", "pia": "product"}
    for name, team in rows.items():
        add_person(desk.context, desk.actor, f"{name}@example.com", [Permission.RESPONDER], name)
        set_team(desk, f"{name}@example.com", team)
    return desk


def set_team(desk, email, team):
    with desk.context.database.transaction() as db:
        db.execute("UPDATE person SET team = ? WHERE email = ?", (team, email))


def call(desk, ref, **fields):
    return desk.do(calling.page_person, ref, commands_room.PagePerson(**fields))


def calls(desk, ref):
    return calling.list_calls(desk.context, desk.actor, ref)["items"]


def outbox(desk):
    rows = desk.sql("SELECT * FROM outbox WHERE event = 'person_paged' ORDER BY id")
    return [json.loads(row["details"]) for row in rows]


def test_a_call_carries_the_link_of_the_incident(company):
    ref = company.declare()["ref"]
    said = call(company, ref, person="mia", reason="She knows the index")
    assert (said["person"], said["acknowledged_at"], said["late"]) == ("mia@example.com", None, False)
    filed = outbox(company)[-1]
    assert filed["to"] == ["mia@example.com"]
    assert filed["link"] == f"/desk/incidents/{ref}"
    assert "Search fails" in filed["text"]
    assert "She knows the index" in filed["text"]


def test_a_team_is_everybody_in_it(company):
    ref = company.declare()["ref"]
    call(company, ref, team="Support")
    assert outbox(company)[-1]["to"] == ["max@example.com", "mia@example.com"]


def test_a_repeat_is_the_call_that_is_there(company, clock):
    ref = company.declare()["ref"]
    first = call(company, ref, person="mia@example.com")
    before = company.counts()
    again = call(company, ref, person="mia@example.com")
    assert (again["id"], again["repeated"]) == (first["id"], True)
    assert company.counts() == before
    clock.forward(minutes=10)
    assert call(company, ref, person="mia@example.com")["id"] != first["id"]


def test_none_in_ten_minutes_offers_the_next(company, clock):
    ref = company.declare()["ref"]
    call(company, ref, person="mia@example.com")
    clock.forward(minutes=9)
    assert not calls(company, ref)[0]["late"]
    clock.forward(minutes=1)
    assert (calls(company, ref)[0]["late"], calls(company, ref)[0]["next"]) == (True, "max@example.com")
    call(company, ref, person="max@example.com")
    assert calls(company, ref)[0]["next"] is None, "everybody of that team is called"


def test_whoever_owns_the_component_is_next_when_the_team_is_called_out(company, clock):
    company.do(owning.set_owner, "search", commands_room.SetOwner(owner="eva"))
    ref = company.declare(components={"search": "major_outage"})["ref"]
    call(company, ref, team="support")
    clock.forward(minutes=11)
    assert calls(company, ref)[0]["next"] == "eva@example.com"


def test_an_answer_shows_and_is_said_once(company, clock):
    ref = company.declare()["ref"]
    number = call(company, ref, team="support")["id"]
    mia = company.as_(person("mia@example.com", "responder"))
    said = mia.do(calling.acknowledge_call, number)
    assert said["acknowledged_by"] == "mia@example.com"
    clock.forward(minutes=20)
    assert company.do(calling.acknowledge_call, number)["acknowledged_by"] == "mia@example.com"
    assert not calls(company, ref)[0]["late"]
    lines = [row["text"] for row in company.sql("SELECT text FROM timeline WHERE kind = 'call' ORDER BY id")]
    assert lines == ["team support is called", "mia@example.com answers the call to team support"]


def test_a_fourth_team_asks_for_a_reason_and_is_called_all_the_same(company):
    ref = company.declare()["ref"]
    for team in ("support", "engineering", "data"):
        assert call(company, ref, team=team)["remarks"] == []
    said = call(company, ref, team="legal")
    assert "team number 4" in said["remarks"][0]
    assert call(company, ref, team="product", reason="They changed the prices")["remarks"] == []
    assert len(outbox(company)) == 5


@pytest.mark.parametrize("fields", [{}, {"person": "mia@example.com", "team": "support"}])
def test_a_call_is_for_a_person_or_a_team(company, fields):
    with pytest.raises(Invalid, match="who is called"):
        call(company, company.declare()["ref"], **fields)


def test_nobody_and_nothing_are_not_called(company):
    ref = company.declare()["ref"]
    with pytest.raises(Invalid, match="no such person"):
        call(company, ref, person="Somebody")
    with pytest.raises(Invalid, match="no such team") as refused:
        call(company, ref, team="sales")
    assert "data, engineering" in refused.value.more["errors"]["team"][0]
    with pytest.raises(NotFound):
        company.do(calling.acknowledge_call, 99)
    company.close(ref, "cancelled", reason="A test")
    with pytest.raises(Conflict, match="reopen"):
        call(company, ref, person="mia@example.com")


def test_a_private_incident_calls_only_who_may_read_it_and_names_nothing(company, security):
    add_person(company.context, company.actor, "sam@example.com", [Permission.SECURITY], "sam")
    desk = company.as_(security)
    ref = desk.declare("Keys leaked", security=True)["ref"]
    with pytest.raises(Invalid, match="could not read"):
        call(desk, ref, person="mia@example.com")
    call(desk, ref, person="sam@example.com")
    assert "Keys" not in json.dumps(outbox(desk))
    with pytest.raises(NotFound):
        company.as_(person("mia@example.com", "responder")).do(calling.acknowledge_call, 1)


@pytest.mark.parametrize(
    ("team", "called"), [(None, True), ("sales", True), ("Engineering", False), ("support", False)]
)
def test_support_is_called_at_once_when_the_declarer_is_in_no_team_that_knows(company, responder, team, called):
    add_person(company.context, company.actor, responder.name, [Permission.RESPONDER], "Rob")
    set_team(company, responder.name, team)
    said = company.as_(responder).declare()
    assert said["support_called"] is called
    assert [one["team"] for one in calls(company, said["ref"])] == (["support"] if called else [])


def test_a_private_incident_does_not_call_support(company, responder):
    add_person(company.context, company.actor, responder.name, [Permission.RESPONDER], "Rob")
    assert not company.as_(responder).declare(security=True)["support_called"]
    assert outbox(company) == []


def test_without_anybody_in_support_its_address_is_written_to(desk, responder):
    add_person(desk.context, desk.actor, responder.name, [Permission.RESPONDER], "Rob")
    desk.as_(responder).declare()
    assert outbox(desk)[0]["to"] == ["support@example.com"]


def attend(desk, ref, **fields):
    return desk.do(attending.attend, ref, commands_room.Attend(**fields))["present"]


def test_whoever_identified_it_is_thanked_and_may_leave_or_stay(company, responder, messenger):
    mine = company.as_(responder)
    ref = mine.declare()["ref"]
    declared = company.sql("SELECT * FROM timeline WHERE kind = 'declared'")[0]
    assert json.loads(declared["details"]) == {"thanks": True}
    with pytest.raises(Conflict, match="offer the lead"):
        attend(mine, ref, attends=False)
    mia = company.as_(messenger)
    mine.do(roles.offer_role, ref, "lead", OfferRole(person=messenger.name))
    mia.do(roles.accept_role, ref, "lead")
    assert attend(mine, ref, attends=False) == [messenger.name]
    assert set(attend(mine, ref, note="Still here")) == {messenger.name, responder.name}


def test_leaving_ends_the_roles_that_one_holds(company, messenger):
    ref = company.declare()["ref"]
    mia = company.as_(messenger)
    mia.do(roles.offer_role, ref, "buddy", OfferRole(person=messenger.name))
    assert company.get(ref)["roles"]["buddy"]["person"] == messenger.name
    attend(mia, ref, attends=False)
    assert company.get(ref)["roles"]["buddy"]["person"] is None


def test_suggested_owners_are_who_changed_it_then_who_owns_it(company, clock):
    company.do(owning.set_owner, "search", commands_room.SetOwner(owner="eva"))
    company.do(owning.set_owner, "sign-in", commands_room.SetOwner(owner="dan"))
    for who, slug in (("lou", "search"), ("dan", "search")):
        clock.forward(minutes=1)
        company.do(owning.record_change, slug, commands_room.RecordChange(what="Search 4.12", person=who))
    ref = company.declare(components={"search": "major_outage", "sign-in": "partial_outage"})["ref"]
    items = owning.suggested_owners(company.context, company.actor, ref)["items"]
    assert [(one["person"], one["reason"]) for one in items] == [
        ("dan@example.com", "changed"),
        ("eva@example.com", "owns"),
    ], "the latest change only, and nobody twice"
    clock.forward(days=15)
    items = owning.suggested_owners(company.context, company.actor, ref)["items"]
    assert [one["reason"] for one in items] == ["owns", "owns"]


def test_owners_and_changes_move_nothing_public(company):
    company.do(owning.set_owner, "search", commands_room.SetOwner(owner="eva"))
    assert company.last.change is None
    company.do(owning.record_change, "search", commands_room.RecordChange(what="Search 4.12"))
    assert company.last.change is None
    company.do(owning.set_owner, "search", commands_room.SetOwner(owner=None))
    assert company.sql("SELECT * FROM component_owner") == []


def test_who_has_a_role_is_not_called_next(company, clock):
    add_person(company.context, company.actor, "ada@example.com", [Permission.ADMIN])
    company.do(owning.set_owner, "search", commands_room.SetOwner(owner="ada@example.com"))
    ref = company.declare(components={"search": "major_outage"})["ref"]
    call(company, ref, team="support")
    clock.forward(minutes=11)
    assert calls(company, ref)[0]["next"] is None, "Ada leads"
