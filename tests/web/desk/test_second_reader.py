"""Posts that a second person reads first: those who can read them find them."""

import json
import re

from portal.verbs import automation, commands, roles
from tests.verbs.conftest import WORDS
from tests.web.desk.rooms import words_of


def test_a_post_that_waits_for_a_reader_is_found_and_told_by_those_who_can_read_it(house, ref):
    house = house.with_settings(review_posts=True)
    permissions = {"mia": "messenger", "leo": "messenger", "rob": "responder"}
    mia, leo, rob = (house.person(f"{name}@example.com", may) for name, may in permissions.items())
    mia.look(f"/incidents/{ref}/post")
    mia.press(f"/incidents/{ref}/post", "review", body=WORDS["investigating"])
    assert re.search(
        rf'href="/desk/incidents/{ref}/post\?draft=1"[^>]*>mia@example.com asks for a second', leo.look("/")
    )
    assert "waits for a second reader" in leo.look(f"/incidents/{ref}")
    assert "second reader" not in rob.look("/")
    assert "second reader" not in mia.look("/")
    house.verbs.do(roles.offer_role, ref, "lead", commands.OfferRole(person="mia@example.com"))
    house.verbs.do(roles.accept_role, ref, "lead", commands.OfferRole(person="mia@example.com"))
    mia.look(f"/incidents/{ref}/post?draft=1&edit=1")
    mia.press(f"/incidents/{ref}/post", "review")
    told = house.verbs.sql("SELECT details FROM outbox WHERE key LIKE 'draft-review:%' ORDER BY id")
    assert [json.loads(row["details"])["to"] for row in told] == [["ada@example.com"], ["leo@example.com"]]


def test_a_room_says_which_post_is_scheduled_and_which_could_not_be_published(house, mia, ref, clock):
    house = house.with_settings(review_posts=True)
    mia = house.person("mia@example.com", "messenger")
    mia.look(f"/incidents/{ref}/post")
    mia.press(f"/incidents/{ref}/post", "schedule", body=WORDS["investigating"], _publish_at="2026-11-23T14:30")
    assert "if somebody else has read it by then" in mia.page.text
    mia.look(f"/incidents/{ref}")
    assert "A post by you waits for a second reader and is scheduled for 14:30 UTC ." in words_of(mia)
    assert "second reader" in house.person("leo@example.com", "messenger").look("/")
    clock.forward(minutes=40)
    automation.run_due(house.context)
    mia.look(f"/incidents/{ref}")
    assert "A post by you could not be published when its time came." in words_of(mia)
    assert "second reader" not in house.person("leo@example.com", "messenger").look("/")
