"""Import of another status page's history, and export of everything, from the browser."""

import pathlib
import tempfile
import time
from collections.abc import Iterator
from typing import Any

from flask import Response, request
from werkzeug.datastructures import FileStorage
from werkzeug.utils import secure_filename

from portal.domain.errors import Invalid, Refused
from portal.domain.names import Permission
from portal.store.database import Database
from portal.verbs import exporting
from portal.web.desk.visit import Answer, Visit, page
from portal.web.desk.zipping import zipped
from portal.web.running import publish
from portal.web.unpacking import UPLOAD_LIMIT, Unpacker

_ADMIN = Permission.ADMIN
SOURCES = ("statuspage", "cstate")


@page("GET", "/files", permission=_ADMIN)
def files(visit: Visit, refused: Refused | None = None, **shown: Any) -> Answer:
    """What can be brought in and taken away."""
    return visit.render("desk/files.html", refused=refused, limit=UPLOAD_LIMIT // 1024 // 1024, **shown)


@page("POST", "/files/import", permission=_ADMIN, max_body=UPLOAD_LIMIT)
def import_files(visit: Visit) -> Answer:
    """Import the files that were chosen; doing it twice makes no duplicates."""
    try:
        source = visit.form.get("source", "")
        if source not in SOURCES:
            raise Invalid("Say where the files come from.", {"source": ["Choose Statuspage or cState."]})
        sent = [one for one in request.files.getlist("files") if one.filename]
        if not sent:
            raise Invalid("There is no file.", {"files": ["Choose one or more files."]})
        with tempfile.TemporaryDirectory(prefix="import-") as folder:
            report = visit.portal.import_history(visit.actor, source, _kept(sent, pathlib.Path(folder)))
    except Refused as refused:
        return files(visit, refused)
    publish(visit.portal, report.change, wait=True, began=time.monotonic())
    return files(visit, report=report)


def _kept(sent: list[FileStorage], folder: pathlib.Path) -> list[pathlib.Path]:
    """The files in a folder of their own each, archives unpacked."""
    paths, unpacker = [], Unpacker()
    for number, one in enumerate(sent):
        place = folder / str(number)
        place.mkdir()
        name = secure_filename(one.filename or "") or "file"
        kept = place / name
        one.save(kept)
        if name.lower().endswith(".zip"):
            unpacker.unpack(kept, place / name[:-4])
            kept.unlink()
            kept = place / name[:-4]
        paths.append(kept)
    return paths


@page("POST", "/files/export", permission=_ADMIN)
def export(visit: Visit) -> Answer:
    """Everything as one zip archive, made while it is sent."""
    try:
        exporting.allow_export(visit.context, visit.actor)
    except Refused as refused:
        return files(visit, refused)
    moment = visit.context.now()
    response = Response(
        _archive(visit.portal.settings.database_path, moment.timetuple()[:6]), mimetype="application/zip"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="aboveboard-{moment:%Y-%m-%d}.zip"'
    return response


def _archive(path: pathlib.Path, modified: tuple[Any, ...]) -> Iterator[bytes]:
    database = Database(path)  # a connection of its own: the snapshot lasts as long as somebody downloads
    try:
        with database.snapshot() as db:
            yield from zipped(exporting.files(db), modified)
    finally:
        database.close()
