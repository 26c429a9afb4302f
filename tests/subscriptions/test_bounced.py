"""A mail provider's webhook: who knows its address reports, nobody else, and learns nothing of who follows."""

import pytest
from flask import Flask

from portal.web import bounced
from tests.web.api.conftest import OpenPortal, ReadyPublisher

ADA = "ada@customer.example"
WORD = "w" * 20
AT = f"/subscriptions/bounced/{WORD}"


def hard(email=ADA):
    return {"RecordType": "Bounce", "Type": "HardBounce", "Email": email, "Details": f"550 <{email}> is not here"}


@pytest.fixture
def provider(context):
    def open_with(word=WORD):
        app = Flask("portal.web", static_folder=None)
        settings = context.settings.model_copy(update={"mail_reports": word})
        app.extensions["portal"] = OpenPortal(settings, context.database, context, ReadyPublisher())
        app.register_blueprint(bounced.bp)
        return app.test_client()

    return open_with


def test_three_bounces_pause_and_a_complaint_ends(desk, mailing, provider):
    mailing.subscribe(ADA)
    browser = provider()
    for paused in (0, 0, 1):
        assert browser.post(AT, json=hard()).status_code == 202
        assert desk.sql("SELECT count(*) FROM subscriber WHERE paused_at IS NOT NULL")[0][0] == paused
    assert browser.post(AT, json=[{"email": ADA.upper(), "event": "spamreport"}]).status_code == 202
    assert desk.sql("SELECT * FROM subscriber") == []
    assert ADA not in str([tuple(row) for row in desk.sql("SELECT * FROM audit")])


def test_nobody_learns_who_follows(desk, mailing, provider):
    mailing.subscribe(ADA)
    answers = {provider().post(AT, json=hard(one)).text for one in (ADA, "bob@customer.example", "no address")}
    assert answers == {'{"read": 1}'}


@pytest.mark.parametrize("word", [None, "v" * 20])
def test_without_the_word_there_is_nothing(desk, mailing, provider, word):
    mailing.subscribe(ADA)
    for sent in (hard(), {}):
        assert provider(word).post(AT, json=sent).status_code == 404
    assert provider().post("/subscriptions/bounced/%C3%A4", json=hard()).status_code == 404
    assert desk.sql("SELECT * FROM bounce") == []


def test_what_is_no_json_is_a_problem(desk, provider):
    assert provider().post(AT, data=b"{").status_code == 400


def test_amazon_sends_its_json_as_text_and_its_question_is_logged(desk, provider, caplog):
    asked = '{"Type": "SubscriptionConfirmation", "SubscribeURL": "https://sns.eu-west-1.amazonaws.com/?Token=1"}'
    assert provider().post(AT, data=asked, content_type="text/plain; charset=UTF-8").status_code == 202
    assert "https://sns.eu-west-1.amazonaws.com/?Token=1" in caplog.text
