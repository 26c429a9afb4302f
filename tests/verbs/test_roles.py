import json

import pytest

from portal.domain.errors import Conflict
from portal.domain.names import Permission
from portal.verbs import commands, roles
from portal.verbs.context import PORTAL
from portal.verbs.people import add_person
from tests.conftest import person


@pytest.fixture
def ref(desk):
    return desk.declare()["ref"]


@pytest.fixture
def lea(desk):
    return desk.as_(person("lea@example.com", "responder"))


@pytest.fixture
def max_(desk):
    return desk.as_(person("max@example.com", "responder"))


def offer(desk, ref, who, role="lead"):
    return desk.do(roles.offer_role, ref, role, commands.OfferRole(person=who))


def accept(desk, ref, role="lead", who=None):
    return desk.do(roles.accept_role, ref, role, *([commands.OfferRole(person=who)] if who else []))


def lead(desk, ref):
    return desk.get(ref)["roles"]["lead"]


def test_the_old_lead_stays_until_the_new_one_accepts(desk, lea, ref, clock):
    said = offer(desk, ref, "lea@example.com")
    assert (said["person"], said["acting"]) == ("ada@example.com", True)
    assert said["offer"]["person"] == "lea@example.com"
    clock.forward(minutes=2)
    said = accept(lea, ref)
    assert (said["person"], said["acting"], said["offer"]) == ("lea@example.com", False, None)
    assert desk.get(ref)["acknowledged_at"] == clock.text


def test_the_first_acceptance_is_the_acknowledge_time(desk, lea, ref, clock):
    accept_at = clock.text
    offer(lea, ref, "lea@example.com")
    clock.forward(minutes=3)
    offer(lea, ref, "lea@example.com", "messenger")
    assert desk.get(ref)["acknowledged_at"] == accept_at


def test_an_offer_lapses(desk, lea, ref, clock):
    offer(desk, ref, "lea@example.com")
    clock.forward(minutes=5, seconds=1)
    with pytest.raises(Conflict, match="lapsed"):
        accept(lea, ref)
    assert lead(desk, ref)["person"] == "ada@example.com"


def test_only_the_person_it_is_offered_to_accepts(desk, max_, ref):
    offer(desk, ref, "lea@example.com")
    with pytest.raises(Conflict, match=r"offered to lea@example\.com"):
        accept(max_, ref)


def test_a_program_may_say_that_somebody_accepted(desk, ref):
    offer(desk, ref, "lea@example.com")
    assert accept(desk, ref, who="lea@example.com")["person"] == "lea@example.com"
    assert "said by ada@example.com" in desk.sql("SELECT text FROM timeline ORDER BY id DESC")[0][0]


def test_a_newer_offer_replaces_the_older(desk, lea, max_, ref):
    offer(desk, ref, "lea@example.com")
    offer(desk, ref, "max@example.com")
    with pytest.raises(Conflict):
        accept(lea, ref)
    assert accept(max_, ref)["person"] == "max@example.com"


def test_i_take_it_works_at_once_where_nobody_has_it(desk, lea, ref):
    assert offer(lea, ref, "lea@example.com", "messenger")["person"] == "lea@example.com"
    assert offer(lea, ref, "lea@example.com")["person"] == "lea@example.com", "the declarer only acted"


def test_i_take_it_asks_the_holder_first(desk, lea, max_, ref, clock):
    offer(lea, ref, "lea@example.com")
    asked = offer(max_, ref, "max@example.com")
    assert (asked["person"], asked["offer"]["person"]) == ("lea@example.com", "max@example.com")
    assert accept(lea, ref)["person"] == "max@example.com", "the holder lets go"


def test_i_take_it_a_second_time_works_when_the_holder_did_not_answer(desk, lea, max_, ref, clock):
    offer(lea, ref, "lea@example.com")
    offer(max_, ref, "max@example.com")
    clock.forward(minutes=6)
    assert offer(max_, ref, "max@example.com")["person"] == "max@example.com"
    assert "lea@example.com did not answer" in desk.sql("SELECT text FROM timeline ORDER BY id DESC")[0][0]


def test_accepting_one_s_own_request_ends_the_old_one(desk, lea, max_, ref):
    offer(lea, ref, "lea@example.com")
    offer(max_, ref, "max@example.com")
    assert accept(max_, ref)["person"] == "max@example.com"
    assert desk.sql("SELECT count(*) FROM role WHERE role = 'lead' AND ended_at IS NULL")[0][0] == 1


def test_an_acting_lead_can_say_that_it_is_theirs(desk, ref, clock):
    assert accept(desk, ref)["acting"] is False
    assert desk.get(ref)["acknowledged_at"] == clock.text


def test_the_holder_has_it_already(desk, lea, ref):
    offer(lea, ref, "lea@example.com")
    with pytest.raises(Conflict, match="already holds"):
        offer(desk, ref, "lea@example.com")


def test_people_are_known_by_name_or_address(desk, ref):
    from portal.verbs import people

    people.add_person(desk.context, desk.actor, "lea@example.com", ["responder"], "Lea Example")
    assert offer(desk, ref, "lea example")["offer"]["person"] == "lea@example.com"
    assert offer(desk, ref, "LEA@example.com")["offer"]["person"] == "lea@example.com"
    assert offer(desk, ref, "Somebody Else")["offer"]["person"] == "Somebody Else"


def test_a_closed_incident_has_nothing_to_do(desk, ref):
    desk.close(ref, "cancelled", reason="A test")
    with pytest.raises(Conflict, match="closed"):
        offer(desk, ref, "lea@example.com")


def test_roles_are_no_public_change(desk, lea, ref):
    desk.post(ref, "investigating")
    offer(desk, ref, "lea@example.com")
    assert desk.last.change is None
    accept(lea, ref)
    assert lea.last.change is None


def told(desk):
    rows = desk.sql("SELECT details FROM outbox WHERE event = 'role_offered' ORDER BY id")
    return [(json.loads(row["details"])["to"], json.loads(row["details"])["text"]) for row in rows]


def test_whom_a_role_is_offered_to_hears_of_it_and_whoever_is_asked_for_theirs(desk, lea, ref):
    offer(desk, ref, "ada@example.com")
    assert told(desk) == []
    offer(desk, ref, "lea@example.com", "messenger")
    offer(lea, ref, "lea@example.com")
    said = told(desk)
    assert [to for to, _ in said] == [["lea@example.com"], ["ada@example.com"]]
    assert said[0][1].startswith("ada@example.com offers you the role of messenger in INC-1 (")
    assert said[1][1].startswith("lea@example.com asks for your role of lead in INC-1 (")


def test_whom_a_role_is_offered_to_while_declaring_hears_of_it(desk):
    desk.declare(lead="lea@example.com", messenger="max@example.com")
    assert [to for to, _ in told(desk)] == [["lea@example.com"], ["max@example.com"]]


def test_an_offer_of_a_private_incident_goes_to_nobody_who_may_not_read_it(desk):
    add_person(desk.context, PORTAL, "sam@example.com", [Permission.SECURITY], "Sam Ito")
    desk.declare(security=True, title="Keys leaked", lead="sam@example.com", messenger="max@example.com")
    ((to, text),) = told(desk)
    assert to == ["sam@example.com"]
    assert "Keys leaked" not in text


def test_a_given_name_is_enough_while_only_one_has_it(desk, ref):
    add_person(desk.context, PORTAL, "sam@example.com", [Permission.RESPONDER], "Sam Ito")
    assert offer(desk, ref, "sam")["offer"]["person"] == "sam@example.com"
    add_person(desk.context, PORTAL, "sam.two@example.com", [Permission.RESPONDER], "Sam Other")
    assert offer(desk, ref, "Sam")["offer"]["person"] == "Sam"
    assert offer(desk, ref, "sam other")["offer"]["person"] == "sam.two@example.com"
