"""What subscribers get: each post once, in order, as one thread, from what is public when it is sent."""

import base64
import sqlite3
import subprocess
from email.utils import parseaddr

import dkim
import pytest

from portal.config import Dkim
from portal.domain.errors import Conflict
from portal.domain.names import Permission
from portal.verbs import calling, changing, closing, commands, delivering, news, redacting, subscribing
from portal.verbs.automation import run_due
from portal.verbs.commands_room import PagePerson
from portal.verbs.commands_subscriptions import ChangeSubscription, Subscribe
from portal.verbs.context import PORTAL
from portal.verbs.people import add_person

ADA = "ada@customer.example"


def subjects(mails):
    return [str(one.mail["Subject"]) for one in mails]


def test_a_post_reaches_who_confirmed_after_the_minute_that_it_waits(desk, mailing):
    token = mailing.subscribe(ADA)
    ref = desk.declare(components={"search": "major_outage"})["ref"]
    desk.post(ref, "investigating")
    assert mailing.deliver() == []
    assert mailing.deliver(seconds=59) == []
    (mail,) = mailing.deliver(seconds=1)
    assert mail.recipient == ADA
    assert subjects([mail]) == ["[Investigating: Search] Search fails"]
    assert "2026-11-23 14:00 UTC" in mail.text
    assert "Next update by 2026-11-23 14:30 UTC." in mail.html
    assert f"https://status.example.com/subscriptions/unsubscribe/{token}" in mail.text
    assert max(len(line) for line in mail.text.splitlines() if not line.startswith("https://")) <= 72
    assert mailing.deliver(hours=5) == []


def test_headers_let_readers_thread_leave_and_answer_nobody(desk, mailing):
    token = mailing.subscribe(ADA)
    ref = desk.declare()["ref"]
    for state in ("investigating", "identified", "resolved"):
        desk.post(ref, state)
        mailing.clock.forward(minutes=5)
    mails = [one.mail for one in mailing.deliver()]
    assert [one["References"].split()[0] for one in mails] == [mails[0]["References"]] * 3
    assert [one["In-Reply-To"] for one in mails[1:]] == [one["Message-ID"] for one in mails[:2]]
    assert len({one["Message-ID"] for one in mails}) == 3
    first = mails[0]
    assert first["List-Unsubscribe"] == f"<https://status.example.com/subscriptions/unsubscribe/{token}>"
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert first["List-Id"].endswith("<status.example.com>")
    assert first["Auto-Submitted"] == "auto-generated"
    assert parseaddr(first["From"]) == ("Example", "status@example.com")
    assert [part.get_content_type() for part in first.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert [defect for part in first.walk() for defect in part.defects] == []


def test_who_has_not_confirmed_or_has_left_gets_nothing(desk, mailing):
    token = mailing.subscribe(ADA)
    subscribing.subscribe(mailing.context, Subscribe(email="bob@customer.example"), "192.0.2.9")
    mailing.deliver()
    ref = desk.declare()["ref"]
    desk.post(ref, "investigating")
    mailing.clock.forward(minutes=1)
    mailing.fan_out()
    subscribing.leave(mailing.context, token)
    assert mailing.deliver() == []


def test_choices_decide(desk, mailing):
    mailing.subscribe("all@customer.example")
    mailing.subscribe("search@customer.example", components=["search"])
    mailing.subscribe("sign-in@customer.example", components=["sign-in"])
    mailing.subscribe("ends@customer.example", updates="ends")
    mailing.subscribe("planned@customer.example", kinds=["maintenances", "postmortems"])
    ref = desk.declare(components={"search": "major_outage"})["ref"]

    def told(state):
        desk.post(ref, state)
        return sorted(one.recipient.partition("@")[0] for one in mailing.deliver(minutes=2))

    assert told("investigating") == ["all", "ends", "search"]
    assert told("identified") == ["all", "search"]
    assert told("resolved") == ["all", "ends", "search"]
    desk.published_postmortem(ref)
    (mail, *_) = mails = mailing.deliver(minutes=2)
    assert sorted(one.recipient.partition("@")[0] for one in mails) == ["all", "ends", "planned", "search"]
    assert subjects([mail]) == ["[Postmortem: Search] Search fails"]


def test_what_begins_again_is_a_beginning(desk, mailing):
    mailing.subscribe(ADA, updates="ends")
    ref = desk.declare(components={"search": "major_outage"})["ref"]
    desk.post(ref, "investigating")
    desk.post(ref, "resolved")
    assert len(mailing.deliver(minutes=2)) == 2
    closing.reopen(desk.context, desk.actor, ref, commands.Reopen(reason="It fails again."))
    desk.post(ref, "investigating", confirm=True)
    assert subjects(mailing.deliver(minutes=2)) == ["[Investigating: Search] Search fails"]
    desk.post(ref, "identified")
    assert mailing.deliver(minutes=2) == []


def test_a_silent_post_and_a_record_of_the_past_are_not_mailed(desk, mailing):
    mailing.subscribe(ADA)
    ref = desk.declare(started_at="2026-11-20T08:00:00Z")["ref"]
    desk.post(ref, "investigating", happened_at="2026-11-20T09:00:00Z")
    desk.post(ref, "identified", notify=False)
    desk.post(ref, "investigating", happened_at="2026-11-23T12:00:00Z")
    assert mailing.deliver(minutes=2) == []


def test_a_correction_within_the_minute_replaces_the_post(desk, mailing):
    mailing.subscribe(ADA)
    ref = desk.declare()["ref"]
    desk.post(ref, "investigating", "Wrong words about searches in the Search component, for some customers.")
    mailing.clock.forward(seconds=30)
    desk.post(ref, "investigating", corrects=1)
    mails = mailing.deliver(minutes=2)
    assert subjects(mails) == ["[Correction, investigating] Search fails"]
    assert "Wrong words" not in mails[0].text


def test_a_silent_correction_within_the_minute_is_what_is_read(desk, mailing):
    mailing.subscribe(ADA)
    ref = desk.declare()["ref"]
    desk.post(ref, "investigating", "Serches in the Serch component fail for some customers. We look into it.")
    desk.post(ref, "investigating", corrects=1, notify=False)
    (mail,) = mailing.deliver(minutes=2)
    assert "Serch" not in mail.text + mail.html


def test_what_turns_private_within_the_minute_is_not_sent(desk, mailing, security):
    mailing.subscribe(ADA)
    ref = desk.declare()["ref"]
    desk.post(ref, "investigating")
    mailing.clock.forward(minutes=1)
    mailing.fan_out()
    changing.change_incident(desk.context, security, ref, commands.ChangeIncident(security=True))
    assert mailing.deliver() == []
    assert mailing.states()[-1] == "withdrawn"


def test_what_turns_private_is_told_inside_only_to_who_may_read_it(desk, mailing, security):
    for one, may in (("rob@example.com", Permission.RESPONDER), ("sam@example.com", Permission.SECURITY)):
        add_person(desk.context, PORTAL, one, [may])
    ref = desk.declare("A key of Acme leaked")["ref"]
    for one in ("rob@example.com", "sam@example.com"):
        desk.do(calling.page_person, ref, PagePerson(person=one))
    mailing.fan_out()
    changing.change_incident(desk.context, security, ref, commands.ChangeIncident(security=True))
    assert [one.recipient for one in mailing.deliver()] == ["sam@example.com"]


def test_redacted_words_are_not_in_what_is_sent_afterwards(desk, mailing):
    mailing.subscribe(ADA)
    ref = desk.declare()["ref"]
    desk.post(ref, "investigating", "Searches fail for some customers of Larkspur Industries. We look into it.")
    redacting.redact(desk.context, desk.actor, ref, 1, commands.Redact(words="Larkspur Industries"))
    (mail,) = mailing.deliver(minutes=2)
    assert "Larkspur" not in mail.text + mail.html


def test_mail_can_be_stopped_within_the_minute(desk, mailing):
    mailing.subscribe(ADA)
    ref = desk.declare()["ref"]
    desk.post(ref, "investigating")
    assert desk.do(news.stop_mail, ref, 1) == {"ref": ref, "seq": 1, "sent": 0}
    assert mailing.deliver(minutes=2) == []
    with pytest.raises(Conflict):
        news.stop_mail(desk.context, desk.actor, ref, 1)


def test_a_maintenance_is_announced_reminded_of_started_and_ended(desk, mailing):
    mailing.subscribe(ADA)
    desk.plan("2026-11-23T18:00:00Z", "2026-11-23T19:00:00Z", components=["search"], remind_minutes=60)
    found = []
    for _ in range(400):
        run_due(mailing.context)
        found += mailing.deliver(minutes=1)
    mails = [one for one in found if one.recipient == ADA]
    assert [one.partition("]")[0] for one in subjects(mails)] == [
        "[Scheduled: Search",
        "[Reminder: Search",
        "[In progress: Search",
        "[Completed: Search",
    ]


def test_whoever_confirms_while_something_is_open_hears_its_present_state(desk, mailing):
    ref = desk.declare(components={"search": "major_outage"})["ref"]
    desk.post(ref, "investigating")
    desk.post(ref, "identified")
    mailing.subscribe(ADA)
    mailing.subscribe("bob@customer.example", components=["sign-in"])
    assert mailing.deliver(minutes=2) == []
    assert subjects(mailing.server.to(ADA))[1:] == ["[Identified: Search] Search fails"]
    assert len(mailing.server.to("bob@customer.example")) == 1
    desk.post(ref, "resolved")
    assert subjects(mailing.deliver(minutes=2)) == ["[Resolved: Search] Search fails"]


def test_an_incident_can_be_followed_alone(desk, mailing):
    first, second = desk.declare()["ref"], desk.declare("Sign-in fails")["ref"]
    desk.post(first, "investigating")
    desk.post(second, "investigating")
    mailing.deliver(minutes=2)
    address = desk.get(first)["public_id"]
    mailing.subscribe(ADA, incident=address)
    mailing.deliver(minutes=2)
    desk.post(second, "resolved")
    desk.post(first, "resolved")
    assert subjects(mailing.deliver(minutes=2)) == ["[Resolved] Search fails"]


def test_a_digest_sends_at_most_one_mail_an_hour_after_the_first(desk, mailing):
    mailing.subscribe(ADA, digest=True)
    ref = desk.declare()["ref"]
    desk.post(ref, "investigating")
    assert len(mailing.deliver(minutes=2)) == 1
    desk.post(ref, "identified")
    mailing.clock.forward(minutes=10)
    desk.post(ref, "monitoring")
    assert mailing.deliver(minutes=30) == []
    (mail,) = mailing.deliver(minutes=30)
    assert subjects([mail]) == ["[Monitoring] Search fails"]
    assert mail.text.index("Monitoring,") < mail.text.index("Identified,")
    assert mailing.states()[-3:] == ["sent"] * 3


def test_people_inside_are_told_whatever_waits_for_subscribers(desk, mailing):
    add_person(desk.context, desk.actor, "lea@example.com", [Permission.RESPONDER], "Lea Example")
    ref = desk.declare()["ref"]
    with desk.context.write(desk.actor) as write:
        details = {"to": ["Lea Example", "role:lead", "channel:incidents"], "text": "Look at this.", "link": "/desk/x"}
        write.tell("role_offered", "offer:1", incident_id=1, details=details)
    mails = mailing.deliver()
    assert sorted(one.recipient for one in mails) == ["ada@example.com", "lea@example.com"]
    assert "https://status.example.com/desk/x" in mails[0].text
    assert ref


def test_mail_is_signed_when_there_is_a_key(desk, mailing, tmp_path):
    key, public = tmp_path / "key.pem", tmp_path / "public.der"
    subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
    command = ["openssl", "rsa", "-in", key, "-pubout", "-outform", "DER", "-out", public]
    subprocess.run(command, check=True, capture_output=True)
    chosen = mailing.deliveries.postman.settings
    mailing.deliveries.postman.settings = chosen.model_copy(update={"dkim": Dkim(key=key, selector="s1")})
    mailing.subscribe(ADA)
    desk.post(desk.declare()["ref"], "investigating")
    (mail,) = mailing.deliver(minutes=2)
    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(public.read_bytes())

    def lookup(name, timeout=5):
        assert name == b"s1._domainkey.example.com."
        return record

    assert dkim.verify(mail.raw, dnsfunc=lookup)
    assert not dkim.verify(mail.raw.replace(b"One-Click", b"One-Clock"), dnsfunc=lookup)


def test_choices_can_be_changed_and_nothing_else_is_told_then(desk, mailing):
    token = mailing.subscribe(ADA)
    subscribing.change_subscription(mailing.context, token, ChangeSubscription(components=["sign-in"]))
    desk.post(desk.declare(components={"search": "major_outage"})["ref"], "investigating")
    assert mailing.deliver(minutes=2) == []


@pytest.mark.parametrize(
    "chosen",
    [{"components": ["sign-in"]}, {"kinds": ["maintenances"]}, {"updates": "ends"}],
    ids=["components", "kinds", "updates"],
)
@pytest.mark.parametrize("by_mail", [False, True])
def test_what_waits_for_somebody_who_has_chosen_otherwise_is_not_sent(desk, mailing, chosen, by_mail):
    token = mailing.subscribe(ADA)
    mailing.subscribe("bob@customer.example")
    ref = desk.declare(components={"search": "major_outage"})["ref"]
    desk.post(ref, "investigating", notify=False)
    desk.post(ref, "identified")
    mailing.clock.forward(minutes=2)
    mailing.fan_out()
    assert mailing.states().count("waiting") == 2
    if by_mail:
        subscribing.enrol(mailing.context.database.connection(), ADA, {"kinds": ["incidents"], **chosen}, "", "")
    else:
        subscribing.change_subscription(mailing.context, token, ChangeSubscription(**chosen))
    assert [one.recipient for one in mailing.deliver()] == ["bob@customer.example"]


def test_what_waits_for_somebody_who_still_wants_it_is_sent(desk, mailing):
    token = mailing.subscribe(ADA)
    alone = mailing.subscribe("alone@customer.example", components=["sign-in"])
    ref = desk.declare(components={"search": "major_outage"})["ref"]
    desk.post(ref, "investigating", notify=False)
    desk.post(ref, "identified")
    public_id = desk.get(ref)["public_id"]
    mailing.subscribe("alone@customer.example", incident=public_id)
    desk.post(ref, "monitoring")
    mailing.clock.forward(minutes=2)
    mailing.fan_out()
    for one in (token, alone):
        subscribing.change_subscription(mailing.context, one, ChangeSubscription(components=["search"], digest=True))
    assert {one.recipient.partition("@")[0] for one in mailing.deliver(hours=2)} == {"ada", "alone"}
    assert "withdrawn" not in mailing.states()


def test_old_news_are_not_sent_after_a_long_silence(desk, mailing):
    mailing.subscribe(ADA)
    mailing.server.stop()
    desk.post(desk.declare()["ref"], "investigating")
    with desk.context.write(desk.actor) as write:
        write.tell("reminder_due", "reminder:1", details={"to": ["lea@example.com"], "text": "Look at this."})
    mailing.fan_out()
    mailing.clock.forward(hours=13)
    mailing.server.start()
    assert [one.recipient for one in mailing.deliver()] == [ADA]
    desk.post(desk.declare()["ref"], "investigating")
    mailing.clock.forward(hours=73)
    assert mailing.deliver() == []


def test_a_greylisted_mail_comes_later_and_the_next_ones_wait_for_it(desk, mailing):
    mailing.subscribe(ADA)
    mailing.server.handler.answer = lambda step, to: "451 4.7.1 come again" if step == "RCPT" else None
    ref = desk.declare()["ref"]
    desk.post(ref, "investigating")
    assert mailing.deliver(minutes=2) == []
    mailing.server.handler.answer = lambda step, to: None
    desk.post(ref, "identified")
    mailing.fan_out()
    assert [one.partition(":")[0].partition("]")[0] for one in subjects(mailing.deliver(minutes=2))] == [
        "[Investigating",
        "[Identified",
    ]


def test_what_is_refused_is_recorded_and_the_next_post_is_tried(desk, mailing):
    mailing.subscribe(ADA)
    mailing.server.handler.answer = lambda step, to: "550 5.7.1 not wanted" if step == "RCPT" else None
    ref = desk.declare()["ref"]
    desk.post(ref, "investigating")
    mailing.deliver(minutes=2)
    assert desk.sql("SELECT state, answer FROM delivery ORDER BY id DESC LIMIT 1")[0]["state"] == "refused"
    mailing.server.handler.answer = lambda step, to: None
    desk.post(ref, "resolved")
    assert len(mailing.deliver(minutes=2)) == 1


def test_a_mail_that_was_sent_is_written_down_even_when_the_next_one_cannot_be_taken(desk, mailing, monkeypatch):
    for name in ("ada", "ben", "eve"):
        mailing.subscribe(f"{name}@customer.example")
    desk.post(desk.declare()["ref"], "investigating")
    mailing.clock.forward(minutes=1)
    mailing.fan_out()
    before, channel = len(mailing.server.taken), mailing.deliveries.open_channel()
    taking, trouble = delivering._next, [sqlite3.OperationalError("disk I/O error")]

    def failing_once(db, *given):
        if trouble and len(mailing.server.taken) > before:
            raise trouble.pop()
        return taking(db, *given)

    monkeypatch.setattr(delivering, "_next", failing_once)
    with pytest.raises(sqlite3.OperationalError):
        mailing.deliveries._deliver_while(channel, lambda: True)
    assert mailing.states().count("waiting") == 2
    assert mailing.deliveries._deliver_while(channel, lambda: True)
    assert sorted(one.recipient[:3] for one in mailing.server.taken[before:]) == ["ada", "ben", "eve"]
    assert mailing.states().count("waiting") == 0
