"""Who is on call, as a page and as calendar files."""

from flask import Response

from portal.verbs import rota as verbs
from portal.web.desk.visit import Answer, Visit, page


@page("GET", "/rota")
def rota(visit: Visit) -> Answer:
    """Of each rota who is on call, and who is next."""
    return visit.render("keeper/rota.html", rota=verbs.on_call(visit.context, visit.actor))


@page("GET", "/rota/mine.ics")
def own_calendar(visit: Visit) -> Answer:
    """One's own turns, in all rotas."""
    return _calendar(verbs.rota_calendar(visit.context, visit.actor, person=visit.actor.name), "on-call")


@page("GET", "/rota/<name>.ics")
def calendar(visit: Visit, name: str) -> Answer:
    """All turns of one rota."""
    return _calendar(verbs.rota_calendar(visit.context, visit.actor, rota=name), f"on-call-{name}")


def _calendar(text: bytes, name: str) -> Response:
    response = Response(text, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return response
