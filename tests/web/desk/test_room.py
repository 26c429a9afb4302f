# ruff: noqa: F811
"""The incident room, as people use it: everything is done in place, and two tabs never write over each other."""

import pytest

from portal.domain.names import Permission
from portal.domain.times import to_text
from portal.verbs import checklist, commands, people, roles, timeline, triage, windows
from portal.verbs.commands_keeper import AskAdvice, PlanWindow
from portal.verbs.context import PORTAL
from tests.web.desk.rooms import fill, forms_of, page_of, words_of
from tests.web.desk.writing import desk, house, mia, ref  # noqa: F401


@pytest.fixture
def room(house, mia, ref):
    """Mia looks at the room of a critical incident that Ada leads."""
    mia.look(f"/incidents/{ref}")
    return mia


def texts(house, ref):
    return [one["text"] for one in timeline.list_timeline(house.context, house.verbs.actor, ref, 100)["items"]]


def test_the_recap_stands_on_top(house, room, ref, clock):
    said = words_of(room, "recap")
    assert "Customers feel it" in said
    assert "ada@example.com acting" in said
    assert "Next post in 5 minutes" in said
    assert "Search major outage" in said
    house.verbs.change(ref, summary="The index is gone", workaround="Use the old search", breadth="many")
    clock.forward(minutes=31)
    room.look(f"/incidents/{ref}")
    said = words_of(room, "recap")
    assert "The index is gone stale Written 31 minutes ago" in said
    assert "Until it is fixed: Use the old search" in said
    assert "26 minutes late" in said


def test_the_way_to_the_post_is_the_first_button(room, ref):
    assert page_of(room).xpath("//*[@class='head__acts']/a")[0].get("href") == f"/desk/incidents/{ref}/post"


def test_a_line_is_added_quickly(house, room, ref):
    page = fill(room, "line", kind="intent", text="Rolling back\nnow")
    assert page.status_code == 200
    assert "Rolling back now" in words_of(room, "lines")
    fill(room, "line", text="Seen in the graphs", happened_at="2026-11-23T13:55")
    assert texts(house, ref)[0] == "Seen in the graphs"
    page = fill(room, "line", text="")
    assert page.status_code == 422
    assert "Say what happened." in words_of(room, "form-line")


def test_the_leads_update_has_three_fields(house, room, ref):
    fill(room, "update", did="Rolled back", result="Errors fall", next="Watch")
    assert texts(house, ref)[-1] == "Did: Rolled back\nResult: Errors fall\nNext: Watch"
    assert "Did Rolled back Result Errors fall Next Watch" in words_of(room, "lines")


def test_a_role_is_offered_accepted_and_handed_over(house, room, ref):
    fill(room, "offer-messenger", person="rob@example.com")
    assert "offered to rob@example.com" in words_of(room, "roles")
    rob = house.person("rob@example.com", "responder")
    rob.look(f"/incidents/{ref}")
    fill(rob, "accept-messenger")
    assert "rob@example.com has the role of messenger now." in words_of(rob)
    fill(rob, "offer-messenger", person="mia@example.com")
    assert house.verbs.get(ref)["roles"]["messenger"]["person"] == "rob@example.com", "until she accepts"
    room.look(f"/incidents/{ref}")
    fill(room, "accept-messenger")
    assert house.verbs.get(ref)["roles"]["messenger"]["person"] == "mia@example.com"


def test_i_take_it_is_at_once_where_nobody_has_it_and_a_request_where_somebody_does(house, room, ref, clock):
    fill(room, "take-buddy")
    assert house.verbs.get(ref)["roles"]["buddy"]["person"] == "mia@example.com"
    house.verbs.do(roles.offer_role, ref, "resolver", commands.OfferRole(person="ada@example.com"))
    room.look(f"/incidents/{ref}")
    fill(room, "take-resolver")
    assert "ada@example.com is asked to hand over to you." in words_of(room)
    clock.forward(minutes=6)
    room.look(f"/incidents/{ref}")
    fill(room, "take-resolver")
    assert house.verbs.get(ref)["roles"]["resolver"]["person"] == "mia@example.com"


def test_severity_rises_freely_and_falls_with_a_reason(house, room, ref):
    page = fill(room, "severity", severity="major")
    assert page.status_code == 422
    assert "Lowering the severity needs a reason." in words_of(room, "form-severity")
    assert page_of(room).get_element_by_id("severity").get("open") is not None
    fill(room, "severity", severity="major", reason="Only reports fail")
    assert "Severity: critical -> major (Only reports fail)" in texts(house, ref)


def test_words_are_changed_and_emptied(house, room, ref):
    fill(room, "words", summary="The index is gone", workaround="Use the old search")
    fill(room, "words", workaround="")
    said = house.verbs.get(ref)
    assert (said["summary"], said["workaround"], said["title"]) == ("The index is gone", None, "Search fails")
    fill(room, "whom", audience="cloud", breadth="some")
    assert house.verbs.get(ref)["breadth"] == "some"


def test_a_time_that_is_sent_back_as_it_was_shown_is_not_changed(house, room, ref, clock):
    clock.forward(seconds=7)
    late = house.verbs.declare("Late")["ref"]
    room.look(f"/incidents/{late}")
    fill(room, "times", mitigated_at="2026-11-23T14:00")
    assert "before it started" in words_of(room, "form-times")
    clock.forward(minutes=2)
    fill(room, "times", mitigated_at="2026-11-23T14:01")
    said = house.verbs.get(late)
    assert said["started_at"] == "2026-11-23T14:00:07.000Z"
    assert said["mitigated_at"] == "2026-11-23T14:01:00.000Z"


def test_a_stale_tab_is_told_who_changed_what_and_writes_nothing(house, room, ref, clock):
    other = house.person("rob@example.com", "responder")
    other.look(f"/incidents/{ref}")
    clock.forward(minutes=4)
    fill(other, "words", summary="Robs words")
    page = fill(room, "words", summary="Mias words")
    assert page.status_code == 409
    said = words_of(room, "form-words")
    assert "summary was empty when you looked; it is Robs words now (rob@example.com, 14:04 UTC)." in said
    assert "Mias words" in page.text, "what was typed stays"
    assert house.verbs.get(ref)["summary"] == "Robs words"
    assert fill(room, "words").status_code == 200, "whoever looked at it can send it again"
    assert house.verbs.get(ref)["summary"] == "Mias words"


def test_impacts_are_intervals(house, room, ref, clock):
    assert fill(room, "impact-add", component="sign-in", level="degraded_performance").status_code == 200
    assert house.verbs.get(ref)["components"] == {"search": "major_outage", "sign-in": "degraded_performance"}
    clock.forward(minutes=10)
    number = next(one for one in forms_of(room) if one.startswith("impact-") and one != "impact-add")
    assert fill(room, number, to_at="2026-11-23T14:05").status_code == 200
    assert "14:00 UTC to 14:05 UTC" in words_of(room, "impacts")


def test_the_checklist_is_ticked_or_says_why_not(house, room, ref):
    rows = [one for one in forms_of(room) if one.startswith("row-") and "more" not in one and one != "row-add"]
    fill(room, rows[0])
    assert "1 of" in words_of(room, "checklist")
    page = fill(room, rows[1].replace("row-", "row-more-"), button=("state", "na"))
    assert "Say why it does not apply." in words_of(room, "checklist")
    assert page.status_code == 422
    fill(room, rows[1].replace("row-", "row-more-"), button=("state", "na"), reason="No sales team")
    fill(room, rows[2].replace("row-", "row-more-"), button=("state", "done"), link="https://chat.example.com/1")
    said = {one["state"] for one in checklist.list_checklist(house.context, house.verbs.actor, ref, 100)["items"]}
    assert said == {"todo", "na", "done"}
    fill(room, "row-add", title="Tell the partners")
    assert "Tell the partners" in words_of(room, "checklist")
    fill(room, rows[0])
    assert "2 of" in words_of(room, "checklist"), "a tick can be taken back"


def test_playbooks_that_match_are_offered_and_ticked(house, room, ref):
    said = words_of(room, "playbooks")
    assert "Search answers with errors or is slow" in said
    assert said.index("Roll back") < said.index("Otherwise")
    fill(room, "step-search-errors-1")
    assert "1 of" in words_of(room, "playbook-search-errors")
    assert texts(house, ref)[-1].startswith("Search answers with errors or is slow: Switch the alias back")
    fill(room, "step-search-errors-1")
    assert "not done after all" in texts(house, ref)[-1]
    assert "Roll back the last deploy" in room.look("/playbooks")


def test_people_are_called_and_answer(house, room, ref, clock):
    house.person("rob@example.com", "responder")
    fill(room, "call", person="rob@example.com", reason="He knows the index")
    assert "rob@example.com is called." in words_of(room)
    fill(room, "call", person="rob@example.com")
    assert "was called a moment ago, so not again" in words_of(room)
    clock.forward(minutes=11)
    rob = house.person("rob@example.com", "responder")
    rob.look(f"/incidents/{ref}")
    assert "no answer" in words_of(rob, "calls")
    fill(rob, "answer-1")
    assert "rob@example.com answered 14:11 UTC" in words_of(rob, "calls")
    page = fill(rob, "call", person="", team="")
    assert page.status_code == 422
    assert "Name a person or a team" in words_of(rob, "form-call")


def test_links_and_followups_are_added(house, room, ref):
    fill(room, "link-add", url="https://issues.example.com/1", kind="issue", title="The bug")
    assert "The bug" in words_of(room, "links")
    fill(room, "followup-add", title="Widen the canary", owner="mia@example.com", due="2026-12-24")
    assert "Widen the canary mia@example.com, due 2026-12-24" in words_of(room, "followups")
    page = fill(room, "link-add", url="javascript:alert(1)")
    assert page.status_code == 422
    assert "An address starts with https:// or http://." in words_of(room, "form-link-add")


def test_the_gate_lists_what_is_missing_with_a_way_to_each(house, room, ref):
    places = [one.get("href") for one in page_of(room).xpath("//*[@id='close']//ul[@class='missing']//a")]
    assert places[0] == "#impacts"
    assert f"/desk/incidents/{ref}/post" in places
    assert f"/desk/incidents/{ref}/postmortem" in places
    assert "#checklist" in places
    assert "#times" in places
    ids = {one.get("id") for one in page_of(room).iter() if one.get("id")}
    assert {one[1:] for one in places if one.startswith("#")} <= ids


def test_when_nothing_is_missing_it_is_closed_and_opened_again(house, room, ref):
    desk = house.verbs
    desk.post(ref, "resolved")
    desk.tick_all(ref)
    desk.published_postmortem(ref, title="Why searches failed")
    room.look(f"/incidents/{ref}")
    assert "Nothing is missing." in words_of(room, "close")
    fill(room, "close")
    assert "INC-1 is closed." in words_of(room)
    assert "line" in forms_of(room), "a line can be added after closing"
    page = fill(room, "reopen", reason="")
    assert page.status_code == 422
    fill(room, "reopen", reason="The errors are back")
    assert desk.get(ref)["state"] == "active"


def test_an_open_room_asks_again_for_its_parts(house, room, ref, clock):
    for part in ("recap", "lines"):
        room.look(f"/incidents/{ref}")
        watched = page_of(room).get_element_by_id(part)
        asked = {"If-None-Match": f'"{watched.get("data-mark")}"'}
        assert room.client.get(watched.get("data-watch"), headers=asked).status_code == 304
        house.verbs.do(timeline.add_timeline, ref, commands.AddTimeline(text="Seen"))
        house.verbs.change(ref, summary=f"New words for {part}")
        new = room.client.get(watched.get("data-watch"), headers=asked)
        assert new.status_code == 200
        assert f'id="{part}"' in new.text


def test_a_long_timeline_shows_the_newest_and_a_way_to_the_rest(house, room, ref):
    for number in range(45):
        house.verbs.do(timeline.add_timeline, ref, commands.AddTimeline(text=f"Line number {number}."))
    page = room.look(f"/incidents/{ref}")
    assert "Line number 44." in page
    assert "Line number 2." not in page
    assert "6 earlier lines" in page
    assert "Line number 2." in room.look(f"/incidents/{ref}?all=1")


def test_people_join_and_leave(house, room, ref):
    fill(room, "attendance")
    assert "mia@example.com" in words_of(room, "people")
    fill(room, "attendance")
    assert "You left it to the others." in words_of(room)


def test_a_report_that_waits_is_decided_in_its_room(house, mia):
    ref = house.verbs.do(triage.ask_for_advice, AskAdvice(title="Odd numbers"))["ref"]
    mia.look(f"/incidents/{ref}")
    assert "Decide first whether it is an incident." in words_of(mia, "close")
    assert fill(mia, "dismiss", reason="").status_code == 422
    mia.look(f"/incidents/{ref}")
    fill(mia, "promote", severity="critical")
    said = house.verbs.get(ref)
    assert (said["state"], said["severity"]) == ("active", "critical")
    assert said["roles"]["lead"]["person"] == "ada@example.com", "whoever asked leads on"


def test_a_maintenance_has_a_page_of_its_own_and_what_is_not_there_is_404(house, mia):
    planned = house.verbs.plan("2026-11-24T10:00:00Z", "2026-11-24T11:00:00Z", components=["search"])["ref"]
    mia.look(f"/incidents/{planned}")
    assert mia.page.request.path == f"/desk/maintenances/{planned}"
    mia.look("/incidents/INC-99", 404)
    mia.look("/incidents/INC-99/recap", 404)


def test_a_private_room_opens_only_for_those_who_may(house, mia, security):
    ref = house.verbs.as_(security).declare("Keys leaked", security=True)["ref"]
    mia.look(f"/incidents/{ref}", 404)
    sam = house.person(security.name, "security")
    sam.look(f"/incidents/{ref}")
    assert "Private." in words_of(sam)
    assert f"/desk/incidents/{ref}/post" not in [
        one.get("href") for one in page_of(sam).xpath("//*[@class='head__acts']/a")
    ]


def test_hostile_words_are_shown_as_words(house, room, ref):
    hostile = "</textarea><script>alert(1)</script>{{ 7 * 7 }}"
    fill(room, "line", text=hostile)
    fill(room, "words", summary=hostile, title=hostile)
    page = room.look(f"/incidents/{ref}")
    assert "<script>alert" not in page
    assert "{{ 7 * 7 }}" in page


def test_people_are_called_by_their_names(house, room, ref):
    people.add_person(house.context, PORTAL, "zoe@example.com", [Permission.RESPONDER], "Zoe Berg")
    fill(room, "call", person="zoe@example.com", reason="rob@elsewhere.example asked for her")
    room.look(f"/incidents/{ref}")
    said = words_of(room, "lines")
    assert "Zoe Berg is called: rob@elsewhere.example asked for her" in said, "strangers keep their address"
    assert "zoe@example.com" not in said


def test_each_reason_is_said_once(house, mia, ref):
    mia.look(f"/incidents/{ref}/outcome")
    page = mia.press(f"/incidents/{ref}/outcome", outcome="cancelled")
    assert page.text.count("Say why it is cancelled.") == 1


def test_what_the_board_leads_to_is_unfolded_without_scripts(house, mia, ref):
    for role in ("lead", "messenger"):
        house.verbs.do(roles.offer_role, ref, role, commands.OfferRole(person="mia@example.com"))
    mia.look("/")
    places = {one.get("href") for one in page_of(mia).xpath("//a[contains(@href, '#')]")}
    rooms = sorted(one.removeprefix("/desk") for one in places if one.startswith(f"/desk/incidents/{ref}"))
    assert f"/incidents/{ref}?at=roles#roles" in rooms
    for address in rooms:
        mia.look(address.partition("#")[0])
        assert page_of(mia).get_element_by_id(address.partition("#")[2]).get("open") is not None, address


def test_a_fact_that_was_changed_is_shown_unfolded(room, ref):
    fill(room, "words", summary="The index is gone")
    assert room.page.request.query_string == b"at=words"
    page = page_of(room)
    assert page.get_element_by_id("words").get("open") is not None
    assert page.get_element_by_id("facts").get("open") is not None


def test_a_role_that_is_offered_to_a_mere_name_says_that_nobody_hears_of_it(house, room, ref):
    people.add_person(house.context, PORTAL, "lea@example.com", [Permission.RESPONDER], "Lea Example")
    page = fill(room, "offer-buddy", person="lea")
    assert "The role of buddy is offered to Lea Example." in page.text
    assert "no message goes out" not in page.text
    assert "Nobody with an account here is called Leo, so no message" in fill(room, "offer-resolver", person="Leo").text


def test_a_drill_calls_nobody_from_a_launch_and_ends_without_a_post(house, mia, clock):
    window = {"title": "Launch", "starts_at": to_text(clock.moment), "ends_at": "2026-11-24T20:00:00Z", "owner": "Mia"}
    house.verbs.do(windows.plan_window, PlanWindow.model_validate(window))
    drill = house.verbs.declare("A drill", kind="drill", components={"search": "major_outage"})["ref"]
    assert "marketing is called" not in mia.look(f"/incidents/{drill}")
    assert "Search is still at major outage: end the impact." in words_of(mia, "close")
    fill(mia, "call", person="mia@example.com")
    (row,) = house.verbs.sql("SELECT details FROM outbox WHERE event = 'person_paged'")
    assert f"to the drill {drill} (A drill)" in row["details"]


def test_whoever_makes_it_private_and_can_not_read_it_any_more_is_told_so(house, mia, ref):
    house.verbs.do(roles.offer_role, ref, "lead", commands.OfferRole(person="mia@example.com"))
    mia.look(f"/incidents/{ref}")
    fill(mia, "accept-lead")
    assert "You will not see it any more." in mia.look(f"/incidents/{ref}/private")
    page = fill(mia, "make")
    assert page.status_code == 200
    assert f"{ref} is private now; you can" in page.text
