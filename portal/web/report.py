"""A visitor reports a problem: for the people on duty, never public; the answer tells nothing of what is inside."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from portal.domain.errors import Refused, TooMany
from portal.store import subscribers
from portal.verbs.commands import Command, Line, Slug, Text
from portal.verbs.commands_keeper import FileReport
from portal.verbs.reports import VISITOR, file_report
from portal.web import problems
from portal.web.desk.forms import Form, read_form
from portal.web.limits import REPORT_IN_ALL, REPORT_PER_PLACE, place, the_limits
from portal.web.reading import read_model
from portal.web.running import the_portal
from portal.web.shell import fail_on_pages, the_shell
from portal.web.shell import words as _

bp = Blueprint("report", __name__)
fail_on_pages(bp)
CHANNEL = "status page"


class VisitorsReport(Command):
    """What the form asks for; `website` is a trap that people don't see."""

    text: Text
    component: Slug | None = None
    contact: Line | None = None
    website: str | None = None


@bp.get("/report")
def form() -> Response:
    """The form."""
    return _form(MultiDict(request.args))


@bp.post("/report")
def send() -> Response:
    """Keep a report, from the form or as JSON."""
    if request.mimetype == "application/json":
        return problems.answer_program(_received)
    try:
        _file(read_form(VisitorsReport, request.form))
    except Refused as refused:
        return _form(request.form, refused)
    return the_shell().page(_("Thank you"), "report/done", 202, base=the_portal().settings.base_url)


def _received(sent: Any) -> dict[str, bool]:
    _file(read_model(VisitorsReport, sent))
    return {"received": True}


def _file(said: VisitorsReport) -> None:
    if said.website:
        return
    limits, where = the_limits(), place(request.remote_addr)
    limits.spend(REPORT_PER_PLACE, "report", where)
    limits.spend(REPORT_IN_ALL, "report")
    report = FileReport(text=said.text, component=said.component, contact=said.contact, channel=CHANNEL)
    file_report(the_portal().context, VISITOR, report)


def _form(typed: Form, refused: Refused | None = None) -> Response:
    with the_portal().database.snapshot() as db:
        components = subscribers.public_components(db)
    errors: Mapping[str, Any] = refused.more.get("errors", {}) if refused else {}
    response = the_shell().page(
        _("Report a problem"),
        "report/form",
        refused.status if refused else 200,
        typed={name: typed.get(name, "") for name in ("text", "component", "contact")},
        errors=errors,
        refused=refused.detail if refused and not errors else "",
        components=components,
    )
    if isinstance(refused, TooMany):
        response.headers["Retry-After"] = str(refused.retry_after)
    return response
