"""No address on the site leads nowhere."""

import pathlib
import urllib.request

from tests.browser.conftest import Busy
from tests.browser.links import dead_links

ELSEWHERE = {"/api/v1/docs", "/api/v1/openapi.json", "/subscriptions", "/subscriptions/webhooks", "/report"}


def test_no_address_of_the_site_leads_nowhere(busy: Busy) -> None:
    assert dead_links(busy.site.resolve(), busy.url, ELSEWHERE) == []
    for path in ELSEWHERE:
        with urllib.request.urlopen(busy.url + path) as answer:
            assert answer.status == 200


def test_dead_ones_are_found(tmp_path: pathlib.Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "index.html").write_text(
        '<h1 id="a b">One</h1> <a href="#a%20b">1</a> <a href="..">2</a> <a href="/one/">3</a> '
        '<img srcset="../x.png 2x">'
        '<a href="https://elsewhere.example/x">4</a> <a href="/?q=1#b">5</a> <a href="mailto:a@b.example">6</a>'
    )
    (tmp_path / "index.html").write_text('<p id="b"><a href="one/#c">1</a> <a href="one">2</a> <script src="a.js">')
    (tmp_path / "feed.rss").write_text("<link>http://h.example/one/</link> &lt;http://h.example/two/&gt;")
    (tmp_path / "a.css").write_text("p { background: url('b.png') }")
    (tmp_path / "search_index.json").write_text('{"docs": [{"location": "one/"}, {"location": "three/"}]}')
    assert dead_links(tmp_path, "http://h.example", set()) == [
        "a.css -> b.png",
        "feed.rss -> http://h.example/two/&gt;",
        "index.html -> a.js",
        "index.html -> one",
        "index.html -> one/#c",
        "one/index.html -> ../x.png",
        "search_index.json -> http://h.example/three/",
    ]
