"""A visitor reports a problem: for the people on duty, never public; the answer tells nothing of what is inside."""

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, current_app, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from portal.domain.errors import BadRequest, Refused, TooMany
from portal.store import subscribers
from portal.verbs.commands import Command, Line, Slug, Text
from portal.verbs.commands_keeper import FileReport
from portal.verbs.reports import VISITOR, file_report
from portal.web import problems
from portal.web.desk.forms import read_form
from portal.web.limits import REPORT_IN_ALL, REPORT_PER_PLACE, place, the_limits
from portal.web.reading import read_json, read_model
from portal.web.running import the_portal
from portal.web.shell import Shell

bp = Blueprint("report", __name__)
CHANNEL = "status page"


class VisitorsReport(Command):
    """What the form asks for; `website` is a trap that people don't see."""

    text: Text
    component: Slug | None = None
    contact: Line | None = None
    website: str | None = None


@bp.errorhandler(Exception)
def _failed(error: Exception) -> Response:
    return _shell().failed(error)


@bp.get("/report")
def form() -> Response:
    """The form."""
    return _form(MultiDict(request.args))


@bp.post("/report")
def send() -> Response:
    """Keep a report, from the form or as JSON."""
    as_json = request.mimetype == "application/json"
    try:
        said = _read(as_json)
        if not said.website:
            limits, where = the_limits(), place(request.remote_addr)
            limits.spend(REPORT_PER_PLACE, "report", where)
            limits.spend(REPORT_IN_ALL, "report")
            report = FileReport(text=said.text, component=said.component, contact=said.contact, channel=CHANNEL)
            file_report(the_portal().context, VISITOR, report)
    except Refused as refused:
        return problems.answer(refused) if as_json else _form(request.form, refused)
    if as_json:
        return Response(json.dumps({"received": True}), 202, content_type="application/json")
    return _shell().page(_("Thank you"), "report/done", 202, base=the_portal().settings.base_url)


def _read(as_json: bool) -> VisitorsReport:
    try:
        if as_json:
            return read_model(VisitorsReport, read_json(request.get_data(cache=False)))
        return read_form(VisitorsReport, request.form)
    except HTTPException as error:
        raise BadRequest(f"The body did not arrive whole: {error.name}.") from error


def _form(typed: "MultiDict[str, str]", refused: Refused | None = None) -> Response:
    with the_portal().database.snapshot() as db:
        components = subscribers.public_components(db)
    errors: Mapping[str, Any] = refused.more.get("errors", {}) if refused else {}
    response = _shell().page(
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


def _(text: str) -> str:
    return _shell().words(text)


def _shell() -> Shell:
    found: Shell = current_app.extensions["shell"]
    return found
