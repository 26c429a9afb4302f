"""The banner and the frame on a page of another origin, whose own Content-Security-Policy is strict."""

import http.server
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NEWEST, Desk
from tests.browser.test_accessibility import LOOKS, axe, faults  # noqa: F401
from tests.running import RunningPortal

HOST_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>A shop</title>
<style nonce="here">* {{ font: 80px serif !important; display: inline !important }}</style>
<script async src="{url}/embed/banner.js"></script>
<main><h1>A shop</h1><p>Words of the shop.</p><iframe src="{url}/embed/" title="Status"></iframe></main></html>"""
POLICY = (
    "default-src 'none'; script-src {url}; connect-src {url}; frame-src {url}; style-src 'nonce-here';"
    " require-trusted-types-for 'script'; trusted-types 'none'"
)


@dataclass
class Shop:
    """A site of somebody else, and the portal whose banner it shows."""

    url: str
    portal: str
    desk: Desk

    def open_incident(self, title: str) -> str:
        component = self.desk.get("/components")[0]["slug"]
        post = {"state": "investigating", "body": NEWEST, "confirm": True}
        values = {"title": title, "severity": "critical", "customer_impact": "yes"}
        said = self.desk.post("/incidents", **values, components={component: "major_outage"}, post=post)
        return str(said["ref"])

    def resolve(self, ref: str) -> None:
        self.desk.post(f"/incidents/{ref}/posts", state="resolved", body="It works again for all.", confirm=True)


@pytest.fixture
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with RunningPortal(tmp_path_factory.mktemp("shop") / "var") as portal:
        page = HOST_PAGE.format(url=portal.url).encode()
        policy = POLICY.format(url=portal.url)

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200 if self.path == "/" else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(page if self.path == "/" else b"")

            def log_message(self, *said: Any) -> None:
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            desk = Desk(portal)
            desk.post("/components", name="Search")
            yield Shop(f"http://127.0.0.1:{server.server_port}/", portal.url, desk)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def shown(page: Page) -> Callable[[], Any]:
    """The page again, as who comes back to it a moment later; answers when the banner has read the status."""

    def open_it() -> Any:
        with page.expect_response("**/embed/status.json"):
            page.goto(page.url)
        return page.get_by_role("region", name="Status")

    return open_it


@pytest.mark.browser
def test_a_banner_stands_while_something_is_open_and_can_be_hidden_for_that_incident(shop: Shop, page: Page) -> None:
    page.goto(shop.url)
    again = shown(page)
    banner = page.locator("section[aria-live=polite]")
    again()
    expect(banner).to_have_count(0)

    first = shop.open_incident("Searches fail <b>everywhere</b>")
    again()
    expect(banner.get_by_role("link", name="Searches fail <b>everywhere</b>")).to_be_visible()
    expect(banner).to_contain_text("Critical impact · Investigating")
    assert banner.evaluate("one => getComputedStyle(one).fontSize") == "16px", "the host's styles stay outside"
    banner.get_by_role("button", name="Hide").click()
    expect(banner).to_be_hidden()
    again()
    expect(banner).to_have_count(0)
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length") == 1

    second = shop.open_incident("Signing in fails")
    again()
    expect(banner).to_contain_text("Signing in fails")
    expect(banner).not_to_contain_text("Searches fail")
    shop.resolve(first)
    shop.resolve(second)
    again()
    expect(banner).to_have_count(0)
    assert page.evaluate("localStorage.length") == 0, "what is over needs not be remembered"


@pytest.mark.browser
def test_a_banner_appears_and_leaves_on_a_page_that_stays_open(shop: Shop, page: Page) -> None:
    page.clock.install()
    page.goto(shop.url)
    page.wait_for_load_state("networkidle")
    ref = shop.open_incident("Searches fail")
    page.clock.run_for(61_000)
    banner = page.locator("section[aria-live=polite]")
    expect(banner).to_contain_text("Searches fail")
    shop.resolve(ref)
    page.clock.run_for(61_000)
    expect(banner).to_be_hidden()


@pytest.mark.browser
def test_banner_and_frame_are_accessible(shop: Shop, page: Page, axe: str) -> None:  # noqa: F811
    shop.open_incident("Searches fail for everybody who searches, " * 4)
    page.goto(f"{shop.portal}/embed/")
    expect(page.get_by_role("heading", name="Major System Outage")).to_be_visible()
    assert faults(page, axe, LOOKS) == {}
    page.set_viewport_size({"width": 320, "height": 400})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320

    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{shop.portal}/about/")  # a page that lets axe run, with the banner on it
    page.evaluate(
        "src => document.head.append(Object.assign(document.createElement('script'), {src}))", "/embed/banner.js"
    )
    banner = page.locator("section[aria-live=polite]")
    expect(banner.get_by_role("button", name="Hide")).to_be_visible()
    assert faults(page, axe, LOOKS) == {}


@pytest.mark.browser
def test_the_frame_shows_on_another_origin(shop: Shop, page: Page) -> None:
    shop.open_incident("Searches fail")
    page.goto(shop.url)
    view = page.frame_locator("iframe")
    expect(view.get_by_role("heading", name="Major System Outage")).to_be_visible()
    with page.expect_popup() as popup:
        view.get_by_role("link", name="Searches fail").click()
    expect(popup.value.get_by_role("heading", level=1)).to_have_text("Searches fail")
    assert popup.value.evaluate("window.opener") is None
    popup.value.close()
