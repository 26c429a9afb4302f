"""PROCESS, Checklist, Recap and After: each row's promise, through form, API and command."""

import pytest

from portal.verbs import automation, checklist, keeping, postmortem_requests, postmortems, recap
from portal.verbs.commands_learning import AddRequest
from portal.verbs.context import PORTAL
from tests.process.doors import Api
from tests.verbs.conftest import POSTMORTEM, WORDS


def rows(house, ref):
    return {one["key"]: one for one in checklist.list_checklist(house.context, PORTAL, ref, 100)["items"]}


ALWAYS = {"support", "customer_success", "sales"}
FELT = ALWAYS | {"marketing", "customers", "social"}
SECURITY = {"advisory", "cve", "changelog", "mailing_list", "upgrades", "legal"}


@pytest.mark.parametrize(
    ("given", "keys"),
    [
        ({"severity": "major", "customer_impact": "no"}, ALWAYS),
        ({"severity": "major", "customer_impact": "yes"}, FELT),
        ({"severity": "critical", "customer_impact": "no"}, ALWAYS | {"general"}),
        ({"severity": "critical", "customer_impact": "yes"}, FELT | {"general", "leadership"}),
        ({"security": True, "customer_impact": "no"}, SECURITY),
        ({"security": True, "customer_impact": "yes"}, SECURITY | {"clients_24h", "clients_72h"}),
    ],
    ids=lambda one: " ".join(f"{name}={value}" for name, value in one.items()) if isinstance(one, dict) else "",
)
def test_the_checklist_is_made_by_severity_impact_and_security(house, sam, given, keys):
    sam.declare(**given)
    assert set(rows(house, sam.ref)) == keys


def test_a_row_is_done_with_its_link_or_not_applicable_with_a_reason(house, rob):
    rob.declare()
    numbers = {key: one["id"] for key, one in rows(house, rob.ref).items()}
    assert rob.act("tick", id=numbers["support"], state="done", link="https://chat.example/1").done
    assert rob.act("tick", id=numbers["sales"], state="na").status == 422
    assert rob.act("tick", id=numbers["sales"], state="na", reason="No customer asked").done
    said = rows(house, rob.ref)
    assert (said["support"]["link"], said["sales"]["reason"]) == ("https://chat.example/1", "No customer asked")


def test_the_recap_is_one_text_for_everybody(house, rob):
    rob.declare(summary="Searches fail since the rollout.")
    text = recap.recap(house.context, PORTAL, rob.ref)["text"]
    assert Api(house, "another program", "responder").caller.ok("GET", f"/incidents/{rob.ref}/recap")["text"] == text
    page = house.person("eve@example.com", "responder").look(f"/incidents/{rob.ref}")
    assert "Searches fail since the rollout." in page


def test_close_is_a_gate_that_returns_its_reasons(house, mia):
    mia.declare(customer_impact="yes", components={"search": "major_outage"})
    mia.post("investigating", WORDS["investigating"])
    refused = mia.act("close", outcome="resolved")
    assert refused.status == 409
    for word in ("Search", "Checklist", "postmortem", "resolved post"):
        assert word in refused.text, word
    mia.post("resolved", WORDS["resolved"])
    house.verbs.tick_all(mia.ref)
    house.verbs.write_postmortem(mia.ref, waived_reason="Covered by another")
    assert mia.act("close", outcome="resolved").done
    assert house.verbs.get(mia.ref)["state"] == "closed"


def test_false_positives_and_cancelled_ones_need_only_their_own_fields(rob):
    rob.declare()
    assert rob.act("close", outcome="cancelled").status == 409
    assert rob.act("close", outcome="cancelled", reason="A test").done


def test_a_postmortem_goes_through_review_and_is_published(house, somebody):
    mia, lea = somebody("messenger"), somebody("messenger")
    ref = mia.declare("Search fails", components={"search": "major_outage"}, public_title="Searches fail")
    mia.post("investigating", WORDS["investigating"])
    mia.post("resolved", WORDS["resolved"])
    assert mia.act("move_postmortem", to="published").status == 409
    assert mia.act("write_postmortem", sections=POSTMORTEM, title="Searches failed", public=True).done
    assert mia.act("move_postmortem", to="in_review").done
    assert mia.act("move_postmortem", to="published").status == 409
    if "@" in mia.me:  # what a program has written has no author
        assert mia.act("move_postmortem", to="reviewed").status == 409
    assert lea.act("move_postmortem", ref=ref, to="reviewed").done
    assert lea.act("move_postmortem", ref=ref, to="published").done
    said = postmortems.get_postmortem(house.context, PORTAL, ref)
    assert (said["state"], said["reviewer"]) == ("published", lea.me)
    assert [row["title"] for row in house.verbs.sql("SELECT title FROM public_postmortem")] == ["Searches failed"]


def test_internal_notes_are_never_rendered_for_the_public(house, mia):
    mia.declare("Search fails", public_title="Searches fail")
    mia.post("resolved", WORDS["resolved"])
    sections = {**POSTMORTEM, "internal_notes": "The vendor is Initech."}
    house.verbs.write_postmortem(mia.ref, public=True, sections=sections, title="Searches failed")
    for state in ("in_review", "reviewed", "published"):
        house.verbs.do(postmortems.move_postmortem, mia.ref, _move(state))
    assert "Initech" not in house.verbs.sql("SELECT sections FROM public_postmortem")[0]["sections"]


def _move(state):
    from portal.verbs.commands import MovePostmortem

    given = {"to": state, **({"reason": "Nobody else is here"} if "reason" in MovePostmortem.model_fields else {})}
    return MovePostmortem.model_validate(given)


def test_customers_who_asked_are_listed_and_asked_for_until_they_are_told(house, mia, clock):
    mia.declare("Search fails", public_title="Searches fail")
    mia.post("resolved", WORDS["resolved"])
    house.verbs.do(postmortem_requests.add_request, mia.ref, AddRequest(name="Example Corp"))
    house.verbs.write_postmortem(mia.ref, public=True, sections=POSTMORTEM, title="Searches failed")
    for state in ("in_review", "reviewed", "published"):
        house.verbs.do(postmortems.move_postmortem, mia.ref, _move(state))
    clock.forward(days=1)
    automation.run_due(house.context)
    found = [
        one for one in keeping.due_reminders(house.context, PORTAL)["items"] if one["kind"] == "postmortem_request"
    ]
    assert "Example Corp" in found[0]["text"]


def test_the_numbers_of_an_incident_are_measured(house, mia, clock):
    mia.declare(severity="critical", components={"search": "major_outage"})
    clock.forward(minutes=2)
    mia.post("investigating", WORDS["investigating"])
    clock.forward(minutes=10)
    mia.post("resolved", WORDS["resolved"])
    said = house.verbs.get(mia.ref)["metrics"]
    assert said["declared_after_s"] == 0
    assert (said["first_post_after_s"], said["resolved_after_s"], said["largest_gap_s"]) == (120, 720, 600)
    assert said["on_time_share"] == 1.0


def test_follow_ups_are_public_where_they_say_so_and_show_their_progress(house, mia):
    mia.declare("Search fails", public_title="Searches fail")
    mia.post("resolved", WORDS["resolved"])
    for title, public in (("Cover the canary", True), ("Talk to the vendor", False)):
        given = {"title": title, "owner": "ada@example.com", "due": "2026-12-01", "public": public}
        assert mia.act("follow_up", **given).done
    house.verbs.write_postmortem(mia.ref, public=True, sections=POSTMORTEM, title="Searches failed")
    for state in ("in_review", "reviewed", "published"):
        house.verbs.do(postmortems.move_postmortem, mia.ref, _move(state))
    assert [(row["title"], row["state"]) for row in house.verbs.sql("SELECT * FROM public_followup")] == [
        ("Cover the canary", "open")
    ]
    assert mia.act("change_follow_up", id=1, state="done").done
    assert house.verbs.sql("SELECT state FROM public_followup")[0]["state"] == "done"


def test_a_follow_up_that_will_not_be_done_says_why(house, mia):
    mia.declare()
    assert mia.act("follow_up", title="Rewrite it").done
    assert mia.act("change_follow_up", id=1, state="wont_do").status == 422
    assert mia.act("change_follow_up", id=1, state="wont_do", reason="Too dear").done


def test_the_retrospective_is_yes_with_a_date_or_no(house, mia):
    mia.declare()
    mia.post("resolved", WORDS["resolved"])
    assert mia.act("about_postmortem", retrospective="yes", retrospective_at="2026-11-27T14:00:00Z").done
    said = postmortems.get_postmortem(house.context, PORTAL, mia.ref)
    assert (said["retrospective"], said["retrospective_at"]) == ("yes", "2026-11-27T14:00:00.000Z")
    assert mia.act("about_postmortem", retrospective="no").done
    assert postmortems.get_postmortem(house.context, PORTAL, mia.ref)["retrospective"] == "no"
