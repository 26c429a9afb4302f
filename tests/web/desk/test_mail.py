# ruff: noqa: F811
"""Mail and subscribers at the desk: who is told, how it reads, how it is stopped, who follows."""

import io
import json

import pytest

from portal.domain.errors import Invalid
from portal.domain.times import to_text
from portal.verbs.commands_subscriptions import AddSubscriber
from portal.verbs.fanning import fan_out_once
from portal.verbs.subscriber_files import read_subscribers
from portal.verbs.subscribers import add_subscriber
from portal.verbs.subscribing import enrol
from tests.web.desk.writing import desk, house, mia, ref  # noqa: F401

STATUSPAGE = """Email,Type,State,Confirmed At,Quarantined At,Components
ada@customer.example,Email,active,2024-03-02 10:00:00 UTC,,Search
bob@customer.example,Email,unconfirmed,,,
eve@customer.example,Email,active,2024-03-02 10:00:00 UTC,2025-01-01 00:00:00 UTC,
+15550100,SMS,active,2024-03-02 10:00:00 UTC,,
"""


def follow(house, *addresses):
    with house.context.database.transaction() as db:
        for one in addresses:
            enrol(db, one, {"kinds": ["incidents"]}, "a test", to_text(house.context.now()))


def test_the_countdown_says_how_many_will_be_told_and_mail_can_be_stopped(house, mia, clock):
    follow(house, "ada@customer.example", "bob@customer.example")
    declared = house.verbs.declare()["ref"]
    house.verbs.post(declared, "investigating")
    clock.forward(seconds=20)
    page = mia.look("/mail")
    assert "2 will be told in 41 seconds" in page
    assert "There is no mail server" in page
    assert "Searches in the Search component fail" in mia.look(f"/incidents/{declared}/posts/1/mail")
    part = mia.client.get(f"/desk/incidents/{declared}/posts/1/mail.html")
    assert "sandbox" in part.headers["Content-Security-Policy"]
    mia.look("/mail")
    assert "stopped" in mia.press(f"/incidents/{declared}/posts/1/stop-mail").text
    assert "0 had gone out" in mia.look("/mail")
    clock.forward(minutes=2)
    while fan_out_once(house.context):
        pass
    rows = house.context.database.connection().execute("SELECT state FROM delivery").fetchall()
    assert "waiting" not in [row[0] for row in rows if row[0] != "withdrawn"]


@pytest.fixture
def chief(house):
    return house.person("chief@example.com", "admin")


def test_somebody_is_asked_and_somebody_is_removed(house, chief):
    follow(house, "ada@customer.example")
    assert "ada@customer.example" in chief.look("/subscribers")
    assert "is asked" in chief.press("/subscribers", email="cleo@customer.example").text
    assert "cleo@customer.example" not in chief.look("/subscribers")
    again = chief.press("/subscribers", email="ada@customer.example")
    assert (again.status_code, "follows already" in again.text) == (409, True)
    chief.look("/subscribers")
    assert "is erased" in chief.press("/subscribers/remove").text
    refused = chief.press("/subscribers", email="ada@customer.example")
    assert "was removed on 2026-11-23" in refused.text


def test_a_statuspage_csv_comes_in_with_its_proof_and_goes_out(house, chief):
    chief.look("/subscribers")
    file = (io.BytesIO(STATUSPAGE.encode()), "subscribers.csv")
    page = chief.press("/subscribers/import", file=file).text
    assert page.count("it has not confirmed there") == 2
    out = chief.client.get("/desk/subscribers.csv").text.splitlines()
    assert len(out) == 2
    assert out[1].startswith("ada@customer.example,")
    assert "active there since 2024-03-02 10:00:00 UTC" in out[1]
    assert ",search," in out[1]


def test_staff_choose_all_that_anybody_can_choose(house, chief):
    chief.look("/subscribers")
    given = {"email": "ada@customer.example", "digest": "1", "language": "de", "updates": "ends", "kinds": "advisories"}
    assert "is asked" in chief.press("/subscribers", **given).text
    (row,) = house.verbs.sql("SELECT choices FROM sign_up")
    chosen = {"components": [], "digest": True, "kinds": ["advisories"], "language": "de", "updates": "ends"}
    assert json.loads(row[0]) == chosen
    refused = chief.press("/subscribers", **(given | {"email": "nobody"}))
    assert refused.status_code == 422
    assert 'value="advisories" checked' in refused.text
    assert '<option value="de" selected>' in refused.text
    chief.look("/webhooks")
    made = chief.press("/webhooks", url="https://hooks.customer.example/a", kinds="postmortems")
    assert made.status_code == 200
    (row,) = house.verbs.sql("SELECT choices FROM webhook_sign_up")
    assert json.loads(row[0])["kinds"] == ["postmortems"]


def test_nobody_is_asked_whether_they_want_nothing(house):
    with pytest.raises(Invalid, match="at least one kind"):
        add_subscriber(house.context, house.verbs.actor, AddSubscriber(email="ada@customer.example", kinds=[]))


def test_a_plain_list_needs_its_proof(house, chief):
    chief.look("/subscribers")
    refused = chief.press("/subscribers/import", file=(io.BytesIO(b"ada@customer.example\n"), "list.txt"))
    assert (refused.status_code, "does not say who asked" in refused.text) == (422, True)
    file = (io.BytesIO(b"ada@customer.example\nno address\n"), "list.txt")
    page = chief.press("/subscribers/import", file=file, proof="They signed the form of 2025.")
    assert page.text.count("created") == 1
    assert "it is no mail address" in page.text


def test_addresses_and_proofs_reach_a_spreadsheet_as_text_and_come_back_as_they_were(house, chief):
    follow(house, "=1+1@customer.example", "+ada@customer.example")
    out = chief.client.get("/desk/subscribers.csv").text
    assert [line[:2] for line in out.splitlines()[1:]] == ["'=", "'+"]
    assert [one.email for one in read_subscribers(out, "subscribers.csv", None)] == [
        "=1+1@customer.example",
        "+ada@customer.example",
    ]


def test_what_a_server_said_names_nobody_to_those_who_may_not_see_addresses(house, mia, chief, clock):
    follow(house, "ada@customer.example")
    house.verbs.post(house.verbs.declare()["ref"], "investigating")
    clock.forward(minutes=2)
    while fan_out_once(house.context):
        pass
    with house.context.database.transaction() as db:
        db.execute("UPDATE delivery SET state = 'refused', answer = '550 5.1.1 <Ada@customer.example>: no such user'")
    assert "customer.example" not in mia.look("/mail")
    assert "550" in mia.look("/mail")
    assert "no such user" in chief.look("/mail")


def test_an_erased_address_is_nowhere_any_more(house, chief):
    chief.look("/subscribers")
    chief.press("/subscribers", email="cleo@customer.example")
    follow(house, "cleo@customer.example")
    chief.look("/subscribers")
    assert "is erased" in chief.press("/subscribers/remove").text
    assert "cleo" not in "\n".join(house.context.database.connection().iterdump())


def test_a_mail_is_read_in_the_language_of_its_reader(house, mia):
    ref = house.verbs.declare()["ref"]
    house.verbs.post(ref, "investigating")
    letter = "/mail/letters/present?incident=" + ref
    english, german, unknown = (mia.look(letter + more) for more in ("", "&language=de", "&language=tlh"))
    said = [page.partition("<pre")[2].partition("</pre>")[0] for page in (english, german, unknown)]
    assert said[0] == said[2] != said[1]
    assert '<option value="de" selected>Deutsch</option>' in german
    assert f'name="incident" value="{ref}"' in german
    for address in (
        f"/mail/letters/present/html?incident={ref}&language=",
        f"/incidents/{ref}/posts/1/mail.html?language=",
    ):
        assert address.replace("&", "&amp;") + "de" in mia.look(
            address.replace("/html", "").replace(".html", "") + "de"
        )
        parts = [mia.client.get(f"/desk{address}{one}").text for one in ("en", "de")]
        assert ['lang="de"' in part for part in parts] == [False, True]


def test_what_is_asked_stays_one_field_of_the_next_address(mia):
    page = mia.look("/mail/letters/confirmation?incident=INC-1%26language=de%22")
    assert "?incident=INC-1%26language%3Dde%22&amp;language=en" in page
