"""What other sites show of ours: a view for a frame, and the few facts that the banner reads."""

import json
import re
from html.parser import HTMLParser

import pytest

from portal.site.builder import inline_hashes
from portal.verbs.commands import AddComponent, ChangeIncident, Declare, PlanMaintenance, Post
from portal.verbs.components import add_component
from portal.verbs.incidents import change_incident, declare
from portal.verbs.maintenances import plan_maintenance
from portal.verbs.posts import post
from tests.site.public_files import PublicFiles

FAILS = "Searches fail for some people in the Search component right now."
HOSTILE = '<script>alert(1)</script> & "Search"'
LIMIT = 4096


@pytest.fixture
def files(context, admin):
    add_component(context, admin, AddComponent(name="Search"))
    return PublicFiles(context)


def opened(context, admin, title, level="major_outage", security=False):
    values = {"title": title, "components": {"search": level}, "security": security}
    first = {"state": "investigating", "body": FAILS, "confirm": True}
    return declare(context, admin, Declare.model_validate({**values, "post": first})).answer


class Links(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found = []
        self.tags = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag == "a":
            self.found.append(dict(attrs))


def test_when_all_is_well_it_says_so_and_since_when(files, clock):
    view = files["embed/index.html"]
    assert "All Systems Operational" in view
    assert f'<time datetime="{clock.text}">2026-11-23 14:00 UTC</time>' in view
    assert json.loads(files["embed/status.json"]) == {
        "page": {"name": "Status", "url": "https://status.example.com/"},
        "as_of": clock.text,
        "language": "en",
        "direction": "ltr",
        "words": {"hide": "Hide", "more": "and {} more:"},
        "status": {"indicator": "none", "description": "All Systems Operational"},
        "notices": [],
    }


def test_an_open_incident_is_a_link_that_leaves_the_frame_and_goes_when_it_is_over(context, admin, clock, files):
    made = opened(context, admin, HOSTILE)
    address = f"https://status.example.com/incidents/{made['public_id']}/"
    links = Links(files["embed/index.html"]).found
    assert links[0]["href"] == address
    assert all(one["target"] == "_blank" and one["rel"] == "noopener" for one in links)
    (notice,) = json.loads(files["embed/status.json"])["notices"]
    assert notice == {
        "id": made["public_id"],
        "title": HOSTILE,
        "impact": "critical",
        "words": "Critical impact · Investigating",
        "url": address,
    }
    clock.forward(minutes=5)
    over = {"state": "resolved", "body": "Searches work again for everybody.", "confirm": True}
    post(context, admin, made["ref"], Post.model_validate(over))
    assert len(Links(files["embed/index.html"]).found) == 1, "the page itself"
    assert json.loads(files["embed/status.json"])["notices"] == []


def test_a_maintenance_is_told_while_it_runs_not_before(context, admin, clock, files):
    times = {"scheduled_for": "2026-11-25T10:00:00Z", "scheduled_until": "2026-11-25T12:00:00Z"}
    planned = {"title": "Database upgrade", "body": FAILS, "components": ["search"], "confirm": True, **times}
    plan_maintenance(context, admin, PlanMaintenance.model_validate(planned))
    assert json.loads(files["embed/status.json"])["notices"] == []
    clock.forward(minutes=5)
    begun = {"state": "in_progress", "body": "The upgrade has begun.", "confirm": True}
    post(context, admin, "INC-1", Post.model_validate(begun))
    said = json.loads(files["embed/status.json"])
    assert [one["words"] for one in said["notices"]] == ["Maintenance · In progress"]
    assert said["status"]["indicator"] == "maintenance"
    assert "Database upgrade" in files["embed/index.html"]


def test_it_is_small_whatever_is_open(context, admin, files):
    for number in range(7):
        opened(context, admin, f"{number} {'A long title' * 20}"[:174])
    view = files["embed/index.html"]
    assert len(view.encode()) < LIMIT
    assert "and 2 more" in view
    assert len(json.loads(files["embed/status.json"])["notices"]) == 7


def test_it_needs_no_other_file_and_its_style_is_the_one_that_the_policy_allows(context, admin, files):
    opened(context, admin, HOSTILE)
    view = files["embed/index.html"]
    assert not {"script", "link", "img", "iframe", "form"} & set(Links(view).tags)
    assert not re.search(r"\sstyle=|\son[a-z]+=|url\(", view)
    listed = json.loads((files.publisher.releases.current().path / "csp.json").read_text())
    assert inline_hashes([view])["style-src"] == listed["embed-style-src"]


def test_nothing_private_is_in_it(context, admin, files):
    made = opened(context, admin, "A weakness in Search", security=False)
    assert "A weakness" in files["embed/index.html"]
    change_incident(context, admin, made["ref"], ChangeIncident(security=True))
    assert "A weakness" not in files["embed/index.html"] + files["embed/status.json"]
    assert files.publisher.check() == []
