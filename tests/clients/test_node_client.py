"""The npm package `statuspage.io` reads the portal as if it were a Statuspage."""

import json
import os
import pathlib
import shutil
import subprocess
from typing import Any

import pytest

from tests.running import RunningPortal

ROOT = pathlib.Path(__file__).parents[2]
MODULES = ROOT / "var" / "node" / "node_modules"


@pytest.fixture(scope="module")
def answers(demo: RunningPortal) -> dict[str, Any]:
    node = shutil.which("node")
    if node is None or not (MODULES / "statuspage.io").is_dir():
        missing = "node and the npm package statuspage.io are needed; `make test` installs the package where npm is"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    script = pathlib.Path(__file__).with_name("statuspage_io.js")
    done = subprocess.run(
        [node, script, demo.url],
        env={"PATH": os.environ["PATH"], "NODE_PATH": str(MODULES)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    read: dict[str, Any] = json.loads(done.stdout)
    return read


def test_it_reads_the_summary(answers: dict[str, Any]) -> None:
    summary = answers["summary"]
    assert summary["page"]["name"] == "Larkspur"
    assert summary["status"] == answers["status"]["status"]
    assert summary["status"]["indicator"] == "minor"
    assert [one["name"] for one in summary["incidents"]] == ["Uploads of large files are slow"]


def test_it_reads_components_with_their_groups(answers: dict[str, Any]) -> None:
    components = answers["components"]["components"]
    groups = {one["id"]: one["name"] for one in components if one["group"]}
    assert sorted(groups.values()) == ["Application", "Integrations", "Regions"]
    single = [one for one in components if not one["group"]]
    assert len(single) == 12
    assert {one["group_id"] for one in single} == set(groups)
    assert {one["name"]: one["status"] for one in single}["File uploads"] == "degraded_performance"


def test_it_reads_incidents_newest_first(answers: dict[str, Any]) -> None:
    incidents = answers["incidents"]["incidents"]
    assert len(incidents) >= 40
    assert [one["created_at"] for one in incidents] == sorted((one["created_at"] for one in incidents), reverse=True)
    open_ones = [one["id"] for one in incidents if one["status"] in ("investigating", "identified", "monitoring")]
    assert [one["id"] for one in answers["unresolved"]["incidents"]] == open_ones


def test_it_reads_maintenances(answers: dict[str, Any]) -> None:
    # version 3.3.8 asks for upcoming.json in all three calls
    ahead = answers["upcoming"]["scheduled_maintenances"]
    assert [one["name"] for one in ahead] == ["Database upgrade in Europe"]
    assert ahead[0]["status"] == "scheduled"
    assert answers["maintenances"] == answers["active"] == answers["upcoming"]
