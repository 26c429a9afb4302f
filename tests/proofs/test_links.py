"""The Host header and what proxies are said to have forwarded never reach a link, a redirect, a file or an answer."""

import json
import pathlib
import re

import pytest

from tests.proofs import FULL
from tests.proofs.api.permissions import OF_EVERYBODY
from tests.proofs.flooding import raw
from tests.running import RunningPortal

EVIL = "evil.example"
LIES = {
    "Host": EVIL,
    "X-Forwarded-Host": EVIL,
    "X-Forwarded-Server": EVIL,
    "X-Forwarded-Port": "6666",
    "X-Forwarded-Prefix": f"/{EVIL}",
    "X-Forwarded-For": EVIL,
    "X-Forwarded-Proto": "gopher",
    "X-Forwarded-Scheme": "gopher",
    "X-Original-URL": f"/{EVIL}",
    "X-Rewrite-URL": f"/{EVIL}",
    "X-Script-Name": f"/{EVIL}",
    "X-Real-IP": EVIL,
    "Forwarded": f"for={EVIL};host={EVIL};proto=gopher",
    "Origin": f"https://{EVIL}",
    "Referer": f"https://{EVIL}/",
    "Via": f"1.1 {EVIL}",
}
PATHS = (
    b"/",
    b"/history",
    b"/api/v1/incidents",
    b"//evil.example/%2e%2e",
    b"/\\evil.example",
    b"/%0d%0aX-A:evil.example",
)
OTHER_HOSTS = (b"evil.example:6666", b"evil.example@127.0.0.1", b"", b"evil.example, 127.0.0.1", b"[::1]:6666")
ALLOWED_TO_DIFFER = {"date", "set-cookie"}
DRAWN = re.compile(rb' (data-now|name="_(csrf|once)" value)="[^"]*"')
"""What pages of the desk say anew each time: the time, and their forms' tokens."""


@pytest.fixture(scope="module", params=["no proxy is trusted", "one proxy is trusted"])
def portal(request, tmp_path_factory):
    trusted = {"trusted_proxies": "1"} if "one" in request.param else {}
    home = tmp_path_factory.mktemp("links") / "home"
    with RunningPortal(home, site_url="https://status.example.com", **trusted) as it:
        it.lies = {**LIES, "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"} if trusted else LIES
        it.token = it.command("token", "add", "links", "--role", "admin").strip()
        call(it, "POST", "/components", {"name": "Search"}, {})
        yield it


def call(portal, method, path, body, lies):
    headers = {"Authorization": f"Bearer {portal.token}", "Content-Type": "application/json", **lies}
    status, answered, heard = portal.request(method, f"/api/v1{path}", body, headers)
    assert status < 500, heard
    return status, answered, heard


def addresses(site: pathlib.Path) -> list[str]:
    """Every public address: files, folders with and without their slash, and what is not there."""
    files = [path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()]
    if not FULL:
        files = [name for name in files if not name.startswith("assets/")]
    pages = [name.removesuffix("index.html") for name in files if name.endswith("index.html")]
    return ["/" + name for name in [*files, *pages, *(page.rstrip("/") for page in pages), "nope", "nope/", "/x"]]


def test_lies_in_headers_change_no_answer_and_reach_no_file(portal, tell):
    compared = 0

    def same(method: str, path: str, body: object = None, token: bool = False) -> None:
        nonlocal compared
        headers = {"Authorization": f"Bearer {portal.token}"} if token else {}
        honest = portal.request(method, path, body, headers)
        lied = portal.request(method, path, body, {**headers, **portal.lies})
        assert EVIL.encode() not in lied[2]
        assert EVIL not in str(lied[1])
        assert "gopher" not in str(lied[1])
        assert "6666" not in str(lied[1])
        assert honest[0] == lied[0], path
        assert DRAWN.sub(b"", honest[2]) == DRAWN.sub(b"", lied[2]), path
        dropped = [
            {name: value for name, value in one[1].items() if name not in ALLOWED_TO_DIFFER} for one in (honest, lied)
        ]
        assert dropped[0] == dropped[1]
        compared += 1

    post = {"state": "investigating", "body": "Searches in Search fail. Mail support@example.com.", "confirm": True}
    declared = {"title": "Search fails", "severity": "major", "customer_impact": "yes", "post": post}
    status, headers, body = call(portal, "POST", "/incidents", declared, portal.lies)
    assert status == 201
    made = json.loads(body)
    assert headers["location"] == f"/api/v1/incidents/{made['ref']}"
    assert made["public_url"].startswith("https://status.example.com/")
    status, _, body = call(portal, "POST", f"/incidents/{made['ref']}/posts", post, portal.lies)
    assert json.loads(body)["public_url"].startswith("https://status.example.com/")
    assert EVIL.encode() not in body

    site = (portal.home / "site").resolve()
    for path in addresses(site):
        same("GET", path)
    for path in ("/", "/history", "/incidents", "/nope"):
        for method in ("POST", "PUT", "DELETE", "OPTIONS", "HEAD", "TRACE"):
            same(method, path)
    for path in ("", "/", "/docs", "/docs/", "/openapi.json", "/incidents", "/components", "/nope", "//incidents"):
        for token in (True, False):
            same("GET", f"/api/v1{path}", token=token)
            same("DELETE", f"/api/v1{path}", token=token)
    programs = [rule.replace("<token>", "x") for rule in OF_EVERYBODY if not rule.endswith("<public:path>")]
    for path in (*programs, "/desk", "/desk/", "/desk/sign-in", "/desk/sign-in?to=/desk/incidents", "/desk/incidents"):
        same("GET", path)
    told = portal.command("build")
    assert EVIL not in told
    found = [str(path) for path in portal.home.rglob("*") if path.is_file() and EVIL.encode() in path.read_bytes()]
    assert not found
    assert EVIL not in portal.log.read_text()
    tell(
        f"Host and forwarded headers ({portal.environment.get('PORTAL_TRUSTED_PROXIES', '0')} proxies trusted)",
        f"{compared} answers with {len(LIES)} lies each, the same as without; in 0 files, in no log",
    )


def test_an_address_in_the_request_line_and_odd_hosts_reach_no_link(portal):
    for path in (
        b"/",
        b"/history",
        b"/api/v1/incidents",
        b"//evil.example/%2e%2e",
        b"/\\evil.example",
        b"/%0d%0aX-A:evil.example",
    ):
        for asked in (path, b"http://evil.example" + path, b"https://u:p@evil.example:6666" + path):
            for host in OTHER_HOSTS:
                request = b"GET " + asked + b" HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n"
                heard = raw(portal.port, request)
                head = heard.partition(b"\r\n\r\n")[0]
                assert re.match(rb"HTTP/1\.1 (200|301|400|401|404) ", head), request + heard[:200]
                assert b"evil" not in heard.replace(b"/%0d%0aX-A:evil.example", b""), request
                location = re.search(rb"\r\nLocation: ([^\r]*)", head)
                assert location is None or location[1].startswith(b"./"), head


def test_forwarded_headers_that_make_no_sense_are_refused_in_words(portal):
    """Where no proxy is trusted nobody reads them."""
    for name, value in (("X-Forwarded-Proto", "gopher"), ("X-Forwarded-For", '"'), ("X-Forwarded-Proto", "https, x")):
        status, headers, body = portal.get("/", **{name: value})
        if portal.lies is LIES:
            assert status == 200
        elif status != 200:
            assert (status, headers["content-type"]) == (400, "application/problem+json")
            assert json.loads(body)["detail"].endswith(".")
