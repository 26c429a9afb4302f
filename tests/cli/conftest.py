"""The command line on a home of its own, with the real publisher."""

import json
import pathlib
from typing import Any

import pytest
from click.testing import CliRunner, Result

from portal import cli


class Portal:
    def __init__(self, home: pathlib.Path) -> None:
        self.home, self.runner = home, CliRunner()

    def __call__(self, *words: str, typed: str | None = None, code: int = 0) -> Result:
        """Run `portal WORDS`; fails unless it ends with this exit code."""
        done = self.runner.invoke(cli.main, list(words), input=typed)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == code, f"portal {' '.join(words)} -> {done.exit_code}\n{done.output}"
        return done

    def json(self, *words: str, **more: Any) -> Any:
        return json.loads(self(*words, "--json", **more).stdout)

    def page(self, path: str) -> str:
        """The text of a public file."""
        place = self.home / "site" / path.lstrip("/")
        return (place / "index.html" if place.is_dir() else place).read_text("utf-8")


@pytest.fixture
def portal(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Portal:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PORTAL_SUPPORT_EMAIL", "support@example.com")
    return Portal(tmp_path / "home")


@pytest.fixture
def incident(portal: Portal) -> str:
    """A public incident on Search, with one post."""
    portal("component", "add", "Search")
    body = "We are aware of errors when searching in the Search component."
    words = ["--severity", "critical", "--customer-impact", "yes", "--component", "search=major_outage", "--post", body]
    return portal.json("incident", "declare", "Search returns errors", *words)["ref"]
