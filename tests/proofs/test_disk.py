"""A running portal whose disk is full or broken says so, keeps the old site, and recovers by itself."""

import json
import os
import pathlib
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.conftest import Tell
from tests.proofs import FULL
from tests.proofs.crashes import failing, why_no_strace
from tests.proofs.house import own_disk
from tests.running import RunningPortal

pytestmark = pytest.mark.skipif(why_no_strace() is not None and not FULL, reason=why_no_strace() or "")

HEALED_S = 60.0
PAGES = ("/", "/history.atom", "/history.rss", "/updates.json", "/published.json", "/api/v2/summary.json")
DATABASE = ("pwrite64", "fdatasync", "ftruncate", "fallocate")
FILES = ("fsync", "rename", "mkdir", "unlink")
"""Not `write`: the portal's threads wake each other with it."""


def _all(names: tuple[str, ...], error: str) -> list[str]:
    return [f"?{name}:error={error}" for name in names]


FAULTS = {
    "full": _all((*DATABASE, *FILES), "ENOSPC"),
    "broken": _all((*DATABASE, *FILES), "EIO"),
    "no flush": _all(("fdatasync", "fsync"), "EIO"),
    "no database": _all(DATABASE, "ENOSPC"),
    "no files": _all(FILES, "ENOSPC"),
    "broken files": _all(FILES, "EIO"),
}
RECORDED = {"no files", "broken files"}
ROOM_TO_START = 40 * 1024
"""Bytes: a database can be opened (its index of the log takes 32 KB), but nothing committed."""


@dataclass
class Desk:
    portal: RunningPortal
    token: str
    told: int = 0

    def post(self, body: str, key: str) -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", "Idempotency-Key": key}
        path = "/api/v1/incidents/INC-1/posts"
        status, _, answer = self.portal.request("POST", path, {"state": "identified", "body": body}, headers)
        return status, json.loads(answer)

    def ready(self) -> tuple[bool, str]:
        status, _, answer = self.portal.get("/readyz")
        return status == 200, " ".join(json.loads(answer)["reasons"])

    def public(self) -> dict[str, bytes]:
        found = {}
        for path in PAGES:
            status, _, found[path] = self.portal.get(path)
            assert status == 200
        return found

    def times_public(self, body: str) -> int:
        return sum(body in one["content_html"] for one in json.loads(self.public()["/updates.json"])["items"])


def wait_for(desk: Desk, ready: bool) -> str:
    limit = time.monotonic() + HEALED_S
    while (found := desk.ready())[0] is not ready:
        assert time.monotonic() < limit, found
        time.sleep(0.1)
    return found[1]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with RunningPortal(tmp_path_factory.mktemp("disk") / "home", support_email="support@example.com") as portal:
        yield _desk(portal)


def _desk(portal: RunningPortal) -> Desk:
    portal.command("component", "add", "Search")
    words = (
        "Search is down",
        "--severity",
        "critical",
        "--customer-impact",
        "yes",
        "--component",
        "search=major_outage",
    )
    first = "Searches fail for some people in the Search component right now."
    portal.command("incident", "declare", *words, "--post", first)
    return Desk(portal, portal.command("token", "add", "t", "--role", "admin").strip())


@pytest.mark.parametrize("fault", FAULTS if FULL else ["full", "broken files"])
def test_a_failing_disk_is_told_and_survived(fault: str, desk: Desk, tmp_path: pathlib.Path, tell: Tell) -> None:
    body = f"We found the cause of the failing searches in Search, while the disk is {fault}."
    before = desk.public()
    assert desk.portal.process is not None
    with failing(desk.portal.process.pid, tmp_path / "log", FAULTS[fault]):
        status, answer = desk.post(body, fault.replace(" ", "-"))
        reasons = wait_for(desk, ready=False)
        assert "full" in reasons or "disk I/O" in reasons or "No space" in reasons or "Input/output" in reasons, reasons
        assert desk.public() == before, "the old site stays"
        assert desk.portal.get("/healthz")[0] == 200
        if fault in RECORDED:
            assert (status, answer["published"]) == (201, False), answer
        else:
            assert status >= 500, answer
            assert "Nothing was done" in answer["detail"] or "not certain" in answer["detail"]
    wait_for(desk, ready=True)
    times = desk.times_public(body)
    assert times == 1 if fault in RECORDED else times == 0 or "not certain" in answer["detail"]
    status, answer = desk.post(body, fault.replace(" ", "-"))
    assert (status, answer["published"]) == (201, True), "whoever sends it again is heard"
    assert desk.times_public(body) == 1
    desk.portal.command("check")
    tell(
        "failing disks",
        f"a running portal, {fault}: readyz said “{reasons[:60]}”, old site stayed, recovered by itself",
    )


def test_a_portal_that_starts_on_a_full_disk_shows_the_site_and_takes_posts_when_there_is_room(
    tmp_path: pathlib.Path,
) -> None:
    if not own_disk(tmp_path / "disk"):
        pytest.skip("no disk of its own: mount was refused")
    portal = RunningPortal(tmp_path / "disk" / "home", support_email="support@example.com")
    portal.log = tmp_path / "log"  # takes no room there
    ballast = tmp_path / "disk" / "ballast"
    try:
        with portal:
            desk = _desk(portal)
            portal.command("user", "add", "ada@example.com", "--role", "admin")
            before = desk.public()
        with ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(ballast.parent).free - ROOM_TO_START)
        with portal:
            assert desk.public() == before
            status, answer = desk.post("We found the cause of the failing searches in Search.", "key")
            assert (status, "Nothing was done" in answer["detail"]) == (503, True), answer
            assert "full" in wait_for(desk, ready=False)
            ballast.unlink()
            assert desk.post("We found the cause of the failing searches in Search.", "key")[0] == 201
            wait_for(desk, ready=True)
            portal.command("check")
    finally:
        subprocess.run(["umount", "--lazy", str(tmp_path / "disk")], capture_output=True, check=False)
    assert "no link to sign in was made: database or disk is full" in portal.log.read_text()


@pytest.mark.parametrize("fault", ["broken", "no flush"] if FULL else ["no flush"])
def test_killed_while_the_disk_fails_an_unsure_answer_is_sure_when_asked_again(
    fault: str, tmp_path: pathlib.Path, tell: Tell
) -> None:
    portal = RunningPortal(tmp_path / "home", support_email="support@example.com")
    body = "We found the cause of the failing searches in Search."
    with portal:
        desk = _desk(portal)
        assert portal.process is not None
        with failing(portal.process.pid, tmp_path / "log", FAULTS[fault]):
            status, answer = desk.post(body, "key")
            assert status >= 500, answer
            portal.process.kill()
            portal.process.wait()
        portal.__enter__()
        there = desk.times_public(body)
        assert there == 0 or "not certain" in answer["detail"], answer
        assert desk.post(body, "key")[0] == 201
        assert desk.times_public(body) == 1
        portal.command("check")
    tell("failing disks", f"killed while the disk was {fault}: {there} there after the restart, 1 when asked again")
