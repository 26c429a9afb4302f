"""The desk: pages for people inside, below /desk. Each part files its views in PAGES by being imported here."""

from flask import Blueprint

from portal.web.desk import account, doors, drafts, home, maintenances, people, post, posted, sign_in, tokens, words
from portal.web.desk.pages import PAGES, PREFIX

__all__ = ["PAGES", "PREFIX", "bp", "of_exception"]

_PARTS = (account, drafts, home, maintenances, people, post, posted, sign_in, tokens)
"""The modules whose views are filed."""

of_exception = doors.of_exception

bp = Blueprint(
    "desk", __name__, template_folder="templates", static_folder="static", static_url_path=f"{PREFIX}/static"
)
bp.record(doors.open_doors)
bp.register_error_handler(Exception, of_exception)
bp.after_request(doors.private)
words.register(bp)
