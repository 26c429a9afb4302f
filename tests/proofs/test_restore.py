"""Backups that are taken under load make the same site elsewhere; an old one never passes for what came after it."""

import fcntl
import json
import os
import pathlib
import shutil
import sqlite3
import threading
import time
from contextlib import closing
from typing import Any

import pytest

from tests.conftest import Tell
from tests.proofs import FULL
from tests.running import RunningPortal

WRITERS, BACKUPS, LOAD_S = (6, 15, 60.0) if FULL else (3, 2, 1.0)
ADDRESS = {"site_url": "https://status.example.com", "support_email": "support@example.com"}
FIRST = "Searches fail for some people in the Search component right now."

Site = dict[str, bytes]


class Busy:
    """Writers that post to a portal until told to stop."""

    def __init__(self, portal: RunningPortal, token: str) -> None:
        self.portal, self.token = portal, token
        self.stop = threading.Event()
        self.told: list[str] = []
        self.threads = [threading.Thread(target=self._write, args=(number,)) for number in range(WRITERS)]

    def __enter__(self) -> "Busy":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join()

    def _write(self, writer: int) -> None:
        ref = declare(self.portal, self.token, f"Search is slow, {writer}")
        turn = 0
        while not self.stop.is_set():
            turn += 1
            self.told.append(say(self.portal, self.token, ref, f"Searches of kind {writer} take {turn} seconds."))


def call(portal: RunningPortal, token: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    status, _, answer = portal.request("POST", f"/api/v1{path}", body, headers)
    assert status == 201, answer
    return json.loads(answer)


def declare(portal: RunningPortal, token: str, title: str) -> str:
    post = {"state": "investigating", "body": FIRST}
    body = {"title": title, "severity": "major", "components": {"search": "partial_outage"}, "post": post}
    return call(portal, token, "/incidents", body)["ref"]


def say(portal: RunningPortal, token: str, ref: str, body: str) -> str:
    call(portal, token, f"/incidents/{ref}/posts", {"state": "investigating", "body": body, "confirm": True})
    return body


def start(portal: RunningPortal) -> str:
    portal.command("component", "add", "Search")
    return portal.command("token", "add", "t", "--role", "admin").strip()


def files(site: pathlib.Path) -> Site:
    """Every public file; of published.json what does not name the database itself."""
    found = {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}
    published = json.loads(found["published.json"])
    found["published.json"] = json.dumps([published["sequence"], published["as_of"]]).encode()
    return found


def published(home: pathlib.Path) -> tuple[str, int]:
    shown = json.loads((home / "site" / "published.json").read_text())
    return shown["epoch"], shown["sequence"]


def sequence_of(file: pathlib.Path) -> int:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as db:
        return int(db.execute("SELECT max(seq) FROM change").fetchone()[0])


class Watch:
    """Keeps the whole site of (nearly) every sequence, taken between two publications."""

    def __init__(self, home: pathlib.Path, kept: pathlib.Path) -> None:
        self.home, self.kept = home, kept
        self.seen: set[tuple[str, int]] = set()
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._watch)

    def __enter__(self) -> "Watch":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join()

    def _watch(self) -> None:
        last = None
        while not self.stop.is_set():
            if published(self.home) != last:
                last = self.take()
            time.sleep(0.001)

    def take(self) -> tuple[str, int]:
        """Published files are replaced, never written to, so a second name for each keeps them as they were."""
        with (self.home / "publisher.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            shown = published(self.home)
            if shown not in self.seen:
                site = (self.home / "site").resolve()
                shutil.copytree(site, self.kept / str(shown[1]), copy_function=os.link, dirs_exist_ok=True)
            self.seen.add(shown)
        return shown


def test_a_backup_under_load_makes_the_same_site_elsewhere(tmp_path: pathlib.Path, tell: Tell) -> None:
    home, kept = tmp_path / "home", tmp_path / "kept"
    backups: list[pathlib.Path] = []
    with RunningPortal(home, **ADDRESS) as portal:
        token = start(portal)
        with Watch(home, kept) as watch, Busy(portal, token) as busy:
            while (
                len(known := [one for one in backups if (published(home)[0], sequence_of(one)) in watch.seen]) < BACKUPS
            ):
                assert len(backups) < 20 * BACKUPS, "no backup was of a moment whose site was kept"
                time.sleep(LOAD_S / BACKUPS)
                backups.append(tmp_path / f"{len(backups)}.db")
                portal.command("backup", str(backups[-1]))
                wait_until_shown(home, sequence_of(backups[-1]))
    for number, backup in enumerate(known):
        other = RunningPortal(tmp_path / f"other{number}" / "home", **ADDRESS)
        other.home.parent.mkdir()
        other.command("restore", str(backup))
        assert files(other.home / "site") == files(kept / str(sequence_of(backup)))
        other.command("check")
    with other:
        ref = declare(other, token, "Search stopped")
        assert say(other, token, ref, "Searches work again for most people.") in other.get("/updates.json")[2].decode()
        other.command("check")
    figure = f"{len(known)} backups amid {len(busy.told)} posts: identical sites elsewhere, byte for byte, that go on"
    tell("restore", figure)


def wait_until_shown(home: pathlib.Path, sequence: int) -> None:
    limit = time.monotonic() + 60
    while published(home)[1] < sequence:
        assert time.monotonic() < limit
        time.sleep(0.01)
    time.sleep(0.05)  # so that the watch may see it; when it does not, another backup is taken


@pytest.mark.parametrize("way", ["restored", "copied by hand"] if FULL else ["copied by hand"])
def test_an_old_backup_never_passes_for_what_came_after_it(way: str, tmp_path: pathlib.Path, tell: Tell) -> None:
    home, old = tmp_path / "home", tmp_path / "old.db"
    portal = RunningPortal(home, **ADDRESS)
    with portal:
        token = start(portal)
        ref = declare(portal, token, "Search is slow")
        portal.command("backup", str(old))
        before = said_one_by_one(portal, token, ref, "before")
    if way == "restored":
        portal.command("restore", str(old), "--force")
    else:
        for name in ("portal.db", "portal.db-wal", "portal.db-shm"):
            (home / name).unlink(missing_ok=True)
        shutil.copy(old, home / "portal.db")
    with portal:
        after = said_one_by_one(portal, token, ref, "after")
        updates = portal.get("/updates.json")[2].decode()
        assert "after 1" in updates
        assert "before 1" not in updates
        portal.command("check")
    assert {sequence for _, sequence in before} & {sequence for _, sequence in after}, "the numbers are given out again"
    assert not set(before) & set(after), "and don't pass for the old ones"
    tell("restore", f"an old backup, {way}: {len(after)} sequences given out again, none under the old epoch")


def said_one_by_one(portal: RunningPortal, token: str, ref: str, word: str) -> list[tuple[str, int]]:
    """(epoch, sequence) that the public saw after each of some posts."""
    shown = []
    for number in range(4):
        say(portal, token, ref, f"Searches for some people are slow: {word} {number}.")
        shown.append(published(portal.home))
    return shown
