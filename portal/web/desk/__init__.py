"""The desk: pages for people inside, below /desk. Every module beside this one is imported, and its views are filed."""

import importlib
import pkgutil

from flask import Blueprint

from portal.web.desk import doors, words
from portal.web.desk.pages import PAGES, PREFIX

__all__ = ["PAGES", "PREFIX", "bp", "of_exception"]

for _one in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_one.name}")

of_exception = doors.of_exception

bp = Blueprint(
    "desk", __name__, template_folder="templates", static_folder="static", static_url_path=f"{PREFIX}/static"
)
bp.record(doors.open_doors)
bp.register_error_handler(Exception, of_exception)
bp.after_request(doors.private)
words.register(bp)
