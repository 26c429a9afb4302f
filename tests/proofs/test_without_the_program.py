"""The program and its database are gone; the site folder alone, behind nginx, still answers and says as of when."""

import json
import pathlib
import re
import shutil
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from lxml import etree
from playwright.sync_api import BrowserContext, expect

from tests.conftest import Tell
from tests.ops.test_web_servers import HOST, NGINX, SAMPLES, Site, server
from tests.proofs import FULL
from tests.proofs.feed_rules import ATOM, atom_faults, rss_faults
from tests.proofs.watching import watching
from tests.running import RunningPortal, free_port

USER = "user root;"
UTC = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory):
    """The demo's public files under nginx with the sample of docs/; nothing else of the portal is left."""
    folder = tmp_path_factory.mktemp("alone")
    with RunningPortal(tmp_path_factory.mktemp("gone"), "--demo", site_url=f"https://{HOST}") as portal:
        policies = portal.command("headers", "nginx")
        shutil.copytree(portal.home / "site", folder / "kept" / "site")
    shutil.rmtree(portal.home)
    port = free_port()
    sample = (SAMPLES / "nginx.conf").read_text()
    sample = sample.replace("listen 80;", f"listen 127.0.0.1:{port};").replace(
        "/srv/aboveboard/var", str(folder / "kept")
    )
    (folder / "site.conf").write_text(sample)
    (folder / "portal-headers.conf").write_text(policies)
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, user=USER))
    with server(port, "nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "start.log")):
        yield Site(folder / "kept", port)


@pytest.fixture(scope="module")
def files(alone: Site) -> dict[str, bytes]:
    """Every address of the site with what nginx answers there."""
    site, found = alone.home / "site", {}
    for path in sorted(site.rglob("*")):
        if path.is_file():
            name = f"/{path.relative_to(site).as_posix()}"
            address = name.removesuffix("index.html")
            status, headers, body = alone.request(address)
            if name != "/404.html":
                assert status == 200, address
                assert headers["content-type"] != "application/octet-stream", address
            assert body == path.read_bytes(), address
            found[address] = body
    return found


class Links(HTMLParser):
    def __init__(self, address: str, page: bytes) -> None:
        super().__init__()
        self.address, self.found = address, set[str]()
        self.feed(page.decode())

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in {"href", "src"} and value:
                whole = urlsplit(urljoin(f"https://{HOST}{self.address}", value))
                if whole.hostname == HOST and whole.scheme == "https":
                    self.found.add(whole.path)


def test_every_link_leads_to_something(files: dict[str, bytes], tell: Tell) -> None:
    links = {path for address, body in files.items() if address.endswith("/") for path in Links(address, body).found}
    only_dynamic = {path for path in links if path.startswith(("/api/v1/", "/desk/", "/subscriptions", "/report"))}
    assert links - only_dynamic - files.keys() == set()
    tell("without the program", f"{len(files)} files answered by nginx as they are, {len(links)} links lead to them")


def test_json_and_feeds_say_as_of_when(files: dict[str, bytes]) -> None:
    as_of = json.loads(files["/published.json"])["as_of"]
    assert re.fullmatch(UTC, as_of)
    for address, body in files.items():
        if address.startswith("/api/v2/"):
            assert re.fullmatch(UTC, json.loads(body)["page"]["updated_at"]), address
        if address.endswith(".rss"):
            assert rss_faults(body) == []
            assert etree.fromstring(body).findtext("channel/lastBuildDate"), address
        if address.endswith(".atom"):
            assert etree.fromstring(body).findtext(f"{ATOM}updated"), address
    for address in ("/api/v2/summary.json", "/api/v2/status.json", "/api/v2/components.json"):
        assert json.loads(files[address])["page"]["updated_at"] == as_of
    assert all(re.fullmatch(UTC, one["date_published"]) for one in json.loads(files["/updates.json"])["items"])
    assert atom_faults(*(body for address, body in files.items() if address.endswith(".atom"))) == []


@pytest.mark.browser
def test_pages_work_and_say_as_of_when(
    browser: BrowserContext, alone: Site, files: dict[str, bytes], tell: Tell
) -> None:
    as_of = json.loads(files["/published.json"])["as_of"]
    said = f"As of {as_of[:10]} {as_of[11:16]} UTC"
    pages = [address for address, body in files.items() if address.endswith("/") and b'id="as-of"' in body]
    kinds: dict[str, int] = {}
    assert {address for address in files if address.endswith("/")} - set(pages) == {"/embed/"}
    assert f'As of <time datetime="{as_of}"'.encode() in files["/"], "also without scripts"
    with watching(browser, f"http://127.0.0.1:{alone.port}") as watch:
        watch.page.clock.install()  # a page asks for its state some seconds after it was opened: they pass at once
        for address in pages:
            kind = address.split("/")[1] + str(address.count("/"))
            kinds[kind] = kinds.get(kind, 0) + 1
            if FULL or kinds[kind] == 1:
                watch.look(address)
                watch.page.clock.run_for(5_000)
                expect(watch.page.locator("#as-of")).to_contain_text(said, timeout=60_000)
        assert watch.said == []
        tell("without the program, pages", f"{watch.pages} of {len(pages)} pages in a browser say {said}")


def test_nothing_of_the_portal_is_left(alone: Site) -> None:
    assert [path for path in alone.home.iterdir() if path.name != "site"] == []
    assert not list(pathlib.Path(alone.home).rglob("*.db"))
