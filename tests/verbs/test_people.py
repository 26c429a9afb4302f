import re

import pytest

from portal.domain.errors import Conflict, Invalid, NotAllowed, NotFound, NotSignedIn
from portal.domain.names import Permission
from portal.store.public import PublicReader
from portal.verbs import people
from portal.verbs.commands_people import ChangePerson
from portal.verbs.context import PORTAL, Actor
from tests.verbs.conftest import POSTMORTEM


def token(context, name="bot", permissions=(Permission.RESPONDER,), actor=PORTAL):
    return people.add_token(context, actor, name, permissions)


def test_a_token_stands_for_its_name_and_permissions(context):
    text = token(context, "deploy bot", [Permission.MESSENGER, Permission.RESPONDER])
    assert re.fullmatch(r"abp_[A-Za-z0-9]{40}", text)
    actor = people.actor_for_token(context, text)
    assert (actor.name, actor.permissions) == ("deploy bot", {Permission.MESSENGER, Permission.RESPONDER})


def test_the_database_does_not_know_the_token(context):
    text = token(context)
    dump = "\n".join(context.database.connection().iterdump())
    assert text not in dump
    assert text[8:] not in dump
    assert text[:8] in dump, "its beginning tells which one it is"


@pytest.mark.parametrize("text", ["", "wrong", "abp_" + "a" * 40, "\udcff", "é" * 10_000])
def test_other_texts_stand_for_nobody(context, text):
    token(context)
    with pytest.raises(NotSignedIn):
        people.actor_for_token(context, text)


def test_a_revoked_token_stops_at_once_and_its_name_is_free(context):
    text = token(context)
    people.revoke_token(context, PORTAL, "bot")
    with pytest.raises(NotSignedIn):
        people.actor_for_token(context, text)
    with pytest.raises(NotFound):
        people.revoke_token(context, PORTAL, "bot")
    assert token(context) != text


def test_two_live_tokens_do_not_share_a_name(context):
    token(context)
    with pytest.raises(Conflict):
        token(context, " bot ")


@pytest.mark.parametrize("name", ["", "   ", "portal", "ada@example.com", "x" * 81, "a\x00b"])
def test_a_token_is_not_named_like_a_person_or_the_portal(context, name):
    with pytest.raises(Invalid):
        token(context, name)


def test_a_token_needs_a_permission(context):
    with pytest.raises(Invalid):
        token(context, permissions=[])


def test_a_person_gets_a_link_that_lasts_a_day(context):
    text = people.add_person(context, PORTAL, "lea@example.com", [Permission.RESPONDER])
    row = context.database.connection().execute("SELECT * FROM sign_in_link").fetchone()
    assert len(text) > 30
    assert text not in tuple(row)
    assert (row["created_at"], row["expires_at"]) == ("2026-11-23T14:00:00.000Z", "2026-11-24T14:00:00.000Z")


def test_a_second_press_gives_another_link_and_the_new_permissions(context):
    people.add_person(context, PORTAL, "lea@example.com", [Permission.RESPONDER])
    people.add_person(context, PORTAL, "LEA@example.com", [Permission.ADMIN], "Lea Example")
    listed = people.list_people(context, PORTAL)["items"]
    assert [(one["email"], one["name"], one["permissions"]) for one in listed] == [
        ("lea@example.com", "Lea Example", ["admin"])
    ]
    links = context.database.connection().execute("SELECT expires_at FROM sign_in_link ORDER BY id").fetchall()
    assert [row[0][:10] for row in links] == ["2026-11-23", "2026-11-24"], "the first one ends with the second"


@pytest.mark.parametrize("email", ["", "lea", "a b@example.com", "lea@", "@example.com", "a@b@c"])
def test_an_address_is_an_address(context, email):
    with pytest.raises(Invalid):
        people.add_person(context, PORTAL, email, [Permission.ADMIN])


def test_lists_hold_no_secret(context):
    text = token(context)
    [listed] = people.list_tokens(context, PORTAL)["items"]
    assert listed == {
        "name": "bot",
        "prefix": text[:8],
        "permissions": ["responder"],
        "created_at": "2026-11-23T14:00:00.000Z",
        "revoked_at": None,
    }


def test_only_admins_do_this(context, responder, messenger, security):
    for actor in (responder, messenger, security):
        for act in (
            lambda actor=actor: token(context, actor=actor),
            lambda actor=actor: people.revoke_token(context, actor, "bot"),
            lambda actor=actor: people.add_person(context, actor, "x@example.com", [Permission.ADMIN]),
            lambda actor=actor: people.list_people(context, actor),
            lambda actor=actor: people.list_tokens(context, actor),
        ):
            with pytest.raises(NotAllowed):
                act()


def test_who_gives_themself_a_permission_is_in_the_audit_log_twice(context):
    people.add_person(context, PORTAL, "ada@example.com", [Permission.ADMIN])
    ada = Actor("ada@example.com", frozenset({Permission.ADMIN}))
    people.change_person(context, ada, ada.name, ChangePerson(permissions=[Permission.ADMIN, Permission.SECURITY]))
    newest = context.database.connection().execute("SELECT * FROM audit ORDER BY id DESC").fetchone()
    assert (newest["action"], newest["actor"], newest["subject"]) == ("person.change", ada.name, ada.name)
    assert "admin,security" in newest["details"]


def test_names_of_people_are_not_written_in_posts(desk):
    from portal.domain.errors import PostRefused

    people.add_person(desk.context, desk.actor, "lea@example.com", [Permission.RESPONDER], "Leonora Quux")
    ref = desk.declare()["ref"]
    with pytest.raises(PostRefused) as refused:
        desk.post(ref, "investigating", "Leonora Quux is looking into errors in the Search component for some people.")
    assert {one["rule"] for one in refused.value.more["findings"] if one["level"] == "confirm"} == {"P12"}


@pytest.mark.parametrize("name", ["portal", "statuspage", "cstate"])
def test_no_token_takes_the_name_under_which_others_have_declared(context, name):
    with pytest.raises(Invalid, match="another name"):
        token(context, name)


def test_a_name_that_somebody_had_stays_unnamed_in_public(desk):
    people.add_person(desk.context, desk.actor, "lea@example.com", [Permission.RESPONDER], "Leonora Quux")
    ref = desk.declare("Search fails", components={"search": "major_outage"})["ref"]
    desk.post(ref, "investigating")
    desk.post(ref, "resolved")
    desk.published_postmortem(ref, sections={**POSTMORTEM, "background": "Leonora Quux wrote the index."})

    def told() -> str:
        with desk.context.database.snapshot() as db:
            reader = PublicReader(
                db, name="x", url="https://x.example", support_email="x@x.example", time_zone="Etc/UTC", weights={}
            )
            article = reader.postmortem("search-fails")
            assert article is not None
            return article.sections["background"]

    before = told()
    assert "Quux" not in before
    assert people.change_person(desk.context, desk.actor, "lea@example.com", ChangePerson(name="Lea Other")).change
    assert told() == before
    people.change_person(desk.context, desk.actor, "lea@example.com", ChangePerson(disabled=True))
    assert told() == before
