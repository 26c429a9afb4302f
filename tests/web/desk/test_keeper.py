# ruff: noqa: F811
"""The keeper's pages, as people use them: windows, the rota, reminders, triage, false alarms, private incidents."""

import pytest

from portal.domain.names import Permission
from portal.verbs import automation, signals
from portal.verbs.commands_keeper import SendSignal
from portal.verbs.context import Actor
from tests.web.desk.rooms import fill
from tests.web.desk.writing import desk, house, mia, ref  # noqa: F401

LAUNCH = {"title": "Launch of Search 5", "starts_at": "2026-11-24T14:00", "ends_at": "2026-11-24T20:00"}


def wait(house, clock, **step):
    clock.forward(**step)
    automation.run_due(house.context)


def test_a_window_is_planned_changed_and_cancelled(mia):
    assert "No window is planned." in mia.look("/windows")
    page = mia.press("/windows", **LAUNCH, owner="mia@example.com")
    assert "Planned. It still needs: plan." in page.text
    assert "no plan" in page.text
    assert 'value="2026-11-24T14:00"' in mia.look("/windows/1")
    page = mia.press("/windows/1", plan="Mia can hold it until 13:55 UTC.", notify="lea@example.com")
    assert "Saved." in page.text
    assert "no plan" not in page.text
    assert "lea@example.com" in mia.look("/windows/1")
    assert "Cancelled." in mia.press("/windows/1/cancel", reason="Moved to January").text
    assert "Moved to January" in mia.look("/windows/1")


def test_what_was_typed_into_a_window_is_not_lost(mia):
    mia.look("/windows")
    page = mia.press("/windows", **{**LAUNCH, "ends_at": "2026-11-24T13:00"}, plan="My plan <b>")
    assert page.status_code == 422
    assert "This is not after its start." in page.text
    assert "My plan &lt;b&gt;" in page.text
    assert 'value="2026-11-24T13:00"' in page.text


def test_an_owner_that_is_emptied_is_taken_away(mia):
    mia.look("/windows")
    mia.press("/windows", **LAUNCH, owner="mia@example.com", plan="Plan")
    mia.look("/windows/1")
    assert "no owner" in mia.press("/windows/1", owner="").text


def test_an_owner_whom_no_message_reaches_is_said(mia):
    mia.look("/windows")
    page = mia.press("/windows", **LAUNCH, owner="Marketing", plan="Plan")
    assert "Planned. Nobody with an account here is called Marketing, so no message goes out" in page.text


def test_the_rota_page_says_who_is_on_call_and_what_is_wrong_with_the_file(mia, settings):
    assert "handover: 2026-11-23T09:00" in mia.look("/rota")
    (settings.home / "rota.yaml").write_text(
        "rotas:\n  - {name: lead, handover: 2026-11-02T09:00, people: [mia@example.com, rob@example.com]}\n"
    )
    page = mia.look("/rota")
    assert "rob@example.com" in page
    assert "/desk/rota/lead.ics" in page
    (settings.home / "rota.yaml").write_text("rotas: [{name: Lead}]")
    page = mia.look("/rota")
    assert "a word of lower-case letters" in page
    assert "rob@example.com" in page


def test_calendars_of_a_rota_and_of_oneself_can_be_fetched(mia, settings):
    (settings.home / "rota.yaml").write_text(
        "rotas:\n  - {name: lead, handover: 2026-11-02T09:00, people: [mia@example.com, rob@example.com]}\n"
    )
    mia.look("/rota")
    for name, turns in (("lead", 27), ("mine", 13)):
        text = mia.look(f"/rota/{name}.ics")
        assert mia.page.content_type == "text/calendar; charset=utf-8"
        assert text.count("BEGIN:VEVENT") == turns
    mia.look("/rota/nobody.ics", 404)


@pytest.fixture
def spoken(house):
    """An incident in which nothing but its next update can be late."""
    return house.verbs.declare(severity="critical", customer_impact="yes", messenger=house.verbs.actor.name)["ref"]


def test_a_reminder_is_seen_and_snoozed(house, mia, spoken, clock):
    house.verbs.post(spoken, "investigating")
    assert "Nothing waits for anybody." in mia.look("/reminders")
    wait(house, clock, minutes=10)
    page = mia.look("/reminders")
    assert "The next update of INC-1 (Search fails) is due at 14:15 UTC." in page
    page = mia.press("/reminders/1/snooze", minutes="5", reason="Almost done").text
    assert "It waits until 14:15 UTC." in page
    assert "snoozed 1 time" in page


def test_a_reminder_that_is_done_can_not_be_snoozed(house, mia, spoken, clock):
    house.verbs.post(spoken, "investigating")
    wait(house, clock, minutes=10)
    mia.look("/reminders")
    house.verbs.post(spoken, "monitoring")
    page = mia.press("/reminders/1/snooze", minutes="5")
    assert page.status_code == 409
    assert "What this reminder asks for is done" in page.text


def alert(house, clock):
    given = {"title": "Search <answers> nothing", "key": "k", "component": "search", "severity": "critical"}
    house.verbs.do(signals.send_signal, SendSignal.model_validate(given))


def test_a_triage_record_is_promoted(house, mia, clock):
    alert(house, clock)
    wait(house, clock, minutes=6)
    assert "Search: Search &lt;answers&gt; nothing" in mia.look("/triage")
    mia.press("/incidents/INC-1/promote", title="Search is down", reason="All of it")
    assert house.verbs.get("INC-1")["roles"]["lead"]["person"] == "mia@example.com"
    assert house.verbs.get("INC-1")["title"] == "Search is down"
    assert "No record waits for a decision." in mia.look("/triage")


def test_a_triage_record_is_dismissed_with_a_reason_only(house, mia, clock):
    alert(house, clock)
    wait(house, clock, minutes=6)
    mia.look("/triage")
    page = mia.press("/incidents/INC-1/dismiss")
    assert page.status_code == 422
    assert "This field is needed." in page.text
    assert "INC-1 is dismissed." in mia.press("/incidents/INC-1/dismiss", reason="A batch job.").text
    assert house.verbs.get("INC-1")["close_reason"] == "A batch job."


def test_one_signal_is_promoted_or_dismissed(house, mia, clock):
    alert(house, clock)
    mia.look("/triage")
    mia.press("/signals/1/promote", title="Search is down")
    assert house.verbs.get("INC-1")["severity"] == "critical"
    mia.look("/triage/new")
    mia.press(
        "/triage/report", text="Nothing works", component="sign-in", on_behalf_of="Example Corp", channel="ticket"
    )
    page = mia.look("/triage")
    assert "on behalf of Example Corp" in page
    assert "Dealt with." in mia.press("/signals/2/dismiss", reason="Their proxy").text


def test_who_is_unsure_asks_for_advice(house, mia):
    mia.look("/triage/new")
    mia.press("/triage", title="Searches are slow", text="p95 is 4 s")
    said = house.verbs.get("INC-1")
    assert (said["state"], said["declared_by"], said["summary"]) == ("triage", "mia@example.com", "p95 is 4 s")


def test_a_private_incident_is_made_spoken_for_and_disclosed(house, ref):
    sam = house.person("sam@example.com", "security", "messenger")
    assert "Make it private" in sam.look(f"/incidents/{ref}/private")
    page = sam.press(f"/incidents/{ref}/private").text
    assert "It is private now." in page
    assert "Tell clients whose data is affected, within 24 hours" in page
    assert "2026-11-24 14:00 UTC" in page
    page = sam.press(f"/incidents/{ref}/availability", title="Search fails", components__search="partial_outage")
    assert page.status_code == 422
    assert "write a neutral one" in page.text
    sam.look(f"/incidents/{ref}/private")
    sam.press(f"/incidents/{ref}/availability", title="Sign-in fails", components__search="partial_outage")
    rob = house.person("rob@example.com", "responder")
    other = house.verbs.as_(Actor("rob@example.com", frozenset({Permission.RESPONDER}))).get("INC-2")
    assert (other["security"], other["title"], other["components"]) == (
        False,
        "Sign-in fails",
        {"search": "partial_outage"},
    )
    assert other["related"] == []
    assert "Sign-in fails" in sam.look(f"/incidents/{ref}/private")
    rob.look(f"/incidents/{ref}/private", 404)


def test_only_the_security_permission_discloses(house, mia, ref):
    mia.look(f"/incidents/{ref}/private")
    assert mia.press(f"/incidents/{ref}/private").status_code == 403
    csrf = mia.fields(f"/incidents/{ref}/private")
    house.verbs.change(ref, security=True)
    mia.look(f"/incidents/{ref}/private", 404)
    assert mia.send(f"/incidents/{ref}/disclose", [*csrf, ("as", "postmortem")]).status_code == 403
    assert house.verbs.get(ref)["disclosed_as"] is None


def test_an_advisory_that_needs_another_look_is_asked_about_with_its_words_kept(house, ref):
    sam = house.person("sam@example.com", "security")
    house.verbs.change(ref, security=True)
    sam.look(f"/incidents/{ref}/private")
    words = {
        "title": "Rotate your keys",
        "body": "You are affected if you have a key. Make new ones before tomorrow 5pm PST.",
    }
    page = fill(sam, "advise", **words)
    assert page.status_code == 422
    assert words["body"] in page.text
    assert "Publish it as it is" in page.text
    assert "the advisory is public" in fill(sam, "advise", confirm="1").text


@pytest.mark.parametrize("path", ["/windows", "/rota", "/reminders", "/triage", "/triage/new"])
def test_every_page_is_there_for_responders_and_for_nobody_else(house, path):
    house.person("rob@example.com", "responder").look(path)
    answer = house.app.test_client().get(f"/desk{path}")
    assert answer.status_code == 303
    assert "/desk/sign-in" in answer.headers["Location"]


def test_the_board_shows_windows_that_lack_something_in_red_and_what_was_reported(house, mia, clock):
    mia.look("/windows")
    mia.press("/windows", **LAUNCH, owner="mia@example.com")
    alert(house, clock)
    page = mia.look("/")
    assert "notice--bad" in page
    assert "the announcement window has no plan." in page
    assert "An alert or report waits" in page
    mia.look("/windows/1")
    mia.press("/windows/1", plan="Mia can hold it.")
    mia.look("/triage")
    mia.press("/signals/1/dismiss", reason="A test")
    page = mia.look("/")
    assert "notice--bad" not in page
    assert "report wait" not in page
