"""What the public site answers, request by request."""

import gzip
import os

import pytest
from flask.testing import FlaskClient

from portal.web.files import Bodies, Found, PublicFiles, content_type
from tests.web.public.conftest import PAGE, Home

pytestmark = pytest.mark.usefixtures("site")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/history/", "text/html; charset=utf-8"),
        ("/history.rss", "application/rss+xml; charset=utf-8"),
        ("/updates.atom", "application/atom+xml; charset=utf-8"),
        ("/updates.json", "application/feed+json; charset=utf-8"),
        ("/api/v2/summary.json", "application/json; charset=utf-8"),
        ("/maintenance.ics", "text/calendar; charset=utf-8"),
        ("/badge.svg", "image/svg+xml; charset=utf-8"),
        ("/sitemap.xml", "application/xml; charset=utf-8"),
        ("/robots.txt", "text/plain; charset=utf-8"),
        ("/assets/plain.css", "text/css; charset=utf-8"),
    ],
)
def test_each_kind_of_file_says_what_it_is(client: FlaskClient, path: str, expected: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, expected)


def test_a_second_visit_costs_no_body(client: FlaskClient) -> None:
    etag = client.get("/").headers["ETag"]
    assert etag.startswith('"')
    again = client.get("/", headers={"If-None-Match": etag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)
    assert "Content-Type" not in again.headers
    assert again.headers["Cache-Control"] == "no-cache"
    assert client.get("/", headers={"If-None-Match": f"W/{etag}"}).status_code == 304, "a proxy made it weak"
    assert client.get("/", headers={"If-None-Match": "*"}).status_code == 304
    assert client.get("/", headers={"If-None-Match": '"another"'}).status_code == 200


def test_the_etag_follows_the_content_not_the_file(client: FlaskClient, site: os.PathLike[str], home: Home) -> None:
    before = client.get("/").headers["ETag"]
    home.switch(home.release(2, {"index.html": PAGE}))
    assert client.get("/").headers["ETag"] == before, "the same page in a new release"
    place = home.root / "site" / "index.html"
    changed = place.with_name(".new")
    changed.write_text(PAGE.replace("All", "Few"))
    changed.rename(place)
    answer = client.get("/", headers={"If-None-Match": before})
    assert answer.status_code == 200
    assert "Few Systems" in answer.text


def test_gzip_is_given_when_asked_for_and_has_its_own_etag(client: FlaskClient) -> None:
    plain = client.get("/")
    zipped = client.get("/", headers={"Accept-Encoding": "br, gzip;q=0.8"})
    assert gzip.decompress(zipped.data) == plain.data == PAGE.encode()
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert int(zipped.headers["Content-Length"]) == len(zipped.data) < len(plain.data)
    assert plain.headers["Vary"] == zipped.headers["Vary"] == "Accept-Encoding"
    assert zipped.headers["ETag"] != plain.headers["ETag"], "a strong ETag names bytes"
    again = client.get("/", headers={"Accept-Encoding": "gzip", "If-None-Match": zipped.headers["ETag"]})
    assert (again.status_code, again.headers["Vary"]) == (304, "Accept-Encoding")


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("gzip", True),
        ("GZIP", True),
        ("*", True),
        ("gzip;q=0", False),
        ("gzip;q=0.5, identity", False),
        ("identity;q=0.5, gzip", True),
        ("*;q=0, gzip", True),
        ("*;q=0", False),
        ("br", False),
        ("", False),
        ("gzip;q=nonsense", False),
    ],
)
def test_the_weights_of_accept_encoding_count(client: FlaskClient, asked: str, given: bool) -> None:
    answer = client.get("/", headers={"Accept-Encoding": asked})
    assert (answer.headers.get("Content-Encoding") == "gzip") is given


def test_head_answers_like_get_without_a_body(client: FlaskClient) -> None:
    get, head = client.get("/history/"), client.head("/history/")
    assert head.data == b""
    same = ("ETag", "Content-Length", "Content-Type", "Cache-Control", "Content-Security-Policy")
    assert [head.headers[name] for name in same] == [get.headers[name] for name in same]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_other_methods_are_refused(client: FlaskClient, method: str) -> None:
    answer = getattr(client, method)("/history/")
    assert answer.status_code == 405
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_folder_without_its_slash_is_sent_there_without_naming_a_host(client: FlaskClient) -> None:
    answer = client.get("/history?page=2", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.headers["Location"]) == (301, "./history/?page=2")


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/nothing/",
        "/badge.svg/",
        "/history//",
        "/folder/without-index/",
        "/../portal.db",
        "/%2e%2e/portal.db",
        "/..%2f..%2fcsp.json",
        "/history/../../csp.json",
        "/history%2f",
        "/assets%2Fplain.css",
        "/.index.html.tmp",
        "/history/.hidden",
        "/%00",
        "/index.html%00.txt",
        "/%0a",
        "/history%0d%0a/",
        "/\\evil.example",
        "/%5cevil.example",
        "/" + "a" * 5000,
        "/%ff%fe",
        "/csp.json",
    ],
)
def test_what_is_not_a_public_file_gets_the_sites_own_404(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Nothing here" in answer.text
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "ETag" not in answer.headers


@pytest.mark.parametrize("path", ["//history/", "//history", "//evil.example/", "//evil.example", "///"])
def test_slashes_in_front_lead_nowhere(client: FlaskClient, path: str) -> None:
    answer = client.get("/", environ_overrides={"PATH_INFO": path, "REQUEST_URI": path})
    assert answer.status_code == 404
    assert "Location" not in answer.headers


def test_links_that_leave_the_release_lead_nowhere(client: FlaskClient, home: Home) -> None:
    (home.root / "portal.db").write_text("secret")
    (home.root / "site" / "leak.txt").symlink_to(home.root / "portal.db")
    (home.root / "site" / "out").symlink_to(home.root)
    assert client.get("/leak.txt").status_code == 404
    assert client.get("/out/portal.db").status_code == 404


def test_an_answer_never_mixes_releases(home: Home) -> None:
    files = PublicFiles(home.root)
    old = files.release()
    home.switch(home.release(2, {"index.html": "two", "new.txt": "two"}))
    assert old.find("").body == PAGE.encode(), "a request that began before the switch stays in its release"
    assert files.release().find("").body == b"two"


def test_switching_takes_effect_with_the_next_request(client: FlaskClient, home: Home) -> None:
    assert client.get("/history/").status_code == 200
    home.switch(home.release(2, {"index.html": "two", "404.html": "gone"}))
    assert client.get("/").text == "two"
    assert (client.get("/history/").status_code, client.get("/history/").text) == (404, "gone")


def test_the_memory_for_bodies_is_bounded(home: Home) -> None:
    files = PublicFiles(home.root, limit=20_000)
    home.switch(home.release(3, {f"{number}.txt": f"{number:04d}" * 250 for number in range(100)}))
    release = files.release()
    for number in range(100):
        found = release.find(f"{number}.txt")
        assert found.body == f"{number:04d}".encode() * 250
        assert files.bodies.zipped(found) is not None
        assert files.bodies.size <= 20_000
    assert files.bodies.size > 10_000, "nothing is kept at all"


def test_gzip_is_left_out_where_it_would_not_help() -> None:
    bodies = Bodies()
    assert bodies.zipped(Found(b"short", "e", content_type("a.txt"))) is None
    assert bodies.zipped(Found(os.urandom(5000), "f", content_type("a.txt"))) is None
    assert bodies.zipped(Found(b"0" * 5000, "g", content_type("a.png"))) is None


def test_the_api_words_its_own_404_and_405(client: FlaskClient) -> None:
    assert "Nothing here" not in client.get("/api/v1/nothing").text
    assert client.get("/api/v1/incidents").status_code == 405
    assert client.post("/api/v1/incidents").status_code == 200


def test_before_the_first_release_it_says_so(home: Home, client: FlaskClient) -> None:
    (home.root / "site").unlink()
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "portal build" in answer.text
