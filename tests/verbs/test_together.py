"""Several people at once, and the same request twice."""

import threading
from dataclasses import replace

import pytest

from portal.domain.errors import Conflict, Invalid
from portal.store.database import Database
from portal.verbs import commands, components, posts, roles
from portal.verbs.context import AlreadyDone, IdempotencyKey
from tests.conftest import person
from tests.verbs.conftest import WORDS, Desk


def at_once(acts):
    """Run all acts in threads that begin together; answers what each raised, or None."""
    gate, raised = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number, act):
        gate.wait()
        try:
            act()
        except Exception as error:  # what a thread raises is what the test looks at
            raised[number] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return raised


def closing(desk, act):
    def then():
        try:
            act(Desk(desk.context, desk.actor))
        finally:
            desk.context.database.close()

    return then


def test_posts_of_many_hands_all_arrive_in_one_order(desk):
    desk.context = replace(desk.context, new_id=__import__("portal.verbs.context", fromlist=["x"]).random_public_id)
    ref = desk.declare(components={"search": "major_outage"})["ref"]
    levels = ["partial_outage", "degraded_performance", "major_outage", "operational"] * 2
    acts = [
        closing(
            desk,
            lambda one, level=level, n=n: one.post(
                ref,
                "investigating",
                f"{WORDS['investigating']} This is part {n} of what we know.",
                components={"search": level},
            ),
        )
        for n, level in enumerate(levels)
    ]
    assert at_once(acts) == [None] * 8
    after = desk.get(ref)
    assert [one["seq"] for one in after["posts"]] == list(range(1, 9))
    moves = [one["components"][0] for one in after["posts"]]
    assert [one["old_status"] for one in moves[1:]] == [one["new_status"] for one in moves[:-1]]
    assert after["components"]["search"] == moves[-1]["new_status"]
    assert desk.sql("SELECT count(*) FROM change WHERE subject = 'incident'")[0][0] == 8


def test_one_lead_however_many_accept(desk):
    ref = desk.declare()["ref"]
    people = [person(f"p{n}@example.com", "responder") for n in range(4)]
    acts = [
        closing(
            desk,
            lambda one, who=who: one.as_(who).do(roles.offer_role, ref, "lead", commands.OfferRole(person=who.name)),
        )
        for who in people
    ]
    at_once(acts)
    assert (
        desk.sql("SELECT count(*) FROM role WHERE role = 'lead' AND accepted_at IS NOT NULL AND ended_at IS NULL")[0][0]
        == 1
    )


def test_one_of_two_equal_names_wins(desk):
    acts = [closing(desk, lambda one: one.component("Billing")) for _ in range(2)]
    raised = at_once(acts)
    assert sorted(type(one).__name__ for one in raised) == ["Conflict", "NoneType"]


def test_one_of_two_closings_wins(desk):
    ref = desk.declare()["ref"]
    raised = at_once([closing(desk, lambda one: one.close(ref, "cancelled", reason="x")) for _ in range(2)])
    assert sorted(type(one).__name__ for one in raised) == ["Conflict", "NoneType"]


def keyed(desk, key="k", body_hash="hash"):
    return replace(desk, context=replace(desk.context, idempotency=IdempotencyKey(key, "POST /x", body_hash, 201)))


def test_the_same_request_twice_is_one_post(desk):
    ref = desk.declare()["ref"]
    first = keyed(desk).post(ref, "investigating")
    with pytest.raises(AlreadyDone) as again:
        keyed(desk).post(ref, "investigating")
    assert again.value.answer == first
    assert len(desk.get(ref)["posts"]) == 1
    with pytest.raises(Invalid, match="another request"):
        keyed(desk, body_hash="other").post(ref, "investigating")


def test_the_same_request_at_once_is_one_post(desk):
    ref = desk.declare()["ref"]
    acts = [closing(desk, lambda one: keyed(one).post(ref, "investigating")) for _ in range(4)]
    raised = at_once(acts)
    assert sorted(type(one).__name__ for one in raised) == ["AlreadyDone"] * 3 + ["NoneType"]
    assert len(desk.get(ref)["posts"]) == 1


def test_a_refused_request_may_be_mended_under_the_same_key(desk):
    with pytest.raises(Conflict):
        keyed(desk).component("Search")
    keyed(desk, body_hash="other").component("Search again")


def test_every_write_says_whether_it_is_public_news(desk):
    """`change` is the sequence of the row that this very transaction appended."""
    ref = desk.declare()["ref"]
    desk.post(ref, "investigating")
    assert desk.last.change == desk.sql("SELECT max(seq) FROM change")[0][0]
    assert posts.list_posts(desk.context, desk.actor, ref)["items"][0]["seq"] == 1
    assert components.list_components(desk.context, desk.actor)["next_cursor"] is None


def test_another_process_reads_only_when_it_is_its_turn_to_write(context):
    """The command line beside a portal: what was read may not be old when it is written."""
    path = context.settings.database_path
    with context.database.transaction() as db:
        db.execute("CREATE TABLE counted (number INTEGER NOT NULL) STRICT")
        db.execute("INSERT INTO counted VALUES (0)")

    def count():
        database = Database(path)
        try:
            for _ in range(50):
                with database.transaction() as db:
                    number = db.execute("SELECT number FROM counted").fetchone()[0]
                    db.execute("UPDATE counted SET number = ?", (number + 1,))
        finally:
            database.close()

    assert at_once([count, count, count]) == [None] * 3
    assert context.database.connection().execute("SELECT number FROM counted").fetchone()[0] == 150
