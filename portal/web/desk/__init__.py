"""The desk: pages for people inside, below /desk. Each part files its views in PAGES by being imported here."""

from flask import Blueprint

from portal.web.desk import (
    audit,
    files,
    settings,
)
    account,
    doors,
    drafts,
    home,
    kinds,
    maintenances,
    outcome,
    people,
    post,
    posted,
    private,
    reminders,
    rota,
    sign_in,
    tokens,
    triage,
    windows,
    words,
)
from portal.web.desk.pages import PAGES, PREFIX

__all__ = ["PAGES", "PREFIX", "bp", "of_exception"]

_PARTS = (
    audit,
    files,
    settings,
)
"""The modules whose views are filed."""

of_exception = doors.of_exception

bp = Blueprint(
    "desk", __name__, template_folder="templates", static_folder="static", static_url_path=f"{PREFIX}/static"
)
bp.record(doors.open_doors)
bp.register_error_handler(Exception, of_exception)
bp.after_request(doors.private)
words.register(bp)
