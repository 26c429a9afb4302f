"""The Markdown tree is enough: a plain `mkdocs build` of it gives the published pages, byte for byte."""

import os
import pathlib
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.site import history
from tests.site.history import FAILS, WORKS, History

HOSTILE = (
    "```\nfenced\n\n    deep\twith tab\n```\n\n* [a](https://example.com)\n  ~~~\n\n"
    "| a | b |\n|---|---|\n| 1 | <i> |\n\n"
    "!!! note\n    x\n\n[x]: y\n\n*[API]: abc\n\n<div markdown='1'>\n\n&nbsp; \\* {{ x }} {: #id }"
)


@pytest.mark.parametrize("language", ["en", "de"])
def test_mkdocs_build_gives_the_published_pages(language, tmp_path, monkeypatch):
    monkeypatch.setitem(history.SETTINGS, "language", language)
    machine = History()
    try:
        machine.begin()
        machine.declare("] --- ``` | ümlaut <b> {{ 7 }}", HOSTILE, 0, "major_outage", "incident", False)
        machine.post(3, HOSTILE + "\n\n~~~\nunclosed", "identified", 1, "partial_outage", HOSTILE)
        machine.write_postmortem(0, HOSTILE, "A" * 174, "database", "x")
        machine.move_postmortem(0, False)
        machine.follow_up(0, "<script>alert(1)</script>", True)
        machine.declare("Quiet", FAILS + WORKS, 1, "operational", "advisory", False)
        machine.publisher.publish_pending()
        release = machine.publisher.releases.current()
        assert release is not None
        built = tmp_path / "site"
        environment = {
            **os.environ,
            "NO_MKDOCS_2_WARNING": "1",
            "PORTAL_DOCS_DIR": str(release.docs),
            "PORTAL_SITE_DIR": str(built),
            "PORTAL_SITE_URL": "https://status.example.com/",
            "PORTAL_LANGUAGE": language,
        }
        mkdocs = pathlib.Path(sys.executable).with_name("mkdocs")
        command = [mkdocs, "build", "--quiet", "--config-file", ROOT / "mkdocs.yml"]
        subprocess.run(command, env=environment, check=True, capture_output=True)
        pages = sorted(path.relative_to(built) for path in built.rglob("*.html"))
        assert len(pages) > 15
        differing = [str(path) for path in pages if (built / path).read_bytes() != (release.site / path).read_bytes()]
        assert not differing
        published = {path.relative_to(release.site) for path in release.site.rglob("index.html")}
        published.remove(pathlib.Path("embed/index.html"))  # no page of the site, but a file for frames
        assert published == {path for path in pages if path.name == "index.html"}
    finally:
        machine.teardown()
