"""Every importable file of the corpora in one portal, by its command; read again from the public pages, by other means
than the importers'."""

import gzip
import json
import os
import pathlib
import re
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import feedparser
import pytest

from tests.postmortems.reading import Article, words
from tests.running import COMMAND

pytestmark = pytest.mark.corpora

PER_FILE = 8
STATES = {
    *("investigating", "identified", "problem", "monitoring", "resolved", "postmortem"),
    *("scheduled", "verifying", "completed", "update", "updates", "edit", "final", "message"),
}
"""Labels before an update, which its state stands for on the page."""
_TIMES = re.compile(
    r"(?<![^\W_])(?:(?:mon|tue|wed|thu|fri|sat|sun)\w*|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*|utc|ce?s?t|\d+(?:t\d+)?)(?![^\W_])",
    re.IGNORECASE,
)
"""In cState texts, what becomes the time of an update; numbers with it."""


class Everything:
    """The files of a portal into which everything was imported."""

    def __init__(self, home: pathlib.Path) -> None:
        self.home = home
        self.site = home / "site"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
        self.environment = {**inherited, "PORTAL_HOME": str(home), "PORTAL_SITE_URL": "https://status.example.com"}

    def command(self, *given: str | pathlib.Path) -> str:
        done = subprocess.run(
            [COMMAND, *given], env=self.environment, cwd=self.home.parent, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return done.stdout


@pytest.fixture(scope="module")
def everything(corpora: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> Everything:
    portal = Everything(tmp_path_factory.mktemp("everything") / "var")
    portal.command("import", "statuspage", corpora / "statuspage")
    portal.command("import", "cstate", *sorted((corpora / "cstate").iterdir()))
    return portal


def test_the_files_are_those_of_a_clean_build(everything: Everything) -> None:
    assert "as it must be" in everything.command("check")


def test_a_sample_of_each_statuspage_file_is_on_its_pages(everything: Everything, corpora: pathlib.Path) -> None:
    """Where several files tell of one incident, its page shows one of them in full."""
    files = [path for path in sorted((corpora / "statuspage").rglob("*")) if path.is_file()]
    told, chosen = defaultdict(list), list[str]()
    for path in files:
        found = sorted(_statuspage(path), key=lambda one: (len(one[2]), one[0]))
        chosen += [identity for identity, _, _ in [*found[:: max(1, len(found) // PER_FILE)], *found[-2:]]]
        for identity, title, text in found:
            told[identity].append((title, text))
    assert len(set(chosen)) > 60
    for identity in dict.fromkeys(chosen):
        page = Article((everything.site / "incidents" / identity / "index.html").read_text("utf-8"))
        assert page.headings[0][1] in [title for title, _ in told[identity]]
        lost = min((_missing(words(text), page) for _, text in told[identity]), key=len)
        assert not lost, f"{identity}: {lost}"


def test_every_cstate_issue_is_on_a_page_of_its_title(everything: Everything, corpora: pathlib.Path) -> None:
    pages = defaultdict(list)
    for file in (everything.site / "incidents").glob("*/index.html"):
        source = file.read_text("utf-8")
        if title := re.search(r"<h1>(.*?)</h1>", source):
            pages[" ".join(words(_text(title[1])))].append(source)
    issues = [path for path in (corpora / "cstate").glob("*/content/**/issues/*.md") if path.name != "_index.md"]
    assert len(issues) > 140
    for path in issues:
        *_, front, text = re.split(r"^---\s*$", path.read_text("utf-8"), maxsplit=2, flags=re.MULTILINE)
        title = re.search(r"^title: *['\"]?(.*?)['\"]?$", front, re.MULTILINE)
        assert title
        found = pages[" ".join(words(title[1]))]
        assert found, f"{path.name}: no page is called {title[1]}"
        told = words(_TIMES.sub(" ", re.sub(r"{{<.*?>}}|<!--.*?-->", " ", text, flags=re.DOTALL)))
        lost = min((_missing(told, Article(one)) for one in found), key=len)
        assert not lost, f"{path.name}: {lost}"


def _missing(told: Counter[str], page: Article) -> list[str]:
    return [word for word in told - page.words if word not in STATES]


def _statuspage(path: pathlib.Path) -> Iterator[tuple[str, str, str]]:
    """(id, title, text of all updates) of each incident of a file."""
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    if path.suffix in {".rss", ".atom"}:
        for entry in feedparser.parse(content).entries:
            text = entry.content[0].value if "content" in entry else entry.summary
            yield entry.link.rpartition("/")[2], entry.title, _text(re.sub(r"<small>.*?</small>", " ", text))
    elif path.suffix in {".json", ".gz"}:
        yield from _incidents(json.loads(content))


def _incidents(document: Any) -> Iterator[tuple[str, str, str]]:
    if isinstance(document, list):
        for one in document:
            yield from _incidents(one)
    elif isinstance(document, dict):
        if "incident_updates" in document or "incident_id" in document:
            updates = document.get("incident_updates", [document])
            text = "\n".join(_text(one["body"] or "") for one in updates)
            yield document["id"], " ".join(document["name"].split()), text
        for name in ("incidents", "scheduled_maintenances", "incident"):
            yield from _incidents(document.get(name))


class _Text(HTMLParser):
    text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.text += " "

    def handle_data(self, data: str) -> None:
        self.text += data


def _text(source: str) -> str:
    reader = _Text()
    reader.feed(source)
    reader.close()
    return reader.text
