"""What people write calls nobody in a chat, and stays readable."""

import pytest

from portal.notify.mentions import without_mentions


@pytest.mark.parametrize(
    "call",
    [
        "@here",
        "@everyone",
        "@room",
        "@ada",
        "_@all_",
        "ada@here",
        "x@everyone.now",
        "x@Channel,",
        "x@everyone-else",
        "*@all*",
        "<!here>",
        "<!channel|x>",
        "<@U123>",
        "<@&4>",
        "<users/all>",
    ],
)
def test_a_call_is_words_afterwards(call):
    said = without_mentions(f"Search fails {call} now")
    assert call not in said
    assert said.replace("\u200b", "") == f"Search fails {call} now"


@pytest.mark.parametrize(
    "text",
    [
        "ada@example.com calls search",
        "ada@hereford.example",
        "x@all-hands.example",
        "5 < 6 & 7 > 3",
        "a @ b",
        "<https://example.com>",
    ],
)
def test_what_calls_nobody_stays_as_it_is(text):
    assert without_mentions(text) == text
