"""A private incident: made so, its legal clocks, what speaks for it in public, and its disclosure."""

from datetime import timedelta

from portal.domain.errors import NotFound, Refused
from portal.domain.names import Kind, Permission
from portal.domain.times import from_text, to_text
from portal.verbs import changing, checklist, components, incidents, security
from portal.verbs.commands import ChangeIncident, Declare, Disclose
from portal.web.desk.visit import Answer, Visit, page

_HOURS = {"clients_24h": 24, "clients_72h": 72}


@page("GET", "/incidents/<ref>/private")
def private(visit: Visit, ref: str, refused: Refused | None = None) -> Answer:
    """What being private means, the clocks that run, and the only ways out."""
    one = incidents.get_incident(visit.context, visit.actor, ref)
    rows = checklist.list_checklist(visit.context, visit.actor, ref, 100)["items"]
    known = from_text(one["impact_known_at"] or one["declared_at"])
    clocks = [
        {**row, "ends_at": to_text(known + timedelta(hours=_HOURS[row["key"]]))} for row in rows if row["key"] in _HOURS
    ]
    listed = components.list_components(visit.context, visit.actor)["items"]
    return visit.render("keeper/private.html", refused=refused, one=one, clocks=clocks, components=listed)


@page("POST", "/incidents/<ref>/private")
def make_private(visit: Visit, ref: str) -> Answer:
    """It leaves every public page at once."""
    try:
        visit.do(changing.change_incident, ref, ChangeIncident(security=True))
    except Refused as refused:
        return private(visit, ref, refused)
    try:
        incidents.get_incident(visit.context, visit.actor, ref)
    except NotFound:
        return visit.redirect("/desk/", f"{ref.upper()} is private now; you can't read it any more.")
    return visit.redirect(f"/desk/incidents/{ref}/private", "It is private now.")


@page("POST", "/incidents/<ref>/disclose", permission=Permission.SECURITY)
def disclose(visit: Visit, ref: str) -> Answer:
    """As an advisory or as its postmortem."""
    try:
        done = visit.do(security.disclose, ref, visit.read(Disclose))
    except Refused as refused:
        return private(visit, ref, refused)
    said = (
        "Disclosed: the advisory is public."
        if done.answer["kind"] == Kind.ADVISORY
        else "Its postmortem may be public now: it is, once it is published as public."
    )
    return visit.redirect(f"/desk/incidents/{done.answer['ref']}", said)


@page("POST", "/incidents/<ref>/availability", permission=Permission.SECURITY)
def availability(visit: Visit, ref: str) -> Answer:
    """A neutral incident that speaks for it."""
    try:
        done = visit.do(security.speak_for, ref, visit.read(Declare))
    except Refused as refused:
        return private(visit, ref, refused)
    return visit.redirect(f"/desk/incidents/{done.answer['ref']}/post", "Opened; now write its first post.")
