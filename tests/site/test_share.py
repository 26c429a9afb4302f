"""Links to our pages, where they are shared: a picture per state, a card, and facts that no title breaks."""

import json
import re
import struct
from html.parser import HTMLParser

import pytest

from portal.site import share
from portal.site.builder import inline_hashes
from portal.verbs.commands import (
    AddComponent,
    Declare,
    MovePostmortem,
    PlanMaintenance,
    Post,
    WritePostmortem,
)
from portal.verbs.components import add_component
from portal.verbs.incidents import declare
from portal.verbs.maintenances import plan_maintenance
from portal.verbs.postmortems import move_postmortem, write_postmortem
from portal.verbs.posts import post
from tests.conftest import ROOT
from tests.site.public_files import PublicFiles

FAILS = "Searches fail for some people in the Search component right now."
HOSTILE = "</script><script>alert(1)</script><!-- \" '"
PICTURES = ROOT / "site_templates" / "theme" / "assets" / "share"


class Head(HTMLParser):
    """What a page says of itself: `meta` by name or property, `facts` from its JSON-LD, how many scripts run."""

    def __init__(self, text):
        super().__init__()
        self.meta, self.canonical, self.machine, self.types = {}, None, [], []
        self._inside = False
        self.feed(text)
        self.facts = json.loads("".join(self.machine))

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "meta" and (name := given.get("property") or given.get("name")):
            self.meta[name] = given["content"]
        if tag == "link" and given.get("rel") == "canonical":
            self.canonical = given["href"]
        if tag == "script":
            self.types.append(given.get("type"))
            self._inside = given.get("type") == "application/ld+json"

    def handle_data(self, data):
        if self._inside:
            self.machine.append(data)

    def handle_endtag(self, tag):
        self._inside = False


@pytest.fixture
def files(context, admin):
    add_component(context, admin, AddComponent(name="Search"))
    return PublicFiles(context)


def opened(context, admin, title, level="major_outage", **values):
    first = {"state": "investigating", "body": FAILS, "confirm": True}
    asked = {"title": title, "components": {"search": level} if level else {}, "post": first, **values}
    return declare(context, admin, Declare.model_validate(asked)).answer


def test_an_incident_is_an_announcement_with_the_picture_of_its_impact(context, admin, clock, files):
    made = opened(context, admin, "Searches fail")
    path = f"incidents/{made['public_id']}/index.html"
    address = f"https://status.example.com/incidents/{made['public_id']}/"
    head = Head(files[path])
    assert head.canonical == head.meta["og:url"] == head.facts["url"] == address
    assert head.meta["og:title"] == head.facts["name"] == "Searches fail"
    assert head.meta["og:description"] == head.facts["text"] == head.meta["description"]
    assert head.meta["og:image"] == "https://status.example.com/assets/share/critical.png"
    assert head.meta["twitter:card"] == "summary_large_image"
    assert head.facts["@type"] == "SpecialAnnouncement"
    assert head.facts["datePosted"] == clock.text
    clock.forward(minutes=9)
    over = {"state": "resolved", "body": "Searches work again for everybody.", "confirm": True}
    post(context, admin, made["ref"], Post.model_validate(over))
    head = Head(files[path])
    assert head.meta["og:image"].endswith("/resolved.png")
    assert head.facts["dateModified"] == clock.text


def test_the_status_page_has_the_picture_of_the_overall_state(context, admin, files):
    head = Head(files["index.html"])
    assert head.meta["og:image"] == "https://status.example.com/assets/share/operational.png"
    assert head.canonical == head.meta["og:url"] == "https://status.example.com/"
    assert (head.meta["og:type"], head.facts["@type"]) == ("website", "WebPage")
    opened(context, admin, "Searches are slow", "degraded_performance")
    assert Head(files["index.html"]).meta["og:image"].endswith("/minor.png")


def test_what_impairs_nothing_is_a_notice_and_planned_work_ends_to_be_news(context, admin, files):
    made = opened(context, admin, "A notice", None, kind="advisory")
    assert Head(files[f"incidents/{made['public_id']}/index.html"]).meta["og:image"].endswith("/notice.png")
    times = {"scheduled_for": "2026-11-25T10:00:00Z", "scheduled_until": "2026-11-25T12:00:00Z"}
    planned = {"title": "Upgrade", "body": FAILS, "components": ["search"], "confirm": True, **times}
    made = plan_maintenance(context, admin, PlanMaintenance.model_validate(planned)).answer
    head = Head(files[f"incidents/{made['public_id']}/index.html"])
    assert head.meta["og:image"].endswith("/maintenance.png")
    assert head.facts["expires"] == "2026-11-25T12:00:00.000Z"


def test_a_postmortem_is_an_article(context, admin, clock, files):
    made = opened(context, admin, HOSTILE)
    clock.forward(minutes=9)
    over = {"state": "resolved", "body": "Searches work again for everybody.", "confirm": True}
    post(context, admin, made["ref"], Post.model_validate(over))
    sections = dict.fromkeys(("summary", "impact", "contributing_factors", "resolution"), FAILS)
    values = {"title": HOSTILE, "sections": sections, "public": True}
    write_postmortem(context, admin, made["ref"], WritePostmortem.model_validate(values))
    for to in ("in_review", "reviewed", "published"):
        move_postmortem(context, admin, made["ref"], MovePostmortem.model_validate({"to": to}))
    files.publisher.publish_pending()
    page = next(files.publisher.releases.link.glob("postmortems/*/index.html"))
    head = Head(page.read_text("utf-8"))
    assert head.facts["@type"] == "Article"
    assert head.facts["headline"] == head.meta["og:title"] == HOSTILE
    assert head.facts["author"] == {"@type": "Organization", "name": "Status", "url": "https://status.example.com/"}
    assert head.meta["article:published_time"] == clock.text


def test_no_title_ends_the_script_or_makes_another(context, admin, files):
    tame, hostile = (opened(context, admin, title)["public_id"] for title in ("Searches fail", HOSTILE))
    pages = [files[f"incidents/{one}/index.html"] for one in (tame, hostile)]
    assert Head(pages[0]).types == Head(pages[1]).types
    assert inline_hashes(pages[:1]) == inline_hashes(pages[1:])
    assert Head(pages[1]).facts["name"] == Head(pages[1]).meta["og:title"] == HOSTILE
    (inside,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', pages[1], re.DOTALL)
    assert not set("<>&'") & set(inside)


DRAWN = [share.picture(name, language) for language in ("en", *share.DRAWN) for name in share.PICTURES]


@pytest.mark.parametrize("name", DRAWN)
def test_every_picture_is_there_in_the_size_that_it_says_and_light(name):
    content = (PICTURES / f"{name}.png").read_bytes()
    assert content.startswith(b"\x89PNG")
    assert struct.unpack(">II", content[16:24]) == (1200, 630)
    assert len(content) < 40_000


def test_there_is_no_other_picture_and_they_are_published(files):
    assert {path.relative_to(PICTURES).with_suffix("").as_posix() for path in PICTURES.rglob("*.*")} == set(DRAWN)
    for name in DRAWN:
        assert f"assets/share/{name}.png" in files
