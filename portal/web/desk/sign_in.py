"""Signing in and out, and one's own sessions."""

from flask import Response, request

from portal.domain.errors import NotSignedIn
from portal.verbs import sessions
from portal.web.desk import guard
from portal.web.desk.pages import PREFIX
from portal.web.desk.places import on_our_own
from portal.web.desk.visit import Answer, Visit, page


@page("GET", "/sign-in", permission=None)
def sign_in(visit: Visit) -> Answer:
    to = on_our_own(visit.form.get("to", ""))
    if visit.session is not None:
        return visit.redirect(to)
    return visit.render("desk/sign_in.html", to=to)


@page("GET", "/sign-in/<token>", permission=None)
def look_at_link(visit: Visit, token: str) -> Answer:
    """A link that was printed for whoever started the portal signs in at once; one that is sent to somebody shows a
    button, since mail programs open links before people do."""
    try:
        waits = sessions.link_waits_for_press(visit.context, token)
    except NotSignedIn as refused:
        return visit.render("desk/sign_in.html", refused=refused, to=f"{PREFIX}/")
    if waits or not _meant(request.method, request.headers.get("Sec-Purpose") or request.headers.get("Purpose")):
        return visit.render("desk/link.html")
    return use_link(visit, token)


@page("POST", "/sign-in/<token>", permission=None)
def use_link(visit: Visit, token: str) -> Answer:
    try:
        begun = sessions.sign_in_by_link(visit.context, token, guard.visitor_of(request))
    except NotSignedIn as refused:
        return visit.render("desk/sign_in.html", refused=refused, to=f"{PREFIX}/")
    return signed_in(visit, begun, f"{PREFIX}/")


@page("POST", "/sign-out", permission=None)
def sign_out(visit: Visit) -> Answer:
    if visit.session is not None:
        sessions.end_session(visit.context, visit.actor, visit.session.id)
    response = visit.redirect(f"{PREFIX}/sign-in")
    guard.clear_cookie(response, visit.portal.settings)
    return response


def signed_in(visit: Visit, token: str, to: str) -> Response:
    """On to the desk with a new session; the one before it, if any, ends."""
    if visit.session is not None:
        sessions.end_session(visit.context, visit.actor, visit.session.id)
    response = visit.redirect(to)
    guard.set_cookie(response, visit.portal.settings, token)
    return response


def _meant(method: str, purpose: str | None) -> bool:
    """Whether somebody wants to see the page now: no HEAD, nothing that a browser fetches in advance."""
    return method == "GET" and purpose is None
