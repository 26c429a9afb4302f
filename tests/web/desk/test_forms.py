# ruff: noqa: F811
"""Form fields become the commands that the API would read, and a form that is sent twice is done once."""

from datetime import UTC, datetime

import pytest
from werkzeug.datastructures import MultiDict

from portal.domain.errors import Invalid
from portal.domain.names import ComponentStatus
from portal.verbs import people
from portal.verbs.commands import AddTimeline, ChangeComponent, Declare, PlanMaintenance, Post, WritePostmortem
from portal.verbs.commands_people import AddPerson
from portal.verbs.context import PORTAL
from portal.web.desk.forms import read_form
from tests.web.desk.writing import House, Person, desk, house  # noqa: F401


def form(*pairs: tuple[str, str], **fields: str) -> "MultiDict[str, str]":
    return MultiDict([*pairs, *((name.replace("__", "."), value) for name, value in fields.items())])


def test_empty_fields_are_as_if_they_were_not_there():
    said = read_form(Declare, form(title="Search is down", public_title="", summary="  \r\n ", severity="critical"))
    assert said.model_dump(exclude_unset=True) == {"title": "Search is down", "severity": "critical"}


def test_parts_dicts_and_lists_have_their_names():
    said = read_form(
        Declare,
        form(
            ("components.search", "major_outage"),
            ("components.sign-in", ""),
            ("post.accept.P6", "It is known"),
            title="x",
            post__state="investigating",
            post__body="We see\r\nerrors.",
        ),
    )
    assert said.components == {"search": ComponentStatus.MAJOR_OUTAGE}
    assert said.post is not None
    assert (said.post.body, said.post.accept) == ("We see\nerrors.", {"P6": "It is known"})
    assert read_form(AddPerson, form(("permissions", ""), ("permissions", "admin"), email="a@b")).permissions == [
        "admin"
    ]


def test_a_part_where_only_choices_came_is_not_there():
    choices = {"post__state": "investigating", "post__notify": "", "post__next_update_minutes": "30"}
    assert read_form(Declare, form(title="x", **choices)).post is None


def test_a_box_that_is_not_ticked_says_no_and_one_that_is_not_there_says_nothing():
    unticked, ticked = form(("notify", ""), state="resolved", body="x"), form(("notify", ""), ("notify", "1"))
    assert read_form(Post, unticked).notify is False
    assert read_form(Post, MultiDict([*ticked.items(multi=True), ("state", "resolved"), ("body", "x")])).notify is True
    assert read_form(Post, form(state="resolved", body="x")).notify is True


@pytest.mark.parametrize(
    "typed", ["2026-11-24T10:00", "2026-11-24T10:00:00", "2026-11-24 10:00", "2026-11-24T11:00+01:00"]
)
def test_times_are_utc_unless_they_say_otherwise(typed):
    said = read_form(AddTimeline, form(text="x", happened_at=typed))
    assert said.happened_at == datetime(2026, 11, 24, 10, tzinfo=UTC)


def test_what_is_emptied_on_purpose_is_null_or_an_empty_text():
    said = read_form(ChangeComponent, form(name="", description="", group=""), keep_empty={"description", "group"})
    assert said.model_dump(exclude_unset=True) == {"description": None, "group": None}
    written = read_form(WritePostmortem, form(("sections.summary", "")), keep_empty={"sections"})
    assert written.sections == {"summary": ""}


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"body": "x"}, "title", "needed"),
        ({"title": "x", "body": "x", "scheduled_for": "soon"}, "scheduled_for", "Write a date and time"),
        ({"title": "x", "remind_minutes": "an hour"}, "remind_minutes", "whole number"),
        ({"title": "x", "remind_minutes": "99999999999999999999"}, "remind_minutes", "whole number"),
        ({"title": "x", "auto": "1", "ttile": "y"}, "ttile", "no such field"),
        ({"title": "x" * 400}, "title", "300 characters"),
        ({"title": "\udcff"}, "title", ""),
    ],
)
def test_faults_are_said_beside_their_fields(fields, field, said):
    with pytest.raises((Invalid, Exception)) as caught:
        read_form(PlanMaintenance, form(**fields))
    if said:
        assert said in " ".join(caught.value.more["errors"][field])


def test_names_with_an_underscore_in_front_are_the_pages_own():
    assert read_form(AddTimeline, form(("_csrf", "x"), ("_once", "y"), ("_form", "z"), text="Seen.")).text == "Seen."


def test_a_button_that_is_pressed_twice_acts_once(house: House):
    ada: Person = house.person("ada@example.com", "admin")
    people.add_person(house.context, PORTAL, "rob@example.com", ["responder"])
    page = ada.look("/people/rob@example.com")
    sent = [(name, value) for name, value in ada.fields("/people/rob@example.com") if name != "team"]
    for _ in range(2):
        assert "Saved." in ada.send("/people/rob@example.com", [*sent, ("team", "support")]).text
    count = "SELECT count(*) FROM audit WHERE action = 'person.change'"
    assert house.context.database.connection().execute(count).fetchone()[0] == 1
    ada.send("/people/rob@example.com", [*sent, ("team", "engineering")])
    assert house.context.database.connection().execute(count).fetchone()[0] == 2, "other words are another request"
    assert page


def test_a_message_is_shown_once_and_can_t_be_forged(house: House):
    ada: Person = house.person("ada@example.com", "admin")
    people.add_person(house.context, PORTAL, "rob@example.com", ["responder"])
    ada.look("/people/rob@example.com")
    assert "Saved." in ada.press("/people/rob@example.com").text
    assert "Saved." not in ada.look("/people/rob@example.com")
    ada.client.set_cookie("desk-notice", "Zm9yZ2VkIHdvcmRz", path="/")
    assert "forged words" not in ada.look("/account")


def test_what_a_full_disk_refuses_is_shown_and_can_be_sent_again(house: House, mia: Person, ref: str):
    mia.look(f"/incidents/{ref}/post")
    body = "Searches fail for some people in Search. " * 400
    sent = [(name, value) for name, value in mia.fields(f"/incidents/{ref}/post") if name not in ("body", "state")]
    sent += [("body", body), ("state", "investigating"), ("_act", "later")]
    database = house.context.database.connection()
    pages = database.execute("PRAGMA page_count").fetchone()[0]
    database.execute(f"PRAGMA max_page_count = {pages}")
    for origin in ({}, {"Origin": "http://localhost"}):
        answer = mia.send(f"/incidents/{ref}/post", sent, **origin)
        assert answer.status_code == 503
        assert "Nothing was done" in answer.text
        assert (body in answer.text) is bool(origin)
    forged = [(name, "x" if name == "_csrf" else value) for name, value in sent]
    assert mia.send(f"/incidents/{ref}/post", forged, Origin="http://localhost").status_code != 503
    mia.send(f"/incidents/{ref}/post", sent, Origin="http://localhost")
    database.execute("PRAGMA max_page_count = 1000000")
    assert "The draft is kept." in mia.press(f"/incidents/{ref}/post").text
    assert body.strip() in mia.look(f"/incidents/{ref}/post")
