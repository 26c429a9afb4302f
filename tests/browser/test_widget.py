"""Statuspage's own widget, on a page of somebody else's address, shows our state."""

import functools
import http.server
import pathlib
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Busy, npm_file

WIDGET = "@statuspage/status-widget/dist/index.js"
PAGE = """<!doctype html><html lang="en"><title>A shop</title><h1>A shop</h1>
<statuspage-widget src="{url}"></statuspage-widget>
<script>var parcelRequire // the widget forgets to declare it</script><script src="widget.js"></script></html>"""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def elsewhere(tmp_path: pathlib.Path) -> Iterator[str]:
    """The address of another web server, which serves `tmp_path`."""
    handler = functools.partial(_Quiet, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.mark.browser
def test_the_widget_shows_our_state(page: Page, busy: Busy, elsewhere: str, tmp_path: pathlib.Path) -> None:
    (tmp_path / "index.html").write_text(PAGE.format(url=busy.url))
    (tmp_path / "favicon.ico").write_bytes(b"")
    (tmp_path / "widget.js").write_text(pathlib.Path(npm_file(WIDGET)).read_text("utf-8"), "utf-8")
    page.goto(elsewhere)
    expect(page.locator("statuspage-widget")).to_contain_text("Major System Outage", timeout=30_000)
