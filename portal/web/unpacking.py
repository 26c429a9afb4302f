"""Zip archives that people send, unpacked without trust: their names, their sizes and their number may lie."""

import pathlib
import zipfile

from portal.domain.errors import Invalid

UPLOAD_LIMIT = 16 * 1024 * 1024
"""Bytes of one upload."""
UNPACKED_LIMIT = 64 * 1024 * 1024
"""Bytes of an archive's files together."""
FILES_LIMIT = 5000
CHUNK = 64 * 1024


def unpack(archive: pathlib.Path, folder: pathlib.Path) -> None:
    """Write the files of an archive below `folder`. Invalid for one that is broken, too large or not safe."""
    try:
        with zipfile.ZipFile(archive) as opened:
            _unpack(opened, folder)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError) as error:
        raise Invalid(f"{archive.name} can't be unpacked.", {"files": ["This is no whole zip archive."]}) from error


def _unpack(opened: zipfile.ZipFile, folder: pathlib.Path) -> None:
    listed = [one for one in opened.infolist() if not one.is_dir()]
    if len(listed) > FILES_LIMIT:
        raise Invalid("The archive is too large.", {"files": [f"An archive has at most {FILES_LIMIT:,} files."]})
    left, root = UNPACKED_LIMIT, folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    for one in listed:
        place = (folder / one.filename).resolve()
        if not place.is_relative_to(root) or "\\" in one.filename:
            raise Invalid("The archive is not safe.", {"files": [f"{one.filename[:80]} leads out of the archive."]})
        place.parent.mkdir(parents=True, exist_ok=True)
        with opened.open(one) as packed, place.open("xb") as file:
            while part := packed.read(CHUNK):
                left -= len(part)
                if left < 0:
                    raise Invalid("The archive is too large.", {"files": ["Unpacked it has more than 64 MiB."]})
                file.write(part)
