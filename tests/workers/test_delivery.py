"""What the delivery worker does when its own notes or the service that it speaks to fail."""

import pytest

from portal.notify.channel import Parcel, Sent, Unreachable
from portal.store import deliveries, outbox
from portal.store.database import Uncertain
from portal.store.ledger import record_event
from portal.verbs.delivering import record_and_claim
from portal.workers import delivery
from portal.workers.delivery import ANNOUNCEMENTS, MAIL, Deliveries

ADA, BOB = "ada@customer.example", "bob@customer.example"


def test_a_delivery_that_was_claimed_perhaps_is_not_left_to_wait_for_its_lease(desk, mailing, monkeypatch):
    for email in (ADA, BOB):
        mailing.subscribe(email)
    desk.post(desk.declare()["ref"], "investigating")
    mailing.clock.forward(minutes=2)
    mailing.fan_out()

    def perhaps(*words):
        record_and_claim(*words)
        raise Uncertain("disk I/O error")

    monkeypatch.setattr(delivery, "record_and_claim", perhaps)
    channel = mailing.deliveries.open_channel()
    with pytest.raises(Uncertain):
        mailing.deliveries._deliver_while(channel, lambda: True)
    assert [mail.recipient for mail in mailing.deliver()] == [BOB]
    assert len(mailing.server.to(ADA)) == 2  # to confirm, and the post


class Service:
    """A service that answers what the test says, and what writes for it."""

    says: object = Unreachable("connection refused")

    def parcel(self, claimed, now):
        return Parcel(claimed.to, b"words")

    def send(self, parcel):
        return self.says

    def close(self):
        """Nothing is kept."""


@pytest.mark.parametrize("queues", [MAIL, ANNOUNCEMENTS])
def test_only_mail_says_that_the_mail_server_is_away_or_back(context, clock, queues):
    service = Service()
    deliver = Deliveries(context, service, lambda: service, 1, queues)
    with context.database.transaction() as db:
        record_event(db, "reminder_due", "a reminder", at=clock.text, not_before=clock.text)
        deliveries.add(db, 1, ADA, clock.text, channel=queues[0])

    def since():
        with context.database.snapshot() as db:
            return outbox.service(db)["unreachable_since"]

    assert deliver._deliver_once(service)
    assert (since() is not None) == (queues == MAIL)
    with context.database.transaction() as db:
        outbox.note_service(db, clock.text, "connection refused")
    service.says = Sent()
    assert deliver._deliver_once(service)
    assert (since() is None) == (queues == MAIL)
