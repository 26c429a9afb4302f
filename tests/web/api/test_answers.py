"""Real answers of every route, held against the document (the caller does that), in the order of a real incident."""

import re

import pytest

from portal.store import webhooks
from portal.verbs import automation
from portal.verbs.subscribing import enrol
from portal.web.api.examples import EXAMPLES
from portal.web.api.routes import ROUTES
from tests.web.api.conftest import FIRST


def sent(method: str, path: str) -> dict:
    return EXAMPLES[(method, path)]


def test_every_route_answers_as_documented(chief, caller, clock, context):
    """One long history that uses every route once with the documented example."""
    used: set[tuple[str, str]] = set()

    def ok(method, path, places, body=None):
        used.add((method, path))
        address = re.sub(r"\{(\w+)\}", lambda found: str(places[found[1]]), path)
        return chief.ok(method, address, body)

    def example(method, path, places):
        return ok(method, path, places, sent(method, path))

    ok("POST", "/components", {}, {"name": "Search"})
    made = example("POST", "/components", {})
    slug = {"slug": made["slug"]}
    ok("GET", "/components", {})
    ok("GET", "/components/{slug}", slug)
    example("PATCH", "/components/{slug}", slug)
    ok("DELETE", "/components/{slug}", slug)

    incident = example("POST", "/incidents", {})
    ref = {"ref": incident["ref"]}
    assert incident["components"] == {"search": "major_outage"}
    clock.forward(minutes=5)
    example("PATCH", "/incidents/{ref}", ref)
    example("PUT", "/incidents/{ref}/roles/{role}", ref | {"role": "messenger"})
    example("POST", "/incidents/{ref}/roles/{role}/accept", ref | {"role": "messenger"})
    example("POST", "/incidents/{ref}/timeline", ref)
    search = {"slug": "search"}
    example("PUT", "/components/{slug}/owner", search)
    example("POST", "/components/{slug}/changes", search)
    ok("GET", "/components/{slug}/changes", search)
    called = example("POST", "/incidents/{ref}/calls", ref)
    clock.forward(minutes=11)
    assert ok("GET", "/incidents/{ref}/calls", ref)["items"][0]["next"] == "kim@example.com"
    example("POST", "/calls/{id}/acknowledge", called)
    example("POST", "/incidents/{ref}/attendance", ref)
    example("POST", "/incidents/{ref}/playbooks", ref)
    for path in ("/playbooks", "/board", "/similar-incidents", "/incidents/{ref}/playbooks"):
        assert ok("GET", path, ref)
    assert ok("GET", "/incidents/{ref}/suggested-owners", ref)["items"][0]["reason"] == "changed"
    example("POST", "/incidents/{ref}/links", ref)
    example("POST", "/incidents/{ref}/posts", ref)
    assert example("POST", "/lint", {})["findings"]
    draft = example("POST", "/incidents/{ref}/drafts", ref)
    example("PUT", "/drafts/{id}", draft)
    example("POST", "/drafts/{id}/publish", draft)
    words = sent("POST", "/incidents/{ref}/drafts")
    theirs = caller("messenger").ok("POST", f"/incidents/{ref['ref']}/drafts", words)
    ok("POST", "/drafts/{id}/approve", theirs, {"version": 1})
    ok("DELETE", "/drafts/{id}", ok("POST", "/incidents/{ref}/drafts", ref, words))
    for path in ("/incidents/{ref}/drafts", "/incidents/{ref}/templates", "/incidents/{ref}/posts/{seq}/reach"):
        ok("GET", path, ref | {"seq": 1})
    ok("GET", "/drafts/{id}", draft)
    clock.forward(minutes=40)
    ok(
        "POST",
        "/incidents/{ref}/posts",
        ref,
        {"state": "resolved", "body": "Searching works for everyone since db-17.internal is back.", "confirm": True},
    )
    example("POST", "/incidents/{ref}/posts/{seq}/redact", ref | {"seq": 5})
    impacts = ok("GET", "/incidents/{ref}/impacts", ref)["items"]
    example("PATCH", "/impacts/{id}", impacts[0])
    ok(
        "POST",
        "/incidents/{ref}/impacts",
        ref,
        sent("POST", "/incidents/{ref}/impacts") | {"from_at": impacts[0]["to_at"], "to_at": clock.text},
    )
    for path in ("", "/recap", "/posts", "/links", "/timeline", "/checklist", "/followups"):
        ok("GET", "/incidents/{ref}" + path, ref)

    example("PUT", "/incidents/{ref}/postmortem", ref)
    ok("GET", "/incidents/{ref}/postmortem", ref)
    for path in ("/preview", "/revisions", "/requests"):
        ok("GET", "/incidents/{ref}/postmortem" + path, ref)
    ok("GET", "/incidents/{ref}/postmortem/revisions/{id}", ref | {"id": 2})
    request = example("POST", "/incidents/{ref}/postmortem/requests", ref)
    example("PATCH", "/postmortem-requests/{id}", request)
    followup = example("POST", "/incidents/{ref}/followups", ref)
    example("PATCH", "/followups/{id}", followup)
    item = example("POST", "/incidents/{ref}/checklist", ref)
    example("PATCH", "/checklist/{id}", item)
    example("POST", "/incidents/{ref}/postmortem/state", ref)

    quiet = ok("POST", "/incidents", {}, {"title": "An alert", "severity": "major"})
    example("POST", "/incidents/{ref}/close", quiet)
    example("POST", "/incidents/{ref}/reopen", quiet)
    assert len(ok("GET", "/incidents", {})["items"]) == 2

    secret = ok("POST", "/incidents", {}, {"title": "A leak", "severity": "critical", "security": True})
    ok("PATCH", "/incidents/{ref}", secret, {"mitigated_at": clock.text})
    ok("PUT", "/incidents/{ref}/postmortem", secret, sent("PUT", "/incidents/{ref}/postmortem"))
    for state in ("in_review", "reviewed", "published"):
        ok("POST", "/incidents/{ref}/postmortem/state", secret, {"to": state})
    example("POST", "/incidents/{ref}/disclose", secret)

    example("POST", "/subscribers", {})
    with context.database.transaction() as db:
        enrol(db, "ada@customer.example", {"kinds": ["incidents"]}, "a test", clock.text)
    example("POST", "/subscribers/bounces", {})
    assert len(ok("GET", "/subscribers", {})["items"]) == 1
    used.add(("DELETE", "/subscribers"))
    chief.ok("DELETE", "/subscribers?email=ada@customer.example")
    example("POST", "/webhooks", {})
    with context.database.transaction() as db:
        number = enrol(db, "webhook 1", {"kinds": ["incidents"]}, "a test", clock.text)
        webhooks.add(db, number, "https://hooks.customer.example/status", "whsec_")
    assert len(ok("GET", "/webhooks", {})["items"]) == 1
    ok("DELETE", "/webhooks/{id}", {"id": number})
    ok("GET", "/mail", {})
    ok("GET", "/mail/letters/{kind}", {"kind": "confirmation"})
    ok("GET", "/incidents/{ref}/posts/{seq}/mail", ref | {"seq": 1})
    example("POST", "/incidents/{ref}/posts/{seq}/stop-mail", ref | {"seq": 1})

    planned = example("POST", "/maintenances", {})
    example("PATCH", "/maintenances/{ref}", planned)
    example("POST", "/maintenances/{ref}/posts", planned)
    example("POST", "/maintenances/{ref}/cancel", planned)
    ok("GET", "/maintenances", {})
    window = example("POST", "/announcement-windows", {})
    ok("GET", "/announcement-windows", {})
    ok("GET", "/announcement-windows/{id}", window)
    example("PATCH", "/announcement-windows/{id}", window)
    example("POST", "/announcement-windows/{id}/cancel", window)
    example("POST", "/signals", {})
    example("POST", "/signals/alertmanager", {})
    for act in ("promote", "dismiss"):
        waiting = ok("POST", "/signals", {}, {"title": f"One to {act}", "kind": "report"})
        example("POST", "/signals/{id}/" + act, waiting)
        example("POST", "/incidents/{ref}/" + act, example("POST", "/triage", {}))
    example("POST", "/incidents/{ref}/availability", secret)
    clock.forward(minutes=40)
    automation.run_due(context)
    example("POST", "/reminders/{id}/snooze", ok("GET", "/reminders", {})["items"][0])
    for path in ("/postmortems", "/followups", "/insight", "/signals", "/rota"):
        ok("GET", path, {})

    assert {(route.method, route.path) for route in ROUTES} == used


def test_what_was_made_is_at_its_location(api, incident):
    for path, body in (
        ("/components", {"name": "Sign-in"}),
        ("/incidents", {"title": "x", "severity": "major"}),
        ("/maintenances", sent("POST", "/maintenances")),
    ):
        answer = api("POST", path, body)
        assert answer.status_code == 201, answer.text
        place = answer.headers["Location"]
        assert place.startswith("/api/v1/")
        found = api.ok("GET", place.removeprefix("/api/v1"))
        assert found["public_id"] == answer.json["public_id"]


@pytest.mark.parametrize(
    "path",
    ["/components", "/incidents", "/incidents/INC-1/timeline", "/incidents/INC-1/posts", "/incidents/INC-1/links"],
)
def test_pages_of_a_list_join_to_the_whole_list_without_gaps(api, incident, path):
    for number in range(6):
        api.ok("POST", "/components", {"name": f"Component {number}", "group": f"Group {number % 2}"})
        api.ok("POST", "/incidents", {"title": f"Number {number}", "severity": "major"})
        api.ok("POST", "/incidents/INC-1/timeline", {"text": f"Line {number}"})
        api.ok("POST", "/incidents/INC-1/links", {"url": f"https://example.com/{number}"})
        body = f"The errors in Search go on; we have looked at part number {number} of {number + 7} and found nothing."
        api.ok("POST", "/incidents/INC-1/posts", {"state": "investigating", "body": body, "confirm": True})
    whole = api.ok("GET", f"{path}?limit=100")
    assert whole["next_cursor"] is None
    assert len(whole["items"]) >= 6
    for limit in (1, 2, 5):
        items, cursor = [], ""
        while cursor is not None:
            page = api.ok("GET", f"{path}?limit={limit}{cursor and '&cursor=' + cursor}")
            assert 0 < len(page["items"]) <= limit
            items += page["items"]
            cursor = page["next_cursor"]
        assert items == whole["items"]


def test_the_components_come_whole_unless_a_page_is_asked_for(api):
    for number in range(30):
        api.ok("POST", "/components", {"name": f"Component {number}"})
    assert len(api.ok("GET", "/components")["items"]) == 30
    assert api("GET", "/components?limit=0").status_code == 400


def test_a_refused_post_comes_back_with_its_findings(api, incident):
    bad = "This morning around 9am PST the search was down, TODO add the details."
    answer = api("POST", f"/incidents/{incident}/posts", {"state": "identified", "body": bad})
    assert answer.status_code == 422
    assert answer.json["type"].endswith("#error-post-findings")
    assert {"P1", "P2", "P7"} <= {finding["rule"] for finding in answer.json["findings"]}
    for finding in answer.json["findings"]:
        assert bad[finding["start"] : finding["end"]] == bad[finding["start"] : finding["end"]].strip()


def test_a_gate_lists_its_reasons(api, incident):
    answer = api("POST", f"/incidents/{incident}/close", {"outcome": "resolved"})
    assert answer.status_code == 409
    assert len(answer.json["reasons"]) > 1


def test_private_incidents_are_not_there_for_others(caller):
    secret = caller("security").ok("POST", "/incidents", {"title": "A leak", "severity": "critical", "security": True})
    for route in ROUTES:
        if "{ref}" not in route.path:
            continue
        address = re.sub(
            r"\{(\w+)\}", lambda found: {"ref": secret["ref"], "role": "lead"}.get(found[1], "1"), route.path
        )
        body = EXAMPLES.get((route.method, route.path), {}) if route.command else None
        for permission in ("responder", "messenger", "admin"):
            answer = caller(permission)(route.method, address, body)
            assert answer.status_code in (403, 404), f"{permission} {route.method} {address}: {answer.text}"
            assert "leak" not in answer.text
    assert "leak" not in caller("admin")("GET", "/incidents").text


def test_a_filter_keeps_what_it_says(api, incident):
    api.ok("POST", "/incidents", {"title": "Billing is late", "severity": "major", "kind": "drill"})

    def refs(query):
        return [one["ref"] for one in api.ok("GET", f"/incidents?{query}")["items"]]

    assert (
        refs("severity=critical") == refs("component=search") == refs("kind=incident") == refs("q=RETURNS") == ["INC-1"]
    )
    assert refs("kind=drill") == refs("q=billing") == ["INC-2"]
    assert refs("state=closed") == refs("outcome=resolved") == refs("q=%25") == []
    assert api("GET", "/incidents?component=nope").status_code in (200, 400)


def test_a_first_post_in_the_same_call_is_public_and_one_that_is_refused_declares_nothing(api):
    api.ok("POST", "/components", {"name": "Search"})
    body = {"title": "x", "severity": "major", "post": {"state": "investigating", "body": FIRST + " TODO"}}
    assert api("POST", "/incidents", body).status_code == 422
    assert api.ok("GET", "/incidents")["items"] == []
