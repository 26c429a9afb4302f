"""Hostile texts in a real browser: each is refused or shown literally, and none does anything."""

import json
import pathlib
import random
import re

import pytest
from lxml import etree
from playwright.sync_api import BrowserContext, expect

from tests.conftest import Tell
from tests.proofs import FULL
from tests.proofs.feed_rules import ATOM, CONTENT, atom_faults, rss_faults
from tests.proofs.hostile import Hostile
from tests.proofs.payloads import INVENTED, PLAIN, mixed, published
from tests.proofs.watching import Watch, watching
from tests.running import RunningPortal

SAMPLE, PER_SITE, EACH = (0, 250, 3) if FULL else (12, 50, 7)
"""The lists and feeds have every payload; of the pages of their own every third (seventh) is opened too."""
LISTS = ("/", "/history/", "/maintenance/", "/postmortems/", "/postmortems/by/year/2026/", "/subscribe/", "/about/")
LISTS += ("/embed/", "/report", "/subscriptions", "/subscriptions/webhooks")
NAMES = {"site_url": "https://status.example.com"}
FOUND = re.compile("matching documents")
BODIES = {"description", CONTENT, f"{ATOM}content"}
"""What readers take as HTML; titles are plain text in both formats."""
SEARCHED = ("searches", "words", "onload", "alert", "<img", "<script>alert(1)</script>", "{{", "javascript:")


def payloads(corpora: pathlib.Path) -> list[list[str]]:
    """What stands on each site: in full every payload, else a few of each kind."""
    others = published(corpora)
    if not FULL:
        return [INVENTED + mixed(6) + random.Random(7).sample(others, SAMPLE)]
    everything = INVENTED + mixed(500) + others
    return [everything[start : start + PER_SITE] for start in range(0, len(everything), PER_SITE)]


def kinds_of_a_plain_site(browser: BrowserContext, home: pathlib.Path) -> set[str]:
    """Elements and attributes that pages are made of when nobody means harm."""
    plain = Hostile(home, PLAIN, NAMES).build()
    with RunningPortal(home, **NAMES) as portal, watching(browser, portal.url) as watch:
        found = {kind for path in [*lists(home), *plain.shown] for kind in watch.look(path)["kinds"]}
        assert watch.said == []
    return found


def lists(home: pathlib.Path) -> list[str]:
    """Pages that are about more than one thing; of those about a component in a year, and the like, some."""
    site = home / "site"
    parts = sorted([*site.glob("history/by/*/*/*/index.html"), *site.glob("postmortems/by/component/*/index.html")])
    found = [*site.glob("history/*/index.html"), *parts[::EACH]]
    return [*LISTS, *(f"/{path.parent.relative_to(site).as_posix()}/" for path in found)]


@pytest.mark.corpora
@pytest.mark.browser
def test_no_payload_does_anything_in_a_browser(
    browser: BrowserContext, tmp_path: pathlib.Path, corpora: pathlib.Path, tell: Tell
) -> None:
    plain = kinds_of_a_plain_site(browser, tmp_path / "plain")
    pages = placed = refused = 0
    sites = payloads(corpora)
    for number, part in enumerate(sites):
        names = {**NAMES, "site_name": INVENTED[number % 5], "support_email": f'{INVENTED[3]}"@example.com'}
        site = Hostile(tmp_path / f"{number}", part, names).build()
        with RunningPortal(site.home, **names) as portal, watching(browser, portal.url) as watch:
            for path in lists(portal.home):
                assert set(watch.look(path)["kinds"]) <= plain, path
            for path, heading in list(site.shown.items())[::EACH]:
                found = watch.look(path)
                assert found["heading"] == heading, path
                assert found["title"].startswith(" ".join(heading.split())), path
                assert set(found["kinds"]) <= plain, path
            search(watch)
            read_feeds(watch, portal, site)
            assert watch.said == []
            pages, placed, refused = pages + watch.pages, placed + site.placed, refused + site.refused
    count = sum(map(len, sites))
    assert placed > 5 * count, "hardly anything was said"
    tell("hostile text", f"{count} payloads in {placed} places ({refused} refused), {pages} pages in a browser: 0 acts")


def search(watch: Watch) -> None:
    """Results are made by a script out of what the index says."""
    watch.page.goto(f"{watch.host}/")
    watch.page.keyboard.press("/")
    query = watch.page.locator("[name=query]")
    for words in SEARCHED:
        query.press("ControlOrMeta+a")
        query.press_sequentially(words, delay=20)
        expect(watch.page.locator(".md-search-result__meta")).to_contain_text(FOUND, timeout=60_000)
        watch.page.wait_for_timeout(50)
        watch.here(f"search for {words}")
        results = watch.page.locator(".md-search-result__item")
        assert words != SEARCHED[0] or results.count() > 5


def read_feeds(watch: Watch, portal: RunningPortal, site: Hostile) -> None:
    """Each feed is valid, says what was typed, and does nothing in a reader that takes its HTML as it is."""
    for path in ("history", "updates", f"components/{site.hit[0]}/updates", "postmortems"):
        for kind in ("rss", "atom") if path != "postmortems" else ("rss",):
            body = portal.get(f"/{path}.{kind}")[2]
            assert (rss_faults if kind == "rss" else atom_faults)(body) == [], path
            tree = etree.fromstring(body)
            entries = tree.findall("channel/item" if kind == "rss" else f"{ATOM}entry")
            assert entries, path
            if path == "history":
                titles = {entry.findtext("title" if kind == "rss" else f"{ATOM}title") for entry in entries}
                assert titles <= site.titles
            bodies = (one for entry in entries for one in entry if one.tag in BODIES)
            texts = [one.text or "" for one in bodies]
            assert len(texts) >= len(entries)
            watch.page.goto("about:blank")
            watch.page.set_content("\n".join(f"<div>{text}</div>" for text in texts))
            watch.here(f"/{path}.{kind} in a careless reader")
    for path in ("updates.json", "api/v2/summary.json", "api/v2/incidents.json", "search/search_index.json"):
        json.loads(portal.get(f"/{path}")[2])


@pytest.mark.browser
def test_a_text_that_acts_is_caught(browser: BrowserContext) -> None:
    acting = '<div class="prose"><img src="x" onerror="alert(1)"><a href="javascript:alert(2)">x</a></div>'
    with watching(browser, "http://status.example.com") as watch:
        watch.page.goto("about:blank")
        watch.page.set_content(acting)
        watch.here("acting")
        watch.page.wait_for_timeout(50)
        told = "\n".join(watch.said)
        for fault in ("a dialog 1", "<img> in a text", "<img onerror>", 'href="javascript:alert(2)"'):
            assert fault in told
        policy = {"Content-Security-Policy": "script-src 'self'"}
        watch.page.route("**/*", lambda route: route.fulfill(body=acting, content_type="text/html", headers=policy))
        watch.look("/")
        assert any("policy: script-src-attr inline" in one for one in watch.said)
