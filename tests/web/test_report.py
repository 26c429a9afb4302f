"""What visitors report reaches the people on duty, is never public, and can't be used to flood them."""

from types import SimpleNamespace

import pytest

from portal.verbs.commands import AddComponent
from portal.verbs.components import add_component
from portal.verbs.context import PORTAL
from portal.web import application
from tests.web.api.conftest import ReadyPublisher

WORDS = "I can't search in any repository since ten o'clock."


@pytest.fixture
def client(context, settings):
    add_component(context, PORTAL, AddComponent(name="Search"))
    add_component(context, PORTAL, AddComponent(name="Secret plans", hidden=True))
    portal = SimpleNamespace(settings=settings, database=context.database, context=context, publisher=ReadyPublisher())
    return application.create(portal, public=True, desk=False).test_client()


def kept(context) -> list[dict]:
    return [dict(row) for row in context.database.connection().execute("SELECT * FROM signal ORDER BY id")]


def test_a_visitor_reports_a_problem(client, context):
    page = client.get("/report").text
    assert "Search" in page
    assert "Secret plans" not in page
    assert "Html(" not in page
    answer = client.post("/report", data={"text": WORDS, "component": "search", "contact": "eve@example.org"})
    assert (answer.status_code, "Thank you" in answer.text) == (202, True)
    [one] = kept(context)
    assert (one["kind"], one["text"], one["contact"]) == ("report", WORDS, "eve@example.org")
    assert context.database.connection().execute("SELECT count(*) FROM change WHERE seq > 1").fetchone()[0] == 0


def test_a_program_reports_as_json(client, context):
    answer = client.post("/report", json={"text": WORDS})
    assert (answer.status_code, answer.json) == (202, {"received": True})
    assert len(kept(context)) == 1
    assert client.post("/report", json={"words": WORDS}).status_code == 422
    assert client.post("/report", data=b"{", content_type="application/json").status_code == 400


def test_what_was_typed_is_not_lost(client, context):
    answer = client.post("/report", data={"text": "", "contact": "<eve@example.org>"})
    assert answer.status_code == 422
    assert "&lt;eve@example.org&gt;" in answer.text
    assert "This field is needed" in answer.text
    assert kept(context) == []


def test_a_program_that_fills_in_everything_is_thanked_and_forgotten(client, context):
    answer = client.post("/report", data={"text": WORDS, "website": "https://spam.example"})
    assert (answer.status_code, "Thank you" in answer.text) == (202, True)
    assert kept(context) == []


def test_one_place_can_t_flood(client, context):
    for _ in range(5):
        assert client.post("/report", data={"text": WORDS}).status_code == 202
    answer = client.post("/report", data={"text": "The sixth"})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "The sixth" in answer.text, "nothing typed is lost"
    assert len(kept(context)) == 5
    elsewhere = client.post("/report", data={"text": WORDS}, environ_base={"REMOTE_ADDR": "2001:db8:1:2::1"})
    assert elsewhere.status_code == 202
    for number in range(4):
        near = {"REMOTE_ADDR": f"2001:db8:1:2:{number}::1"}
        client.post("/report", data={"text": WORDS}, environ_base=near)
    same = client.post("/report", data={"text": WORDS}, environ_base={"REMOTE_ADDR": "2001:db8:1:2:ffff::1"})
    assert same.status_code == 429, "a network of IPv6 is one place"


def test_the_answer_tells_nothing_of_what_is_inside(client):
    for slug in ("search", "secret-plans", "no-such-component"):
        answer = client.post("/report", json={"text": WORDS, "component": slug})
        assert (answer.status_code, answer.json) == (202, {"received": True}), slug


@pytest.mark.parametrize("path", ["/report", "/subscriptions/manage/a-secret-of-a-subscriber"])
def test_what_breaks_is_told_on_a_page_and_logged_without_a_token(client, monkeypatch, caplog, path):
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("the disk is on fire")

    monkeypatch.setattr("portal.store.subscribers.public_components", fails)
    monkeypatch.setattr("portal.verbs.subscribing.subscription", fails)
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (500, "text/html")
    assert "fire" not in answer.text
    assert "the disk is on fire" in caplog.text
    assert "a-secret" not in caplog.text
