"""The postmortem's pages, without scripts: written, read as it will be, reviewed, published, asked for."""

# ruff: noqa: F811
import re

import pytest

from portal.domain.postmortems import version_of
from portal.verbs import postmortems
from tests.verbs.conftest import POSTMORTEM
from tests.web.desk.writing import Person, desk, house, mia  # noqa: F401

HERE = "/incidents/INC-1/postmortem"


@pytest.fixture
def over(house, clock) -> None:
    """INC-1 is resolved and has its draft."""
    house.verbs.declare("Search fails", severity="critical", components={"search": "major_outage"})
    house.verbs.post("INC-1", "investigating")
    clock.forward(minutes=45)
    house.verbs.post("INC-1", "resolved")


@pytest.fixture
def lea(house) -> Person:
    return house.person("lea@example.com", "messenger")


def send(person, action, **typed):
    """A form that is one of several with the same address."""
    csrf = dict(person.fields(HERE))["_csrf"]
    sent = [("_csrf", csrf), *((name.replace("__", "."), value) for name, value in typed.items())]
    return person.send(action, sent)


def article(house):
    return postmortems.get_postmortem(house.context, house.verbs.actor, "INC-1")


@pytest.mark.usefixtures("over")
def test_the_draft_is_there_with_what_a_reader_would_miss(mia):
    page = mia.look(HERE)
    assert "major outage for 45 minutes" in page
    assert "Not affected: Sign-in, Code intelligence." in page
    assert "Nobody can tell yet what happened: write the summary." in page
    assert 'href="#section-summary"' in page


def test_without_one_it_is_begun_or_waived(mia, house):
    house.verbs.declare("Search fails")
    assert "There is none yet" in mia.look(HERE)
    assert "made from the record" in mia.press(HERE).text
    house.verbs.declare("Another")
    mia.look("/incidents/INC-2/postmortem")
    page = mia.press("/incidents/INC-2/postmortem/about", waived_reason="Covered by INC-1")
    assert "gets no postmortem: Covered by INC-1" in page.text
    assert "Ask for review" not in page.text
    page = mia.press("/incidents/INC-2/postmortem/about", waived_reason="", _form="unwaive")
    assert "Ask for review" in page.text


@pytest.mark.usefixtures("over")
def test_sections_are_saved_together(mia, house):
    mia.look(HERE)
    page = mia.press(HERE, **{f"sections__{name}": text for name, text in POSTMORTEM.items()}, title="Search was down")
    assert "Saved." in page.text
    assert (article(house)["title"], article(house)["sections"]["summary"]) == (
        "Search was down",
        POSTMORTEM["summary"],
    )
    mia.press(HERE, sections__summary="")
    assert "summary" not in article(house)["sections"]


@pytest.mark.usefixtures("over")
def test_remarks_stand_beside_the_words_and_a_suggestion_is_taken_with_a_press(mia, house):
    mia.look(HERE)
    page = mia.press(HERE, sections__contributing_factors="The root cause was a change.").text
    assert "The <mark>root cause</mark> was a change." in page
    page = mia.press(HERE, _apply="contributing_factors:4")
    assert article(house)["sections"]["contributing_factors"] == "The contributing factors was a change."
    page = mia.press(HERE, _apply="contributing_factors:4")
    assert page.status_code == 422
    assert "These words have changed" in page.text


@pytest.mark.usefixtures("over")
def test_two_people_write_two_sections_at_once(mia, lea, house):
    mia.look(HERE)
    lea.look(HERE)
    mia.press(HERE, sections__summary="Hers, for 45 minutes.")
    assert lea.press(HERE, sections__faq="None.").status_code == 200
    said = article(house)["sections"]
    assert (said["summary"], said["faq"]) == ("Hers, for 45 minutes.", "None.")


@pytest.mark.usefixtures("over")
def test_in_the_same_section_the_second_is_shown_both_and_chooses(mia, lea, house):
    mia.look(HERE)
    lea.look(HERE)
    mia.press(HERE, sections__summary="Hers <b>.")
    page = lea.press(HERE, sections__summary="Mine.", sections__lucky="It was quiet.")
    assert page.status_code == 409
    for words in ("<strong>mia@example.com</strong> changed this section", "Hers &lt;b&gt;.", "Mine.", "It was quiet."):
        assert words in page.text
    assert article(house)["sections"]["summary"] == "Hers <b>."
    assert lea.press(HERE).status_code == 409, "a second press alone does not overwrite"
    assert lea.press(HERE, _over="summary").status_code == 200
    said = article(house)["sections"]
    assert (said["summary"], said["lucky"]) == ("Mine.", "It was quiet.")


@pytest.mark.usefixtures("over")
def test_theirs_can_be_taken(mia, lea, house):
    mia.look(HERE)
    lea.look(HERE)
    mia.press(HERE, sections__summary="Hers.")
    lea.press(HERE, sections__summary="Mine.", sections__lucky="It was quiet.")
    assert lea.press(HERE, _take="summary").status_code == 200
    said = article(house)["sections"]
    assert (said["summary"], said["lucky"]) == ("Hers.", "It was quiet.")


@pytest.mark.usefixtures("over")
def test_a_section_saves_itself(mia, lea, house):
    mia.look(HERE)
    csrf = dict(mia.fields(HERE))["_csrf"]

    def keep(person, name, text, based_on=""):
        sent = [(f"sections.{name}", text), (f"based_on.{name}", version_of(based_on))]
        token = dict(person.fields(HERE))["_csrf"] if person is lea else csrf
        return person.client.post(
            f"/desk{HERE}/sections/{name}",
            data=dict(sent),
            headers={"X-CSRF-Token": token, "HX-Request": "true"},
        )

    answer = keep(mia, "summary", "We should have known.")
    assert answer.status_code == 200
    assert "Saved 14:45 UTC" in answer.text
    assert f'name="based_on.summary" value="{version_of("We should have known.")}"' in answer.text
    assert "<mark>should have</mark>" in answer.text
    assert "<html" not in answer.text
    assert keep(mia, "summary", "A", based_on="We should have known.").status_code == 200
    assert keep(mia, "summary", "We should have known.", based_on="A").status_code == 200
    assert keep(mia, "summary", "A", based_on="We should have known.").status_code == 200
    assert article(house)["sections"]["summary"] == "A", "the same words again are saved again"
    lea.look(HERE)
    answer = keep(lea, "summary", "Mine", based_on="")
    assert answer.status_code == 409
    assert "<strong>mia@example.com</strong>" in answer.text
    assert keep(lea, "summary", "", based_on="A").status_code == 200
    assert "summary" not in article(house)["sections"]
    assert keep(lea, "blame", "Bob").status_code == 404


@pytest.mark.usefixtures("over")
def test_from_draft_to_public_with_two_people(mia, lea, house):
    mia.look(HERE)
    mia.press(HERE, **{f"sections__{name}": text for name, text in POSTMORTEM.items()})
    mia.press(f"{HERE}/about", owner="mia@example.com", public="1", tags="Search, capacity", due_at="2026-12-01T12:00")
    assert article(house)["tags"] == ["search", "capacity"]
    page = mia.press(f"{HERE}/state", reviewer="lea@example.com")
    assert "lea@example.com is asked to review it." in page.text
    page = send(mia, f"{HERE}/state", _form="to-reviewed", to="reviewed")
    assert page.status_code == 409
    assert "somebody else reviews it" in page.text
    lea.look(HERE)
    assert "It is reviewed by lea@example.com" in send(lea, f"{HERE}/state", to="reviewed").text
    page = send(lea, f"{HERE}/state", to="published")
    assert "It is published." in page.text
    assert "https://status.example.com/postmortems/search-fails/" in page.text
    page = lea.press(HERE, sections__faq="Was data lost? No.", note="An answer")
    assert "An answer" in page.text
    assert article(house)["changelog"][-1]["note"] == "An answer"
    assert "hx-post" not in page.text, "what is public is never saved by itself"
    assert "It is withdrawn" in send(lea, f"{HERE}/state", to="withdrawn").text


@pytest.mark.usefixtures("over")
def test_a_small_team_says_why(mia, house):
    mia.look(HERE)
    mia.press(HERE, **{f"sections__{name}": text for name, text in POSTMORTEM.items()})
    mia.press(f"{HERE}/state")
    page = send(mia, f"{HERE}/state", _form="alone", to="reviewed", reason="There is only me.")
    assert "There is only me." in page.text


@pytest.mark.usefixtures("over")
def test_what_is_missing_is_said(mia):
    mia.look(HERE)
    page = mia.press(f"{HERE}/state", reviewer="lea@example.com")
    assert page.status_code == 409
    assert "The section summary is empty: write it first." in page.text
    assert 'value="lea@example.com"' in page.text, "what was typed stays"


@pytest.mark.usefixtures("over")
def test_both_renderings_side_by_side(mia, house):
    house.verbs.write_postmortem(
        "INC-1", sections=POSTMORTEM | {"went_well": "<script>alert(1)</script> **Bold**", "internal_notes": "Bob"}
    )
    page = mia.look(f"{HERE}/preview")
    public, internal = page.split('id="internal"')
    assert "<script>alert" not in page
    assert public.count("&lt;script&gt;alert(1)&lt;/script&gt; <strong>Bold</strong>") == 1
    assert "Bob" not in public
    assert "Bob" in internal
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


@pytest.mark.usefixtures("over")
def test_versions_and_what_they_changed(mia, house):
    house.verbs.write_postmortem("INC-1", sections={"summary": "It took 12 minutes."})
    house.verbs.write_postmortem("INC-1", sections={"summary": "It took 13 minutes."})
    assert "Version 3" in mia.look(f"{HERE}/revisions")
    page = mia.look(f"{HERE}/revisions/3")
    assert "It took <del>12</del><ins>13</ins> minutes." in page
    assert "It took 13 minutes." in mia.look(f"{HERE}/revisions/3?against=0")
    mia.look(f"{HERE}/revisions/9", status=404)


@pytest.mark.usefixtures("over")
def test_customers_who_asked(mia):
    mia.look(HERE)
    page = mia.press(f"{HERE}/requests", name="Example <Corp>", contact="ops@customer.example")
    assert "Example &lt;Corp&gt;" in page.text
    page = mia.press("/postmortem-requests/1")
    assert "Not told after all" in page.text
    mia.look(HERE)
    assert mia.press(f"{HERE}/requests", name="").status_code == 422


@pytest.mark.usefixtures("over")
def test_the_retrospective_is_a_calendar_file(mia):
    mia.look(f"{HERE}/retrospective.ics", status=404)
    mia.look(HERE)
    page = mia.press(f"{HERE}/about", retrospective_at="2026-12-01T15:00")
    assert "As an entry for a calendar" in page.text
    text = mia.look(f"{HERE}/retrospective.ics")
    assert "DTSTART:20261201T150000Z" in text
    assert "SUMMARY:Retrospective: Search fails" in text


@pytest.mark.usefixtures("over")
def test_all_of_them_with_what_is_overdue(mia, clock):
    page = mia.look("/postmortems")
    assert "due 2026-11-26" in page
    clock.forward(days=4)
    assert "overdue since 2026-11-26" in mia.look("/postmortems?overdue=true")
    assert "overdue" in mia.look(HERE)
    assert "No postmortem is like that." in mia.look("/postmortems?state=published")


def test_an_empty_list_says_what_to_do(mia):
    assert "a resolved post makes the first draft" in mia.look("/postmortems")


def test_a_private_one_is_not_there(mia, house, security):
    house.verbs.as_(security).declare("Keys leaked", security=True)
    house.verbs.as_(security).write_postmortem("INC-1", sections={"summary": "Keys."})
    for path in (HERE, f"{HERE}/preview", f"{HERE}/revisions", f"{HERE}/revisions/1", f"{HERE}/retrospective.ics"):
        assert "Keys" not in mia.look(path, status=404)
    assert "Keys" not in mia.look("/postmortems")


@pytest.mark.usefixtures("over")
def test_publishing_says_who_will_read_it(mia, lea):
    mia.look(HERE)
    mia.press(HERE, **{f"sections__{name}": text for name, text in POSTMORTEM.items()})
    mia.press(f"{HERE}/state", reviewer="lea@example.com")
    lea.look(HERE)
    page = send(lea, f"{HERE}/state", to="reviewed")
    assert "Publish inside only" in page.text
    page = send(lea, f"{HERE}/state", to="published")
    assert "It is published. Only people inside read it." in page.text
    assert "Save and publish" not in page.text


@pytest.mark.usefixtures("over")
def test_what_a_section_lacks_keeps_up_while_it_saves_itself(mia):
    mia.look(HERE)
    sent = [(name, value) for name, value in mia.fields(HERE) if name in ("_csrf", "based_on.went_well")]
    sent.append(("sections.went_well", "The rollback took two minutes."))
    page = mia.client.post(f"/desk{HERE}/sections/went_well", data=dict(sent), headers={"HX-Request": "true"}).text
    assert '<span class="section__flags" id="flags-went_well" hx-swap-oob="true"></span>' in page
    assert 'id="missing-now" hx-swap-oob="true"' in page
    assert "Say what stopped it." in page
    assert "Something went well" not in page
