"""The pages that the program renders itself speak the page's language, as the published ones do."""

from types import SimpleNamespace

import pytest

from portal.config import Settings
from portal.verbs.commands import AddComponent
from portal.verbs.components import add_component
from portal.verbs.context import PORTAL
from portal.web import application, shell
from tests.site.pseudo import Visible, latin, pseudo_words
from tests.web.api.conftest import ReadyPublisher


@pytest.fixture
def settings(tmp_path):
    return Settings(home=tmp_path, site_url="https://status.example.com", site_name="Κατάσταση")


@pytest.fixture
def client(context, settings, monkeypatch):
    words, _ = pseudo_words()
    monkeypatch.setattr(shell, "words_of", lambda _: words)
    add_component(context, PORTAL, AddComponent(name="Αναζήτηση", slug="search"))
    portal = SimpleNamespace(settings=settings, database=context.database, context=context, publisher=ReadyPublisher())
    return application.create(portal, public=True, desk=False).test_client()


@pytest.mark.parametrize(
    "ask",
    [
        lambda client: client.get("/report"),
        lambda client: client.post("/report", data={"text": "Δεν λειτουργεί τίποτα εδώ και ώρες."}),
        lambda client: client.post("/report", data={"text": ""}),
        lambda client: client.get("/subscriptions"),
        lambda client: client.post("/subscriptions", data={"email": "eve@example.org"}),
        lambda client: client.post("/subscriptions", data={"email": "eve"}),
        lambda client: client.get("/subscriptions/confirm/abc"),
        lambda client: client.get("/subscriptions/manage/abc"),
        lambda client: client.get("/subscriptions/unsubscribe/abc"),
    ],
    ids=["report", "reported", "empty", "follow", "asked", "no-address", "confirm", "manage", "unsubscribe"],
)
def test_no_word_of_a_page_is_left_out_of_the_catalogues(client, ask):
    answer = ask(client)
    assert answer.mimetype == "text/html"
    assert [text for text in latin(Visible(answer.text).texts) if text not in ("Deutsch", "English")] == []
