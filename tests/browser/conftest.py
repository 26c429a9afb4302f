"""A real Chromium, and two portals to read with it: one that has everything at once, and one that is new."""

import json
import pathlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.chromium import needed
from tests.running import RunningPortal

LONG = "Some documents of some workspaces that were moved between regions since the last upgrade open slowly, "
LONG_TITLE = f"{LONG * 2}or not at all"[:174]
NEWEST = "Signing in fails for everybody, not for some. Documents that are open stay open and can be saved."
EVERY_ELEMENT = """| region | documents |
| --- | --- |
| Europe | slow |

    a line of code that is longer than a phone is wide, so that it has to be scrolled or broken somewhere

> Quoted. [What we know](https://example.com/known)

* one
* two

1. first
2. second
"""


def npm_file(path: str) -> str:
    """A file of an npm package that `make test` installs."""
    file = pathlib.Path(__file__).parents[2] / "var" / "node" / "node_modules" / path
    missing = f"the npm package {path.partition('/')[0]} is needed; `make test` installs it where npm is"
    return needed(str(file) if file.is_file() else None, missing)


@dataclass(frozen=True)
class Busy:
    """The demo with a critical incident on top, a correction in it and a maintenance under way."""

    url: str
    incident: str
    maintenance: str
    site: pathlib.Path
    """The folder that is served."""
    desk: "Desk"


class Desk:
    """The API of a running portal, as an admin."""

    def __init__(self, portal: RunningPortal) -> None:
        token = portal.command("token", "add", "browser", "--role", "admin").strip()
        self.portal, self.headers = portal, {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def get(self, path: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self._said("GET", path, None)["items"]
        return items

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        return self._said("POST", path, body)

    def _said(self, method: str, path: str, body: Any) -> dict[str, Any]:
        status, _, answer = self.portal.request(method, f"/api/v1{path}", body, self.headers)
        assert status in {200, 201}, answer
        said: dict[str, Any] = json.loads(answer)
        return said


@pytest.fixture(scope="session")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Busy]:
    with RunningPortal(tmp_path_factory.mktemp("busy"), "--demo") as portal:
        desk = Desk(portal)
        incident = desk.post(
            "/incidents",
            title=LONG_TITLE,
            severity="critical",
            customer_impact="yes",
            components={one["slug"]: "major_outage" for one in desk.get("/components")},
            post={"state": "investigating", "body": EVERY_ELEMENT, "confirm": True},
        )
        posts = f"/incidents/{incident['ref']}/posts"
        desk.post(posts, state="identified", body=LONG * 3, customer_action="Keep the page open.", confirm=True)
        desk.post(posts, state="identified", body=NEWEST, corrects=1, notify=False, confirm=True)
        planned = desk.get("/maintenances")[0]
        desk.post(f"/maintenances/{planned['ref']}/posts", state="in_progress", body="The upgrade has begun.")
        pages = [f"/incidents/{one['public_id']}/" for one in (incident, planned)]
        yield Busy(portal.url, *pages, portal.home / "site", desk)


@pytest.fixture(scope="session")
def new(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a portal on its first day: no component, no incident."""
    with RunningPortal(tmp_path_factory.mktemp("new")) as portal:
        yield portal.url


@pytest.fixture
def page(browser: BrowserContext) -> Iterator[Page]:
    """A tab of a phone; until it closes nothing may be said on the console, and nothing asked of another host."""
    said: list[str] = []
    tab = browser.new_page()
    tab.set_viewport_size({"width": 390, "height": 844})
    tab.on("console", lambda one: said.append(one.text) if one.type in {"error", "warning"} else None)
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.on("request", lambda one: None if "//127.0.0.1:" in one.url else said.append(one.url))
    yield tab
    tab.close()
    assert [one for one in said if not re.search(r"status of 4\d\d", one)] == [], "a page that refuses is an answer"
