"""Two people in one postmortem, its versions, its review, and what the public would read of it."""

import json

import pytest

from portal.domain.errors import Conflict, EditedMeanwhile, NotFound
from portal.domain.names import Permission
from portal.domain.postmortems import version_of
from portal.verbs import commands, followups, postmortem_answers, postmortems
from portal.verbs.context import PORTAL
from portal.verbs.people import add_person
from portal.verbs.postmortem_preview import preview_postmortem
from tests.conftest import person
from tests.verbs.conftest import POSTMORTEM

LEA = person("lea@example.com", "messenger")


@pytest.fixture
def ref(desk, clock):
    ref = desk.declare("Search fails", started_at="2026-11-23T13:50:00Z", components={"search": "major_outage"})["ref"]
    desk.post(ref, "investigating")
    clock.forward(minutes=45)
    desk.post(ref, "resolved")
    return ref


def get(desk, ref):
    return postmortems.get_postmortem(desk.context, desk.actor, ref)


def revisions(desk, ref):
    return postmortem_answers.list_revisions(desk.context, desk.actor, ref, 100)["items"]


def outbox(desk, event):
    return [json.loads(row[0]) for row in desk.sql("SELECT details FROM outbox WHERE event = ? ORDER BY id", event)]


# two people


def test_two_people_in_two_sections_never_lose(desk, ref):
    read = get(desk, ref)["versions"]
    desk.write_postmortem(ref, sections={"summary": "Mine."}, based_on={"summary": read["summary"]})
    desk.as_(LEA).write_postmortem(ref, sections={"faq": "Hers."}, based_on={"faq": read["faq"]})
    said = get(desk, ref)["sections"]
    assert (said["summary"], said["faq"]) == ("Mine.", "Hers.")


def test_a_form_with_everything_in_it_overwrites_only_what_its_person_changed(desk, ref):
    read = get(desk, ref)
    everything = {name: read["sections"].get(name, "") for name in read["versions"]}
    desk.as_(LEA).write_postmortem(ref, sections=everything | {"lucky": "It was quiet."}, based_on=read["versions"])
    desk.write_postmortem(ref, sections=everything | {"summary": "Mine."}, based_on=read["versions"])
    said = get(desk, ref)["sections"]
    assert (said["lucky"], said["summary"]) == ("It was quiet.", "Mine.")


def test_in_the_same_section_the_second_is_shown_both(desk, ref, clock):
    read = get(desk, ref)["versions"]
    desk.write_postmortem(ref, sections={"summary": "Hers."}, based_on=read)
    at = clock.text
    clock.forward(minutes=1)
    before = desk.dump()
    with pytest.raises(EditedMeanwhile) as refused:
        desk.as_(LEA).write_postmortem(ref, sections={"summary": "Mine.", "faq": "And this."}, based_on=read)
    assert refused.value.status == 409
    assert refused.value.more["meanwhile"] == {
        "summary": {"text": "Hers.", "version": version_of("Hers."), "by": "ada@example.com", "at": at}
    }
    assert desk.dump() == before, "nothing of it is saved by halves"
    desk.as_(LEA).write_postmortem(
        ref, sections={"summary": "Both.", "faq": "And this."}, based_on=read | {"summary": version_of("Hers.")}
    )
    assert get(desk, ref)["sections"]["summary"] == "Both."


def test_what_both_wrote_the_same_is_no_conflict(desk, ref):
    read = get(desk, ref)["versions"]
    for who in (desk.actor, LEA):
        desk.as_(who).write_postmortem(ref, sections={"summary": "Same."}, based_on=read)
    assert get(desk, ref)["sections"]["summary"] == "Same."


# versions


def test_an_editor_that_saves_by_itself_makes_one_version_in_five_minutes(desk, ref, clock):
    before = len(revisions(desk, ref))
    audited = len(desk.sql("SELECT 1 FROM audit"))
    for letters in ("S", "Se", "Sea", "Sear"):
        desk.write_postmortem(ref, sections={"summary": letters}, autosave=True)
        clock.forward(seconds=2)
    assert len(revisions(desk, ref)) == before + 1
    assert len(desk.sql("SELECT 1 FROM audit")) == audited + 1
    clock.forward(minutes=5)
    desk.write_postmortem(ref, sections={"summary": "Search"}, autosave=True)
    assert len(revisions(desk, ref)) == before + 2
    desk.as_(LEA).write_postmortem(ref, sections={"summary": "Searches"}, autosave=True)
    desk.write_postmortem(ref, sections={"summary": "Searches failed"})
    newest = revisions(desk, ref)
    assert [(one["by"], one["autosaved"]) for one in newest[:3]] == [
        ("ada@example.com", False),
        ("lea@example.com", True),
        ("ada@example.com", True),
    ]
    assert newest[0]["changed"] == ["summary"]


def test_what_is_published_is_never_saved_by_itself(desk, ref):
    desk.published_postmortem(ref)
    with pytest.raises(Conflict, match="every save is public"):
        desk.write_postmortem(ref, sections={"summary": "Sea"}, autosave=True)
    assert get(desk, ref)["sections"]["summary"] == POSTMORTEM["summary"]


def test_versions_are_compared_word_by_word(desk, ref):
    desk.write_postmortem(ref, sections={"summary": "Searches failed for 12 minutes."})
    desk.write_postmortem(ref, sections={"summary": "Searches failed for 13 minutes.", "faq": "None."})
    newest = revisions(desk, ref)[0]["id"]
    said = postmortem_answers.compare_revisions(desk.context, desk.actor, ref, newest)
    assert said["against"] == newest - 1
    assert [(one["change"], one["text"]) for one in said["sections"]["summary"]] == [
        ("same", "Searches failed for "),
        ("removed", "12"),
        ("added", "13"),
        ("same", " minutes."),
    ]
    assert list(said["sections"]) == ["summary", "faq"]
    whole = postmortem_answers.compare_revisions(desk.context, desk.actor, ref, newest, against=0)
    assert {one["change"] for pieces in whole["sections"].values() for one in pieces} == {"added"}
    for number, against in ((99, None), (1, 99)):
        with pytest.raises(NotFound, match="versions"):
            postmortem_answers.compare_revisions(desk.context, desk.actor, ref, number, against=against)


# a draft that was begun early


def test_a_draft_that_was_begun_early_is_brought_up_to_date_where_nobody_wrote(desk, clock):
    ref = desk.declare(components={"search": "major_outage"})["ref"]
    desk.post(ref, "investigating")
    desk.write_postmortem(ref, sections={"detection": "By a customer."})
    assert "since" in get(desk, ref)["sections"]["impact"]
    assert get(desk, ref)["due_at"] is None
    clock.forward(minutes=20)
    desk.post(ref, "resolved")
    said = get(desk, ref)
    assert "major outage for 20 minutes" in said["sections"]["impact"]
    assert said["sections"]["detection"] == "By a customer."
    assert said["due_at"] is not None


def test_hidden_components_stay_out_of_the_draft(desk, clock):
    desk.component("Secret project", hidden=True)
    ref = desk.declare(components={"search": "major_outage", "secret-project": "partial_outage"})["ref"]
    desk.post(ref, "investigating")
    desk.post(ref, "resolved")
    assert "Secret project" not in str(get(desk, ref)["sections"])


# review


@pytest.fixture
def people(desk):
    for name in ("ada@example.com", "lea@example.com"):
        add_person(desk.context, PORTAL, name, [Permission.MESSENGER])


def move(desk, ref, to, **more):
    return desk.do(postmortems.move_postmortem, ref, commands.MovePostmortem(to=to, **more))


def test_somebody_else_reviews_it(desk, ref, people):
    desk.write_postmortem(ref, sections=POSTMORTEM, public=True)
    said = move(desk, ref, "in_review", reviewer="lea@example.com")
    assert said["reviewer"] == "lea@example.com"
    (asked,) = outbox(desk, "reminder_due")
    assert (asked["to"], asked["link"]) == (["lea@example.com"], f"/desk/incidents/{ref}/postmortem")
    with pytest.raises(Conflict, match="somebody else reviews it"):
        move(desk, ref, "reviewed")
    with pytest.raises(Conflict, match="somebody else reviews it"):
        move(desk.as_(LEA), ref, "reviewed", reviewer="ada@example.com")
    assert move(desk.as_(LEA), ref, "reviewed")["reviewer"] == "lea@example.com"


def test_a_small_team_reviews_its_own_with_a_reason_that_is_kept(desk, ref, people):
    desk.write_postmortem(ref, sections=POSTMORTEM)
    move(desk, ref, "in_review")
    said = move(desk, ref, "reviewed", reason="There is only me.")
    assert (said["reviewer"], said["review_reason"]) == ("ada@example.com", "There is only me.")
    told = desk.sql("SELECT text FROM timeline WHERE kind = 'postmortem' ORDER BY id DESC LIMIT 1")[0][0]
    assert "There is only me." in told
    assert move(desk, ref, "in_review")["review_reason"] is None, "the next review is another one"


@pytest.mark.parametrize("words", ["It took ___ minutes.", "With glpat-abcdefghij0123456789."])
def test_blanks_and_secrets_are_never_published(desk, ref, words):
    desk.write_postmortem(ref, sections=POSTMORTEM | {"resolution": words}, public=True)
    desk.move_postmortem(ref, "in_review", "reviewed")
    with pytest.raises(Conflict) as refused:
        desk.move_postmortem(ref, "published")
    assert refused.value.more["reasons"][0].startswith("What stopped it: ")
    desk.write_postmortem(ref, sections={"resolution": "A rollback."})
    desk.move_postmortem(ref, "published")
    with pytest.raises(Conflict, match="can't read it like this"):
        desk.write_postmortem(ref, sections={"faq": words})
    desk.write_postmortem(ref, sections={"internal_notes": words})


def test_what_stays_inside_may_hold_a_blank(desk, ref):
    desk.published_postmortem(ref, public=False, sections=POSTMORTEM | {"resolution": "It took ___ minutes."})
    with pytest.raises(Conflict, match="can't read it like this"):
        desk.write_postmortem(ref, public=True)


# retrospective


def test_a_retrospective_has_a_date_or_is_none(desk, ref):
    said = desk.write_postmortem(ref, retrospective_at="2026-12-01T15:00:00Z")
    assert (said["retrospective"], said["retrospective_at"]) == ("yes", "2026-12-01T15:00:00.000Z")
    said = desk.write_postmortem(ref, retrospective="no")
    assert (said["retrospective"], said["retrospective_at"]) == ("no", None)
    assert desk.write_postmortem(ref, retrospective=None)["retrospective"] is None


# preview


def test_the_preview_is_what_the_site_renders(desk, ref):
    """The very words of the page: the same article of the public reader gives the same blocks."""
    add_person(desk.context, PORTAL, "ada@example.com", [Permission.ADMIN], name="Ada Lovelace")
    desk.do(followups.add_followup, ref, commands.AddFollowup(title="Cover it", public=True))
    desk.do(followups.add_followup, ref, commands.AddFollowup(title="Ask Bob"))
    sections = (
        POSTMORTEM
        | {"went_well": "Ada Lovelace was quick. **Bold** <b>raw</b>"}
        | {"internal_notes": "Bob restarted everything"}
    )
    desk.write_postmortem(ref, sections=sections, public=True)
    said = preview_postmortem(desk.context, desk.actor, ref)
    assert "The incident lead was quick. <strong>Bold</strong> &lt;b&gt;raw&lt;/b&gt;" in said["public"]
    assert "Cover it" in said["public"]
    for secret in ("Bob", "Lovelace", "Internal notes"):
        assert secret not in said["public"]
    assert "Ada Lovelace was quick" in said["internal"]
    assert "Ask Bob" in said["internal"]
    assert "Bob restarted everything" in said["internal"]
    move(desk, ref, "in_review")
    move(desk, ref, "reviewed", reason="There is only me.")
    move(desk, ref, "published")
    assert preview_postmortem(desk.context, desk.actor, ref)["public"] == said["public"]
