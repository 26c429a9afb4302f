"""Sign-ups by the thousand: one mailbox gets few mails, and looking for the next one keeps no post waiting."""

import pytest

from portal.store import subscribers, webhooks

STEPS_MOST = 5_000_000
"""Of SQLite's machine, some 0.1 s; a look at each waiting row for each sent one takes 100 times as many."""


def test_one_mailbox_gets_three_links_a_day_however_it_is_spelt(desk, browser, mailing):
    for number in range(6):
        address = f"{'Ada' if number % 2 else 'ada'}+{number}@customer.example"
        assert browser.post("/subscriptions", data={"email": address}).status_code == 202
    browser.post("/subscriptions", data={"email": "ada@other.example"})
    found = [one.recipient.partition("@")[2] for one in mailing.deliver()]
    assert found == ["customer.example"] * 3 + ["other.example"]
    assert mailing.deliver(hours=23) == []
    assert len(mailing.deliver(hours=2)) == 3


@pytest.mark.parametrize("what", ["mail", "webhooks"])
def test_a_queue_full_of_those_who_must_wait_is_looked_through_at_once(context, clock, what):
    now, before = clock.text, "2026-11-22T00:00:00.000Z"
    with context.database.transaction() as db:
        for number in range(20_000):
            net, name = f"network {number % 49}", f"a{number}@customer.example"
            columns = (name, str(number), "{}", net, now, now if number < 980 else None, int(number >= 980))
            db.execute(
                "INSERT INTO sign_up (email, token, choices, network, asked_at, mailed_at, waiting)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                columns,
            )
            if number < 980:
                db.execute("INSERT INTO challenge_sent VALUES (?, ?, ?)", (now, net, net))
            else:
                db.execute(
                    "INSERT INTO webhook_sign_up (token, url, host, signing_secret, choices, network, asked_at, state)"
                    " VALUES (?, '', ?, '', '{}', ?, ?, 'waiting')",
                    (str(number), net, net, now),
                )
    counted = 0

    def count() -> int:
        nonlocal counted
        counted += 1_000
        return int(counted > STEPS_MOST)

    connection = context.database.connection()
    connection.set_progress_handler(count, 1_000)
    limits = {"hour_ago": before, "network_most": 20, "most": 1_000}
    with context.database.transaction() as db:
        if what == "mail":
            found = subscribers.next_sign_up(db, **limits, day_ago=before, mailbox_most=3)
        else:
            found = webhooks.next_sign_up(db, **limits, host_most=10)
    connection.set_progress_handler(None, 0)
    assert found is None
    assert 0 < counted < STEPS_MOST
