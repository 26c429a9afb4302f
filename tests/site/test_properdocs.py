"""A way out of MkDocs stands open: properdocs, its continuation, reads the kept tree and mkdocs.yml as they are."""

import os
import pathlib
import re
import subprocess
import sys

from tests.conftest import ROOT
from tests.site.history import History
from tests.site.test_mkdocs import HOSTILE


def test_properdocs_build_gives_the_published_pages(tmp_path):
    machine = History()
    try:
        machine.begin()
        machine.declare("] --- ``` | ümlaut <b> {{ 7 }}", HOSTILE, 0, "major_outage", "incident", False)
        machine.post(3, HOSTILE, "identified", 1, "partial_outage", HOSTILE)
        machine.write_postmortem(0, HOSTILE, "A" * 174, "database", "x")
        machine.move_postmortem(0, False)
        machine.publisher.publish_pending()
        release = machine.publisher.releases.current()
        assert release is not None
        kept = {path: path.read_bytes() for path in (ROOT / "mkdocs.yml", *release.docs.rglob("*")) if path.is_file()}
        built = tmp_path / "site"
        environment = {
            **os.environ,
            "NO_MKDOCS_2_WARNING": "1",
            "PORTAL_DOCS_DIR": str(release.docs),
            "PORTAL_SITE_DIR": str(built),
            "PORTAL_SITE_URL": "https://status.example.com/",
        }
        properdocs = pathlib.Path(sys.executable).with_name("properdocs")
        command = [properdocs, "build", "--quiet", "--config-file", ROOT / "mkdocs.yml"]
        done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
        assert {path: path.read_bytes() for path in kept} == kept
        pages = {path.relative_to(release.site) for path in release.site.rglob("index.html")}
        pages.remove(pathlib.Path("embed/index.html"))  # no page of the site, but a file for frames
        assert len(pages) > 15
        assert pages == {path.relative_to(built) for path in built.rglob("index.html")}
        differing = [str(path) for path in pages if (built / path).read_bytes() != (release.site / path).read_bytes()]
        assert not differing
    finally:
        machine.teardown()


def test_one_module_knows_the_generator():
    knows = re.compile(r"^\s*(?:from|import) (?:mkdocs|material|properdocs)\b", re.MULTILINE)
    modules = {path for path in (ROOT / "portal").rglob("*.py") if knows.search(path.read_text(encoding="utf-8"))}
    assert modules == {ROOT / "portal" / "site" / "builder.py"}
