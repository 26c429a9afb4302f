"""Chats of people inside: told once through apprise, later when they were dead, and never of what is private."""

import contextlib
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from portal.config import TOLD_ROWS, Announce, Settings
from portal.domain.checklist import CHANNELS
from portal.verbs import checklist, delivering, timeline
from portal.verbs.settings import list_settings
from portal.workers.announce import Announcements, Apprise
from portal.workers.delivery import ANNOUNCEMENTS, Deliveries
from portal.workers.fanout import STEPS
from tests.hookserver import HookServer
from tests.verbs.conftest import desk  # noqa: F401  (a fixture)


@pytest.fixture
def chat() -> Iterator[HookServer]:
    with HookServer(None) as made:
        yield made


@pytest.fixture
def settings(tmp_path: Any, chat: HookServer) -> Settings:
    names = ("incidents", "security", "marketing")
    channels = {name: f"json://token:secret@127.0.0.1:{chat.port}/{name}" for name in names}
    announce = Announce(channels=channels, mentions={"incidents": "@here"})
    return Settings(home=tmp_path, site_url="https://status.example.com", announce=announce)


@pytest.fixture
def deliver(context, settings, clock):
    channel = Apprise(settings.announce)
    deliveries = Deliveries(context, Announcements(settings), lambda: channel, 1, ANNOUNCEMENTS)

    def run(**later: float) -> None:
        clock.forward(**later)
        while sum(step(context) for step in STEPS):
            pass
        while deliveries._deliver_once(channel):
            pass

    return run


def told(chat: HookServer, name: str) -> list[str]:
    return [one.said["message"] for one in chat.got if one.path == f"/{name}"]


def test_an_incident_is_told_once_and_its_changes_after_it(desk, chat, deliver):  # noqa: F811
    ref = desk.declare(severity="major")["ref"]
    deliver()
    desk.change(ref, severity="critical", reason="All searches fail.")
    deliver(minutes=1)
    deliver(hours=1)
    assert len(told(chat, "incidents")) == 2
    first, second = told(chat, "incidents")
    assert first.startswith(f"@here {ref}: Search fails")
    assert first.endswith(f"/desk/incidents/{ref}")
    assert "critical" in second
    said = [row["text"] for row in timeline.list_timeline(desk.context, desk.actor, ref)["items"]]
    assert said.count("Told in incidents: incident changed") == 2


def test_whom_the_settings_call_is_called_and_nobody_else(desk, chat, deliver):  # noqa: F811
    ref = desk.declare(title="Search fails @everyone <!channel> <@U123>", severity="major")["ref"]
    deliver()
    [message] = told(chat, "incidents")
    assert message.startswith(f"@here {ref}: Search fails")
    assert not any(call in message for call in ("@everyone", "<!channel>", "<@U123>"))


def test_a_dead_chat_delays_no_other_and_is_told_later_once(desk, chat, deliver):  # noqa: F811
    chat.answers["/incidents"] = lambda got: (503, b"")
    ref = desk.declare()["ref"]
    deliver()
    desk.post(ref, "investigating")  # posting does not wait for it
    private = desk.declare(security=True)["ref"]
    deliver(minutes=5)
    assert [message.split(":")[0] for message in told(chat, "security")] == [private]
    del chat.answers["/incidents"]
    before = len(chat.got)
    deliver(hours=2)
    deliver(hours=2)
    after = [one.said["message"] for one in chat.got[before:] if f"{ref}: Search fails" in one.said["message"]]
    assert len(after) == 1


def test_a_private_incident_is_told_to_the_security_people_alone(desk, chat, deliver):  # noqa: F811
    desk.declare(security=True, title="A token leaked")
    chat.answers["/incidents"] = lambda got: (503, b"")
    turned = desk.declare(title="Odd logins")["ref"]
    deliver()
    seen = len(told(chat, "incidents"))
    desk.change(turned, security=True)
    del chat.answers["/incidents"]
    deliver(hours=2)
    assert len(told(chat, "incidents")) == seen
    assert any("A token leaked" in message for message in told(chat, "security"))
    assert not any("A token leaked" in message for message in told(chat, "incidents"))


def test_addresses_of_chats_are_secrets(desk, context, settings, chat, deliver, caplog):  # noqa: F811
    assert "secret" not in repr(settings)
    items = {one["name"]: one for one in list_settings(context, desk.actor)["items"]}
    assert items["announce.channels"]["value"] == "set"
    chat.answers["/incidents"] = lambda got: (503, b"")
    desk.declare()
    deliver()
    assert "secret" not in caplog.text
    assert not any("token:secret" in line for line in desk.dump())


def test_who_must_be_told_is_told_once_and_its_row_is_done(desk, chat, deliver):  # noqa: F811
    ref = desk.declare(severity="major", customer_impact="yes")["ref"]
    deliver()
    deliver(hours=1)
    assert len(told(chat, "marketing")) == 1
    rows = checklist.list_checklist(desk.context, desk.actor, ref)["items"]
    states = {row["title"].split(",")[0]: row["state"] for row in rows}
    assert states["Tell marketing"] == "done"
    assert states["Tell the support channel"] == "todo"  # it has no channel here


def test_marketing_is_never_told_of_a_private_incident(desk, chat, deliver):  # noqa: F811
    desk.declare(severity="critical", customer_impact="yes", security=True)
    chat.answers["/marketing"] = lambda got: (503, b"")
    turned = desk.declare(severity="major", customer_impact="yes")["ref"]
    deliver()
    seen = len(told(chat, "marketing"))
    desk.change(turned, security=True)
    deliver(hours=2)
    assert len(told(chat, "marketing")) == seen == 1


def test_what_was_told_is_noted_once_though_the_next_can_not_be_claimed(desk, context, chat, settings, monkeypatch):  # noqa: F811
    ref = desk.declare(severity="major")["ref"]
    while sum(step(context) for step in STEPS):
        pass
    first = delivering._next

    def only_once(*words):
        monkeypatch.setattr(delivering, "_next", no_more)
        return first(*words)

    def no_more(*words):
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(delivering, "_next", only_once)
    channel = Apprise(settings.announce)
    deliveries = Deliveries(context, Announcements(settings), lambda: channel, 1, ANNOUNCEMENTS)
    for _ in range(2):
        with contextlib.suppress(sqlite3.OperationalError):
            deliveries._deliver_while(channel, lambda: True)
    assert len(told(chat, "incidents")) == 1
    said = [row["text"] for row in timeline.list_timeline(desk.context, desk.actor, ref)["items"]]
    assert sum(text.startswith("Told in incidents") for text in said) == 1


def test_the_settings_have_words_of_their_own(desk, chat, deliver, settings):  # noqa: F811
    words = {"marketing": "{ref} {{now}} {severity}, {impact}: {title}"}
    announce = settings.announce.model_copy(update={"words": words})
    desk.context = replace(desk.context, settings=settings.model_copy(update={"announce": announce}))
    ref = desk.declare(title="Search {ref} fails", severity="major", customer_impact="yes")["ref"]
    deliver()
    assert f"{ref} {{now}} major, customers notice it: Search {{ref}} fails" in told(chat, "marketing")[0]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"marketing": "{title"}, "braces in pairs"),
        ({"marketing": "{title.__class__}"}, "only {ref}, {title}, {severity}, {impact} can stand in it"),
        ({"marketing": "{title:>9999999}"}, "can stand in it"),
        ({"marketing": "{}"}, "can stand in it"),
        ({"sales": "{title}"}, "there is no channel 'sales'"),
        ({"advice": "{title}"}, "words can be had for support, customer_success"),
    ],
)
def test_words_that_could_not_be_said_are_refused_when_the_portal_starts(words, says):
    with pytest.raises(ValidationError, match=re.escape(says)):
        Announce(channels=dict.fromkeys(("marketing", "advice"), "json://127.0.0.1/"), words=words)


def test_words_can_be_had_for_every_row_that_a_message_settles():
    assert TOLD_ROWS == CHANNELS


def test_what_waits_for_a_channel_that_is_gone_ends(desk, chat, deliver, settings):  # noqa: F811
    chat.answers["/incidents"] = lambda got: (503, b"")
    desk.declare()
    deliver()
    without = Deliveries(desk.context, Announcements(settings), lambda: Apprise(Announce()), 1, ANNOUNCEMENTS)
    desk.context.now.forward(hours=1)
    channel = Apprise(Announce())
    while without._deliver_once(channel):
        pass
    with desk.context.database.snapshot() as db:
        assert db.execute("SELECT count(*) FROM delivery WHERE state = 'waiting'").fetchone()[0] == 0
