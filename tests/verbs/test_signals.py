"""Alerts and reports from outside, and triage: enough of them open a record, never a public incident."""

from datetime import timedelta

import pytest

from portal.domain.errors import Conflict, Invalid, NotFound
from portal.domain.times import to_text
from portal.verbs import automation, closing, incidents, reports, signals, triage
from portal.verbs.commands import Reopen
from portal.verbs.commands_keeper import AlertmanagerAlerts, AskAdvice, Dismiss, FileReport, Promote, SendSignal
from portal.verbs.context import PORTAL


def send(desk, **fields):
    given = {"title": "Search answers nothing", "key": "search-down", "component": "search", **fields}
    return desk.do(signals.send_signal, SendSignal.model_validate(given))


def report(desk, text="Search is empty", **fields):
    return desk.do(signals.send_signal, SendSignal(title=text, kind="report", **{"component": "search", **fields}))


def triaged(desk):
    return incidents.list_incidents(desk.context, desk.actor, {"state": "triage"})["items"]


def waiting(desk):
    return [(one["title"], one["times"]) for one in signals.list_signals(desk.context, desk.actor)["items"]]


def run(desk):
    return automation.run_due(desk.context)


def test_an_alert_opens_a_triage_record_when_the_component_has_been_down_for_five_minutes(desk, clock):
    send(desk, severity="critical")
    clock.forward(minutes=4, seconds=59)
    run(desk)
    assert triaged(desk) == []
    clock.forward(seconds=1)
    assert run(desk)
    (one,) = triaged(desk)
    assert (one["title"], one["severity"], one["state"]) == ("Search: Search answers nothing", "critical", "triage")
    assert (one["started_at"], one["detected_at"]) == ("2026-11-23T14:00:00.000Z", "2026-11-23T14:05:00.000Z")
    assert one["public_url"] is None
    assert desk.get(one["ref"])["roles"]["lead"]["person"] is None
    assert waiting(desk) == []


def test_an_alert_that_has_lasted_long_when_it_comes_opens_one_at_once(desk, clock):
    send(desk, started_at=to_text(clock.moment - timedelta(minutes=7)))
    assert len(triaged(desk)) == 1


def test_the_settings_say_how_long_and_how_many(desk, clock, settings):
    process = settings.process.model_copy(update={"down_minutes": 1, "user_reports": 1})
    own = settings.model_copy(update={"process": process})
    object.__setattr__(desk.context, "settings", own)
    send(desk)
    clock.forward(minutes=1)
    run(desk)
    report(desk, component="sign-in")
    assert len(triaged(desk)) == 1
    report(desk, component="sign-in")
    assert len(triaged(desk)) == 2


def test_nothing_of_it_is_public(desk, clock):
    before = desk.sql("SELECT count(*) FROM change")[0][0]
    send(desk)
    for _ in range(6):
        report(desk, component="sign-in")
    clock.forward(minutes=6)
    run(desk)
    assert len(triaged(desk)) == 2
    assert desk.sql("SELECT count(*) FROM change")[0][0] == before
    assert desk.sql("SELECT * FROM post") == desk.sql("SELECT * FROM public_incident") == []


def test_the_same_alert_again_only_counts(desk):
    first = send(desk)
    assert send(desk)["id"] == first["id"]
    assert waiting(desk) == [("Search answers nothing", 2)]


def test_an_alert_that_ends_in_time_opens_nothing_and_may_come_again(desk, clock):
    first = send(desk)
    clock.forward(minutes=3)
    assert send(desk, status="resolved")["ended_at"] == to_text(clock.moment)
    clock.forward(minutes=10)
    run(desk)
    assert triaged(desk) == []
    assert send(desk)["id"] != first["id"]


def test_an_end_without_a_beginning_is_refused(desk):
    with pytest.raises(Invalid):
        send(desk, status="resolved")
    with pytest.raises(Invalid):
        desk.do(signals.send_signal, SendSignal(title="No key"))
    with pytest.raises(Invalid, match="no end"):
        report(desk, status="resolved")


def test_an_alert_joins_the_open_incident_on_its_component(desk, clock):
    ref = desk.declare(components={"search": "major_outage"})["ref"]
    assert send(desk)["ref"] == ref
    clock.forward(minutes=10)
    send(desk, status="resolved")
    run(desk)
    assert triaged(desk) == []
    texts = [row["text"] for row in desk.sql("SELECT text FROM timeline WHERE kind = 'signal'")]
    assert texts == ["Alert: Search answers nothing", "Ended: Search answers nothing (api)"]


def test_a_private_incident_is_joined_by_nothing(desk, security, clock):
    desk.as_(security).declare("A leak", security=True, components={"search": "major_outage"})
    assert send(desk)["ref"] is None
    clock.forward(minutes=6)
    run(desk)
    assert [one["ref"] for one in triaged(desk)] == ["INC-2"]


def test_a_second_alert_on_the_component_joins_the_triage_record(desk, clock):
    send(desk)
    clock.forward(minutes=6)
    run(desk)
    assert send(desk, key="search-slow")["ref"] == "INC-1"
    assert report(desk)["ref"] == "INC-1"
    assert len(triaged(desk)) == 1


def test_alerts_without_a_component_are_told_apart_by_their_title(desk, clock):
    send(desk, component=None, key="a", title="Disk full")
    send(desk, component=None, key="b", title="Disk full")
    send(desk, component=None, key="c", title="Queue long")
    clock.forward(minutes=6)
    run(desk)
    assert sorted(one["title"] for one in triaged(desk)) == ["Disk full", "Queue long"]


def test_an_alert_of_no_weight_is_kept_and_opens_nothing(desk, clock):
    send(desk, severity="none")
    clock.forward(hours=6)
    run(desk)
    assert triaged(desk) == []
    assert len(waiting(desk)) == 1


def test_more_than_five_reports_within_an_hour_open_a_triage_record(desk, clock):
    for number in range(5):
        report(desk, f"Search is empty ({number})")
    assert triaged(desk) == []
    report(desk, "Search is empty (5)")
    (one,) = triaged(desk)
    assert one["title"] == "Search: 6 reports"


def test_reports_of_yesterday_do_not_count(desk, clock):
    for _ in range(5):
        report(desk)
    clock.forward(minutes=61)
    report(desk)
    assert triaged(desk) == []


def test_channel_and_on_behalf_of_are_kept(desk):
    said = report(desk, channel="ticket 4711", on_behalf_of="Example Corp", contact="ops@customer.example")
    assert (said["channel"], said["on_behalf_of"], said["contact"], said["received_by"]) == (
        "ticket 4711",
        "Example Corp",
        "ops@customer.example",
        desk.actor.name,
    )
    for _ in range(5):
        report(desk)
    rows = desk.sql("SELECT text FROM timeline WHERE kind = 'signal' ORDER BY id")
    assert rows[0]["text"] == "Report: Search is empty (by ticket 4711, on behalf of Example Corp)"


def test_a_visitor_may_report_and_learns_nothing(desk, context):
    desk.component("Secret thing", hidden=True)
    for component in ("search", "secret-thing", "no-such-thing"):
        done = reports.file_report(context, reports.VISITOR, FileReport(text="It is down\nfor me", component=component))
        assert done.answer == {"received": True}
        assert done.change is None
    kept = signals.list_signals(desk.context, desk.actor)["items"]
    assert [(one["title"], one["component"], one["received_by"]) for one in kept] == [
        ("It is down for me", None, "visitor"),
        ("It is down for me", None, "visitor"),
        ("It is down for me", "search", "visitor"),
    ]


def test_one_report_can_be_promoted_to_an_incident(desk):
    number = report(desk)["id"]
    said = desk.do(triage.promote_signal, number, Promote(title="Search is empty for all", severity="critical"))
    assert (said["state"], said["severity"], said["roles"]["lead"]["person"]) == (
        "active",
        "critical",
        desk.actor.name,
    )
    assert waiting(desk) == []
    with pytest.raises(Conflict, match="belongs to INC-1"):
        desk.do(triage.promote_signal, number, Promote())


def test_a_signal_can_be_dismissed_with_a_reason(desk, clock):
    number = send(desk)["id"]
    desk.do(triage.dismiss_signal, number, Dismiss(reason="A test"))
    assert waiting(desk) == []
    clock.forward(minutes=10)
    run(desk)
    assert triaged(desk) == []
    with pytest.raises(Conflict, match="A test"):
        desk.do(triage.dismiss_signal, number, Dismiss(reason="Again"))
    with pytest.raises(NotFound):
        desk.do(triage.dismiss_signal, 99, Dismiss(reason="Again"))


def test_what_is_in_triage_is_promoted_by_somebody_who_leads_it_then(desk, clock):
    send(desk)
    clock.forward(minutes=6)
    run(desk)
    said = desk.do(triage.promote, "INC-1", Promote(title="Search is down", severity="critical"))
    assert (said["state"], said["title"], said["severity"]) == ("active", "Search is down", "critical")
    assert said["roles"]["lead"] == {
        "person": desk.actor.name,
        "acting": True,
        "accepted_at": to_text(clock.moment),
        "offer": None,
    }
    with pytest.raises(Conflict, match="active already"):
        desk.do(triage.promote, "INC-1", Promote())


def test_what_is_dismissed_keeps_its_number_and_its_timeline(desk, clock):
    send(desk)
    clock.forward(minutes=6)
    run(desk)
    said = desk.do(triage.dismiss, "INC-1", Dismiss(reason="A slow batch job."))
    assert (said["state"], said["outcome"], said["close_reason"]) == ("closed", "cancelled", "A slow batch job.")
    assert desk.sql("SELECT text FROM timeline WHERE kind = 'dismissed'")[0]["text"] == "No incident: A slow batch job."
    assert desk.sql("SELECT settled_by, reason FROM signal")[0]["settled_by"] == desk.actor.name
    clock.forward(minutes=10)
    run(desk)
    assert triaged(desk) == []


def test_an_alert_that_goes_on_after_its_incident_opens_a_new_record(desk, clock):
    send(desk)
    clock.forward(minutes=6)
    run(desk)
    desk.do(triage.promote, "INC-1", Promote())
    desk.close("INC-1", "cancelled", reason="The monitoring was wrong.")
    clock.forward(minutes=6)
    send(desk)
    clock.forward(minutes=6)
    run(desk)
    assert [one["ref"] for one in triaged(desk)] == ["INC-2"]


def test_who_is_unsure_asks_for_advice(desk):
    said = desk.do(triage.ask_for_advice, AskAdvice(title="Searches are slow", text="p95 is 4 s", component="search"))
    assert (said["state"], said["summary"], said["roles"]["lead"]["person"]) == (
        "triage",
        "p95 is 4 s",
        desk.actor.name,
    )
    (told,) = desk.sql("SELECT * FROM outbox WHERE event = 'advice_asked'")
    assert '"channel:advice"' in told["details"]
    assert "INC-1 (Searches are slow)" in told["details"]


def payload(*alerts):
    return AlertmanagerAlerts.model_validate(
        {"version": "4", "receiver": "portal", "status": "firing", "externalURL": "http://am", "alerts": list(alerts)}
    )


def alert(**fields):
    return {
        "status": "firing",
        "labels": {"alertname": "SearchDown", "severity": "critical", "component": "search"},
        "annotations": {"summary": "Search answers nothing", "description": "All of it."},
        "startsAt": "2026-11-23T13:58:00.123456789Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus/graph",
        "fingerprint": "c1d2e3f4a5b60718",
        **fields,
    }


def test_alertmanagers_payload_is_taken_deduped_and_ended(desk, clock):
    said = desk.do(signals.send_alerts, payload(alert()))
    (one,) = said["items"]
    assert (one["title"], one["component"], one["severity"], one["started_at"], one["url"]) == (
        "Search answers nothing",
        "search",
        "critical",
        "2026-11-23T13:58:00.123Z",
        "http://prometheus/graph",
    )
    clock.forward(minutes=4)
    assert desk.do(signals.send_alerts, payload(alert()))["items"][0]["times"] == 2
    assert [one["ref"] for one in triaged(desk)] == ["INC-1"]
    ended = desk.do(
        signals.send_alerts, payload(alert(status="resolved"), alert(status="resolved", fingerprint="other"))
    )
    assert (ended["received"], [one["ended_at"] for one in ended["items"]]) == (2, [to_text(clock.moment)])


@pytest.mark.parametrize(
    "odd",
    [
        {"labels": {"component": "no-such-thing"}, "annotations": {}},
        {"labels": {"component": "../../x"}, "fingerprint": ""},
        {"startsAt": "yesterday"},
        {"startsAt": "0001-01-01T00:00:00Z"},
        {"startsAt": "9999-01-01T00:00:00Z"},
        {"generatorURL": "javascript:alert(1)"},
        {"annotations": {"summary": "x" * 5000, "description": "y" * 50_000}},
        {"annotations": {"summary": "\u202e \x00 "}},
    ],
)
def test_odd_alerts_are_kept_all_the_same(desk, odd):
    (one,) = desk.do(signals.send_alerts, payload(alert(**odd)))["items"]
    assert 0 < len(one["title"]) <= 300
    assert one["started_at"] <= "2026-11-23T14:00:00.000Z"
    assert one["url"] is None or one["url"].startswith("http")


def test_the_portal_itself_leads_nothing(desk, clock):
    send(desk)
    clock.forward(minutes=6)
    run(desk)
    assert desk.sql("SELECT * FROM role WHERE person = ?", PORTAL.name) == []


def contacts(desk):
    return [row[0] for row in desk.sql("SELECT contact FROM signal ORDER BY id")]


def test_how_a_visitor_can_be_reached_is_forgotten_90_days_after_the_report_is_closed(desk, clock):
    for number in range(3):
        given = {"text": f"Search is empty {number}", "contact": f"v{number}@customer.example"}
        reports.file_report(desk.context, reports.VISITOR, FileReport.model_validate(given))
    desk.do(triage.dismiss_signal, 1, Dismiss(reason="A typo"))
    ref = desk.do(triage.promote_signal, 2, Promote())["ref"]
    desk.close(ref, "cancelled", reason="It was none")
    clock.forward(days=89, hours=23)
    run(desk)
    assert contacts(desk) == [f"v{number}@customer.example" for number in range(3)]
    clock.forward(hours=1)
    run(desk)
    assert contacts(desk) == [None, None, "v2@customer.example"], "the third still waits for somebody"
    (said,) = desk.sql("SELECT details FROM audit WHERE action = 'contact.forget'")
    assert "customer.example" not in said["details"]


def test_so_is_an_incidents_reporter_unless_it_is_opened_again(desk, clock):
    reporter = {"kind": "customer", "name": "Grace", "contact": "grace@customer.example"}
    refs = [desk.declare(reporter=reporter)["ref"] for _ in range(2)]
    for ref in refs:
        desk.close(ref, "cancelled", reason="It was none")
    desk.do(closing.reopen, refs[1], Reopen(reason="It is back"))
    clock.forward(days=90)
    run(desk)
    assert [desk.get(ref)["reporter"]["contact"] for ref in refs] == [None, "grace@customer.example"]
    assert desk.get(refs[0])["reporter"]["name"] == "Grace"
