import unicodedata
import xml.etree.ElementTree as etree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.text import clean


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("nul\x00 bell\x07", "nul bell"),
        ("right\u202eleft", "rightleft"),
        ("lone \ud800 surrogate", "lone  surrogate"),
        ("e\u0301", "é"),
        ("👩\u200d👧 stays", "👩\u200d👧 stays"),
        ("tab\tstays", "tab\tstays"),
    ],
)
def test_only_what_no_output_can_carry_is_taken_out(typed, kept):
    assert clean(typed) == kept


@given(st.text(st.characters(exclude_categories=[])))
def test_a_cleaned_text_is_clean_and_fits_into_xml(text):
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    element = etree.Element("t")
    element.text = cleaned
    assert etree.fromstring(etree.tostring(element, "unicode")).text == (cleaned or None)
