import re
import sqlite3

import pytest

from portal.config import Smtp
from portal.store import deliveries, outbox
from portal.verbs.context import PORTAL
from portal.verbs.delivering import claim
from tests.web.api.conftest import app, caller, portal, token_for  # noqa: F401


@pytest.fixture
def get(app):  # noqa: F811
    return app.test_client().get


def test_alive_is_all_that_healthz_says(get, portal):  # noqa: F811
    portal.publisher.error = "the disk is full"
    assert get("/healthz").json == {"status": "alive"}


def test_ready_when_the_public_files_are_current(get):
    answer = get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {"ready": True, "reasons": []}


def test_not_ready_while_the_public_files_lag_behind(get, portal):  # noqa: F811
    portal.publisher.shows = False
    answer = get("/readyz")
    assert answer.status_code == 503
    assert answer.json["reasons"] == ["The public files show change 0 of 0."]


def test_not_ready_while_publishing_fails(get, portal):  # noqa: F811
    portal.publisher.error = "No space left on device."
    answer = get("/readyz")
    assert answer.status_code == 503
    assert answer.json["reasons"] == ["Publishing fails: No space left on device."]


def test_not_ready_with_a_database_that_refuses_writes(get, portal):  # noqa: F811
    portal.database.connection().execute("PRAGMA query_only = ON")
    answer = get("/readyz")
    portal.database.connection().execute("PRAGMA query_only = OFF")
    assert answer.status_code == 503
    assert "can't be written to" in answer.json["reasons"][0]


def test_ready_while_somebody_else_writes(get, portal):  # noqa: F811
    other = sqlite3.connect(portal.database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert get("/readyz").status_code == 200
    other.execute("ROLLBACK")
    other.close()
    assert portal.database.connection().execute("PRAGMA busy_timeout").fetchone()[0] > 1000


@pytest.mark.parametrize(
    ("permission", "status"), [(None, 401), ("responder", 403), ("messenger", 403), ("admin", 200)]
)
def test_metrics_are_for_admins(get, token_for, permission, status):  # noqa: F811
    headers = {"Authorization": f"Bearer {token_for(permission)}"} if permission else {}
    assert get("/metrics", headers=headers).status_code == status


def test_metrics_are_prometheus_text(get, token_for, caller):  # noqa: F811
    caller("admin").ok("POST", "/incidents", {"title": "CANARY", "severity": "critical", "security": True})
    answer = get("/metrics", headers={"Authorization": f"Bearer {token_for('admin')}"})
    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    assert 'portal_incidents{state="active"} 1\n' in answer.text
    assert "CANARY" not in answer.text
    lines = answer.text.splitlines()
    assert answer.text.endswith("\n")
    for line in lines:
        assert re.fullmatch(r'# (HELP|TYPE) portal_\w+ .+|portal_\w+(\{\w+="[\w ]+"(,\w+="\w+")?\})? \d+', line), line
    named = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(named) == len(set(named)) >= 9


def test_what_ended_is_counted_by_queue_and_state(get, token_for, portal, clock):  # noqa: F811
    stuck(portal)
    with portal.database.transaction() as db:
        for number, (queue, state) in enumerate([("mail", "sent"), ("mail", "sent"), ("webhook late", "refused")]):
            deliveries.add(db, 1, f"r{number}", clock.text, channel=queue)
            deliveries.finish(db, [number + 1], state, "2999-01-01T00:00:00.000Z", "250 ok")
    lines = get("/metrics", headers={"Authorization": f"Bearer {token_for('admin')}"}).text.splitlines()
    assert [line for line in lines if line.startswith("portal_deliveries_day")] == [
        'portal_deliveries_day{queue="mail",state="sent"} 2',
        'portal_deliveries_day{queue="webhook late",state="refused"} 1',
    ]
    assert not [line for line in lines if line.startswith("# HELP portal_deliveries") and "mails" in line]


def stuck(portal, **columns):  # noqa: F811
    with portal.context.write(PORTAL) as write:
        write.tell("post_published", "post:1", details=columns)


def test_not_ready_while_nobody_sends_what_is_to_be_told(get, portal, clock):  # noqa: F811
    stuck(portal)
    clock.forward(minutes=4)
    assert get("/readyz").status_code == 200
    clock.forward(minutes=2)
    answer = get("/readyz")
    assert answer.status_code == 503
    assert "Events wait to be sent since 2026-11-23T14:00:00.000Z" in answer.json["reasons"][0]


def test_a_mail_server_that_is_away_does_not_make_the_portal_unready(get, portal, clock):  # noqa: F811
    portal.settings = portal.settings.model_copy(update={"smtp": Smtp(host="mail.example.com")})
    stuck(portal)
    with portal.database.transaction() as db:
        deliveries.add(db, 1, "ada@customer.example", clock.text)
        outbox.fanned(db, 1, to=0, at=clock.text)
        outbox.note_service(db, clock.text, "connection refused")
    clock.forward(hours=5)
    assert get("/readyz").status_code == 200
    with portal.database.transaction() as db:
        outbox.note_service(db, clock.text, None)
    assert "What goes out by mail stands still since" in get("/readyz").json["reasons"][0]


def test_a_queue_is_looked_at_where_its_way_out_is_set(get, portal, clock):  # noqa: F811
    stuck(portal)
    with portal.database.transaction() as db:
        for queue in ("hub", "announce"):
            deliveries.add(db, 1, queue, clock.text, channel=queue)
        outbox.fanned(db, 1, to=0, at=clock.text)
    clock.forward(minutes=6)
    chats = "What goes out by chats"  # always has a worker, which ends what is for a channel that is gone
    assert [reason.split(" stands")[0] for reason in get("/readyz").json["reasons"]] == [chats]
    portal.settings = portal.settings.model_copy(update={"websub_hub": "https://hub.example.com/"})
    assert [reason.split(" stands")[0] for reason in get("/readyz").json["reasons"]] == [
        chats,
        "What goes out by the hub of the feeds",
    ]


def test_webhooks_that_nobody_delivers_make_it_unready_though_there_is_no_mail_server(get, portal, clock):  # noqa: F811
    stuck(portal)
    with portal.database.transaction() as db:
        deliveries.add(db, 1, "7", clock.text, channel="webhook late")
        deliveries.add(db, 1, "ada@customer.example", clock.text)
        outbox.fanned(db, 1, to=0, at=clock.text)
    clock.forward(minutes=6)
    [reason] = get("/readyz").json["reasons"]
    assert reason.startswith("What goes out by webhooks stands still since 2026-11-23T14:00:00.000Z")
    assert claim(portal.context, ["webhook late"], "a worker", []) is not None
    assert get("/readyz").json["reasons"] == [], "an address that takes its time is no fault of the portal"
