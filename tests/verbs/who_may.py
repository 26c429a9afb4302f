"""Who may carry out which verb: one table over all of them, written by hand, and the story that it speaks of."""

from collections.abc import Iterator
from datetime import timedelta

from portal.domain.names import Permission
from portal.domain.past import History, PastComponent
from portal.store import webhooks as webhook_rows
from portal.verbs import (
    attending,
    audits,
    boards,
    calling,
    changing,
    checklist,
    closing,
    commands,
    commands_drafts,
    commands_keeper,
    commands_learning,
    commands_people,
    commands_room,
    commands_subscriptions,
    commands_webhooks,
    components,
    declaring,
    drafts,
    exporting,
    followups,
    gates,
    impacts,
    import_history,
    incidents,
    insight,
    keeping,
    links,
    mail,
    maintenances,
    news,
    owning,
    people,
    playbooks,
    post_templates,
    postmortem_answers,
    postmortem_preview,
    postmortem_requests,
    postmortems,
    posts,
    previewing,
    reach,
    recap,
    redacting,
    reports,
    retrospectives,
    roles,
    rota,
    security,
    sending,
    sessions,
    settings,
    signals,
    similar,
    subscribers,
    timeline,
    triage,
    webhooks,
    windows,
)
from portal.verbs.context import PORTAL, Actor
from portal.verbs.subscribing import enrol
from tests.conftest import person
from tests.verbs.conftest import POSTMORTEM, WORDS

ALL = {"nobody", "responder", "messenger", "admin", "security", "lead", "chief"}
STAFF = ALL - {"nobody"}
PUBLISHERS = {"messenger", "admin", "chief", "lead"}
ADMIN = {"admin", "chief"}
SECURITY = {"security", "chief"}
EVERYTHING = {"chief"}
"""Who has all permissions."""


NOUNS = (
    commands,
    commands_drafts,
    commands_keeper,
    commands_learning,
    commands_people,
    commands_room,
    commands_subscriptions,
    commands_webhooks,
)


def command(model, /, **fields):
    module = next(module for module in NOUNS if hasattr(module, model))
    return getattr(module, model).model_validate(fields)


def cases(clock):
    """verb -> (arguments, who may). INC-1 is public and resolved, INC-2 is open, public, led by `lead`, with a draft of
    somebody else; INC-3 is a maintenance, INC-4 private, INC-5 waits in triage."""
    later = [(clock.moment + timedelta(hours=hours)).isoformat() for hours in (5, 6)]
    body = WORDS["investigating"]
    plan = command(
        "PlanMaintenance", title="Upgrade", body=WORDS["scheduled"], scheduled_for=later[0], scheduled_until=later[1]
    )
    day = clock.moment.date()
    past = History("statuspage", (), (PastComponent("x", "Another", described=True),))
    return {
        components.add_component: ([command("AddComponent", name="New")], ADMIN),
        components.change_component: (["search", command("ChangeComponent", name="New")], ADMIN),
        components.remove_component: (["code-intelligence"], ADMIN),
        components.get_component: (["search"], STAFF),
        components.list_components: ([], STAFF),
        declaring.declare: ([command("Declare", title="New")], STAFF),
        changing.change_incident: (["INC-2", command("ChangeIncident", public_title="New words")], PUBLISHERS),
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
        security.speak_for: (["INC-4", command("Declare", title="Neutral")], SECURITY),
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
        attending.attend: (["INC-2", command("Attend", note="Here")], STAFF),
        attending.who_is_there: (["INC-2"], STAFF),
        audits.list_actions: ([], ADMIN),
        audits.list_audit: ([], ADMIN),
        boards.board: ([], STAFF),
        calling.acknowledge_call: ([1], STAFF),
        calling.known_teams: ([], STAFF),
        calling.list_calls: (["INC-2"], STAFF),
        calling.page_person: (["INC-2", command("PagePerson", person="rob@example.com")], STAFF),
        drafts.change_draft: ([1, command("SaveDraft", body="Half a sentence", version=1)], STAFF),
        drafts.discard_draft: ([1], PUBLISHERS - {"lead"}),
        drafts.get_draft: ([1], STAFF),
        drafts.list_drafts: (["INC-2"], STAFF),
        drafts.save_draft: (["INC-2", command("SaveDraft", body="Half a sen")], STAFF),
        exporting.allow_export: ([], EVERYTHING),
        gates.missing_before_close: (["INC-2"], STAFF),
        import_history.import_history: ([past], ADMIN),
        insight.cases_between: ([day, day], STAFF),
        insight.export_insight: ([], STAFF),
        insight.get_insight: ([], STAFF),
        mail.mail_overview: ([], STAFF),
        mail.preview_letter: (["confirmation"], STAFF),
        mail.preview_mail: (["INC-2", 1], STAFF),
        news.stop_mail: (["INC-2", 1], PUBLISHERS),
        owning.list_changes: (["search"], STAFF),
        owning.record_change: (["search", command("RecordChange", what="Search 4.12")], STAFF),
        owning.set_owner: (["search", command("SetOwner", owner="mia@example.com")], ADMIN),
        owning.suggested_owners: (["INC-2"], STAFF),
        people.add_person: (["new@example.com", ["responder"]], ADMIN),
        people.add_token: (["new", ["responder"]], ADMIN),
        people.change_person: (["joe@example.com", command("ChangePerson", disabled=True)], ADMIN),
        people.colleagues: ([], STAFF),
        people.first_link: ([], ADMIN),
        people.get_person: (["joe@example.com"], ADMIN),
        people.list_people: ([], ADMIN),
        people.list_tokens: ([], ADMIN),
        people.names_of_colleagues: ([], STAFF),
        people.new_link: (["joe@example.com"], ADMIN),
        people.revoke_token: (["old"], ADMIN),
        playbooks.list_playbooks: ([], STAFF),
        playbooks.offered_playbooks: (["INC-2"], STAFF),
        playbooks.tick_step: (["INC-2", command("TickStep", playbook="roll-back-a-deploy", step=1)], STAFF),
        post_templates.false_alarm: (["INC-2"], STAFF),
        post_templates.list_templates: (["INC-2"], STAFF),
        postmortem_answers.compare_revisions: (["INC-1", 1], STAFF),
        postmortem_answers.list_postmortems: ([{}], STAFF),
        postmortem_answers.list_revisions: (["INC-1"], STAFF),
        postmortem_preview.preview_postmortem: (["INC-1"], STAFF),
        postmortem_requests.add_request: (["INC-1", command("AddRequest", name="Example")], STAFF),
        postmortem_requests.change_request: ([1, command("ChangeRequest", told=True)], STAFF),
        postmortem_requests.list_requests: (["INC-1"], STAFF),
        previewing.preview_post: (["INC-2", command("Post", state="investigating", body=body)], STAFF),
        reach.where_it_went: (["INC-2", 1], STAFF),
        retrospectives.retrospective_calendar: (["INC-1"], STAFF),
        sending.approve_draft: ([1, command("ApproveDraft", version=1)], PUBLISHERS),
        sending.publish_draft: ([1, command("PublishDraft", version=1)], PUBLISHERS),
        sessions.end_session: ([1], ADMIN),
        sessions.list_sessions: ([], ADMIN),
        settings.list_settings: ([], ADMIN),
        similar.similar: (["search"], STAFF),
        subscribers.add_subscriber: ([command("AddSubscriber", email="new@customer.example")], ADMIN),
        subscribers.export_subscribers: ([], ADMIN),
        subscribers.import_subscribers: ([[subscribers.Known("old@customer.example", "asked in May")]], ADMIN),
        subscribers.list_subscribers: ([], ADMIN),
        subscribers.note_report: ([command("NoteBounce", email="cleo@customer.example", kind="temporary")], ADMIN),
        subscribers.remove_subscriber: (["cleo@customer.example"], ADMIN),
        webhooks.add_webhook: ([command("AddWebhook", url="https://hooks.example.com/1")], ADMIN),
        webhooks.list_webhooks: ([], ADMIN),
        webhooks.remove_webhook: ([2], ADMIN),
        security.disclose: (["INC-4", command("Disclose", **{"as": "postmortem"})], SECURITY),
    }


READERS = {
    "board",
    "cases_between",
    "colleagues",
    "compare_revisions",
    "current_window",
    "due_reminders",
    "export_insight",
    "export_subscribers",
    "false_alarm",
    "first_link",  # somebody has signed in
    "get_component",
    "get_draft",
    "get_incident",
    "get_insight",
    "get_person",
    "get_postmortem",
    "get_window",
    "known_teams",
    "lint",
    "list_actions",
    "list_all_followups",
    "list_audit",
    "list_calls",
    "list_changes",
    "list_checklist",
    "list_components",
    "list_drafts",
    "list_followups",
    "list_impacts",
    "list_incidents",
    "list_links",
    "list_maintenances",
    "list_people",
    "list_playbooks",
    "list_postmortems",
    "list_posts",
    "list_requests",
    "list_revisions",
    "list_sessions",
    "list_settings",
    "list_signals",
    "list_subscribers",
    "list_templates",
    "list_timeline",
    "list_tokens",
    "list_webhooks",
    "list_windows",
    "mail_overview",
    "missing_before_close",
    "names_of_colleagues",
    "offered_playbooks",
    "on_call",
    "preview_letter",
    "preview_mail",
    "preview_post",
    "preview_postmortem",
    "recap",
    "retrospective_calendar",
    "rota_calendar",
    "similar",
    "suggested_owners",
    "where_it_went",
    "who_is_there",
}
UNMARKED = {"save_draft", "change_draft"}
"""What is typed is kept each few seconds; the audit log begins when somebody else has to do with it."""


def carry_out(verb, context, actor, asked):
    """Call a verb, and take all that it gives."""
    answer = verb(context, actor, *asked)
    return list(answer) if isinstance(answer, Iterator) else answer


def begin(desk, clock):
    """The story that `cases` speaks of, through the verbs."""
    one = desk.declare("One", components={"search": "major_outage"})["ref"]
    desk.post(one, "investigating")
    desk.do(followups.add_followup, one, command("AddFollowup", title="Do it", public=True))
    desk.post(one, "resolved")
    desk.published_postmortem(one, sections=POSTMORTEM, retrospective_at=clock.moment + timedelta(days=3))
    lead = desk.as_(person("lea@example.com", "responder"))
    two = lead.declare("Two", components={"search": "major_outage"})["ref"]
    lead.post(two, "investigating")
    desk.do(roles.offer_role, two, "messenger", command("OfferRole", person="mo"))
    desk.plan(clock.moment + timedelta(hours=1), clock.moment + timedelta(hours=2))
    desk.as_(person("sam@example.com", "security")).declare("Secret", security=True)
    desk.do(triage.ask_for_advice, command("AskAdvice", title="Unsure"))
    desk.do(signals.send_signal, command("SendSignal", title="Seen", kind="report"))
    starts, ends = (clock.moment + timedelta(days=day) for day in (1, 2))
    desk.do(windows.plan_window, command("PlanWindow", starts_at=starts, ends_at=ends))
    keeping.file_due_reminders(desk.context)
    desk.do(calling.page_person, two, command("PagePerson", person="mia@example.com"))
    desk.do(postmortem_requests.add_request, one, command("AddRequest", name="Example"))
    people.add_token(desk.context, PORTAL, "old", [Permission.RESPONDER])
    people.add_person(desk.context, PORTAL, "ada@example.com", [Permission.ADMIN])
    link = people.add_person(desk.context, PORTAL, "joe@example.com", [Permission.MESSENGER])
    sessions.sign_in_by_link(desk.context, link, sessions.Visitor("192.0.2.1", "a browser"))
    joe = desk.as_(person("joe@example.com", "messenger"))
    joe.do(drafts.save_draft, two, command("SaveDraft", state="identified", body=WORDS["identified"]))
    with desk.context.database.transaction() as db:
        enrol(db, "cleo@customer.example", {"kinds": ["incidents"]}, "a test", clock.text)
        number = enrol(db, "https://hooks.example.com/2", {"kinds": ["incidents"]}, "a test", clock.text)
        webhook_rows.add(db, number, "https://hooks.example.com/2", "whsec_")
    return desk


ACTORS = {
    "nobody": Actor("nobody", frozenset()),
    "responder": person("rob@example.com", "responder"),
    "messenger": person("mia@example.com", "messenger"),
    "admin": person("ada@example.com", "admin"),
    "security": person("sam@example.com", "security"),
    "lead": person("lea@example.com", "responder"),
    "chief": person("chief@example.com", "admin", "security"),
}
