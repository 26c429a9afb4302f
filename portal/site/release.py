"""A release: a folder with docs/ and site/, files written whole or not at all, and the identity of what it shows."""

import contextlib
import fcntl
import json
import os
import pathlib
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

LISTS = re.compile(r"(?:site|docs)/(?:history/\d{4}[-/.]|sitemaps/)")
"""Lists by month and year: one that has become empty goes last. Every other file that goes stands for something that
must not be public any more (an incident, a component, its badge and feeds, an old address): it goes before anything is
written."""


class NotOurLink(Exception):
    """Something else stands where the link to the public release belongs; the portal replaces nothing but links."""


@dataclass(frozen=True)
class Identity:
    """What a release shows. `deferred`: changes that it shows only in part, until a full build has ended."""

    epoch: str
    sequence: int
    fingerprint: str
    deferred: tuple[int, ...] = ()

    def shows(self, sequence: int) -> bool:
        return sequence <= self.sequence and sequence not in self.deferred


class Release:
    """releases/N of a home."""

    def __init__(self, path: pathlib.Path) -> None:
        self.path = path
        self.site = path / "site"
        self.docs = path / "docs"

    @property
    def number(self) -> int:
        return int(self.path.name)

    def identity(self) -> Identity | None:
        """None while the release is being built, or when its record can't be read."""
        try:
            kept: dict[str, Any] = json.loads((self.path / "release.json").read_text("utf-8"))
            return Identity(kept["epoch"], kept["sequence"], kept["fingerprint"], tuple(kept["deferred"]))
        except (OSError, ValueError, KeyError):
            return None

    def file(self, name: str) -> pathlib.Path:
        """The file at a path below the release. Raises ValueError for a path that leads out of it."""
        if ".." in name.split("/") or name.startswith("/"):
            raise ValueError(f"{name} lies outside of the release")
        return self.path / name

    def record(self, identity: Identity) -> None:
        """Make the identity durable; everything it speaks of must have been flushed before."""
        _replace(self.path / "release.json", json.dumps(asdict(identity)).encode(), flush=True)
        _flush_folder(self.path)

    def apply(self, files: Iterable[tuple[str, bytes | None]], *, flush: bool = True) -> int:
        """Write and remove files so that no reader sees half: private removals, then writes in order, then the rest.

        Files that already have these bytes are left alone. Answers how many were written or removed.
        """
        writes: list[tuple[pathlib.Path, pathlib.Path]] = []
        first: list[pathlib.Path] = []
        last: list[pathlib.Path] = []
        staging = self.path / "staging"
        staging.mkdir(exist_ok=True)
        gathered = list(files)
        for name, content in gathered:
            target = self.file(name)
            if content is None:
                (last if LISTS.match(name) else first).append(target)
        touched = {folder for target in first for folder in _remove(target, self.path)}
        for number, (name, content) in enumerate(gathered):
            target = self.file(name)
            if content is None or _holds(target, content):
                continue
            beside = staging / str(number)
            _write(beside, content, flush=flush)
            writes.append((beside, target))
        for beside, target in writes:
            if not target.parent.exists():
                touched |= {parent for parent in target.parents if not parent.exists()}
                target.parent.mkdir(parents=True)
                touched.add(target.parent.parent)
            os.replace(beside, target)
            touched.add(target.parent)
        touched |= {folder for target in last for folder in _remove(target, self.path)}
        if flush:
            for folder in touched:
                if folder.exists():
                    _flush_folder(folder)
        return len(writes) + len(first) + len(last)


class Releases:
    """The releases of one home and the link to the public one."""

    def __init__(self, home: pathlib.Path) -> None:
        self.home = home
        self.folder = home / "releases"
        self.link = home / "site"

    def current(self) -> Release | None:
        """The release that the `site` link points at; None before the first build."""
        try:
            target = self.link.resolve(strict=True)
        except OSError:
            return None
        return Release(target.parent)

    def begin(self) -> Release:
        """A new, empty release with the next free number. Raises NotOurLink when it could never become public."""
        if self.link.exists() and not self.link.is_symlink():
            raise NotOurLink(f"{self.link} is no link: move it away, then the portal can put its own there.")
        self.folder.mkdir(parents=True, exist_ok=True)
        number = max((int(one.name) for one in self.folder.iterdir() if one.name.isdigit()), default=0)
        while True:
            number += 1
            with contextlib.suppress(FileExistsError):
                (self.folder / str(number)).mkdir()
                break
        release = Release(self.folder / str(number))
        release.site.mkdir()
        release.docs.mkdir()
        return release

    def switch(self, release: Release) -> None:
        """Point the link at a complete release, in one step, after everything in it has reached the disk."""
        descriptor = os.open(release.path, os.O_RDONLY)
        try:
            _syncfs(descriptor)
        finally:
            os.close(descriptor)
        fresh = self.home / f"site.{os.getpid()}"
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(pathlib.Path("releases") / release.path.name / "site")
        os.replace(fresh, self.link)
        _flush_folder(self.home)

    def sweep(self) -> None:
        """Remove every release but the public one and those being built right now: what was superseded, or left by a
        build that was killed, may hold words that have been taken back since."""
        current = self.current()
        if current is None:
            return
        for path in self.folder.iterdir():
            lock = path / "building.lock"
            if path.name != current.path.name and lock.exists() and not is_locked(lock):
                shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def locked(path: pathlib.Path, *, wait: bool = True) -> Iterator[bool]:
    """Hold an exclusive file lock; without `wait` answers False when somebody else holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True


def is_locked(path: pathlib.Path) -> bool:
    """Whether some process holds the lock file, exclusively or shared, right now."""
    if not path.exists():
        return False
    with locked(path, wait=False) as free:
        return not free


def deferring(identity: Identity, sequences: Sequence[int]) -> Identity:
    return replace(identity, deferred=tuple(sorted({*identity.deferred, *sequences})))


def _holds(target: pathlib.Path, content: bytes) -> bool:
    try:
        return target.stat().st_size == len(content) and target.read_bytes() == content
    except OSError:
        return False


def _write(path: pathlib.Path, content: bytes, *, flush: bool) -> None:
    with path.open("wb") as handle:
        handle.write(content)
        if flush:
            handle.flush()
            os.fsync(handle.fileno())


def _replace(target: pathlib.Path, content: bytes, *, flush: bool) -> None:
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    _write(beside, content, flush=flush)
    os.replace(beside, target)


def _remove(target: pathlib.Path, top: pathlib.Path) -> Iterator[pathlib.Path]:
    """Unlink a file and the folders it leaves empty; yields folders whose entries changed."""
    try:
        target.unlink()
    except FileNotFoundError:
        return
    folder = target.parent
    yield folder
    while folder not in (top / "site", top / "docs"):
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent
        yield folder


def _flush_folder(folder: pathlib.Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _syncfs(descriptor: int) -> None:
    """Flush the whole file system once (Linux); elsewhere everything (sync)."""
    import ctypes  # noqa: PLC0415  (only a full build needs it)

    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "syncfs"):
        os.sync()
    elif libc.syncfs(descriptor) != 0:
        raise OSError(ctypes.get_errno(), "syncfs failed")
