"""A backup that is put in place of what came after it: nobody is mailed twice, or after having left."""

import pytest

from portal.domain.times import to_text
from portal.store.copies import copy_out, departures_of, put_in_place
from portal.verbs import news, subscribing
from portal.verbs.commands_subscriptions import Subscribe

ADA, BOB = "ada@customer.example", "bob@customer.example"


@pytest.fixture
def backup(mailing, tmp_path):
    """Takes a backup; answers what puts it in place."""

    def restore():
        path = mailing.context.settings.database_path
        mailing.context.database.close()
        gone = departures_of(path)
        put_in_place(tmp_path / "copy.db", path, "0" * 16, "ada", to_text(mailing.clock()), gone=gone)

    def take():
        copy_out(mailing.context.database.connection(), tmp_path / "copy.db")
        return restore

    return take


def test_what_was_sent_since_is_not_sent_again(desk, mailing, backup):
    for one in (ADA, BOB):
        mailing.subscribe(one)
    ref = desk.declare()["ref"]
    desk.post(ref, "investigating")
    mailing.clock.forward(minutes=1)
    desk.post(ref, "identified")
    mailing.fan_out()
    assert mailing.step()
    assert mailing.states().count("waiting") == 1
    restore = backup()
    assert len(mailing.deliver(minutes=2)) == 3
    restore()
    assert mailing.deliver(minutes=2) == []
    desk.post(ref, "monitoring")
    assert sorted(one.recipient for one in mailing.deliver(minutes=2)) == [ADA, BOB]


def test_what_had_not_been_sent_goes_out(desk, mailing, backup):
    mailing.subscribe(ADA)
    desk.post(desk.declare()["ref"], "investigating")
    backup()()
    assert len(mailing.deliver(minutes=2)) == 1


def test_what_was_stopped_since_stays_stopped(desk, mailing, backup):
    mailing.subscribe(ADA)
    ref = desk.declare()["ref"]
    desk.post(ref, "investigating")
    restore = backup()
    news.stop_mail(desk.context, desk.actor, ref, 1)
    restore()
    assert mailing.deliver(minutes=2) == []


def test_who_was_asked_since_or_has_left_since_is_not_asked_again(desk, mailing, backup):
    for one in (ADA, BOB):
        subscribing.subscribe(mailing.context, Subscribe(email=one), "192.0.2.7")
    restore = backup()
    first = mailing.deliver()
    assert len(first) == 2
    mailing.clock.forward(seconds=1)
    subscribing.leave(mailing.context, subscribing.confirm(mailing.context, mailing.link(first[0], "confirm")))
    restore()
    assert mailing.deliver(hours=1) == []
