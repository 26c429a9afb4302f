"""Security and caching headers of the public site."""

import json

import pytest
from flask.testing import FlaskClient

from portal.web.headers import cache_control, content_policy
from tests.web.public.conftest import Home

pytestmark = pytest.mark.usefixtures("site")

EVERY_KIND = ["/", "/nothing", "/history", "/history.rss", "/api/v2/summary.json", "/badge.svg", "/api/v1/incidents"]


@pytest.mark.parametrize("path", EVERY_KIND)
def test_every_answer_is_hardened(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]


def test_the_policy_lists_the_hashes_of_the_release(client: FlaskClient, home: Home) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "script-src 'self' 'sha256-AAAA';" in policy
    assert "style-src 'self' 'sha256-BBBB';" in policy
    home.switch(home.release(2, {"index.html": "two"}, {"script-src": ["'sha256-CCCC'"], "style-src": []}))
    assert "script-src 'self' 'sha256-CCCC'; style-src 'self';" in client.get("/").headers["Content-Security-Policy"]
    listed = home.root / "releases" / "2" / "csp.json"
    listed.write_text(json.dumps({"script-src": ["'sha256-DDDD'", "'sha256-EEEE'"], "style-src": []}))
    assert "'sha256-EEEE'" in client.get("/").headers["Content-Security-Policy"], "an incremental publish adds a depth"


def test_without_listed_hashes_nothing_inline_runs() -> None:
    assert "script-src 'self'; style-src 'self';" in content_policy({})


def test_only_the_embedded_view_may_be_framed(client: FlaskClient) -> None:
    headers = client.get("/embed/").headers
    assert "frame-ancestors *" in headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in headers
    for path in ("/embedded/", "/embed/banner.js", "/embed/nothing/"):
        assert client.get(path).headers["X-Frame-Options"] == "DENY"


def test_the_embedded_view_may_have_its_own_style_sheet_and_nothing_else() -> None:
    listed = {"script-src": ["'sha256-AAAA'"], "style-src": ["'sha256-BBBB'"], "embed-style-src": ["'sha256-EEEE'"]}
    assert content_policy(listed, framed=True) == (
        "default-src 'none'; style-src 'sha256-EEEE'; base-uri 'none'; form-action 'none'; frame-ancestors *"
    )
    assert "style-src 'none';" in content_policy({}, framed=True)
    assert "EEEE" not in content_policy(listed)


@pytest.mark.parametrize(
    "path", ["/api/v2/summary.json", "/history.rss", "/updates.atom", "/updates.json", "/badge.svg", "/maintenance.ics"]
)
def test_other_sites_may_read_what_is_made_for_them(client: FlaskClient, path: str) -> None:
    assert client.get(path).headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", ["/", "/history/", "/assets/plain.css", "/api/v1/incidents"])
def test_and_nothing_else(client: FlaskClient, path: str) -> None:
    assert "Access-Control-Allow-Origin" not in client.get(path).headers


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("assets/stylesheets/main.484c7ddc.min.css", "public, max-age=31536000, immutable"),
        ("assets/javascripts/workers/search.2c215733.min.js", "public, max-age=31536000, immutable"),
        ("assets/own-0123456789abcdef.css", "public, max-age=31536000, immutable"),
        ("assets/plain.css", "no-cache"),
        ("assets/images/favicon.png", "no-cache"),
        ("incidents/a1b2c3d4e5f6/", "no-cache"),
        ("incidents/assets/x.0123456789abcdef.html", "no-cache"),
        ("", "no-cache"),
        ("published.json", "no-cache"),
        ("history.rss", "public, max-age=10, stale-while-revalidate=50"),
        ("components/search/updates.atom", "public, max-age=10, stale-while-revalidate=50"),
        ("api/v2/incidents/unresolved.json", "public, max-age=10, stale-while-revalidate=50"),
        ("badges/search.svg", "public, max-age=10, stale-while-revalidate=50"),
        ("incidents/a1b2c3d4e5f6/event.ics", "public, max-age=10, stale-while-revalidate=50"),
        ("embed/status.json", "public, max-age=10, stale-while-revalidate=50"),
        ("embed/", "no-cache"),
        ("search/search_index.json", "no-cache"),
    ],
)
def test_how_long_a_file_may_be_kept(path: str, kept: str) -> None:
    assert cache_control(path) == kept
