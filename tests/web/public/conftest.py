import json
import os
import pathlib
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.config import Settings
from portal.web import public

PAGE = "<!doctype html><title>Status</title>" + "<p>All Systems Operational</p>" * 40
HASHES = {"script-src": ["'sha256-AAAA'"], "style-src": ["'sha256-BBBB'"]}


class Home:
    """A home with releases that a test writes by hand."""

    def __init__(self, root: pathlib.Path) -> None:
        self.root = root

    def release(self, number: int, files: dict[str, str], hashes: dict[str, list[str]] | None = None) -> pathlib.Path:
        site = self.root / "releases" / str(number) / "site"
        for name, text in files.items():
            place = site / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, "utf-8")
        if hashes is not None:
            (site.parent / "csp.json").write_text(json.dumps(hashes))
        return site

    def switch(self, site: pathlib.Path) -> None:
        link = self.root / "site.new"
        link.symlink_to(os.path.relpath(site, self.root))
        link.rename(self.root / "site")


@pytest.fixture
def home(tmp_path: pathlib.Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def site(home: Home) -> pathlib.Path:
    files = {
        "index.html": PAGE,
        "404.html": "<!doctype html><title>Not here</title>" + "<p>Nothing here</p>" * 40,
        "history/index.html": "<!doctype html><title>History</title>",
        "embed/index.html": "<!doctype html><title>Embedded</title>",
        "history.rss": "<rss version='2.0'/>",
        "updates.atom": "<feed/>",
        "updates.json": json.dumps({"version": "https://jsonfeed.org/version/1.1"}),
        "published.json": json.dumps({"sequence": 1}),
        "api/v2/summary.json": json.dumps({"page": {"name": "Example"}}),
        "maintenance.ics": "BEGIN:VCALENDAR",
        "badge.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
        "sitemap.xml": "<urlset/>",
        "robots.txt": "User-agent: *",
        "assets/stylesheets/main.484c7ddc.min.css": "body { margin: 0 }",
        "assets/plain.css": "body { margin: 0 }",
        ".index.html.tmp": "half a page",
        "folder/without-index/leaf.txt": "leaf",
    }
    made = home.release(1, files, HASHES)
    home.switch(made)
    return made


@pytest.fixture
def client(home: Home) -> FlaskClient:
    app = Flask("test", static_folder=None)

    @app.post("/api/v1/incidents")
    def door() -> str:
        return "{}"

    public.register(app, SimpleNamespace(settings=Settings(home=home.root)))  # type: ignore[arg-type]
    return app.test_client()
