"""`portal import` as people call it."""

import json

import pytest
from click.testing import CliRunner

from portal.cli import main

from .telling import solved


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path / "var"))
    return tmp_path


def run(*words):
    return CliRunner().invoke(main, ["import", *map(str, words)])


def test_an_import_is_public_when_the_command_returns(home):
    (home / "page.json").write_text(json.dumps([solved()]))
    result = run("statuspage", home / "page.json")
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "page.json abcdefgh0001: created",
        "created 1, updated 0, unchanged 0, skipped 0",
    ]
    assert "Search is slow" in (home / "var/site/incidents/abcdefgh0001/index.html").read_text()
    again = run("statuspage", home / "page.json")
    assert again.output.splitlines()[-1] == "created 0, updated 0, unchanged 1, skipped 0"


def test_old_addresses_lead_to_the_new_ones(home):
    (home / "site/content/issues").mkdir(parents=True)
    (home / "site/config.yml").write_text("baseURL: https://status.example.org\n")
    (home / "site/content/issues/2026-06-01-Slow.md").write_text("---\ntitle: Slow\ndate: 2026-06-01\n---\nSlow.\n")
    assert run("cstate", home / "site").exit_code == 0
    moved = (home / "var/site/issues/2026-06-01-slow/index.html").read_text()
    assert "/incidents/" in moved


def test_what_can_not_be_read_makes_exit_code_3_and_the_rest_goes_in(home):
    (home / "files").mkdir()
    (home / "files/a.json").write_text("")
    (home / "files/b.json").write_text(json.dumps([solved()]))
    result = run("statuspage", home / "files")
    assert result.exit_code == 3
    assert result.output.splitlines() == [
        "a.json: skipped (it is empty)",
        "b.json abcdefgh0001: created",
        "created 1, updated 0, unchanged 0, skipped 1",
    ]


def test_a_path_is_needed(home):
    assert run("statuspage").exit_code == 2
