"""A branded portal in Chromium: its colours can be read wherever they stand."""

import pathlib
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Desk
from tests.browser.test_accessibility import LOOKS, axe, faults  # noqa: F401
from tests.running import RunningPortal

LOOK = """[branding]
primary = "{primary}"
primary_dark = "{primary_dark}"
accent = "#8a1c4a"
accent_dark = "#f2a7c3"
footer = "Acme, [Hamburg](https://acme.example/)"
links = [{{name = "Shop", url = "https://acme.example/"}}]
"""


@pytest.fixture(params=[("#123c69", "#ffd24d"), ("#ffd24d", "#123c69")], ids=["dark on light", "light on dark"])
def branded(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> Iterator[RunningPortal]:
    primary, primary_dark = request.param
    (tmp_path / "portal.toml").write_text(LOOK.format(primary=primary, primary_dark=primary_dark))
    with RunningPortal(tmp_path / "var") as portal:
        yield portal


@pytest.mark.browser
def test_colours_that_were_accepted_can_be_read(branded: RunningPortal, page: Page, axe: str) -> None:  # noqa: F811
    Desk(branded).post("/components", name="Search")
    for path in ("/", "/subscribe/"):
        page.goto(branded.url + path)
        assert faults(page, axe, LOOKS) == {}, path
        assert page.evaluate("getComputedStyle(document.querySelector('.top')).backgroundColor") in {
            "rgb(18, 60, 105)",
            "rgb(255, 210, 77)",
        }
