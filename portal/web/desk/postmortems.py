"""All postmortems, the versions of one, who asked for it, and the meeting about it."""

from flask import Response

from portal.domain.errors import Refused
from portal.domain.names import PostmortemState
from portal.domain.postmortems import SECTIONS
from portal.verbs import postmortem_answers, postmortem_requests
from portal.verbs.commands_learning import AddRequest, ChangeRequest
from portal.verbs.paging import LIMIT
from portal.verbs.retrospectives import retrospective_calendar
from portal.web.desk.postmortem import address, write_postmortem
from portal.web.desk.visit import Answer, Visit, page


@page("GET", "/postmortems")
def all_postmortems(visit: Visit) -> Answer:
    """Every postmortem, what is due first on top; those that are overdue say so."""
    asked = {name: visit.form[name] for name in ("state", "owner", "overdue") if visit.form.get(name)}
    found = postmortem_answers.list_postmortems(
        visit.context, visit.actor, asked, LIMIT, visit.form.get("cursor") or None
    )
    return visit.render("postmortem/list.html", found=found, asked=asked, states=list(PostmortemState))


@page("GET", "/incidents/<ref>/postmortem/revisions")
def revisions(visit: Visit, ref: str) -> Answer:
    """Every version, newest first."""
    found = postmortem_answers.list_revisions(visit.context, visit.actor, ref, LIMIT, visit.form.get("cursor") or None)
    return visit.render("postmortem/revisions.html", found=found, sections=SECTIONS, ref=ref.upper(), here=address(ref))


@page("GET", "/incidents/<ref>/postmortem/revisions/<number:number>")
def compare(visit: Visit, ref: str, number: int) -> Answer:
    """What a version changed."""
    against = visit.form.get("against", "")
    compared = postmortem_answers.compare_revisions(
        visit.context, visit.actor, ref, number, int(against) if against.isdigit() else None
    )
    return visit.render("postmortem/compare.html", one=compared, sections=SECTIONS, ref=ref.upper(), here=address(ref))


@page("POST", "/incidents/<ref>/postmortem/requests")
def add_request(visit: Visit, ref: str) -> Answer:
    """Note a customer who asks for it."""
    try:
        visit.do(postmortem_requests.add_request, ref, visit.read(AddRequest))
    except Refused as refused:
        return write_postmortem(visit, ref, refused)
    return visit.redirect(address(ref) + "#requests", "Noted.")


@page("POST", "/postmortem-requests/<number:number>")
def change_request(visit: Visit, number: int) -> Answer:
    """They were told, or were not after all."""
    done = visit.do(postmortem_requests.change_request, number, visit.read(ChangeRequest))
    return visit.redirect(address(done.answer["ref"]) + "#requests", "Noted.")


@page("GET", "/incidents/<ref>/postmortem/retrospective.ics")
def retrospective(visit: Visit, ref: str) -> Answer:
    """The meeting as an entry for a calendar."""
    return Response(
        retrospective_calendar(visit.context, visit.actor, ref),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="retrospective.ics"'},
    )
