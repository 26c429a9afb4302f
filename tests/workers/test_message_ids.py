"""What names a mail: the same at every try of it, never the same for another, which mail programs would drop."""

import sqlite3

ADA = "ada@customer.example"


def of(mails):
    return [str(one.mail["Message-ID"]) for one in mails]


def lose_the_answer(mailing):
    """The mail is taken, and nobody hears of it."""
    mailing.server.handler.answer = lambda step, to: "drop after" if step == "DOT" else None
    taken = mailing.deliver(minutes=2)
    mailing.server.handler.answer = lambda step, to: None
    return taken


def test_a_digest_that_is_sent_again_with_more_in_it_has_another_name(desk, mailing):
    mailing.subscribe(ADA, digest=True)
    ref = desk.declare()["ref"]
    desk.post(ref, "investigating")
    (first,) = lose_the_answer(mailing)
    desk.post(ref, "identified")
    mailing.clock.forward(minutes=2)
    (again,) = mailing.deliver()
    assert "Identified," in again.text
    assert of([again]) != of([first])
    desk.post(ref, "monitoring")
    (later,) = mailing.deliver(hours=2)
    assert later.mail["In-Reply-To"] == again.mail["Message-ID"]


def test_a_digest_that_is_sent_again_as_it_was_keeps_its_name(desk, mailing):
    mailing.subscribe(ADA, digest=True)
    desk.post(desk.declare()["ref"], "investigating")
    first = lose_the_answer(mailing)
    again = mailing.deliver(minutes=2)
    assert of(first) == of(again) != []


def test_numbers_that_are_given_again_after_a_restore_name_other_mails(desk, mailing):
    mailing.subscribe(ADA)
    ref = desk.declare()["ref"]
    live, copy = mailing.context.database.connection(), sqlite3.connect(":memory:")
    live.backup(copy)
    desk.post(ref, "investigating")
    first = mailing.deliver(minutes=2)
    copy.backup(live)
    copy.close()
    desk.post(ref, "identified")
    second = mailing.deliver(minutes=2)
    assert len(desk.sql("SELECT * FROM post WHERE id = 1")) == 1
    assert of(first) != of(second) != []
