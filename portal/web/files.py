"""Finds a public file in the release that the `site` link points to, with its content hash and its gzip variant."""

import gzip
import hashlib
import os
import pathlib
import stat
import threading
from collections import OrderedDict
from dataclasses import dataclass

CACHE_BYTES = 32 * 1024 * 1024
"""What the bodies kept in memory, plain and compressed, may take together."""
CACHED_FILE_BYTES = 4 * 1024 * 1024
"""A larger file is read anew for each request."""
COMPRESSIBLE_FROM = 400
"""Smaller bodies gain nothing from gzip."""

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".map": "application/json; charset=utf-8",
    ".webmanifest": "application/manifest+json; charset=utf-8",
    ".rss": "application/rss+xml; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".ico": "image/x-icon",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
}
JSON_FEED = "application/feed+json; charset=utf-8"
UNKNOWN_TYPE = "application/octet-stream"


@dataclass(frozen=True)
class Found:
    """A public file as it is at this moment."""

    body: bytes
    etag: str
    """The content's hash; the compressed variant has `-gz` behind it, since a strong ETag names bytes."""
    content_type: str

    @property
    def compressible(self) -> bool:
        kind = self.content_type
        return kind.startswith("text/") or kind.endswith("charset=utf-8")


class Nothing(Exception):
    """There is no such public file."""


class NeedsSlash(Exception):
    """The path names a folder without its slash; `name` is its last part."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class NoRelease(Exception):
    """Nothing has been published in this home yet."""


class Release:
    """One published tree: everything that a single answer is made of comes from here."""

    def __init__(self, root: str, cache: "Bodies") -> None:
        self.root = root
        self._cache = cache

    def find(self, path: str) -> Found:
        """The file at a URL path without its first slash. Raises Nothing or NeedsSlash."""
        place, is_folder = self._place(path)
        try:
            status = os.stat(place)
            if stat.S_ISDIR(status.st_mode):
                if not is_folder:
                    raise NeedsSlash(path.rpartition("/")[2])
                place = os.path.join(place, "index.html")
                status = os.stat(place)
            elif is_folder and path:
                raise Nothing(path)
        except (OSError, ValueError) as error:
            raise Nothing(path) from error
        if not stat.S_ISREG(status.st_mode):
            raise Nothing(path)
        return self._cache.get(self.root, place, status)

    def _place(self, path: str) -> tuple[str, bool]:
        """The path on disk, and whether it ends with a slash. Names with a leading dot are never public."""
        is_folder = path.endswith("/") or not path
        names = path.rstrip("/").split("/") if path else []
        if path.endswith("//") or any(not _plain(name) for name in names):
            raise Nothing(path)
        return os.path.join(self.root, *names), is_folder


def _plain(name: str) -> bool:
    hidden = name.startswith(".") and name != ".well-known"
    return bool(name) and not hidden and "\0" not in name and "\\" not in name


class Bodies:
    """Bodies kept in memory by (path, inode, time, size); the least used go first when they take too much."""

    def __init__(self, limit: int = CACHE_BYTES) -> None:
        self.limit = limit
        self._lock = threading.Lock()
        self._files: OrderedDict[str, tuple[tuple[int, int, int], Found]] = OrderedDict()
        self._zipped: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0

    @property
    def size(self) -> int:
        return self._bytes

    def get(self, root: str, place: str, status: os.stat_result) -> Found:
        identity = (status.st_ino, status.st_mtime_ns, status.st_size)
        with self._lock:
            kept = self._files.get(place)
            if kept is not None and kept[0] == identity:
                self._files.move_to_end(place)
                return kept[1]
        if not _inside(root, place):
            raise Nothing(place)
        try:
            with open(place, "rb") as file:
                status = os.fstat(file.fileno())
                body = file.read()
        except OSError as error:
            raise Nothing(place) from error
        found = Found(body, hashlib.sha256(body).hexdigest()[:32], content_type(place))
        if len(body) <= CACHED_FILE_BYTES:
            self._keep(place, (status.st_ino, status.st_mtime_ns, status.st_size), found)
        return found

    def zipped(self, found: Found) -> bytes | None:
        """The gzip variant, the same bytes each time; None where it would not be smaller."""
        if len(found.body) < COMPRESSIBLE_FROM or not found.compressible:
            return None
        with self._lock:
            kept = self._zipped.get(found.etag)
            if kept is not None:
                self._zipped.move_to_end(found.etag)
                return kept
        made = gzip.compress(found.body, 6, mtime=0)
        if len(made) >= len(found.body):
            return None
        with self._lock:
            if found.etag not in self._zipped:
                self._zipped[found.etag] = made
                self._bytes += len(made)
            self._make_room()
        return made

    def _keep(self, place: str, identity: tuple[int, int, int], found: Found) -> None:
        with self._lock:
            replaced = self._files.pop(place, None)
            self._bytes += len(found.body) - (len(replaced[1].body) if replaced else 0)
            self._files[place] = (identity, found)
            self._make_room()

    def _make_room(self) -> None:
        while self._bytes > self.limit and (self._files or self._zipped):
            if self._files:
                self._bytes -= len(self._files.popitem(last=False)[1][1].body)
            if self._zipped and self._bytes > self.limit:
                self._bytes -= len(self._zipped.popitem(last=False)[1])


def _inside(root: str, place: str) -> bool:
    """Whether the file lies in the release once all links are followed."""
    return os.path.realpath(place).startswith(root + os.sep)


def content_type(place: str) -> str:
    """By the name's ending; `updates.json` is a JSON Feed."""
    name = os.path.basename(place)
    if name == "updates.json":
        return JSON_FEED
    return TYPES.get(os.path.splitext(name)[1], UNKNOWN_TYPE)


class PublicFiles:
    """The public tree of a home, through its switched link."""

    def __init__(self, home: pathlib.Path, limit: int = CACHE_BYTES) -> None:
        self._link = os.path.abspath(home / "site")
        self.bodies = Bodies(limit)

    def release(self) -> Release:
        """The release that the link names now. Raises NoRelease before the first one."""
        root = ""
        while root != (root := os.path.realpath(self._link)):
            if os.path.isdir(root):
                return Release(root, self.bodies)
        raise NoRelease  # twice the same: no switch came between
