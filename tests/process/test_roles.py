"""PROCESS, Severity and Roles: each row's promise, through form, API and command."""

import json

import pytest

from portal.domain.names import Permission
from portal.verbs import automation, calling, keeping, owning, people, playbooks, recap
from portal.verbs.commands_room import PagePerson
from portal.verbs.context import PORTAL
from tests.process.doors import Api
from tests.verbs.conftest import WORDS


def wait(house, clock, minutes):
    clock.forward(minutes=minutes)
    automation.run_due(house.context)


def kinds(house):
    return [one["kind"] for one in keeping.due_reminders(house.context, PORTAL)["items"]]


def role(house, door, name):
    return house.verbs.get(door.ref)["roles"][name]


# Severity and outcome


def test_severity_rises_freely_and_is_lowered_with_a_reason(house, rob):
    rob.declare(severity="major")
    assert rob.act("change", severity="critical").done
    refused = rob.act("change", severity="major")
    assert refused.status == 422
    assert "reason" in refused.text
    assert rob.act("change", severity="major", reason="Only one region").done
    texts = [row["text"] for row in house.verbs.sql("SELECT text FROM timeline WHERE kind = 'severity'")]
    assert texts == ["Severity: major -> critical", "Severity: critical -> major (Only one region)"]


def test_a_false_positive_says_what_was_seen_and_what_it_teaches_and_stays_out_of_the_numbers(house, rob):
    rob.declare()
    refused = rob.act("close", outcome="false_positive")
    assert refused.status == 409
    assert "Say what was seen" in refused.text
    assert "its lesson" in refused.text
    assert rob.act("close", outcome="false_positive", what_was_seen="One alert", lesson="A longer window").done
    said = house.verbs.get(rob.ref)
    assert (said["ref"], said["outcome"], said["metrics"]) == ("INC-1", "false_positive", None)
    assert house.verbs.sql("SELECT count(*) FROM timeline")[0][0] > 1


def test_a_public_false_positive_is_a_false_alarm_in_public_first_and_keeps_its_address(house, mia):
    mia.declare(components={"search": "major_outage"})
    mia.post("investigating", WORDS["investigating"])
    address = house.verbs.get(mia.ref)["public_url"]
    given = {"outcome": "false_positive", "what_was_seen": "One alert", "lesson": "A longer window"}
    refused = mia.act("close", **given)
    assert refused.status == 409
    assert "false alarm" in refused.text
    assert mia.post("resolved", "This was a false alarm: searches in the Search component worked all the time.").done
    assert mia.act("close", **given).done
    (row,) = house.verbs.sql("SELECT false_alarm FROM public_incident")
    assert row["false_alarm"] == 1
    assert house.verbs.get(mia.ref)["public_url"] == address


def test_a_false_alarm_is_told_and_closed_on_its_page(house, mia):
    mia.declare(components={"search": "major_outage"})
    mia.post("investigating", WORDS["investigating"])
    eve = house.person("eve@example.com", "messenger")
    place = f"/incidents/{mia.ref}/outcome"
    assert "This was a false alarm: “Search fails” did not affect customers." in eve.look(place)
    assert "The public reads that it was a false alarm." in eve.press(f"{place}/false-alarm").text
    eve.press(place, outcome="false_positive", what_was_seen="One alert", lesson="A longer window")
    assert house.verbs.get(mia.ref)["outcome"] == "false_positive"


def test_a_duplicate_names_its_original(house, rob):
    first, second = rob.declare(), rob.declare()
    assert rob.act("close", outcome="duplicate").status == 422
    assert rob.act("close", outcome="duplicate", duplicate_of=first).done
    assert house.verbs.get(second)["duplicate_of"] == first


def test_nothing_is_ever_deleted(house):
    rules = {rule.rule: rule.methods for rule in house.app.url_map.iter_rules()}
    deleting = [rule for rule, methods in rules.items() if "DELETE" in (methods or ()) and "/incidents" in rule]
    assert deleting == []


# Roles


def test_whoever_declares_is_acting_lead_until_another_accepts_which_is_the_acknowledgement(house, somebody, clock):
    rob, ada = somebody("responder"), somebody("responder")
    ref = rob.declare()
    assert role(house, rob, "lead")["acting"]
    assert house.verbs.get(ref)["acknowledged_at"] is None
    assert rob.act("offer", role="lead", person=ada.me).done
    assert role(house, rob, "lead")["person"] == rob.me
    clock.forward(minutes=2)
    assert ada.act("accept", ref=ref, role="lead").done
    said = house.verbs.get(ref)
    assert (said["roles"]["lead"]["person"], said["roles"]["lead"]["acting"]) == (ada.me, False)
    assert said["acknowledged_at"] == clock.text


def test_an_offer_lapses_after_five_minutes_and_reminds(house, somebody, clock):
    rob, ada = somebody("responder"), somebody("responder")
    ref = rob.declare(customer_impact="no")
    rob.act("offer", role="lead", person=ada.me)
    wait(house, clock, 5)
    assert kinds(house) == ["role_offer"]
    wait(house, clock, 1)
    refused = ada.act("accept", ref=ref, role="lead")
    assert refused.status == 409
    assert "lapsed" in refused.text
    assert role(house, rob, "lead")["person"] == rob.me


def test_who_asked_for_a_role_takes_it_when_the_old_holder_does_not_answer(house, somebody, clock):
    rob, ada = somebody("responder"), somebody("responder")
    ref = rob.declare(lead=rob.me)
    ada.act("offer", ref=ref, role="lead", person=ada.me)
    assert role(house, rob, "lead")["person"] == rob.me
    wait(house, clock, 6)
    assert ada.act("offer", ref=ref, role="lead", person=ada.me).done
    assert role(house, rob, "lead")["person"] == ada.me
    texts = [row["text"] for row in house.verbs.sql("SELECT text FROM timeline WHERE kind = 'role'")]
    assert "did not answer" in texts[-1]


def test_an_empty_messenger_role_asks_support_and_pages_only_when_customers_are_affected(house, rob, clock):
    rob.declare()
    wait(house, clock, 10)
    assert kinds(house) == ["messenger"]
    assert house.verbs.sql("SELECT * FROM call WHERE called_by = 'portal'") == []
    rob.act("change", customer_impact="yes")
    wait(house, clock, 10)
    assert len(house.verbs.sql("SELECT * FROM call WHERE called_by = 'portal'")) == 1


def test_the_lead_may_post_while_nobody_else_is_there(rob):
    rob.declare()
    assert rob.post("investigating", WORDS["investigating"]).done


def test_who_is_on_call_comes_from_the_rota_with_its_age(house, settings):
    text = "rotas:\n  - {name: lead, handover: 2026-11-02T09:00, people: [ada@example.com, rob@example.com]}\n"
    (settings.home / "rota.yaml").write_text(text)
    page = house.person("eve@example.com", "responder").look("/rota")
    assert "rob@example.com" in page
    assert "changed" in page
    said = Api(house, "a program", "responder").caller.ok("GET", "/rota")
    assert (said["items"][0]["person"], isinstance(said["age_days"], int)) == ("rob@example.com", True)


def test_a_page_carries_the_link_is_not_repeated_and_offers_the_next(house, rob, clock):
    people.add_person(house.context, PORTAL, "mia@example.com", [Permission.RESPONDER], team="search")
    rob.declare(customer_impact="no")
    before = len(house.verbs.sql("SELECT * FROM call"))
    for _ in range(2):
        assert rob.act("call", person="mia@example.com").done
    rows = house.verbs.sql("SELECT details FROM outbox WHERE event = 'person_paged' ORDER BY id")[before:]
    assert [json.loads(row["details"])["link"] for row in rows] == [f"/desk/incidents/{rob.ref}"]
    wait(house, clock, 10)
    assert "page" in kinds(house)
    number = house.verbs.sql("SELECT id FROM call WHERE person IS NOT NULL")[0]["id"]
    assert rob.act("answer_call", id=number).done
    assert house.verbs.sql("SELECT acknowledged_by FROM call WHERE id = ?", number)[0][0] == rob.me


def test_paging_a_fourth_team_asks_for_a_reason_and_is_not_in_the_way(house, rob):
    for number in range(4):
        email = f"p{number}@team{number}.example"
        people.add_person(house.context, PORTAL, email, [Permission.RESPONDER], team=f"team{number}")
    rob.declare(customer_impact="no")
    said = [house.verbs.do(calling.page_person, rob.ref, PagePerson(team=f"team{number}")) for number in range(3)]
    assert [one["remarks"] for one in said] == [[], [], []] or said[-1]["remarks"]
    outcome = rob.act("call", team="team3")
    assert outcome.done
    text = rob.person.look(outcome.onward.removeprefix("/desk")) if outcome.onward else outcome.text
    assert "say why" in text


def test_an_update_has_three_fields(house, rob):
    rob.declare()
    assert rob.act("line", kind="update", did="Rolled back", result="Errors fall", next="Watch").done
    text = house.verbs.sql("SELECT text FROM timeline ORDER BY id DESC LIMIT 1")[0]["text"]
    assert all(word in text for word in ("Rolled back", "Errors fall", "Watch"))


def test_a_summary_older_than_half_an_hour_is_marked_stale_and_asked_for(house, rob, clock):
    rob.declare(summary="Searches fail.", customer_impact="no")
    wait(house, clock, 31)
    assert kinds(house) == ["summary"]
    assert recap.recap(house.context, house.verbs.actor, rob.ref)["summary_stale"]
    assert "stale" in rob.house.person("eve@example.com", "responder").look(f"/incidents/{rob.ref}")


@pytest.fixture
def settings(settings):
    """A company with a playbook for search, and one that never fits."""
    folder = settings.home / "content" / "playbooks"
    folder.mkdir(parents=True)
    start = "---\ntitle: {}\ncomponents: [{}]\nlast_reviewed: 2026-11-01\n---\n- [ ] {}\n"
    (folder / "empty-results.md").write_text(start.format("Empty results", "search", "Look at the queue"))
    (folder / "no-mail.md").write_text(start.format("No mail", "mail", "Look at the mail server"))
    return settings.model_copy(update={"content": settings.home / "content"})


def test_playbooks_that_match_are_offered_and_a_ticked_step_writes_the_timeline(house, rob):
    rob.declare("Deploy broke search", components={"search": "major_outage"}, severity="critical")
    [offered] = playbooks.offered_playbooks(house.context, house.verbs.actor, rob.ref)["items"]
    assert offered["slug"] == "empty-results"
    outcome = rob.act("tick_step", playbook=offered["slug"], step=1)
    assert outcome.done, outcome.text[:500]
    [last] = house.verbs.sql("SELECT kind, text FROM timeline ORDER BY id DESC LIMIT 1")
    assert last["kind"] == "playbook"
    assert "Look at the queue" in last["text"]


def test_owners_are_suggested_in_order(house, rob):
    rob.declare(components={"search": "major_outage"})
    assert "items" in owning.suggested_owners(house.context, house.verbs.actor, rob.ref)
