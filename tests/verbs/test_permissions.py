"""Who may do what: one table over all verbs, and the marks that each of them leaves."""

from datetime import timedelta

import pytest

from portal.domain.errors import NotAllowed
from portal.verbs import (
    checklist,
    closing,
    commands,
    commands_keeper,
    components,
    followups,
    impacts,
    incidents,
    keeping,
    links,
    maintenances,
    postmortems,
    posts,
    recap,
    redacting,
    reports,
    roles,
    rota,
    security,
    signals,
    timeline,
    triage,
    windows,
)
from portal.verbs.context import Actor
from tests.conftest import person
from tests.verbs.conftest import POSTMORTEM, WORDS

ALL = {"nobody", "responder", "messenger", "admin", "security", "lead"}
STAFF = ALL - {"nobody"}
PUBLISHERS = {"messenger", "admin", "lead"}
ADMIN = {"admin"}


def command(model, /, **fields):
    module = commands if hasattr(commands, model) else commands_keeper
    return getattr(module, model).model_validate(fields)


def cases(desk, clock):
    """verb -> (arguments, who may). INC-1 is public and resolved, INC-2 is open and public, INC-3 a maintenance."""
    later = [(clock.moment + timedelta(hours=hours)).isoformat() for hours in (5, 6)]
    body = WORDS["investigating"]
    plan = command(
        "PlanMaintenance", title="Upgrade", body=WORDS["scheduled"], scheduled_for=later[0], scheduled_until=later[1]
    )
    return {
        components.add_component: ([command("AddComponent", name="New")], ADMIN),
        components.change_component: (["search", command("ChangeComponent", name="New")], ADMIN),
        components.remove_component: (["code-intelligence"], ADMIN),
        components.get_component: (["search"], STAFF),
        components.list_components: ([], STAFF),
        incidents.declare: ([command("Declare", title="New")], STAFF),
        incidents.change_incident: (["INC-2", command("ChangeIncident", public_title="New words")], PUBLISHERS),
        incidents.get_incident: (["INC-2"], STAFF),
        incidents.list_incidents: ([{}], STAFF),
        posts.post: (["INC-2", command("Post", state="investigating", body=body)], PUBLISHERS),
        posts.lint: ([command("Lint", state="investigating", body=body)], STAFF),
        posts.list_posts: (["INC-2"], STAFF),
        redacting.redact: (["INC-2", 1, command("Redact", words="Search")], ADMIN),
        impacts.add_impact: (
            ["INC-2", command("AddImpact", component="sign-in", level="partial_outage", from_at=clock.text)],
            PUBLISHERS,
        ),
        impacts.change_impact: ([2, command("ChangeImpact", level="degraded_performance")], PUBLISHERS),
        impacts.list_impacts: (["INC-2"], STAFF),
        links.add_link: (["INC-2", command("AddLink", url="https://example.com")], STAFF),
        links.list_links: (["INC-2"], STAFF),
        roles.offer_role: (["INC-2", "buddy", command("OfferRole", person="lea")], STAFF),
        roles.accept_role: (["INC-2", "messenger", command("OfferRole", person="mo")], STAFF),
        timeline.add_timeline: (["INC-2", command("AddTimeline", text="Seen")], STAFF),
        timeline.list_timeline: (["INC-2"], STAFF),
        recap.recap: (["INC-2"], STAFF),
        closing.close: (["INC-1", command("Close", outcome="cancelled", reason="x")], STAFF),
        closing.reopen: (["INC-1", command("Reopen", reason="x")], STAFF),
        postmortems.get_postmortem: (["INC-1"], STAFF),
        postmortems.write_postmortem: (["INC-1", command("WritePostmortem", title="New")], PUBLISHERS - {"lead"}),
        postmortems.move_postmortem: (["INC-1", command("MovePostmortem", to="withdrawn")], PUBLISHERS - {"lead"}),
        followups.add_followup: (["INC-2", command("AddFollowup", title="New", public=True)], STAFF),
        followups.change_followup: ([1, command("ChangeFollowup", title="New")], PUBLISHERS - {"lead"}),
        followups.list_followups: (["INC-2"], STAFF),
        followups.list_all_followups: ([{}], STAFF),
        checklist.list_checklist: (["INC-2"], STAFF),
        checklist.add_checklist_item: (["INC-2", command("AddChecklistItem", title="New")], STAFF),
        checklist.change_checklist_item: ([1, command("ChangeChecklistItem", state="done")], STAFF),
        maintenances.plan_maintenance: ([plan], PUBLISHERS - {"lead"}),
        maintenances.change_maintenance: (["INC-3", command("ChangeMaintenance", title="New")], PUBLISHERS - {"lead"}),
        maintenances.cancel_maintenance: (["INC-3", command("CancelMaintenance")], PUBLISHERS - {"lead"}),
        maintenances.list_maintenances: ([], STAFF),
        security.speak_for: (["INC-4", command("Declare", title="Neutral")], {"security"}),
        keeping.due_reminders: ([], STAFF),
        keeping.snooze_reminder: ([1, command("SnoozeReminder", minutes=5)], STAFF),
        windows.plan_window: ([command("PlanWindow", starts_at=later[0], ends_at=later[1])], STAFF),
        windows.change_window: ([1, command("ChangeWindow", title="New")], STAFF),
        windows.cancel_window: ([1, command("CancelWindow")], STAFF),
        windows.list_windows: ([], STAFF),
        windows.get_window: ([1], STAFF),
        windows.current_window: ([], STAFF),
        signals.send_signal: ([command("SendSignal", title="Down", key="k")], STAFF),
        signals.send_alerts: ([command("AlertmanagerAlerts", alerts=[])], STAFF),
        signals.list_signals: ([], STAFF),
        reports.file_report: ([command("FileReport", text="Down")], ALL),
        triage.ask_for_advice: ([command("AskAdvice", title="Slow")], STAFF),
        triage.promote: (["INC-5", command("Promote")], STAFF),
        triage.dismiss: (["INC-5", command("Dismiss", reason="x")], STAFF),
        triage.promote_signal: ([1, command("Promote")], STAFF),
        triage.dismiss_signal: ([1, command("Dismiss", reason="x")], STAFF),
        rota.on_call: ([], STAFF),
        rota.rota_calendar: ([], STAFF),
        security.disclose: (["INC-4", command("Disclose", **{"as": "postmortem"})], {"security"}),
    }


READERS = {
    "get_component",
    "list_components",
    "get_incident",
    "list_incidents",
    "lint",
    "list_posts",
    "list_impacts",
    "list_links",
    "list_timeline",
    "recap",
    "get_postmortem",
    "list_followups",
    "list_all_followups",
    "list_checklist",
    "list_maintenances",
    "due_reminders",
    "list_windows",
    "get_window",
    "current_window",
    "list_signals",
    "on_call",
    "rota_calendar",
}
VERBS = sorted(
    f"{module.__name__.rpartition('.')[2]}.{name}"
    for module in (
        checklist,
        closing,
        components,
        followups,
        impacts,
        incidents,
        keeping,
        links,
        maintenances,
        postmortems,
        posts,
        recap,
        redacting,
        reports,
        roles,
        rota,
        security,
        signals,
        timeline,
        triage,
        windows,
    )
    for name in vars(module)
    if not name.startswith("_")
    and hasattr(getattr(module, name), "__code__")
    and getattr(module, name).__code__.co_varnames[:2] == ("context", "actor")
    and getattr(module, name).__module__ == module.__name__
)


@pytest.fixture
def story(desk, clock):
    one = desk.declare("One", components={"search": "major_outage"})["ref"]
    desk.post(one, "investigating")
    desk.do(followups.add_followup, one, command("AddFollowup", title="Do it", public=True))
    desk.post(one, "resolved")
    desk.published_postmortem(one, sections=POSTMORTEM)
    lead = desk.as_(person("lea@example.com", "responder"))
    two = lead.declare("Two", components={"search": "major_outage"})["ref"]
    lead.post(two, "investigating")
    desk.do(roles.offer_role, two, "messenger", command("OfferRole", person="mo"))
    desk.plan(clock.moment + timedelta(hours=1), clock.moment + timedelta(hours=2))
    desk.as_(person("sam@example.com", "security")).declare("Secret", security=True)
    desk.do(triage.ask_for_advice, command("AskAdvice", title="Unsure"))
    desk.do(signals.send_signal, command("SendSignal", title="Seen", kind="report"))
    begin, end = (clock.moment + timedelta(days=day) for day in (1, 2))
    desk.do(windows.plan_window, command("PlanWindow", starts_at=begin, ends_at=end))
    keeping.file_due_reminders(desk.context)
    return desk


ACTORS = {
    "nobody": Actor("nobody", frozenset()),
    "responder": person("rob@example.com", "responder"),
    "messenger": person("mia@example.com", "messenger"),
    "admin": person("ada@example.com", "admin"),
    "security": person("sam@example.com", "security"),
    "lead": person("lea@example.com", "responder"),
}


def test_the_table_has_every_verb(story, clock):
    named = {verb.__name__ for verb in cases(story, clock)}
    listed = {name.partition(".")[2] for name in VERBS} | {"declare", "change_incident"}
    assert named == listed


@pytest.mark.parametrize("who", sorted(ALL))
@pytest.mark.parametrize("name", [*sorted(name.partition(".")[2] for name in VERBS), "change_incident", "declare"])
def test_who_may(story, clock, name, who):
    """A refusal writes nothing; a write leaves one audit row that names who did it."""
    verb, (asked, may) = next((verb, case) for verb, case in cases(story, clock).items() if verb.__name__ == name)
    actor = ACTORS[who]
    before, audits = story.dump(), story.counts()["audit"]
    if who not in may:
        with pytest.raises(NotAllowed):
            verb(story.context, actor, *asked)
        assert story.dump() == before
        return
    verb(story.context, actor, *asked)
    if name in READERS:
        assert story.dump() == before
    else:
        assert story.counts()["audit"] == audits + 1
        assert story.sql("SELECT actor FROM audit ORDER BY id DESC LIMIT 1")[0][0] == actor.name


def test_the_audit_chain_is_whole_and_tells_no_words(story):
    from portal.store.ledger import audit_faults

    db = story.context.database.connection()
    assert list(audit_faults(db)) == []
    details = " ".join(row[0] for row in db.execute("SELECT details FROM audit"))
    assert "Searches" not in details
    assert "Secret" not in details
