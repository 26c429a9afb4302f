"""Open incidents that one may join instead of declaring another."""

import pytest

from portal.domain.similar import alike, named_in
from portal.verbs import similar


def found(desk, components=None, title=None):
    answer = similar.similar(desk.context, desk.actor, components, title)
    return [one["ref"] for one in answer["items"]]


def test_one_on_the_same_component_is_offered(desk):
    ref = desk.declare("Queue is long", components={"search": "partial_outage"})["ref"]
    desk.declare("Mail waits", components={"sign-in": "partial_outage"})
    assert found(desk, ["search"]) == [ref]
    assert found(desk, "search,code-intelligence") == [ref]
    assert found(desk) == []


def test_a_title_that_names_a_component_or_says_the_same_is_enough(desk):
    on_search = desk.declare("Queue is long", components={"search": "partial_outage"})["ref"]
    index = desk.declare("The index is red")["ref"]
    assert found(desk, title="search returns errors") == [on_search]
    assert found(desk, title="Errors: Index is red again") == [index]
    assert found(desk, title="research is slow") == []


def test_private_ones_drills_and_ended_ones_are_never_offered(desk, security):
    desk.as_(security).declare(security=True, components={"search": "major_outage"})
    desk.declare(kind="drill", components={"search": "major_outage"})
    over = desk.declare(components={"search": "major_outage"})["ref"]
    desk.close(over, "cancelled", reason="A test")
    assert found(desk.as_(security), ["search"], "Search fails") == []


def test_declaring_says_what_is_alike_and_is_done_all_the_same(desk):
    first = desk.declare(components={"search": "major_outage"})
    assert first["similar"] == []
    second = desk.declare(components={"search": "partial_outage"})
    assert [one["ref"] for one in second["similar"]] == [first["ref"]]
    assert second["similar"][0]["why"] == "It affects search too."


@pytest.mark.parametrize(
    ("mine", "theirs", "same"),
    [
        ("Search returns errors", "Search fails", True),
        ("Uploads fail", "Upload is broken", True),
        ("Sign-in is slow", "Search is slow", False),
        ("It is down", "It is down", False),
    ],
)
def test_titles_are_alike_by_the_words_that_tell(mine, theirs, same):
    assert alike(mine, theirs) is same


def test_names_are_whole_words():
    assert named_in("code intelligence is slow; SEARCH too", ["Code intelligence", "Search", "Sea"]) == [
        "Code intelligence",
        "Search",
    ]
