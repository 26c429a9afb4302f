"""Badges can be read: any name fits its box, nothing is squeezed, white stands out on every colour."""

import unicodedata
import xml.etree.ElementTree as tree

import pytest

from portal.domain.ladder import Overall
from portal.domain.names import ComponentStatus
from portal.domain.public import PublicComponent
from portal.language import Words
from portal.site import badges
from portal.verbs.commands import AddComponent
from portal.verbs.components import add_component
from tests.site.public_files import PublicFiles

SVG = "{http://www.w3.org/2000/svg}"
NAMES = ["Search", "W" * 12, "i" * 12, "A" * 174, "検索" * 87, "Zu\u0308rich " * 20, "👩‍👩‍👧‍👦" * 20, "<b>&\"'", "—"]


def badge(name, status=ComponentStatus.OPERATIONAL):
    dates = {"created_at": "", "updated_at": "", "start_date": None, "retired": False}
    one = PublicComponent(1, "id", "slug", name, None, None, 1, True, **dates, status=status)
    return tree.fromstring(badges.component_badge(one, Words()))


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("status", list(ComponentStatus))
def test_both_texts_lie_inside_and_do_not_meet(name, status):
    root = badge(name, status)
    left, right = root.iter(f"{SVG}text")
    edges = [float(one.get("x")) + float(one.get("textLength")) for one in (left, right)]
    assert edges[0] + 12 <= float(right.get("x"))
    assert edges[1] + 6 <= float(root.get("width")) <= 520
    assert root.get("aria-label") == root.find(f"{SVG}title").text == f"{name}: {right.text}"


@pytest.mark.parametrize("status", list(ComponentStatus))
def test_white_stands_out_on_every_colour(status):
    for path in badge("Search", status).iter(f"{SVG}path"):
        assert 1.05 / (luminance(path.get("fill")) + 0.05) >= 4.5


def test_wide_letters_get_more_room_than_narrow_ones():
    wide, narrow = (float(next(badge(name).iter(f"{SVG}text")).get("textLength")) for name in ("W" * 12, "i" * 12))
    assert wide > 3 * narrow


@pytest.mark.parametrize("name", ["Zu\u0308" * 80, "👩\u200d👩\u200d👧" * 30])
def test_a_long_name_is_cut_between_letters(name):
    shown = next(badge(name).iter(f"{SVG}text")).text
    kept = shown.removesuffix("…")
    assert shown != kept
    assert name.startswith(kept)
    follows = name[len(kept)]
    assert not unicodedata.combining(follows)
    assert "\u200d" not in (follows, kept[-1])


def test_the_page_and_each_component_have_one(context, admin):

    add_component(context, admin, AddComponent(name="Search"))
    files = PublicFiles(context)
    assert Overall("none", "All Systems Operational").description in files["badge.svg"]
    assert "Search: Operational" in files["badges/search.svg"]
