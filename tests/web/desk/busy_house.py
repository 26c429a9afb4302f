"""A house in which no list of the desk is empty, and where each of its pages is in it."""

from datetime import timedelta
from typing import Any

from portal.domain.names import Permission
from portal.domain.times import to_text
from portal.store import webhooks
from portal.verbs import automation, people
from portal.verbs.context import PORTAL
from portal.verbs.fanning import fan_out_once
from portal.verbs.subscribing import enrol
from tests.verbs.conftest import POSTMORTEM, WORDS
from tests.web.api.conftest import Caller
from tests.web.desk.writing import House

MIA, ROB = "mia@example.com", "rob@example.com"
ROTA = "rotas:\n  - {name: lead, handover: 2026-11-02T09:00, people: [mia@example.com, rob@example.com]}\n"
NO_PAGE = {
    "/sign-in/back": "goes on to the desk",
    "/sign-in/with": "goes on to who vouches for people",
    "/board/now": "a part of the board",
    "/declare/similar": "a part of the form",
    "/incidents/<ref>/lines": "a part of the room",
    "/incidents/<ref>/recap": "a part of the room",
    "/incidents/<ref>/posts/<number:seq>/mail.html": "a mail, as mail programs want it",
    "/mail/letters/<kind>/html": "a mail, as mail programs want it",
    "/incidents/<ref>/postmortem/retrospective.ics": "a calendar",
    "/rota/<name>.ics": "a calendar",
    "/rota/mine.ics": "a calendar",
    "/insight.csv": "a table",
    "/subscribers.csv": "a table",
}
"""What GET answers and nobody looks at as a page, and why."""
SIGNED_OUT = ("/sign-in", "/sign-in/link/<token>")
PLACES = {
    "/": ["/"],
    "/account": ["/account"],
    "/audit": ["/audit"],
    "/components": ["/components"],
    "/components/<slug>": ["/components/search"],
    "/declare": ["/declare"],
    "/files": ["/files"],
    "/followups": ["/followups?state="],
    "/incidents": ["/incidents"],
    "/incidents/<ref>": [
        f"/incidents/{one}" for one in ("INC-1", "INC-2", "INC-3", "INC-4", "INC-5", "INC-6", "INC-9")
    ],
    "/incidents/<ref>/followups": ["/incidents/INC-2/followups"],
    "/incidents/<ref>/outcome": ["/incidents/INC-1/outcome"],
    "/incidents/<ref>/post": ["/incidents/INC-1/post?new=1", "/incidents/INC-1/post?draft=2"],
    "/incidents/<ref>/postmortem": [f"/incidents/{one}/postmortem" for one in ("INC-1", "INC-2", "INC-6")],
    "/incidents/<ref>/postmortem/preview": ["/incidents/INC-2/postmortem/preview"],
    "/incidents/<ref>/postmortem/revisions": ["/incidents/INC-2/postmortem/revisions"],
    "/incidents/<ref>/postmortem/revisions/<number:number>": ["/incidents/INC-2/postmortem/revisions/2"],
    "/incidents/<ref>/posts/<number:seq>": ["/incidents/INC-1/posts/1"],
    "/incidents/<ref>/posts/<number:seq>/mail": ["/incidents/INC-1/posts/1/mail"],
    "/incidents/<ref>/private": ["/incidents/INC-3/private"],
    "/insight": ["/insight"],
    "/mail": ["/mail"],
    "/mail/letters/<kind>": ["/mail/letters/confirmation", "/mail/letters/present?incident=INC-1"],
    "/maintenances": ["/maintenances"],
    "/maintenances/<ref>": ["/maintenances/INC-7", "/maintenances/INC-8"],
    "/maintenances/plan": ["/maintenances/plan"],
    "/people": ["/people"],
    "/people/<email>": [f"/people/{ROB}"],
    "/playbooks": ["/playbooks"],
    "/postmortems": ["/postmortems"],
    "/reminders": ["/reminders"],
    "/rota": ["/rota"],
    "/settings": ["/settings"],
    "/subscribers": ["/subscribers"],
    "/tokens": ["/tokens"],
    "/triage": ["/triage"],
    "/triage/new": ["/triage/new"],
    "/webhooks": ["/webhooks"],
    "/windows": ["/windows"],
    "/windows/<number:window_id>": ["/windows/1"],
}
"""Pattern of a page -> the addresses at which it is looked at."""


def fill(house: House) -> None:
    """INC-1 is open and late, INC-2 is over and has its postmortem, INC-3 is private, INC-4 in triage, INC-5 an
    advisory, INC-6 a drill, INC-7 a maintenance to come, INC-8 one that runs, INC-9 is closed."""
    context = house.context
    (context.settings.home / "rota.yaml").write_text(ROTA)
    for email, name, team in ((MIA, "Mia Sand", "support"), (ROB, "Rob Hill", "search")):
        people.add_person(context, PORTAL, email, [Permission.MESSENGER], name, team=team)
    say = Caller(house.app, people.add_token(context, PORTAL, "a program", list(Permission))).ok
    with context.database.transaction() as db:
        now = to_text(context.now())
        enrol(db, "cleo@customer.example", {"kinds": ["incidents"]}, "a test", now)
        webhooks.add(db, enrol(db, "hook@customer.example", {"kinds": []}, "a test", now), "https://x.example/", "s")
    _an_open_one(say)
    _one_that_is_over(say, context.now)
    say("POST", "/incidents", {"title": "Tokens leaked", "security": True, "customer_impact": "yes"})
    say("POST", "/triage", {"title": "Is Sign-in slow?", "text": "Two customers say so.", "component": "sign-in"})
    for kind in ("advisory", "drill"):
        say("POST", "/incidents", {"title": f"The {kind} of this year", "kind": kind})
    for hours in (48, 1):
        begin = context.now() + timedelta(hours=hours)
        plan = {"title": "Upgrade of the Search database", "body": WORDS["scheduled"], "components": ["search"]}
        until = {"scheduled_for": to_text(begin), "scheduled_until": to_text(begin + timedelta(hours=9))}
        say("POST", "/maintenances", plan | until)
    closed = say("POST", "/incidents", {"title": "One alert too many"})["ref"]
    say("POST", f"/incidents/{closed}/close", {"outcome": "cancelled", "reason": "It was no alert at all."})
    for title, starts in (("Launch of Search 5", 1), ("Launch of Search 6", 72)):
        starts_at = context.now() + timedelta(hours=starts)
        window = {"starts_at": to_text(starts_at), "ends_at": to_text(starts_at + timedelta(hours=9)), "title": title}
        say("POST", "/announcement-windows", window | ({"owner": MIA, "plan": "Hold it."} if starts == 1 else {}))
    say(
        "POST",
        "/signals",
        {"title": "Searches fail", "kind": "report", "component": "search", "contact": "a@b.example"},
    )
    report = {"title": "Searches fail", "kind": "report", "component": "search"}
    say("POST", "/signals", report | {"contact": "cleo@customer.example", "channel": "a ticket"})
    say("POST", "/signals", {"title": "Disk is filling", "severity": "none", "text": "80 %", "key": "disk"})
    context.now.forward(hours=2)  # type: ignore[attr-defined]
    automation.run_due(context)
    while fan_out_once(context):
        pass


def _an_open_one(say: Any) -> None:
    reporter = {"kind": "customer", "name": "Cleo", "contact": "cleo@customer.example"}
    felt = {"severity": "critical", "customer_impact": "yes", "components": {"search": "major_outage"}}
    said = {"title": "Search fails", "summary": "Searches fail.", "reporter": reporter}
    here = f"/incidents/{say('POST', '/incidents', felt | said)['ref']}"
    body = f"{WORDS['investigating']} It probably began early."
    say("POST", f"{here}/posts", {"state": "investigating", "body": body})
    say("POST", f"{here}/timeline", {"kind": "note", "text": "Blank in two browsers"})
    say("POST", f"{here}/timeline", {"kind": "update", "did": "Rolled back", "result": "Better", "next": "Watch"})
    say("PUT", f"{here}/roles/messenger", {"person": MIA})
    say("POST", f"{here}/calls", {"person": ROB, "reason": "He knows the index"})
    issue = {"url": "https://tracker.example/7", "kind": "issue", "title": "Issue 7", "state": "open"}
    say("POST", f"{here}/links", issue)
    say("POST", f"{here}/drafts", {"state": "identified", "body": WORDS["identified"]})
    soon = {"publish_at": "2026-11-24T14:00:00Z"}
    say("POST", f"{here}/drafts", {"state": "monitoring", "body": WORDS["monitoring"], **soon})


def _one_that_is_over(say: Any, now: Any) -> None:
    ref = say("POST", "/incidents", {"title": "Sign-in fails", "components": {"sign-in": "partial_outage"}})["ref"]
    here = f"/incidents/{ref}"
    for state in ("investigating", "resolved"):
        say("POST", f"{here}/posts", {"state": state, "body": WORDS[state]})
        now.forward(minutes=25)
    texts = POSTMORTEM | {"detection": "Rob should have seen it, by mistake."}
    say("PUT", f"{here}/postmortem", {"sections": texts, "public": True, "tags": ["database"]})
    say("PUT", f"{here}/postmortem", {"retrospective": "yes", "retrospective_at": "2026-11-30T14:00:00Z"})
    for title, more in (("Cover the canary", {"due": "2026-11-20", "owner": ROB, "public": True}), ("Warn before", {})):
        say("POST", f"{here}/followups", {"title": title, **more})
    say("POST", f"{here}/postmortem/requests", {"name": "Example Corp", "contact": "ops@corp.example"})
