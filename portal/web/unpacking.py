"""Zip archives that people send, unpacked without trust: their names, their sizes and their number may lie."""

import pathlib
import zipfile
import zlib

from portal.domain.errors import Invalid

UPLOAD_LIMIT = 16 * 1024 * 1024
"""Bytes of one upload."""
UNPACKED_LIMIT = 64 * 1024 * 1024
"""Bytes of the files in all archives of an upload together."""
FILES_LIMIT = 5000
"""Files in all archives of an upload together."""
CHUNK = 64 * 1024
PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Ways of packing; others let an archive say how much memory unpacking takes."""


class Unpacker:
    """Unpacks the archives of one upload, which share its limits."""

    def __init__(self) -> None:
        self._bytes_left, self._files_left = UNPACKED_LIMIT, FILES_LIMIT

    def unpack(self, archive: pathlib.Path, folder: pathlib.Path) -> None:
        """Write the files of an archive below `folder`. Invalid for one that is broken, too large or not safe."""
        try:
            with zipfile.ZipFile(archive) as opened:
                self._unpack(opened, folder)
        except (
            zipfile.BadZipFile,
            zlib.error,
            NotImplementedError,
            RuntimeError,
            EOFError,
            ValueError,
            OSError,
        ) as error:
            raise Invalid(f"{archive.name} can't be unpacked.", {"files": ["This is no whole zip archive."]}) from error

    def _unpack(self, opened: zipfile.ZipFile, folder: pathlib.Path) -> None:
        listed = [one for one in opened.infolist() if not one.is_dir()]
        self._files_left -= len(listed)
        if self._files_left < 0:
            said = f"There are at most {FILES_LIMIT:,} files in an upload's archives."
            raise Invalid("The archive is too large.", {"files": [said]})
        root = folder.resolve()
        folder.mkdir(parents=True, exist_ok=True)
        for one in listed:
            place = (folder / one.filename).resolve()
            if not place.is_relative_to(root) or "\\" in one.filename:
                raise Invalid("The archive is not safe.", {"files": [f"{one.filename[:80]} leads out of the archive."]})
            if one.compress_type not in PLAIN:
                raise Invalid("The archive can't be unpacked.", {"files": ["Pack it as an ordinary zip (deflate)."]})
            place.parent.mkdir(parents=True, exist_ok=True)
            with opened.open(one) as packed, place.open("xb") as file:
                while part := packed.read(CHUNK):
                    self._bytes_left -= len(part)
                    if self._bytes_left < 0:
                        raise Invalid("The archive is too large.", {"files": ["Unpacked it has more than 64 MiB."]})
                    file.write(part)
