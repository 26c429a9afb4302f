"""Bounce mails: what they say of which delivery, and the third one that pauses an address."""

import re

import pytest

from portal.notify.bounces import proof_of, read, verp
from portal.verbs import subscribers, subscribing
from portal.verbs.commands_subscriptions import ChangeSubscription, NoteBounce

DSN = """From: MAILER-DAEMON@mx.customer.example
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.customer.example

Final-Recipient: rfc822; ada@customer.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <ada@customer.example>:
    no such mailbox

--b--
"""
PLAIN = (
    "From: Mail Delivery System <MAILER-DAEMON@x.example>\nTo: {to}\nSubject: failure\n\nHost said: 550 5.1.1 unknown\n"
)
OUT = "From: ada@customer.example\nTo: {to}\nAuto-Submitted: auto-replied\nSubject: Away\n\nI am away until 5.1.27.\n"


def dsn(to: str, action: str = "failed", status: str = "5.1.1") -> bytes:
    return DSN.format(to=to, action=action, status=status).replace("\n", "\r\n").encode()


def test_a_report_names_its_delivery():
    found = read(dsn(verp("status@example.com", 17, "token")))
    assert found is not None
    assert (found.delivery, found.proof, found.permanent) == (17, proof_of(17, "token"), True)
    assert found.said == "smtp; 550 5.1.1 <ada@customer.example>: no such mailbox"


@pytest.mark.parametrize(("action", "status", "permanent"), [("failed", "4.4.7", False), ("failed", "5.2.2", True)])
def test_what_failed_for_now_is_not_for_ever(action, status, permanent):
    found = read(dsn(verp("status@example.com", 1, "t"), action, status))
    assert found is not None
    assert found.permanent is permanent


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed"])
def test_a_report_of_no_failure_is_none(action):
    assert read(dsn(verp("status@example.com", 1, "t"), action, "4.4.1")) is None


def test_a_bounce_in_free_words_and_an_answer_of_somebody_who_is_away():
    to = verp("status@example.com", 3, "t")
    found = read(PLAIN.format(to=to).encode())
    assert found is not None
    assert found.permanent
    assert read(OUT.format(to=to).encode()) is None
    assert read(PLAIN.format(to="status@example.com").encode(), envelope_to=to) is not None


@pytest.mark.parametrize("words", ["Call me at 555-1234.", "I am in room 550 of building 5.1.1.", "Back on 5.12.26"])
@pytest.mark.parametrize("sender", ["Return-Path: <>\nFrom: Ada <ada@customer.example>", "From: postmaster@x.example"])
def test_somebody_who_is_away_and_does_not_say_that_it_is_automatic_has_not_bounced(words, sender):
    to = verp("status@example.com", 3, "t")
    away = "" if "Ada" in sender else "Auto-Submitted: auto-replied\n"
    assert read(f"{sender}\nTo: {to}\n{away}Subject: Away\n\n{words}\n".encode()) is None


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\xfe\x00", b"To: status+1-x@example.com\n\n", b"Content-Type: multipart/x\n\n"]
)
def test_what_is_no_mail_is_none(raw):
    assert read(raw) is None


def test_the_third_bounce_in_a_month_pauses_and_the_owner_starts_again(desk, mailing):
    token = mailing.subscribe("ada@customer.example")
    ref = desk.declare()["ref"]
    for number, state in enumerate(("investigating", "identified", "monitoring"), 1):
        desk.post(ref, state)
        (mail,) = mailing.deliver(minutes=2)
        bounce = read(dsn(mail.sender))
        assert bounce is not None
        for _ in range(2):  # the same report twice counts once
            assert subscribers.take_bounce(mailing.context, bounce) == "1"
        paused = desk.sql("SELECT paused_at FROM subscriber")[0][0]
        assert (paused is not None) == (number == 3)
    desk.post(ref, "resolved")
    assert mailing.deliver(minutes=2) == []
    subscribing.change_subscription(mailing.context, token, ChangeSubscription())
    desk.post(desk.declare("Again")["ref"], "investigating")
    assert len(mailing.deliver(minutes=2)) == 1


def test_nobody_can_make_up_a_bounce(desk, mailing):
    mailing.subscribe("ada@customer.example")
    desk.post(desk.declare()["ref"], "investigating")
    (mail,) = mailing.deliver(minutes=2)
    number = mail.sender.partition("+")[2].partition("-")[0]
    bounce = read(dsn(f"status+{number}-{'0' * 12}@example.com"))
    assert bounce is not None
    assert subscribers.take_bounce(mailing.context, bounce) is None


def test_a_recipient_that_is_refused_for_good_counts_and_a_complaint_ends_it(desk, mailing):
    mailing.subscribe("ada@customer.example")
    mailing.server.handler.answer = lambda step, to: "550 5.1.1 no such mailbox" if step == "RCPT" else None
    ref = desk.declare()["ref"]
    for state in ("investigating", "identified", "monitoring"):
        desk.post(ref, state)
        mailing.deliver(minutes=2)
    assert desk.sql("SELECT count(*) FROM subscriber WHERE paused_at IS NOT NULL")[0][0] == 1
    complaint = NoteBounce(email="ada@customer.example", kind="complaint")
    desk.do(subscribers.note_report, complaint)
    assert desk.sql("SELECT * FROM subscriber") == []
    assert desk.sql("SELECT reason FROM suppressed_address")[0][0] == "complained"


@pytest.mark.corpora
def test_real_bounces_are_understood(corpora):
    """Samples of real mail servers; those that say `failed` in a report are failures, and none is too much."""
    to = verp("status@example.com", 1, "t")
    files = sorted((corpora / "vectors" / "email-bounces" / "samples").glob("*.eml"))
    understood = [path.name for path in files if read(path.read_bytes(), envelope_to=to)]
    wanted = [path.name for path in files if re.search(rb"(?im)^action: *failed", path.read_bytes())]
    assert len(wanted) >= 20
    assert set(wanted) - set(understood) == set()
    assert not [name for name in understood if name.startswith("rfc3834")], "somebody is away, which is no bounce"


ARF = """From: feedback@provider.example
To: abuse@example.com
Subject: FW: Search fails
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is a report about a mail that you sent.

--b
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: Provider/1.0
Version: 1
{where}

--b
Content-Type: message/rfc822

{back}From: status@example.com
To: ada@customer.example
Subject: Search fails

Words.
--b--
"""


def arf(to: str, kind: str = "abuse", field: bool = True) -> bytes:
    back = "" if field else f"Return-Path: <{to}>\n"
    where = f"Original-Mail-From: <{to}>" if field else "Source-IP: 192.0.2.1"
    return ARF.format(kind=kind, where=where, back=back).replace("\n", "\r\n").encode()


@pytest.mark.parametrize("field", [True, False])
@pytest.mark.parametrize("kind", ["abuse", "opt-out"])
def test_a_complaint_names_the_delivery_that_it_is_about(kind, field):
    found = read(arf(verp("status@example.com", 17, "token"), kind, field))
    assert found is not None
    assert (found.delivery, found.proof, found.complaint) == (17, proof_of(17, "token"), True)


@pytest.mark.parametrize("kind", ["not-spam", "auth-failure", ""])
def test_a_report_of_another_kind_is_no_complaint(kind):
    assert read(arf(verp("status@example.com", 17, "token"), kind)) is None


def test_a_complaint_ends_the_subscription_and_a_made_up_one_does_not(desk, mailing):
    mailing.subscribe("ada@customer.example")
    desk.post(desk.declare()["ref"], "investigating")
    (mail,) = mailing.deliver(minutes=1)
    made_up = read(arf(verp("status@example.com", 2, "of somebody else")))
    assert made_up is not None
    assert subscribers.take_bounce(mailing.context, made_up) is None
    found = read(arf(mail.sender))
    assert found is not None
    assert subscribers.take_bounce(mailing.context, found) == "1"
    assert subscribers.take_bounce(mailing.context, found) is None
    desk.post("INC-1", "identified")
    assert mailing.deliver(minutes=2) == []
    reasons = mailing.context.database.connection().execute("SELECT reason FROM suppressed_address").fetchall()
    assert [row[0] for row in reasons] == ["complained"]
    assert marks(desk) == [("portal", '{"kind": "complaint"}')]


def test_each_bounce_leaves_one_mark_whoever_reports_it(desk, mailing):
    mailing.subscribe("ada@customer.example")
    desk.post(desk.declare()["ref"], "investigating")
    (mail,) = mailing.deliver(minutes=1)
    bounce = read(dsn(mail.sender))
    assert bounce is not None
    for _ in range(2):
        subscribers.take_bounce(mailing.context, bounce)
    desk.do(subscribers.note_report, NoteBounce(email="ada@customer.example", kind="temporary"))
    assert marks(desk) == [("portal", '{"kind": "permanent"}'), (desk.actor.name, '{"kind": "temporary"}')]


def marks(desk) -> list[tuple[str, str]]:
    rows = desk.sql("SELECT actor, details FROM audit WHERE action = 'subscriber.bounce' ORDER BY rowid")
    return [(row["actor"], row["details"]) for row in rows]
