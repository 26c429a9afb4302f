"""The samples of docs/samples with Debian's nginx and Caddy, held against what `portal serve` answers itself."""

import gzip
import http.client
import os
import pathlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from tests.running import COMMAND, RunningPortal, free_port

SAMPLES = pathlib.Path(__file__).parents[2] / "docs" / "samples"
HOST = "status.example.com"
NGINX = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; {user}
events {{ }}
http {{
    access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/portal-headers.conf;
    include {folder}/site.conf;
}}
"""


@dataclass
class Site:
    """One home's public files behind one server."""

    home: pathlib.Path
    port: int

    def command(self, *words: str) -> str:
        return portal(self.home, *words)

    def request(self, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, headers={"Host": HOST, **headers})
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()


def portal(home: pathlib.Path, *words: str) -> str:
    environment = {"PATH": os.environ["PATH"], "PORTAL_HOME": str(home), "PORTAL_SITE_URL": f"https://{HOST}"}
    done = subprocess.run(
        [COMMAND, *words], env=environment, cwd=home.parent, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module", params=["portal", "nginx", "caddy"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp(request.param)
    home = folder / "var"
    portal(home, "component", "add", "Search")
    start = {"portal": with_portal, "nginx": with_nginx, "caddy": with_caddy}[request.param]
    with start(home, folder) as site:
        yield site


@contextmanager
def with_portal(home: pathlib.Path, _folder: pathlib.Path) -> Iterator[Site]:
    with RunningPortal(home, site_url=f"https://{HOST}") as running:
        yield Site(home, running.port)


@contextmanager
def with_nginx(home: pathlib.Path, folder: pathlib.Path) -> Iterator[Site]:
    port = free_port()
    sample = (SAMPLES / "nginx.conf").read_text()
    sample = sample.replace("listen 80;", f"listen 127.0.0.1:{port};").replace("/srv/aboveboard/var", str(home))
    (folder / "site.conf").write_text(sample)
    (folder / "portal-headers.conf").write_text(portal(home, "headers", "nginx"))
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, user=user))
    with server(port, "nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "start.log")):
        yield Site(home, port)


@contextmanager
def with_caddy(home: pathlib.Path, folder: pathlib.Path) -> Iterator[Site]:
    port, other = free_port(), free_port()
    sample = (SAMPLES / "Caddyfile").read_text()
    for sampled, here in (
        ("/srv/aboveboard/var", str(home)),
        ("/etc/caddy", str(folder)),
        ("status.example.com {", f"http://{HOST}:{port} {{"),
        ("portal.example.com {", f"http://portal.example.com:{other} {{"),
    ):
        assert sampled in sample
        sample = sample.replace(sampled, here)
    (folder / "Caddyfile").write_text("{\n\tadmin off\n\tauto_https off\n}\n" + sample)
    (folder / "portal-headers.caddy").write_text(portal(home, "headers", "caddy"))
    with server(port, "caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile", home=folder):
        yield Site(home, port)


def test_what_people_ask_of_the_program_is_passed_on(site: Site) -> None:
    assert site.request("/subscriptions", "POST")[0] in {422, 502}  # 502: nothing listens behind the sample here
    for path in ("/subscriptionsx", "/", "/incidents/subscriptions"):
        assert site.request(path, "POST")[0] == 405


@contextmanager
def server(port: int, name: str, *words: str, home: pathlib.Path | None = None) -> Iterator[None]:
    program = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail(f"{name} is not installed")
        pytest.skip(f"{name} is not installed")
    environment = {"PATH": os.environ["PATH"], "HOME": str(home or "/nonexistent")}
    process = subprocess.Popen([program, *words], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not listens(port):
            assert process.poll() is None, f"{name} does not take the sample"
            time.sleep(0.02)
        yield
    finally:
        process.terminate()
        process.wait(30)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/history/", "text/html; charset=utf-8"),
        ("/history.rss", "application/rss+xml; charset=utf-8"),
        ("/updates.atom", "application/atom+xml; charset=utf-8"),
        ("/components/search/updates.atom", "application/atom+xml; charset=utf-8"),
        ("/updates.json", "application/feed+json; charset=utf-8"),
        ("/api/v2/summary.json", "application/json; charset=utf-8"),
        ("/published.json", "application/json; charset=utf-8"),
        ("/maintenance.ics", "text/calendar; charset=utf-8"),
        ("/badge.svg", "image/svg+xml; charset=utf-8"),
        ("/sitemap.xml", "application/xml; charset=utf-8"),
        ("/robots.txt", "text/plain; charset=utf-8"),
        ("/embed/", "text/html; charset=utf-8"),
        ("/embed/status.json", "application/json; charset=utf-8"),
        ("/embed/banner.js", "text/javascript; charset=utf-8"),
    ],
)
def test_types(site: Site, path: str, expected: str) -> None:
    status, headers, body = site.request(path)
    assert (status, headers["content-type"]) == (200, expected)
    assert body == (site.home / "site" / (path.lstrip("/") + "index.html" * path.endswith("/"))).read_bytes()


def test_pages_are_hardened(site: Site) -> None:
    _, headers, _ = site.request("/")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
    policy = headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self' 'sha256-" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["cache-control"] == "no-cache"
    assert "access-control-allow-origin" not in headers


def test_only_the_embedded_view_may_be_framed(site: Site) -> None:
    for path in ("/embed/", "/embed/index.html"):
        status, headers, _ = site.request(path)
        assert status == 200
        assert "frame-ancestors *" in headers["content-security-policy"]
        assert "style-src 'sha256-" in headers["content-security-policy"]
        assert "script-src" not in headers["content-security-policy"], "the view has no script"
        assert "x-frame-options" not in headers
    for path in ("/embed/status.json", "/embed/banner.js", "/embed/nothing", "/embedded/"):
        _, headers, _ = site.request(path)
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize(
    "path",
    [
        "/api/v2/summary.json",
        "/history.rss",
        "/updates.json",
        "/badge.svg",
        "/maintenance.ics",
        "/embed/status.json",
        "/embed/banner.js",
    ],
)
def test_what_is_made_for_others_can_be_read_by_them(site: Site, path: str) -> None:
    _, headers, _ = site.request(path)
    assert headers["access-control-allow-origin"] == "*"
    assert headers["cache-control"] == "public, max-age=10, stale-while-revalidate=50"


def test_published_json_is_always_asked_for(site: Site) -> None:
    assert site.request("/published.json")[1]["cache-control"] == "no-cache"


def test_assets_with_a_hash_are_kept_for_ever(site: Site) -> None:
    assets = (site.home / "site" / "assets").resolve()
    named = next(path for path in assets.rglob("*.min.css") if path.name.startswith("main."))
    _, headers, _ = site.request(f"/assets/{named.relative_to(assets)}")
    assert headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("path", ["/nothing/", "/api/v2/nothing.json", "/assets/", "/../portal.db", "/.hidden"])
def test_what_is_not_there_gets_the_sites_own_page_and_no_listing(site: Site, path: str) -> None:
    status, headers, body = site.request(path)
    if path.startswith("/../") and status == 400:
        return  # nginx does not even look
    assert status == 404
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["cache-control"] == "no-cache"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert body == (site.home / "site" / "404.html").read_bytes()


def test_a_folder_without_its_slash(site: Site) -> None:
    status, headers, _ = site.request("/history")
    assert status in (301, 308)
    assert headers["location"] in ("/history/", "./history/", "history/")


def test_conditional_and_compressed(site: Site) -> None:
    _, headers, plain = site.request("/")
    status, _, body = site.request("/", **{"If-None-Match": headers["etag"]})
    assert (status, body) == (304, b"")
    _, headers, body = site.request("/", **{"Accept-Encoding": "gzip"})
    assert headers["content-encoding"] == "gzip"
    assert gzip.decompress(body) == plain
    assert "accept-encoding" in headers["vary"].lower()


def test_writing_is_refused(site: Site) -> None:
    assert site.request("/", method="POST")[0] == 405
    assert site.request("/", method="HEAD")[0] == 200


def test_a_switch_of_the_link_takes_effect_at_once(site: Site) -> None:
    before = os.readlink(site.home / "site")
    site.command("component", "add", f"Added {before.replace('/', ' ')}")
    site.command("build")
    assert os.readlink(site.home / "site") != before
    status, _, body = site.request("/")
    assert status == 200
    assert f"Added {before.replace('/', ' ')}".encode() in body
