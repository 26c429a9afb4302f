"""The first page after signing in."""

from portal.verbs.incidents import list_incidents
from portal.web.desk.visit import Answer, Visit, page


@page("GET", "/")
def board(visit: Visit) -> Answer:
    """What is open."""
    return visit.render("desk/home.html", incidents=list_incidents(visit.context, visit.actor, {}, limit=25)["items"])
