"""What the delivery worker does when its own notes or the service that it speaks to fail."""

import pytest

from portal.store.database import Uncertain
from portal.verbs.delivering import record_and_claim
from portal.workers import delivery

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
