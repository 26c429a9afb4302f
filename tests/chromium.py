"""The browser that tests read pages with."""

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def needed(found: str | None, missing: str) -> str:
    """What a test needs of the machine; else a skip that says what is missing, or a failure where it must be here."""
    if found is None:
        if os.environ.get("PORTAL_REQUIRE_BROWSER") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    return found


@pytest.fixture(scope="session")
def browser() -> "Iterator[BrowserContext]":
    """A context of a real Chromium; one for the whole run, since two can't live side by side."""
    found = needed(next(filter(None, map(shutil.which, NAMES)), None), "neither Chromium nor Chrome is here")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield chromium.new_context()
        chromium.close()
