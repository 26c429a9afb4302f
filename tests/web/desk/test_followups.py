"""Follow-ups at the desk: of all incidents, and of one."""

# ruff: noqa: F811
import pytest

from portal.verbs import commands, followups
from tests.verbs.conftest import POSTMORTEM
from tests.web.desk.writing import desk, house, mia, ref  # noqa: F401


@pytest.fixture
def add(house, ref):
    def add(title, **fields):
        command = commands.AddFollowup(title=title, **fields)
        return house.verbs.do(followups.add_followup, ref, command)["id"]

    return add


def row(house, number):
    return house.verbs.sql("SELECT * FROM followup WHERE id = ?", number)[0]


def test_an_empty_list_says_so(mia):
    assert "No follow-up is open." in mia.look("/followups")
    assert "No follow-up is like that." in mia.look("/followups?state=done")


def test_what_is_due_first_stands_on_top_and_late_ones_say_so(mia, add):
    add("Later", due="2026-12-24", owner="lea@example.com")
    add("Late", due="2026-11-01", owner="mia@example.com")
    add("<i>Loose</i>")
    page = mia.look("/followups")
    assert page.index("Late</strong>") < page.index("Later</strong>") < page.index("&lt;i&gt;Loose")
    assert page.count("overdue since") == 1
    assert "no owner" in page
    assert "Later" not in mia.look("/followups?overdue=true")
    assert "Late</strong>" not in mia.look("/followups?owner=lea@example.com")


def test_done_in_one_press_and_open_again(mia, house, add):
    number = add("Widen the canary")
    mia.look("/followups")
    page = mia.send(f"/followups/{number}", [*csrf(mia), ("state", "done"), ("_back", "/desk/followups")])
    assert "Done." in page.text
    assert "No follow-up is open." in page.text
    assert row(house, number)["state"] == "done"
    mia.look("/followups?state=done")
    mia.send(f"/followups/{number}", [*csrf(mia), ("state", "open")])
    assert row(house, number)["state"] == "open"


def csrf(person):
    found = person.page.text.split('name="_csrf" value="')[1].split('"')[0]
    return [("_csrf", found)]


def test_what_won_t_be_done_says_why(mia, house, add):
    number = add("Rewrite it")
    mia.look("/followups")
    form = [*csrf(mia), ("_form", f"wont-{number}"), ("state", "wont_do")]
    page = mia.send(f"/followups/{number}", [*form, ("reason", "")])
    assert page.status_code == 422
    assert "A follow-up that won&#39;t be done needs a reason." in page.text
    mia.send(f"/followups/{number}", [*form, ("reason", "Too big for what it gives")])
    assert (row(house, number)["state"], row(house, number)["reason"]) == ("wont_do", "Too big for what it gives")


def test_one_is_added_and_changed_on_its_incident(mia, house, ref):
    here = f"/incidents/{ref}/followups"
    assert "None yet." in mia.look(here)
    page = mia.press(
        here,
        title="Widen the canary",
        owner="mia@example.com",
        due="2026-12-01",
        public="1",
        issue_url="https://issues.example.com/1",
    )
    assert "Added." in page.text
    assert "https://issues.example.com/1" in page.text
    page = mia.press(
        "/followups/1", title="Widen the canary to 10 %", owner="", due="2026-12-02", state=None, reason=None
    )
    one = row(house, 1)
    assert (one["title"], one["owner"], one["due"], one["public"]) == (
        "Widen the canary to 10 %",
        None,
        "2026-12-02",
        1,
    )
    page = mia.press(here, title="", due="soon")
    assert page.status_code == 422
    assert 'value="soon"' in page.text


def test_they_stand_in_the_postmortem_and_come_back_to_it(mia, house, ref, add):
    house.verbs.post(ref, "resolved")
    add("Widen the canary")
    here = f"/incidents/{ref}/postmortem"
    assert "Widen the canary" in mia.look(here)
    page = mia.send("/followups/1", [*csrf(mia), ("state", "done"), ("_back", f"/desk{here}")])
    assert page.request.path == f"/desk{here}"


def test_only_those_who_publish_change_what_the_public_reads(house, ref, add):
    house.verbs.post(ref, "investigating")
    house.verbs.post(ref, "resolved")
    number = add("Widen the canary", public=True)
    house.verbs.write_postmortem(ref, sections=POSTMORTEM, public=True)
    house.verbs.move_postmortem(ref, "in_review", "reviewed", "published")
    rob = house.person("rob@example.com", "responder")
    rob.look("/followups")
    page = rob.send(f"/followups/{number}", [*csrf(rob), ("state", "done")])
    assert page.status_code == 403
    assert "Widen the canary" in page.text, "the list stays in sight"


def test_an_unknown_one_is_not_found(mia):
    mia.look("/followups")
    page = mia.send("/followups/7", [*csrf(mia), ("state", "done")])
    assert page.status_code == 404
