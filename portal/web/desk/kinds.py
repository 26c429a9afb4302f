"""Advisories and drills: declared like incidents, but without an outage colour, or without anything public."""

from portal.domain.errors import Refused
from portal.domain.names import Breadth, Kind
from portal.verbs import components, declaring
from portal.verbs.commands import Declare
from portal.web.desk.visit import Answer, Visit, page


@page("GET", "/advisories/new")
def advisory(visit: Visit, refused: Refused | None = None) -> Answer:
    """A notice to customers, such as preparing an upgrade."""
    listed = components.list_components(visit.context, visit.actor)["items"]
    return visit.render("keeper/advisory.html", refused=refused, components=listed, breadths=list(Breadth))


@page("POST", "/advisories")
def open_advisory(visit: Visit) -> Answer:
    """Open it, and go on to its first post, which begins with the advisory's own words."""
    try:
        command = visit.read(Declare).model_copy(update={"kind": Kind.ADVISORY})
        done = visit.do(declaring.declare, command)
    except Refused as refused:
        return advisory(visit, refused)
    return visit.redirect(f"/desk/incidents/{done.answer['ref']}/post", "Now say who is affected, and what to do.")


@page("GET", "/drills/new")
def drill(visit: Visit, refused: Refused | None = None) -> Answer:
    """An exercise: everything but the public."""
    return visit.render("keeper/drill.html", refused=refused)


@page("POST", "/drills")
def open_drill(visit: Visit) -> Answer:
    """Begin it; no post of a drill can be published."""
    try:
        command = visit.read(Declare).model_copy(update={"kind": Kind.DRILL})
        done = visit.do(declaring.declare, command)
    except Refused as refused:
        return drill(visit, refused)
    return visit.redirect(f"/desk/incidents/{done.answer['ref']}", "The drill has begun. Nothing of it can be public.")
