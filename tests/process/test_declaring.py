"""PROCESS, Declaring: each row's promise, through form, API and command."""

import json
from datetime import timedelta

from markupsafe import escape

from portal.domain.names import Permission
from portal.domain.times import to_text
from portal.verbs import automation, incidents, keeping, people, signals
from portal.verbs.commands_keeper import SendSignal
from portal.verbs.context import PORTAL
from portal.verbs.post_templates import list_templates
from portal.web.desk.declare import EXAMPLES
from tests.process.doors import Api
from tests.verbs.conftest import WORDS


def run(house):
    automation.run_due(house.context)


def public(house):
    """Titles that the public sees."""
    return [row["title"] for row in house.verbs.sql("SELECT title FROM public_incident ORDER BY id")]


def test_anyone_may_declare_with_a_title_alone(house, rob):
    rob.declare("Search returns errors")
    said = house.verbs.get(rob.ref)
    assert (said["title"], said["severity"], said["state"]) == ("Search returns errors", "major", "active")
    assert said["roles"]["lead"] | {"accepted_at": None} == {
        "person": rob.me,
        "acting": True,
        "accepted_at": None,
        "offer": None,
    }
    assert public(house) == []


def test_publishing_needs_the_messenger_permission_or_a_role(house, somebody, mia):
    ada, bob = somebody("responder"), somebody("responder")
    ref = ada.declare()
    assert bob.post("investigating", WORDS["investigating"], ref=ref).status == 403
    assert ada.post("investigating", WORDS["investigating"]).done
    assert mia.post("identified", WORDS["identified"], ref=ref).done


def test_somebody_in_no_team_that_knows_calls_support_at_once_and_sees_that(house):
    people.add_person(house.context, PORTAL, "new@example.com", [Permission.RESPONDER], team="sales")
    new = house.person("new@example.com", "responder")
    new.look("/declare")
    page = new.press("/declare", title="Search is empty")
    assert [row["team"] for row in house.verbs.sql("SELECT team FROM call")] == ["support"]
    assert "upport" in page.text
    said = house.verbs.sql("SELECT details FROM outbox WHERE event = 'person_paged'")
    assert json.loads(said[0]["details"])["to"] == ["support@example.com"]


def test_whoever_identified_it_is_thanked_and_may_leave_or_stay(house, somebody):
    rob, ada = somebody("responder"), somebody("responder")
    ref = rob.declare()
    thanks = house.verbs.sql("SELECT details FROM timeline WHERE kind = 'declared'")[0]["details"]
    assert ("thanks" in (thanks or "")) is ("@" in rob.me), "a program needs no thanks"
    assert rob.act("attend", attends=False).status == 409, "there is always one lead"
    rob.act("offer", role="lead", person=ada.me)
    assert ada.act("accept", ref=ref, role="lead").done
    assert rob.act("attend", attends=False).done
    assert house.verbs.sql("SELECT count(*) FROM role WHERE person = ? AND ended_at IS NULL", rob.me)[0][0] == 0


def test_it_says_who_is_concerned(house, mia):
    mia.declare(audience="cloud", breadth="some", components={"search": "major_outage"})
    said = house.verbs.get(mia.ref)
    assert (said["audience"], said["breadth"]) == ("cloud", "some")
    texts = list_templates(house.context, house.verbs.actor, mia.ref)["texts"]
    assert "cloud" in texts["investigating"]
    assert mia.act("declare", title="x", audience="moon").status == 422


def test_examples_of_critical_and_major_stand_beside_the_choice(house):
    page = house.person("eve@example.com", "responder").look("/declare")
    assert EXAMPLES["critical"] in page
    assert str(escape(EXAMPLES["major"])) in page


def test_minor_is_refused_with_the_support_route_and_taken_with_a_reason(house, rob):
    refused = rob.act("declare", title="A typo", severity="minor")
    assert refused.status == 422
    assert "support@example.com" in refused.text
    assert rob.act("declare", title="A typo", severity="minor", reason="It is on the sign-in page.").done
    assert house.verbs.get(rob.ref)["severity_reason"] == "It is on the sign-in page."


def test_a_component_that_is_down_or_enough_reports_open_a_record_and_never_a_post(house, rob, clock):
    given = {"title": "Down", "key": "k", "component": "sign-in"}
    house.verbs.do(signals.send_signal, SendSignal.model_validate(given))
    clock.forward(minutes=5)
    run(house)
    for number in range(6):
        extra = {} if "@" in rob.me else {"kind": "report", "title": f"Empty {number}"}
        sent = {"text": f"Search is empty {number}", "component": "search", "on_behalf_of": "Example Corp", **extra}
        assert rob.act("report", channel="ticket", **sent).done
    found = incidents.list_incidents(house.context, house.verbs.actor, {"state": "triage"})["items"]
    assert sorted(one["title"] for one in found) == ["Search: 6 reports", "Sign-in: Down"]
    rows = house.verbs.sql("SELECT channel, on_behalf_of FROM signal WHERE kind = 'report'")
    assert {tuple(row) for row in rows} == {("ticket", "Example Corp")}
    assert public(house) == []


def test_unsure_asks_in_the_advice_channel(house, rob):
    assert rob.act("ask_for_advice", title="Searches are slow").done
    (told,) = house.verbs.sql("SELECT details FROM outbox WHERE event = 'advice_asked'")
    assert json.loads(told["details"])["to"] == ["channel:advice"]
    assert house.verbs.get(rob.ref)["state"] == "triage"
    assert rob.act("promote").done
    assert house.verbs.get(rob.ref)["state"] == "active"


def test_what_is_no_incident_is_dismissed_with_a_reason(house, rob):
    rob.act("ask_for_advice", title="Searches are slow")
    assert rob.act("dismiss").status == 422
    assert rob.act("dismiss", reason="A batch job").done
    assert house.verbs.get(rob.ref)["outcome"] == "cancelled"


def test_a_reporter_from_outside_is_acknowledged_within_ten_minutes_with_a_ready_reply(house, rob, clock):
    reporter = {"kind": "customer", "name": "Grace", "contact": "grace@customer.example"}
    rob.declare(reporter=reporter, customer_impact="no")
    clock.forward(minutes=10)
    run(house)
    waiting = keeping.due_reminders(house.context, house.verbs.actor)["items"]
    assert "Thank you Grace" in next(one["text"] for one in waiting if one["kind"] == "reporter")


def test_a_security_incident_is_nowhere_public_and_not_by_a_switch(house, sam, rob):
    sam.declare("A leak of tokens", security=True, customer_impact="yes", severity="critical")
    assert sam.post("investigating", WORDS["investigating"], again=True).status >= 400
    assert sam.act("change", security=False).status in (400, 409, 422)
    assert "leak" not in rob.read(sam.ref)
    assert public(house) == []
    assert house.verbs.sql("SELECT * FROM public_post") == []


def test_only_the_security_permission_discloses_and_only_an_advisory_or_a_postmortem(house, sam, mia):
    sam.declare("A leak of tokens", security=True)
    assert mia.act("disclose", ref=sam.ref, **{"as": "postmortem"}).status in (403, 404)
    assert sam.act("disclose", **{"as": "incident"}).status == 422
    words = "You are affected if you use the Search component. Please rotate your tokens before 2026-12-01 10:00 UTC."
    assert sam.act("disclose", **{"as": "advisory", "title": "Please rotate your tokens", "body": words}).done
    assert public(house) == ["Please rotate your tokens"]


def test_a_neutral_incident_speaks_for_a_private_one(house, sam, mia):
    ref = sam.declare("A leak of tokens", security=True)
    assert mia.act("speak_for", ref=ref, title="Sign-in fails", severity="major").status in (403, 404)
    given = {"title": "Sign-in fails", "severity": "major", "components": {"sign-in": "partial_outage"}}
    assert sam.act("speak_for", ref=ref, **given).done
    said = incidents.get_incident(house.context, PORTAL, sam.ref)
    assert (said["security"], [one["ref"] for one in said["related"]]) == (False, [ref])
    assert "leak" not in mia.read(sam.ref)


def test_legal_clocks_run_from_when_it_is_known(house, sam, clock):
    sam.declare("A leak of tokens", security=True, customer_impact="yes")
    clock.forward(hours=24)
    run(house)
    kinds = [one["kind"] for one in keeping.due_reminders(house.context, PORTAL)["items"]]
    assert kinds == ["clients_24h"]


def test_an_advisory_has_posts_and_no_outage_colour_and_its_own_template(house, mia):
    mia.declare("Prepare the upgrade", kind="advisory", components={"search": "operational"})
    text = list_templates(house.context, house.verbs.actor, mia.ref)["texts"]["identified"]
    assert text.startswith("You are affected if")
    words = "You are affected if you use the Search component. Do upgrade it before 2026-12-01 10:00 UTC."
    assert mia.post("identified", words, again=True).done
    assert house.verbs.status("search") == "operational"


def test_a_drill_is_never_public(house, mia):
    mia.declare("A drill", kind="drill")
    assert mia.post("investigating", WORDS["investigating"], again=True).status >= 400
    assert public(house) == []


def test_a_window_without_owner_or_plan_is_red_until_it_has_both(house, rob, clock):
    given = {
        "title": "Launch",
        "starts_at": to_text(clock.moment + timedelta(days=1)),
        "ends_at": to_text(clock.moment + timedelta(days=2)),
    }
    assert rob.act("plan_window", **given).done
    run(house)
    texts = [one["text"] for one in keeping.due_reminders(house.context, house.verbs.actor)["items"]]
    assert any("no owner and no plan" in text for text in texts)
    page = house.person("eve@example.com", "responder")
    assert "no owner, no plan" in page.look("/windows")
    assert rob.act("change_window", id=1, owner="mia@example.com", plan="Mia can hold it.").done
    assert keeping.due_reminders(house.context, house.verbs.actor)["items"] == []


def test_inside_a_window_every_incident_calls_marketing_and_the_form_shows_a_banner(house, rob, clock):
    given = {"title": "Launch of Search 5", "owner": "mia@example.com", "plan": "Hold it."}
    times = {"starts_at": to_text(clock.moment), "ends_at": to_text(clock.moment + timedelta(hours=4))}
    assert rob.act("plan_window", **given, **times).done
    rob.declare(customer_impact="no")
    run(house)
    (told,) = house.verbs.sql("SELECT details FROM outbox WHERE event = 'marketing_called'")
    assert json.loads(told["details"])["to"] == ["team:marketing", "mia@example.com"]
    page = house.person("eve@example.com", "responder")
    assert "Launch of Search 5" in page.look("/declare")
    assert "Launch of Search 5" in page.look("/")


def test_a_private_incident_is_not_offered_called_or_shown(house, sam, rob, clock):
    times = {"starts_at": to_text(clock.moment), "ends_at": to_text(clock.moment + timedelta(hours=4))}
    rob.act("plan_window", title="Launch", owner="a@example.com", plan="Hold it.", **times)
    sam.declare("A leak of tokens", security=True, components={"search": "major_outage"})
    run(house)
    assert house.verbs.sql("SELECT * FROM outbox WHERE event IN ('marketing_called', 'incident_changed')") == []
    rob.declare("A leak of tokens again", components={"search": "major_outage"})
    assert sam.ref not in rob.read(rob.ref)
    assert sam.ref not in house.person("eve@example.com", "responder").look("/")


def test_open_incidents_on_the_same_components_are_offered_first(house, rob):
    first = rob.declare("Search fails", components={"search": "major_outage"})
    eve = house.person("eve@example.com", "responder")
    assert first in eve.look("/declare/similar?title=Search+is+down&components.search=major_outage")
    said = Api(house, "another program", "responder").caller.ok("GET", "/similar-incidents?components=search")
    assert [one["ref"] for one in said["items"]] == [first]
