import random

import pytest

from portal.text import fragment
from portal.text.cost import LIMIT, estimate, too_costly
from portal.text.fragments import LONGEST

from .reading import faults, words

REPEATED = [
    "``a`",
    "a\n===\n",
    "-\n",
    "```a\n",
    "`|",
    "*a*",
    "- a\n",
    "1. a\n",
    ">a\n",
    "a|b\n-|-\n|",
    "a\n\n",
    "# a\n",
]
NESTED = ["> ", "- ", "1. ", "> - ", "\t", "* + "]


@pytest.mark.parametrize("piece", REPEATED)
def test_repeating_what_is_costly_ends_as_plain_paragraphs(piece):
    text = piece * (25_000 // len(piece))
    assert too_costly(text)
    made = fragment(text)
    assert words(made) == "".join(text.split())
    assert faults(made) == []


def test_a_posts_length_of_mismatched_ticks_is_too_much():
    """0.2 s in the library: every run of ticks looks for its like up to the block's end."""
    assert too_costly("``a`" * 1_250)
    assert not too_costly("Use `a` and `b`. " * 60)


@pytest.mark.parametrize("piece", NESTED)
def test_nesting_without_end_is_shown_as_typed(piece):
    text = piece * 60 + "deep"
    assert too_costly(text)
    assert words(fragment(text)) == "".join(text.split())


@pytest.mark.parametrize("piece", ["[", "![", "[a](", "(", "&#", "http://", "a ", "<a@", "é"])
def test_brackets_and_the_like_are_linear_and_converted(piece):
    """Five thousand characters of each; the library's own link patterns would take seconds."""
    text = piece * (5_000 // len(piece))
    assert not too_costly(text)
    assert faults(fragment(text)) == []


def test_the_estimate_only_grows_with_the_text():
    chance = random.Random(5)
    text = "".join(chance.choice(REPEATED + NESTED) for _ in range(400))
    costs = [estimate(text[:end]) for end in range(0, len(text), 50)]
    assert costs == sorted(costs)


def test_a_long_ordinary_text_is_far_from_the_limit():
    paragraph = "The **database** was slow from 10:02 UTC, see [the graph](https://g.example/a_b) and `pg_stat`. " * 6
    items = "\n".join(f"- step {number}: we restarted *one* of the `pods`" for number in range(12))
    text = f"## What happened\n\n{paragraph}\n\n{items}\n\n" * 18
    assert 20_000 < len(text) < 25_000
    assert estimate(text) < 0.7 * LIMIT
    assert "<strong>" in fragment(text)


def test_what_no_door_lets_in_is_not_interpreted():
    assert "<strong>" not in fragment("**a** " + "b" * LONGEST)


@pytest.mark.corpora
def test_real_texts_are_all_converted(corpora):
    found = [path.read_text("utf-8", errors="replace") for path in sorted((corpora / "postmortems").rglob("*.md"))]
    assert len(found) > 25
    assert [text[:60] for text in found if too_costly(text[:25_000])] == []


@pytest.mark.corpora
def test_published_denials_of_service_are_converted_or_shown_plain(corpora):
    for path in sorted((corpora / "vectors" / "markdown-redos").iterdir()):
        text = path.read_text("utf-8")
        for length in (5_000, 25_000):
            assert faults(fragment((text * (length // len(text) + 1))[:length])) == []
