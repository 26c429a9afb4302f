"""The hub of the feeds: named in each feed, and told once the site shows what has changed."""

import json
import ssl
import threading
from dataclasses import replace
from urllib.parse import parse_qsl

import pytest
from lxml import etree

from portal import wiring
from portal.cli.serve import working
from portal.config import Settings, SettingsError, load
from portal.workers.delivery import HUB, Deliveries
from portal.workers.fanout import STEPS
from portal.workers.hub import Pings
from portal.workers.outward import Outward
from portal.workers.publisher import Publisher
from portal.workers.webhook import Webhook
from tests.workers.test_outward import answering

PAGE = "https://status.example.com"
LINK = "{http://www.w3.org/2005/Atom}link"
MAIN = ["updates.rss", "updates.atom", "updates.json", "history.rss", "history.atom"]


@pytest.fixture
def settings(tmp_path, server):
    server.answers["/hub"] = lambda got: (204, b"")
    return Settings(home=tmp_path, site_url=PAGE, site_name="Example", websub_hub=server.url("/hub"))


@pytest.fixture
def publisher(desk, settings):
    made = Publisher(settings, desk.context.database)
    made.publish_pending()
    return made


@pytest.fixture
def step(publisher, context, settings, certificate):
    """All that is due for the hub; answers nothing."""
    trust = ssl.create_default_context(cafile=str(certificate[0]))
    channel = Webhook(Outward(answering("127.0.0.1"), permits=lambda _: True, trust=trust, timeout_s=5.0))
    deliveries = Deliveries(context, Pings(settings), lambda: channel, 1, HUB)

    def stepping():
        while sum(one(context) for one in STEPS):
            pass
        while deliveries._deliver_once(channel):
            pass

    stepping()
    return stepping


def pings(server):
    """The feeds of each ping."""
    found = []
    for got in server.got:
        assert got.headers["content-type"] == "application/x-www-form-urlencoded"
        (mode, *urls) = parse_qsl(got.body.decode())
        assert mode == ("hub.mode", "publish")
        assert {name for name, _ in urls} == {"hub.url"}
        found.append([url.removeprefix(PAGE + "/") for _, url in urls])
    return found


def test_every_feed_names_its_hub_and_itself(desk, publisher, settings):
    site = publisher.releases.link
    feeds = [path for path in site.rglob("*") if path.suffix in (".rss", ".atom")]
    assert len(feeds) > 8
    for path in feeds:
        tree = etree.fromstring(path.read_bytes())
        links = {one.get("rel"): one.get("href") for one in tree.iter(LINK)}
        assert links["hub"] == settings.websub_hub
        assert links["self"] == f"{PAGE}/{path.relative_to(site)}"
    said = json.loads((site / "updates.json").read_text())
    assert said["hubs"] == [{"type": "WebSub", "url": settings.websub_hub}]


def test_the_hub_is_told_what_changed_once_it_is_public_and_only_then(desk, publisher, step, server):
    assert pings(server) == []  # what was there before is no news
    ref = desk.declare(components={"search": "major_outage"})["ref"]
    desk.post(ref, "investigating")
    desk.post(ref, "identified")
    step()
    assert pings(server) == []
    publisher.publish_pending()
    step()
    step()
    assert pings(server) == [[*MAIN, "components/search/updates.rss", "components/search/updates.atom"]]


def test_a_dead_hub_is_told_when_it_is_back(desk, publisher, step, server, clock):
    server.answers["/hub"] = lambda got: (503, b"")
    desk.post(desk.declare()["ref"], "investigating")
    publisher.publish_pending()
    step()
    server.answers["/hub"] = lambda got: (204, b"")
    clock.forward(minutes=2)
    step()
    clock.forward(hours=1)
    step()
    assert len(pings(server)) == 2


def test_what_waits_when_the_hub_is_taken_out_of_the_settings_ends(desk, publisher, step, server, context):
    server.answers["/hub"] = lambda got: (503, b"")
    desk.post(desk.declare()["ref"], "investigating")
    publisher.publish_pending()
    step()
    asked = len(server.got)
    without = replace(context, settings=context.settings.model_copy(update={"websub_hub": None}))
    while sum(one(without) for one in STEPS):
        pass
    rows = context.database.connection().execute("SELECT state, answer FROM delivery WHERE channel = 'hub'").fetchall()
    assert [tuple(row) for row in rows] == [("withdrawn", "the settings name no hub any more")]
    step()
    assert len(server.got) == asked == 1


@pytest.mark.parametrize("named", [True, False])
def test_only_a_hub_that_the_settings_name_has_a_worker(tmp_path, named):
    hub = "https://hub.example.com/" if named else None
    portal = wiring.assemble(Settings(home=tmp_path, site_url=PAGE, websub_hub=hub))
    with working(portal, threading.Event()):
        assert ("hub" in {thread.name for thread in threading.enumerate()}) == named


def test_what_is_not_public_is_no_news(desk, publisher, step, server):
    desk.declare()
    desk.component("Secret", hidden=True)
    desk.declare(security=True)
    publisher.publish_pending()
    step()
    assert pings(server) == []


@pytest.mark.parametrize(
    "wrong", ["http://hub.example.com/", "hub.example.com", "https://", "https://a:b@hub.example/"]
)
def test_a_hub_is_an_https_address(tmp_path, wrong):
    with pytest.raises(SettingsError, match="websub_hub: write the hub's https address"):
        load(tmp_path / "none.toml", {"PORTAL_WEBSUB_HUB": wrong})
