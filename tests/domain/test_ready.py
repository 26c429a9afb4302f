"""The texts that are ready after a post."""

from dataclasses import replace

import pytest

from portal.domain.ready import SOCIAL_LENGTH, Told, customer, internal, shortened, social

TOLD = Told(
    site="Example Status",
    ref="INC-7",
    title="Search returns errors",
    state="Identified",
    words="A configuration change broke searches. We are rolling it back.",
    url="https://status.example.com/incidents/abcdefghijkl/",
    severity="critical",
    components=[("Search", "Major outage")],
    customer_action="Search again later.",
    due="14:30 UTC",
    support="help@example.com",
)


def test_a_short_post_is_said_whole():
    assert social(TOLD) == f"Search returns errors - Identified: {TOLD.words} {TOLD.url}"


@pytest.mark.parametrize("length", [1, 100, 200, 240, 280, 500, 5000])
@pytest.mark.parametrize("title", ["S", "Search returns errors", "A very long title " * 16])
def test_the_social_text_never_has_more_than_280_characters_and_ends_with_the_link(length, title):
    said = social(replace(TOLD, title=title.strip(), words=("word " * 1000)[:length].strip()))
    assert len(said) <= SOCIAL_LENGTH
    assert said.endswith(f" {TOLD.url}")


def test_words_are_not_cut_in_half():
    said = social(replace(TOLD, words="Everything is wonderful " * 30))
    assert said.removesuffix(f" {TOLD.url}").endswith(("Everything…", "is…", "wonderful…"))


def test_a_text_without_blanks_is_cut_where_it_must_be():
    assert shortened("x" * 50, 10) == "x" * 9 + "…"
    assert shortened("one two", 4) == "one…"
    assert shortened("one two", 7) == "one two"


def test_a_customer_reads_what_they_can_do_and_where_it_goes_on():
    said = customer(TOLD)
    for words in ("Search returns errors (identified)", TOLD.words, "Search again later.", "14:30 UTC", TOLD.url):
        assert words in said
    assert said.endswith("email help@example.com.")
    assert said.count("help@example.com") == 1


def test_a_contact_that_the_post_names_is_not_repeated():
    assert customer(replace(TOLD, words="Mail help@example.com.")).count("help@example.com") == 1


def test_people_inside_read_what_customers_read_and_no_more():
    said = internal(TOLD)
    assert said.startswith("INC-7 (critical) Search returns errors: Identified\n")
    assert f'"{TOLD.words}"' in said
    assert "Search (major outage)" in said


def test_what_is_not_there_leaves_no_gap():
    bare = replace(TOLD, components=[], customer_action=None, due=None, support="")
    assert "None" not in customer(bare) + internal(bare)
    assert "\n\n\n" not in customer(bare)
