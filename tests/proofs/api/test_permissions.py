"""The permission matrix: every rule of the application, every method, every kind of caller, against a table by hand.

Tokens do not expire; they are revoked.
"""

import pathlib
import re
import shutil
import sqlite3
from collections import Counter
from types import SimpleNamespace

import pytest

from portal.config import Settings
from portal.domain.names import Permission
from portal.domain.reminders import Reminder
from portal.domain.times import to_text
from portal.store import webhooks
from portal.store.database import Database
from portal.store.portal_row import ensure_portal_row
from portal.store.reminders import file
from portal.verbs.context import PORTAL, Context
from portal.verbs.keeping import file_due_reminders
from portal.verbs.people import add_person, add_token, revoke_token
from portal.verbs.subscribing import enrol
from portal.web import application
from portal.web.api.route import PREFIX
from portal.web.api.routes import ROUTES
from tests.conftest import HeldClock, Ids
from tests.proofs.api.permissions import ADMIN, OF_ADMINS, OF_EVERYBODY, OF_NOBODY, PERMISSIONS, STAFF, TABLE
from tests.web.api.conftest import Caller, ReadyPublisher

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
UNKNOWN = {"none", "unknown", "revoked"}
counted: Counter[str] = Counter()
BODIES = {
    "investigating": "Searches in the Search component fail for some customers. Mail support@example.com.",
    "resolved": "Searches in the Search component work again for all customers.",
    "scheduled": "Search is read-only for all customers while we upgrade its database.",
}


class Story:
    """A home with a public past, an open incident, a maintenance and a private incident, which can go back to that."""

    def __init__(self, home: pathlib.Path, clock: HeldClock) -> None:
        self.settings = Settings(home=home, site_url="https://status.example.com", support_email="support@example.com")
        self.context = Context(Database(self.settings.database_path), self.settings, now=clock, new_id=Ids())
        portal = SimpleNamespace(
            settings=self.settings,
            database=self.context.database,
            context=self.context,
            publisher=ReadyPublisher(),
        )
        self.app = application.create(portal, public=True, desk=True)
        self.kept = sqlite3.connect(":memory:")
        self.tokens: dict[str, str | None] = {"none": None, "unknown": "abp_" + "x" * 40}

    def caller(self, who: str) -> Caller:
        return Caller(self.app, self.tokens[who])

    @property
    def db(self) -> sqlite3.Connection:
        return self.context.database.connection()

    def state(self) -> list[str]:
        return list(self.db.iterdump())

    def keep(self) -> None:
        """Remember everything, for `go_back`."""
        self.db.backup(self.kept)

    def go_back(self) -> None:
        self.kept.backup(self.db)


def begin(story: Story) -> None:
    for who in (*PERMISSIONS, "lead", "declarer", "revoked", "chief"):
        may = {"revoked": list(Permission), "chief": ["admin", "security"]}.get(who)
        one = [Permission(who if who in PERMISSIONS else "responder")]
        story.tokens[who] = add_token(story.context, PORTAL, who, [Permission(name) for name in may] if may else one)
    revoke_token(story.context, PORTAL, "revoked")
    chief, lead, declarer = story.caller("chief"), story.caller("lead"), story.caller("declarer")
    with story.context.database.transaction() as db:
        now, asked = to_text(story.context.now()), {"kinds": ["incidents"]}
        enrol(db, "cleo@customer.example", asked, "a test", now)
        number = enrol(db, "https://hooks.customer.example/2", asked, "a test", now)
        webhooks.add(db, number, "https://hooks.customer.example/2", "whsec_")
    for name in ("Search", "Sign-in"):
        chief.ok("POST", "/components", {"name": name})

    def declare(by: Caller, **more):
        by.ok("POST", "/incidents", {"title": "Search fails", "severity": "critical", **more})

    def post(by: Caller, ref: str, state: str) -> None:
        by.ok("POST", f"/incidents/{ref}/posts", {"state": state, "body": BODIES[state]})

    declare(chief, components={"search": "major_outage"})
    post(chief, "INC-1", "investigating")
    chief.ok("POST", "/incidents/INC-1/followups", {"title": "Widen the canary", "public": True})
    post(chief, "INC-1", "resolved")
    sections = {"summary": "Searches failed.", "impact": "3 % failed.", "contributing_factors": "- A change."}
    chief.ok("PUT", "/incidents/INC-1/postmortem", {"public": True, "sections": sections})
    for to in ("in_review", "reviewed", "published"):
        chief.ok("POST", "/incidents/INC-1/postmortem/state", {"to": to})
    chief.ok("POST", "/incidents/INC-1/postmortem/requests", {"name": "Example Corp"})
    declare(lead, components={"search": "major_outage"})
    post(lead, "INC-2", "investigating")
    lead.ok("PUT", "/incidents/INC-2/roles/messenger", {"person": "mo"})
    window = {"scheduled_for": "2026-11-23T15:00:00Z", "scheduled_until": "2026-11-23T16:00:00Z"}
    chief.ok("POST", "/maintenances", {"title": "Upgrade", "body": BODIES["scheduled"], **window})
    draft = {"state": "identified", "body": "A change broke searches in the Search component. We roll it back."}
    story.caller("responder").ok("POST", "/incidents/INC-2/drafts", draft)
    declare(declarer, components={"search": "partial_outage"})
    declarer.ok("POST", "/incidents/INC-4/drafts", draft)
    declarer.ok("PATCH", "/incidents/INC-4", {"security": True})
    declarer.ok("POST", "/incidents/INC-4/followups", {"title": "Rotate the keys"})
    declarer.ok("POST", "/incidents/INC-4/postmortem/requests", {"name": "Example Corp"})
    add_person(story.context, PORTAL, "sam@example.com", [Permission.SECURITY])
    lead.ok("POST", "/incidents/INC-2/calls", {"person": "rob@example.com"})
    declarer.ok("POST", "/incidents/INC-4/calls", {"person": "sam@example.com"})
    chief.ok("POST", "/triage", {"title": "Slow"})
    chief.ok("POST", "/signals", {"title": "Search is empty", "kind": "report"})
    window = {"starts_at": "2026-11-24T10:00:00Z", "ends_at": "2026-11-24T11:00:00Z"}
    chief.ok("POST", "/announcement-windows", window)
    file_due_reminders(story.context)
    late = Reminder(
        "INC-4/clients_24h/x", "+0", story.context.now(), ("role:lead",), "Tell them", "/desk/incidents/INC-4", 4
    )
    with story.context.database.transaction() as db:
        file(db, late, to_text(story.context.now()))
    site = story.settings.home / "releases" / "1" / "site"
    site.mkdir(parents=True)
    (site / "index.html").write_text("<!doctype html><title>Status</title>")
    (story.settings.home / "site").symlink_to(site)


@pytest.fixture(scope="module")
def begun(tmp_path_factory, migrated) -> Story:
    home = tmp_path_factory.mktemp("permissions")
    shutil.copy(migrated, home / "portal.db")
    clock = HeldClock()
    story = Story(home, clock)
    with story.context.database.transaction() as db:
        ensure_portal_row(db, "0123456789abcdef", "page00000001", clock.text)
    begin(story)
    story.keep()
    return story


@pytest.fixture
def story(begun: Story) -> Story:
    begun.go_back()
    return begun


def rules(story: Story) -> dict[str, str]:
    """Every rule of the application: as the document writes paths -> as the application does."""
    return {
        re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", r"{\1}", rule.rule): rule.rule
        for rule in story.app.url_map.iter_rules()
    }


def unlisted(story: Story) -> set[str]:
    """Operations that the application has and the tables have not, asked of the application by sending each method."""
    listed = {path.partition(" ")[2] for path in TABLE}
    found = set()
    for path, rule in rules(story).items():
        if rule in OF_EVERYBODY | OF_NOBODY | OF_ADMINS or rule.startswith("/desk"):
            continue  # the desk has a table of its own: tests/web/desk/who_may.py
        plain = path.removeprefix(PREFIX)
        if not path.startswith(PREFIX) or plain not in listed:
            found.add(path)
            continue
        real = next(row[0] for name, row in TABLE.items() if name.partition(" ")[2] == plain)
        for method in METHODS:
            answer = story.app.test_client().open(PREFIX + real, method=method)
            if answer.status_code != 405 and f"{method} {plain}" not in TABLE:
                found.add(f"{method} {plain}")
    return found


def test_every_route_is_in_the_table_and_every_row_is_a_route(story):
    assert unlisted(story) == set()
    assert {f"{route.method} {route.path}" for route in ROUTES} == set(TABLE)
    assert set(rules(story).values()) >= set(OF_EVERYBODY) | set(OF_NOBODY) | set(OF_ADMINS)


def test_a_route_that_nobody_listed_is_found(story):
    opened = Story(story.settings.home, HeldClock())
    opened.app.add_url_rule(f"{PREFIX}/backdoor", "backdoor", lambda: "come in")
    opened.app.add_url_rule("/debug", "debug", lambda: "come in")
    opened.app.view_functions["api./lint"] = lambda: "come in"
    found = unlisted(opened)
    assert {f"{PREFIX}/backdoor", "/debug", "GET /lint", "DELETE /lint"} <= found


def refused(who: str) -> int:
    return 401 if who in UNKNOWN else 403


@pytest.mark.parametrize("operation", TABLE)
def test_who_may(story, operation):
    """First those who may not, in one portal that stays as it is; then each of the others, each in the same state."""
    method, (path, body, may) = operation.partition(" ")[0], TABLE[operation]
    success = next(route.status for route in ROUTES if f"{route.method} {route.path}" == operation)
    before = story.state()
    for who in sorted((UNKNOWN | STAFF) - may):
        answer = story.caller(who)(method, path, body)
        assert answer.status_code == refused(who), f"{who}: {answer.text}"
        counted["refused"] += 1
    assert story.state() == before, "a refused request changed something"
    for who in sorted(may):
        story.go_back()
        answer = story.caller(who)(method, path, body)
        assert answer.status_code == success, f"{who}: {answer.text}"
        counted["allowed"] += 1


OF_NO_INCIDENT = re.compile(r"/(announcement-windows|signals|webhooks)/")


@pytest.mark.parametrize(
    "operation",
    [name for name, (path, _, _) in TABLE.items() if re.search(r"INC-|/\d", path) and not OF_NO_INCIDENT.match(path)],
)
def test_a_private_incident_is_not_there_for_whoever_may_not_see_it(story, operation):
    """What they are told is what they would be told of an incident that never was."""
    method, (path, body, may) = operation.partition(" ")[0], TABLE[operation]
    item = story.db.execute("SELECT min(id) FROM checklist_item WHERE incident_id = 4").fetchone()[0]
    late = story.db.execute("SELECT min(id) FROM reminder WHERE incident_id = 4").fetchone()[0]
    private = {
        "INC-": 4,
        "reminders/": late,
        "drafts/": 2,
        "impacts/": 3,
        "followups/": 2,
        "requests/": 2,
        "checklist/": item,
        "calls/": 2,
    }
    prefix = f"({'|'.join(private)})"
    known = re.sub(rf"{prefix}\d", lambda found: f"{found[1]}{private[found[1]]}", path)
    nowhere = re.sub(rf"{prefix}(\d+)", lambda found: found[1] + "9" * len(found[2]), known)
    before = story.state()
    for who in sorted(STAFF - {"security"}):
        told, expected = (story.caller(who)(method, where, body) for where in (known, nowhere))
        assert told.status_code in (403, 404), f"{who}: {told.text}"
        assert told.status_code == 404 or who not in may
        assert re.sub(r"\d", "9", told.text) == re.sub(r"\d", "9", expected.text)
        assert sorted(told.headers) == sorted(expected.headers)
        counted["private"] += 1
    assert story.state() == before
    for who in ("security", "declarer"):
        answer = story.caller(who)("GET", "/incidents/INC-4")
        assert answer.status_code == 200


@pytest.mark.parametrize("rule", [*OF_EVERYBODY, *OF_NOBODY, *OF_ADMINS])
def test_addresses_beside_the_api(story, rule):
    path = rule.replace("<public:path>", "index.html").replace("<path:rest>", "nope/nope")
    for who in sorted(UNKNOWN | STAFF):
        headers = {"Authorization": f"Bearer {story.tokens[who]}"} if story.tokens[who] else {}
        answer = story.app.test_client().get(path, headers=headers)
        expected = (OF_EVERYBODY | OF_NOBODY | OF_ADMINS)[rule]
        if rule in OF_ADMINS and who not in ADMIN:
            expected = refused(who)
        assert answer.status_code == expected, f"{who}: {answer.text}"
        counted["beside"] += 1


def test_the_figure(tell):
    """Last in this file."""
    tell(
        "permission matrix",
        f"{len(TABLE)} operations: {counted['allowed']} requests allowed, {counted['refused']} refused without a trace,"
        f" {counted['private']} told nothing of a private incident; {counted['beside']} beside the API",
    )
