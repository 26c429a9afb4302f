"""rota.yaml: read when it changes, kept when it can't be read, and its age told."""

import os
from datetime import UTC, datetime

import pytest
from icalendar import Calendar

from portal.domain.errors import NotAllowed, NotFound
from portal.site.full import content_pages, fingerprint
from portal.verbs import automation, rota
from tests.conftest import person

GOOD = """
rotas:
  - name: lead
    handover: 2026-11-02T09:00
    people: [ada@example.com, rob@example.com]
"""


@pytest.fixture
def write(settings):
    """Write rota.yaml, as it was changed on a day of November 2026."""

    def put(text, day=20, folder=None):
        path = (folder or settings.home) / "rota.yaml"
        path.write_text(text)
        moment = datetime(2026, 11, day, tzinfo=UTC).timestamp()
        os.utime(path, (moment, moment))
        return path

    return put


def said(desk, at=None):
    automation.run_due(desk.context)
    return rota.on_call(desk.context, desk.actor, at)


def test_without_a_file_nobody_is_on_call(desk):
    assert said(desk) == {
        "at": "2026-11-23T14:00:00.000Z",
        "items": [],
        "changed_at": None,
        "read_at": None,
        "age_days": None,
        "fault": None,
    }


def test_the_answer_says_who_until_when_who_is_next_and_how_old_it_is(desk, write):
    write(GOOD)
    answer = said(desk)
    (lead,) = answer["items"]
    assert (lead["name"], lead["person"], lead["until_at"]) == ("lead", "rob@example.com", "2026-11-30T09:00:00.000Z")
    assert [one["person"] for one in lead["next"][:2]] == ["ada@example.com", "rob@example.com"]
    assert (answer["age_days"], answer["changed_at"]) == (3, "2026-11-20T00:00:00.000Z")


def test_another_moment_can_be_asked_for(desk, write):
    write(GOOD)
    assert said(desk, datetime(2026, 12, 1, tzinfo=UTC))["items"][0]["person"] == "ada@example.com"


def test_a_file_is_read_again_only_when_it_has_changed(desk, write, clock):
    write(GOOD)
    assert automation.run_due(desk.context)
    assert not automation.run_due(desk.context)
    write(GOOD.replace("rob@", "mia@"), day=21)
    assert said(desk)["items"][0]["person"] == "mia@example.com"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("rotas: [", "is not YAML in line 1"),
        ("rotas: [{name: lead}]", "people is a list"),
        ("rotas: 2026-13-45", "can't be read"),
        ("x" * 300_000, "larger than 256 KiB"),
        ("\udcff", "can't be read"),
        ("a: &a [*a]", "begins with `rotas:`"),
    ],
)
def test_one_that_can_not_be_read_leaves_the_old_one_and_says_why(desk, write, text, sentence):
    write(GOOD)
    said(desk)
    path = write("", day=21)
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    answer = said(desk)
    assert answer["items"][0]["person"] == "rob@example.com"
    assert sentence in answer["fault"]
    assert answer["changed_at"] == "2026-11-20T00:00:00.000Z"
    write(GOOD, day=22)
    assert said(desk)["fault"] is None


def test_one_that_is_gone_leaves_what_it_said(desk, write):
    path = write(GOOD)
    said(desk)
    path.unlink()
    answer = said(desk)
    assert answer["items"][0]["person"] == "rob@example.com"
    assert "no rota.yaml any more" in answer["fault"]


def test_the_folder_of_own_pages_may_hold_it_and_the_home_wins(desk, write, settings, tmp_path):
    content = tmp_path / "content"
    content.mkdir()
    object.__setattr__(desk.context, "settings", settings.model_copy(update={"content": content}))
    write(GOOD.replace("rob@", "lea@"), folder=content)
    assert said(desk)["items"][0]["person"] == "lea@example.com"
    write(GOOD)
    assert said(desk)["items"][0]["person"] == "rob@example.com"


def test_a_rota_among_the_pages_is_never_public(settings, write, tmp_path):
    content = tmp_path / "content"
    content.mkdir()
    settings = settings.model_copy(update={"content": content})
    before = fingerprint(settings)
    write(GOOD, folder=content)
    assert "rota.yaml" not in dict(content_pages(settings))
    assert fingerprint(settings) == before


def test_a_calendar_holds_half_a_year_of_one_rota_or_one_person(desk, write):
    write(GOOD)
    said(desk)
    whole = Calendar.from_ical(rota.rota_calendar(desk.context, desk.actor, rota="lead"))
    mine = Calendar.from_ical(rota.rota_calendar(desk.context, desk.actor, person="Rob@example.com"))
    assert (len(whole.walk("VEVENT")), len(mine.walk("VEVENT"))) == (26 + 1, 14)
    assert {str(one["summary"]) for one in mine.walk("VEVENT")} == {"On call (lead): rob@example.com"}
    with pytest.raises(NotFound):
        rota.rota_calendar(desk.context, desk.actor, rota="nobody")


def test_only_people_inside_read_it(desk):
    with pytest.raises(NotAllowed):
        rota.on_call(desk.context, person("nobody"))
