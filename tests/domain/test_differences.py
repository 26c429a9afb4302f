import time
from itertools import pairwise

import pytest

from portal.domain.differences import Piece, differences


def spelled(before, after):
    marks = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(marks[one.change].format(one.text) for one in differences(before, after))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("", "", ""),
        ("a", "a", "a"),
        ("", "new", "{+new+}"),
        ("old", "", "[-old-]"),
        ("one\ntwo\n", "one\ntwo\nthree\n", "one\ntwo\n{+three\n+}"),
        ("It took 12 minutes.", "It took 13 minutes.", "It took [-12-]{+13+} minutes."),
        (
            "The change was not covered by any test.\nB\n",
            "The change was covered by one test.\nB\n",
            "The change was [-not -]covered by [-any-]{+one+} test.\nB\n",
        ),
        ("One thing entirely.", "Something else now!", "[-One thing entirely.-]{+Something else now!+}"),
    ],
)
def test_lines_then_words(before, after, said):
    assert spelled(before, after) == said


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a b c d e f", "a x y d e f"),
        ("one two  three\n\nfour", "one  two three\nfive\n\nfour"),
        ("same\nold line here\nend", "same\nnew line here\nend\n"),
        ("ünï 🎉 cödé", "ünï 🎉🎉 code"),
        ("a \n" * 5, "a\n" * 4),
    ],
)
def test_nothing_is_lost(before, after):
    pieces = differences(before, after)
    assert "".join(one.text for one in pieces if one.change != "added") == before
    assert "".join(one.text for one in pieces if one.change != "removed") == after
    assert all(one.text for one in pieces)
    assert all(a.change != b.change for a, b in pairwise(pieces))


def test_long_texts_are_compared_soon():
    before, after = "a b " * 6000 + "a", "b a " * 6000 + "b"
    begin = time.perf_counter()
    pieces = differences(before, after)
    assert pieces == [Piece("removed", before), Piece("added", after)]
    assert time.perf_counter() - begin < 5
