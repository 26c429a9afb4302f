"""The W3C's checker has nothing against any page: neither an error nor a warning."""

import json
import pathlib
import shutil
import subprocess
import urllib.request

from tests.browser.conftest import Busy, needed, npm_file

JAR = "vnu-jar/build/dist/vnu.jar"


def complaints(*places: pathlib.Path) -> list[str]:
    """What the checker says of HTML files, and of those below folders; one line each, with the file's address."""
    java = needed(shutil.which("java"), "the HTML checker needs Java; Debian: default-jre-headless")
    command = [java, "-Xmx256m", "-jar", npm_file(JAR), "--skip-non-html", "--format", "json", "--stdout", *places]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = json.loads(done.stdout)["messages"]
    return sorted(f"{one['url']}: {one['message']} {one.get('extract', '')!r}" for one in found)


def test_the_checker_finds_a_fault(tmp_path: pathlib.Path) -> None:
    (tmp_path / "page.html").write_text('<!doctype html><html lang="en"><title>One</title><p id="a"><p id="a">')
    assert "Duplicate ID" in "".join(complaints(tmp_path))


def test_no_page_has_a_fault_of_markup(busy: Busy, new: str, tmp_path: pathlib.Path) -> None:
    others = [f"{new}{path}" for path in ("/", "/history/", "/postmortems/", "/maintenance/")]
    for number, address in enumerate([*others, f"{busy.url}/api/v1/docs"]):
        with urllib.request.urlopen(address) as page:
            (tmp_path / f"{number}.html").write_bytes(page.read())
    assert len(list(busy.site.rglob("*.html"))) > 90
    assert complaints(busy.site, tmp_path) == []
