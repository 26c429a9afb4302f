"""No rule that blocks is got round through any door; and no rule leaves anybody without a way to publish the truth."""

from datetime import timedelta

import pytest
from click.testing import CliRunner

from portal import cli
from portal.domain.errors import PostRefused
from portal.domain.names import Permission
from portal.verbs import commands, sending
from portal.verbs.context import PORTAL
from portal.verbs.people import add_token
from portal.verbs.security import disclose
from tests.proofs import FULL
from tests.verbs.conftest import WORDS
from tests.web.desk.real_posts import spread

REAL = 300 if FULL else 40
BLANK = "Searches in Search fail for some customers, TODO say which."
SECRET = "Searches in Search fail for some customers; our token is ghp_" + "a1B2c3D4e5F6" * 3 + "."
FINE = WORDS["investigating"]
BROKEN = {
    "P7 in the words": {"body": BLANK},
    "P7 in the title": {"body": FINE, "public_title": "Search ___ is down"},
    "P7 in what customers should do": {"body": FINE, "customer_action": "Call [name] at once."},
    "P15 in the words": {"body": SECRET},
    "P15 in the title": {"body": FINE, "public_title": "Token ghp_" + "a1B2c3D4e5F6" * 3},
    "P15 in what customers should do": {"body": FINE, "customer_action": SECRET},
}


class Doors:
    """Every way in which words become public, each told to publish in spite of everything."""

    def __init__(self, house, settings, monkeypatch):
        self.house, self.settings = house, settings
        self.token = add_token(house.context, PORTAL, "all", list(Permission))
        self.mia = house.person("all@example.com", *Permission)
        monkeypatch.setenv("PORTAL_HOME", str(settings.home))
        monkeypatch.setenv("PORTAL_SUPPORT_EMAIL", settings.support_email)

    def by_form(self, ref, fields):
        self.mia.look(f"/incidents/{ref}/post")
        for _ in range(3):
            typed = {"state": "investigating", "unreviewed": "Now.", **fields}
            page = self.mia.press(f"/incidents/{ref}/post", "publish", **typed)
            if page.status_code == 200:
                break

    def by_form_at_a_time(self, ref, fields):
        self.mia.look(f"/incidents/{ref}/post")
        for _ in range(2):
            page = self.mia.press(
                f"/incidents/{ref}/post", "schedule", state="investigating", _publish_at="2026-11-23T14:05", **fields
            )
            if page.status_code == 200:
                break
        self.house.context.now.forward(minutes=6)
        while sending.publish_scheduled_once(self.house.context):
            pass
        self.house.context.now.forward(minutes=-6)

    def by_api(self, ref, fields):
        self.call(f"/incidents/{ref}/posts", {"state": "investigating", **fields, "confirm": True})

    def by_api_as_a_draft(self, ref, fields):
        answer = self.call(f"/incidents/{ref}/drafts", {"state": "investigating", **fields})
        if answer.status_code == 201:
            self.call(f"/drafts/{answer.json['id']}/publish", {"version": 1, "confirm": True})

    def by_api_with_the_declaration(self, ref, fields):
        self.call("/incidents", {"title": "x", "post": {"state": "investigating", **fields, "confirm": True}})

    def by_command(self, ref, fields):
        words = ["incident", "post", ref, "investigating", fields["body"], "--confirm"]
        for name in ("public_title", "customer_action"):
            if name in fields:
                words += [f"--{name.replace('_', '-')}", fields[name]]
        done = CliRunner().invoke(cli.main, words)
        assert done.exit_code == 2, done.output

    def call(self, path, body):
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.house.app.test_client().post(f"/api/v1{path}", json=body, headers=headers)


DOORS = [name for name in vars(Doors) if name.startswith("by_")]


@pytest.fixture
def doors(house, settings, monkeypatch):
    return Doors(house, settings, monkeypatch)


def public(house):
    return house.verbs.sql("SELECT body FROM public_post")


@pytest.mark.parametrize("door", DOORS)
def test_what_blocks_is_published_through_no_door(doors, house, door):
    for rule, fields in BROKEN.items():
        ref = house.verbs.declare(components={"search": "major_outage"})["ref"]
        getattr(doors, door)(ref, fields)
        assert public(house) == [], rule


@pytest.mark.parametrize("door", DOORS)
def test_each_door_would_publish_what_is_fine(doors, house, ref, door):
    """Or the tests above would prove nothing."""
    if door == "by_command":
        done = CliRunner().invoke(cli.main, ["incident", "post", ref, "investigating", FINE, "--confirm"])
        assert done.exit_code == 0, done.output
    else:
        getattr(doors, door)(ref, {"body": FINE})
    assert [row[0].split("\n")[0] for row in public(house)] == [FINE]


@pytest.mark.parametrize("kind", [{"security": True}, {"kind": "drill"}])
@pytest.mark.parametrize("door", DOORS)
def test_nothing_of_a_private_incident_or_a_drill_is_published(doors, house, door, kind):
    """P20."""
    ref = house.verbs.declare(**kind)["ref"]
    if door == "by_api_with_the_declaration":
        post = {"state": "investigating", "body": FINE, "confirm": True}
        assert doors.call("/incidents", {"title": "x", **kind, "post": post}).status_code == 409
    else:
        getattr(doors, door)(ref, {"body": FINE})
    assert public(house) == []


@pytest.mark.parametrize("body", [BLANK, SECRET])
def test_a_maintenance_is_announced_and_cancelled_by_the_same_rules(house, mia, doors, clock, body):
    begin, end = clock.moment + timedelta(hours=1), clock.moment + timedelta(hours=2)
    with pytest.raises(PostRefused):
        house.verbs.plan(begin, end, body=body, confirm=True)
    with pytest.raises(PostRefused):
        house.verbs.plan(begin, end, title=body)
    window = {"scheduled_for": "2026-11-23T15:00", "scheduled_until": "2026-11-23T16:00"}
    mia.look("/maintenances/plan")
    for _ in range(2):
        assert mia.press("/maintenances/plan", "plan", title="Upgrade", body=body, **window).status_code == 422
    ref = house.verbs.plan(begin, end)["ref"]
    before = len(public(house))
    mia.look(f"/maintenances/{ref}")
    assert mia.press(f"/maintenances/{ref}/cancel", body=body).status_code == 422
    assert mia.press(f"/maintenances/{ref}/start", body=body).status_code == 422
    assert doors.call(f"/maintenances/{ref}/cancel", {"body": body}).status_code == 422
    assert doors.call(f"/maintenances/{ref}/posts", {"state": "in_progress", "body": body}).status_code == 422
    assert len(public(house)) == before


@pytest.mark.parametrize("body", [BLANK, SECRET])
def test_a_disclosure_follows_them_too(house, security, body):
    sam = house.verbs.as_(security)
    ref = sam.declare(security=True)["ref"]

    with pytest.raises(PostRefused):
        disclose(
            house.context,
            security,
            ref,
            commands.Disclose.model_validate({"as": "advisory", "title": "x", "body": body}),
        )
    assert public(house) == []


@pytest.mark.corpora
def test_every_real_post_is_published_through_the_form_in_two_presses_at_most(house, mia, corpora):
    chosen = spread(corpora, REAL)
    assert len(chosen) == REAL
    presses = []
    for number, one in enumerate(chosen):
        ref = house.verbs.declare(f"Number {number}", components={"search": "partial_outage"})["ref"]
        mia.look(f"/incidents/{ref}/post")
        begun = mia.presses
        for _ in range(2):
            typed = {"body": one.body, "state": one.state, "public_title": one.title[:300]}
            page = mia.press(f"/incidents/{ref}/post", "publish", **typed)
            if page.request.path == f"/desk/incidents/{ref}/posts/1":
                break
        else:
            pytest.fail(f"{one.body!r} is not public after two presses")
        presses.append(mia.presses - begun)
    assert len(public(house)) == REAL
    assert presses.count(2) <= 0.15 * REAL
