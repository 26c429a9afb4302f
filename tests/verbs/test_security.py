import json

import pytest

from portal.domain.errors import Conflict, Invalid, NotAllowed, NotFound, PostRefused
from portal.domain.names import Permission
from portal.verbs import (
    checklist,
    closing,
    commands,
    followups,
    impacts,
    incidents,
    links,
    postmortems,
    posts,
    recap,
    redacting,
    roles,
    timeline,
)
from portal.verbs import security as verbs
from portal.verbs.context import PORTAL
from portal.verbs.people import add_person
from tests.conftest import person
from tests.verbs.conftest import POSTMORTEM, WORDS


@pytest.fixture
def guard(desk, security):
    return desk.as_(security)


@pytest.fixture
def secret(guard):
    return guard.declare("Keys leaked", security=True, customer_impact="yes", components={"sign-in": "partial_outage"})[
        "ref"
    ]


READS = [
    incidents.get_incident,
    posts.list_posts,
    impacts.list_impacts,
    links.list_links,
    timeline.list_timeline,
    recap.recap,
    followups.list_followups,
    checklist.list_checklist,
    postmortems.get_postmortem,
]
WRITES = [
    (incidents.change_incident, commands.ChangeIncident(title="Seen")),
    (posts.post, commands.Post(state="investigating", body=WORDS["investigating"])),
    (
        impacts.add_impact,
        commands.AddImpact(component="search", level="partial_outage", from_at="2026-11-23T14:00:00Z"),
    ),
    (links.add_link, commands.AddLink(url="https://example.com")),
    (timeline.add_timeline, commands.AddTimeline(text="Seen")),
    (closing.close, commands.Close(outcome="cancelled", reason="Seen")),
    (closing.reopen, commands.Reopen(reason="Seen")),
    (followups.add_followup, commands.AddFollowup(title="Seen")),
    (checklist.add_checklist_item, commands.AddChecklistItem(title="Seen")),
    (postmortems.write_postmortem, commands.WritePostmortem(title="Seen")),
    (postmortems.move_postmortem, commands.MovePostmortem(to="in_review")),
]


@pytest.mark.parametrize("verb", READS, ids=lambda verb: verb.__name__)
def test_others_do_not_find_it(desk, secret, verb):
    with pytest.raises(NotFound, match="There is no incident INC-1"):
        verb(desk.context, desk.actor, secret)


@pytest.mark.parametrize(("verb", "command"), WRITES, ids=lambda one: getattr(one, "__name__", ""))
def test_others_can_not_write_to_it(desk, secret, verb, command):
    before = desk.dump()
    with pytest.raises(NotFound, match="There is no incident INC-1"):
        desk.do(verb, secret, command)
    assert desk.dump() == before


def test_neither_by_the_ids_of_what_belongs_to_it(desk, guard, secret):
    guard.do(followups.add_followup, secret, commands.AddFollowup(title="Rotate"))
    for verb, command in (
        (impacts.change_impact, commands.ChangeImpact(level="major_outage")),
        (followups.change_followup, commands.ChangeFollowup(title="Seen")),
        (checklist.change_checklist_item, commands.ChangeChecklistItem(state="done")),
    ):
        with pytest.raises(NotFound):
            desk.do(verb, 1, command)


def test_lists_leave_it_out(desk, guard, secret):
    def seen(one):
        return [it["ref"] for it in incidents.list_incidents(one.context, one.actor, {})["items"]]

    assert (seen(desk), seen(guard)) == ([], [secret])
    mine = desk.declare("I saw a leak", security=True)["ref"]
    assert seen(desk) == [mine], "whoever declared one sees it"
    assert seen(desk.as_(person("rob@example.com", "responder", "messenger", "admin"))) == []


def test_nothing_about_it_is_public_news(guard, secret):
    guard.change(secret, severity="critical", components={"search": "major_outage"}, public_title="A leak")
    guard.do(followups.add_followup, secret, commands.AddFollowup(title="Rotate", public=True))
    guard.close(secret, "cancelled", reason="A test")
    assert guard.sql("SELECT count(*) FROM change WHERE subject = 'incident'")[0][0] == 0
    assert guard.status("search") == "operational"


def test_posts_are_refused_with_the_way_out(guard, secret):
    before = guard.dump()
    with pytest.raises(Conflict, match=r"disclose.*neutral incident"):
        guard.post(secret, "investigating")
    assert guard.dump() == before


def test_a_public_one_that_becomes_private_leaves_at_once(desk, guard):
    ref = desk.declare(
        components={"search": "major_outage"}, post={"state": "investigating", "body": WORDS["investigating"]}
    )["ref"]
    said = desk.change(ref, security=True)
    assert said["public_url"] is None
    assert desk.last.change is not None
    assert desk.sql("SELECT count(*) FROM public_incident")[0][0] == 0
    assert desk.status("search") == "operational"


def test_who_may_make_it_private(desk, guard, responder):
    ref = desk.declare()["ref"]
    with pytest.raises(NotAllowed):
        desk.as_(responder).change(ref, security=True)
    desk.do(roles.offer_role, ref, "lead", commands.OfferRole(person=responder.name))
    desk.as_(responder).do(roles.accept_role, ref, "lead")
    desk.as_(responder).change(ref, security=True)
    guard.change(guard.declare()["ref"], security=True)


def test_a_private_one_does_not_become_public_by_a_switch(guard, secret):
    with pytest.raises(Conflict, match="disclose"):
        guard.change(secret, security=False)
    assert guard.get(secret)["security"] is True


def disclose(desk, ref, **fields):
    return desk.do(verbs.disclose, ref, commands.Disclose.model_validate(fields))


ADVISORY = {
    "as": "advisory",
    "title": "Rotate your keys",
    "body": "You are affected if you made an access key before November. Make new keys before 1 December.",
}


def test_an_advisory_is_a_public_incident_of_its_own(desk, guard, secret):
    said = disclose(guard, secret, **ADVISORY)
    assert (said["ref"], said["kind"], said["public_title"]) == ("INC-2", "advisory", "Rotate your keys")
    assert said["public_url"] is not None
    assert said["next_update_due"] is None
    assert said["related"] == [{"relation": "discloses", "ref": secret, "title": "Keys leaked"}]
    assert guard.get(secret)["public_url"] is None
    assert guard.get(secret)["disclosed_as"] == "advisory"
    assert desk.get("INC-2")["related"] == [], "who may not see the private one does not see the link"
    assert desk.status("sign-in") == "operational"


def test_an_advisory_s_words_are_examined(guard, secret):
    before = guard.dump()
    with pytest.raises(PostRefused):
        disclose(guard, secret, **{**ADVISORY, "body": "You are affected if TODO; make new keys before 1 December."})
    with pytest.raises(Invalid):
        disclose(guard, secret, **{"as": "advisory"})
    assert guard.dump() == before


def test_only_the_security_permission_discloses_and_only_what_is_private(desk, guard, secret):
    mine = desk.declare("I saw a leak", security=True)["ref"]
    with pytest.raises(NotAllowed):
        disclose(desk, mine, **ADVISORY)
    with pytest.raises(Conflict, match="not private"):
        disclose(guard, guard.declare()["ref"], **ADVISORY)


def test_no_postmortem_brings_the_internal_title_to_the_public(guard, secret):
    guard.change(secret, components={"sign-in": "operational"}, mitigated_at="2026-11-23T14:00:00Z")
    boss = guard.as_(person("sam@example.com", "security", "messenger"))
    with pytest.raises(Conflict, match="internal one"):
        boss.published_postmortem(secret)
    boss.write_postmortem(secret, public=False)
    boss.move_postmortem(secret, "published")
    with pytest.raises(Conflict, match="internal one"):
        boss.write_postmortem(secret, public=True)
    boss.write_postmortem(secret, public=True, title="What we did about your keys")
    with pytest.raises(Conflict, match="internal one"):
        boss.write_postmortem(secret, title="Keys leaked")


def test_a_postmortem_shows_only_once_it_is_disclosed(guard, secret):
    guard.change(secret, components={"sign-in": "operational"}, mitigated_at="2026-11-23T14:00:00Z")
    boss = guard.as_(person("sam@example.com", "security", "messenger"))
    boss.published_postmortem(secret, title="What we did about your keys")
    assert boss.last.change is None
    assert guard.sql("SELECT count(*) FROM public_postmortem")[0][0] == 0
    said = disclose(guard, secret, **{"as": "postmortem"})
    assert said["ref"] == secret
    assert guard.last.change is not None
    assert guard.sql("SELECT slug FROM public_postmortem")[0][0] == "what-we-did-about-your-keys"
    assert guard.sql("SELECT count(*) FROM public_incident")[0][0] == 0


def test_the_other_order_works_too(guard, secret):
    disclose(guard, secret, **{"as": "postmortem"})
    assert guard.last.change is None
    guard.change(secret, components={"sign-in": "operational"}, mitigated_at="2026-11-23T14:00:00Z")
    boss = guard.as_(person("sam@example.com", "security", "messenger"))
    boss.published_postmortem(secret, title="What we did about your keys", sections=POSTMORTEM)
    assert boss.last.change is not None


def test_the_gate_of_a_private_incident_asks_for_no_post(guard, secret):
    with pytest.raises(Conflict) as refused:
        guard.close(secret)
    assert not any("publish a resolved post." in one for one in refused.value.more["reasons"])


def test_redaction_of_one_that_may_not_be_seen(desk, secret):
    with pytest.raises(NotFound):
        desk.do(redacting.redact, secret, 1, commands.Redact(words="leak"))


def test_a_duplicate_does_not_tell_of_a_private_one(desk, guard, secret):
    ref = desk.declare()["ref"]
    with pytest.raises(Invalid):
        desk.close(ref, "duplicate", duplicate_of=secret)
    assert guard.close(ref, "duplicate", duplicate_of=secret)["duplicate_of"] == secret
    assert desk.get(ref)["duplicate_of"] is None


def test_one_that_was_public_can_still_end_in_a_postmortem(desk, guard):
    ref = desk.declare()["ref"]
    desk.post(ref, "investigating")
    guard.change(ref, security=True)
    boss = guard.as_(person("sam@example.com", "security", "messenger"))
    with pytest.raises(Conflict, match="not over"):
        boss.published_postmortem(ref)
    guard.change(ref, mitigated_at="2026-11-23T14:00:00Z")
    boss.move_postmortem(ref, "published")
    disclose(guard, ref, **{"as": "postmortem"})
    assert guard.sql("SELECT count(*) FROM public_postmortem")[0][0] == 1
    assert guard.sql("SELECT count(*) FROM public_incident")[0][0] == 0


def test_people_with_the_permission_are_called_at_once_and_not_told_what_it_is_about(desk):
    for email, permission in (("sam@example.com", "security"), ("lea@example.com", "messenger")):
        add_person(desk.context, PORTAL, email, [Permission(permission)], email)
    turned = desk.declare("Odd logins")["ref"]
    desk.declare("A token leaked", security=True)
    desk.change(turned, security=True)
    desk.declare("A drill of it", security=True, kind="drill")
    rows = desk.sql("SELECT details FROM outbox WHERE event = 'security_called' ORDER BY id")
    assert [json.loads(row["details"])["to"] for row in rows] == [["sam@example.com"]] * 2
    assert not any("token" in row["details"] or "Odd" in row["details"] for row in rows)
    assert "Called, since it is private: sam@example.com" in texts(desk)


def test_no_role_of_a_private_incident_goes_to_whoever_could_not_read_it(desk, guard):
    add_person(desk.context, PORTAL, "lea@example.com", [Permission.MESSENGER], "Lea Example")
    secret = guard.declare("A token leaked", security=True)["ref"]
    with pytest.raises(Invalid, match="could not read it"):
        guard.do(roles.offer_role, secret, "lead", commands.OfferRole(person="Lea"))
    with pytest.raises(Invalid, match="could not read it"):
        guard.declare("Another leak", security=True, lead="lea@example.com")


def test_an_advisory_that_is_easily_misread_is_asked_about_and_its_row_is_done(guard, secret):
    guard.change(secret, customer_impact="yes")
    words = {**ADVISORY, "body": "You are affected if you made an access key. Make new keys before tomorrow 5pm PST."}
    with pytest.raises(PostRefused):
        disclose(guard, secret, **words)
    disclose(guard, secret, **words, confirm=True)
    rows = {row["key"]: row["state"] for row in guard.sql("SELECT key, state FROM checklist_item")}
    assert (rows["advisory"], rows["cve"]) == ("done", "todo")


def texts(desk):
    return [row["text"] for row in desk.sql("SELECT text FROM timeline")]
