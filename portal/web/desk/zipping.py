"""A zip archive that is sent while it is made: nothing of it is kept."""

import io
import zipfile
from collections.abc import Iterable, Iterator

from portal.verbs.exporting import File

CHUNK = 64 * 1024
"""bytes"""


class _Pipe(io.RawIOBase):
    """What a zip file is written to; `taken` empties it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, part: bytes) -> int:  # type: ignore[override]
        self._parts.append(bytes(part))
        self.size += len(part)
        return len(part)

    def taken(self) -> bytes:
        parts, self._parts, self.size = self._parts, [], 0
        return b"".join(parts)


def zipped(files: Iterable[File], modified: tuple[int, int, int, int, int, int]) -> Iterator[bytes]:
    """The bytes of an archive of these files; `modified` is printed on each."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, lines in files:
            with archive.open(zipfile.ZipInfo(path, modified), "w", force_zip64=True) as file:
                for line in lines():
                    file.write(line.encode("utf-8", "replace") + b"\n")
                    if pipe.size > CHUNK:
                        yield pipe.taken()
    yield pipe.taken()
