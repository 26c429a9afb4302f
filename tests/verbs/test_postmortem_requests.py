import json
import sqlite3

import pytest

from portal.domain.errors import NotFound
from portal.store import signals
from portal.verbs import commands_learning as commands
from portal.verbs import postmortem_requests as requests
from portal.verbs.commands import Disclose
from portal.verbs.forgetting import forget_contacts
from portal.verbs.security import disclose
from tests.conftest import person


@pytest.fixture
def ref(desk):
    ref = desk.declare("Search fails")["ref"]
    desk.post(ref, "resolved")
    return ref


def ask(desk, ref, name, **more):
    return desk.do(requests.add_request, ref, commands.AddRequest(name=name, **more))


def told(desk, request_id, told=True):
    return desk.do(requests.change_request, request_id, commands.ChangeRequest(told=told))


def outbox(desk):
    rows = desk.sql("SELECT event, details, not_before FROM outbox WHERE event <> 'post_published' ORDER BY id")
    return [(row["event"], json.loads(row["details"]), row["not_before"]) for row in rows]


def test_those_who_asked_are_listed_and_told_when_it_is_out(desk, ref, clock):
    ask(desk, ref, "Example Corp", contact="ops@customer.example", note="They lost an hour")
    ask(desk.as_(person("rob@example.com", "responder")), ref, "Other Corp")
    rows = requests.list_requests(desk.context, desk.actor, ref)["items"]
    assert [(one["name"], one["contact"], one["told_at"]) for one in rows] == [
        ("Example Corp", "ops@customer.example", None),
        ("Other Corp", None, None),
    ]
    before = len(outbox(desk))
    desk.published_postmortem(ref)
    (event, details, not_before), (reminder, who, at_once) = outbox(desk)[before:]
    assert (event, details["title"]) == ("postmortem_published", "Search fails")
    assert not_before == "2026-11-23T14:01:00.000Z", "mail waits, so that a mistake can be taken back"
    assert (reminder, at_once) == ("reminder_due", clock.text)
    assert who["to"] == ["ada@example.com", "rob@example.com"]
    assert who["text"] == f"The postmortem of {ref} is out. Tell those who asked for it: Example Corp, Other Corp."
    said = told(desk, 1)
    assert (said["told_at"], said["told_by"]) == (clock.text, "ada@example.com")
    assert told(desk, 1, told=False)["told_at"] is None


def test_it_is_told_once_however_often_it_is_published(desk, ref):
    ask(desk, ref, "Example Corp")
    desk.published_postmortem(ref)
    before = outbox(desk)
    desk.move_postmortem(ref, "withdrawn", "draft", "in_review", "reviewed", "published")
    assert outbox(desk) == before


def test_whoever_asks_later_is_to_be_told_at_once(desk, ref):
    desk.published_postmortem(ref)
    ask(desk, ref, "Late Corp")
    assert "Late Corp" in outbox(desk)[-1][1]["text"]


def test_what_is_internal_is_told_to_nobody(desk, ref):
    ask(desk, ref, "Example Corp")
    before = outbox(desk)
    desk.published_postmortem(ref, public=False)
    assert outbox(desk) == before
    desk.write_postmortem(ref, public=True)
    assert [one[0] for one in outbox(desk)[len(before) :]] == ["postmortem_published", "reminder_due"]


def test_a_private_one_is_told_of_when_it_is_disclosed(desk, security, clock):
    desk = desk.as_(person("sam@example.com", "security", "admin"))
    ref = desk.declare("Keys leaked", security=True)["ref"]
    desk.change(ref, mitigated_at=clock.text)
    ask(desk, ref, "Example Corp")
    before = len(outbox(desk))
    desk.published_postmortem(ref, title="How keys leaked")
    assert len(outbox(desk)) == before
    desk.do(disclose, ref, Disclose.model_validate({"as": "postmortem"}))
    assert [one[0] for one in outbox(desk)[before:]] == ["postmortem_published", "reminder_due"]


def test_nobody_hears_of_a_private_one(desk, security, responder):
    ref = desk.as_(security).declare("Keys leaked", security=True)["ref"]
    ask(desk.as_(security), ref, "Example Corp")
    with pytest.raises(NotFound):
        requests.list_requests(desk.context, responder, ref)
    with pytest.raises(NotFound, match="no request 1"):
        told(desk.as_(responder), 1)
    with pytest.raises(NotFound, match="no request 99"):
        told(desk, 99)


def reached(desk, ref):
    return [one["contact"] for one in requests.list_requests(desk.context, desk.actor, ref)["items"]]


def test_how_they_can_be_reached_is_forgotten_90_days_after_they_were_told(desk, ref, clock):
    for name in ("told", "not-told", "untold"):
        ask(desk, ref, name, contact=f"{name}@customer.example")
    told(desk, 1)
    told(desk, 3)
    told(desk, 3, told=False)
    clock.forward(days=89, hours=23)
    assert not forget_contacts(desk.context)
    clock.forward(hours=1)
    assert forget_contacts(desk.context)
    assert reached(desk, ref) == [None, "not-told@customer.example", "untold@customer.example"]
    (said,) = desk.sql("SELECT details FROM audit WHERE action = 'contact.forget'")
    assert json.loads(said["details"]) == {"count": 1}


def test_a_write_that_fails_is_tried_again_at_once(desk, ref, clock, monkeypatch):
    ask(desk, ref, "Example Corp", contact="ops@customer.example")
    told(desk, 1)
    clock.forward(days=90)
    with monkeypatch.context() as broken:
        broken.setattr(signals, "forget_contacts", refuse)
        with pytest.raises(sqlite3.OperationalError):
            forget_contacts(desk.context)
    assert forget_contacts(desk.context)
    assert reached(desk, ref) == [None]


def refuse(*_):
    raise sqlite3.OperationalError("disk I/O error")
