import csv
import io

import pytest

from portal.wire.spreadsheet import to_csv


def test_a_table_comes_back_as_it_was():
    rows = [["INC-1", 'Search, "all" of it\nfails', 12, None, 0.5], ["INC-2", "ünï", -3, "", True]]
    text = to_csv(["ref", "title", "a", "b", "c"], rows)
    assert list(csv.reader(io.StringIO(text, newline=""))) == [
        ["ref", "title", "a", "b", "c"],
        ["INC-1", 'Search, "all" of it\nfails', "12", "", "0.5"],
        ["INC-2", "ünï", "-3", "", "True"],
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "＝1"])
def test_a_text_is_never_a_formula(text):
    (cell,) = next(csv.reader(io.StringIO(to_csv([], [[text]]).removeprefix("\r\n"), newline="")))
    assert cell == f"'{text}"


@pytest.mark.parametrize("text", ["INC-1", "a=b", "1+1", "''", "2026-11-23"])
def test_other_texts_stay_as_they_are(text):
    assert to_csv(["x"], [[text]]) == f"x\r\n{text}\r\n"
