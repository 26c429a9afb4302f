"""Signing in: by a one-time link, a password or the company's own accounts; and out again."""

from flask import Response, request

from portal.domain.errors import NotSignedIn, Refused
from portal.verbs import passwords, sessions
from portal.verbs.identities import sign_in_by_identity
from portal.web.desk import guard, oidc
from portal.web.desk.pages import PREFIX
from portal.web.desk.places import on_our_own
from portal.web.desk.visit import Answer, Visit, page
from portal.web.limits import (
    LINK_PER_PLACE,
    SIGN_IN_PER_ACCOUNT,
    SIGN_IN_PER_PLACE,
    SIGN_IN_PER_PLACE_AND_ACCOUNT,
    place,
    the_limits,
)

BACK = f"{PREFIX}/sign-in/back"
"""Where an identity provider sends the browser; it has to be told this address."""
UNDER_WAY = "oidc"
"""The cookie of a sign-in under way."""


@page("GET", "/sign-in", permission=None)
def sign_in(visit: Visit) -> Answer:
    """The ways to sign in; who is signed in already goes on."""
    if visit.session is not None:
        return visit.redirect(on_our_own(visit.form.get("to", "")))
    return _form(visit)


@page("POST", "/sign-in", permission=None)
def sign_in_by_password(visit: Visit) -> Answer:
    """With address and password."""
    email, password = visit.form.get("email", "").strip()[:320], visit.form.get("password", "")[:1000]
    visitor = guard.visitor_of()
    try:
        _count_try(visit, email.lower(), visitor.address)
        begun = passwords.sign_in_by_password(visit.context, email, password, visitor)
    except Refused as refused:
        return _form(visit, refused)
    return signed_in(visit, begun, on_our_own(visit.form.get("to", "")))


def _count_try(visit: Visit, email: str, address: str) -> None:
    limits, where = the_limits(), place(address)
    limits.spend(SIGN_IN_PER_PLACE, "sign-in", where)
    limits.spend(SIGN_IN_PER_PLACE_AND_ACCOUNT, "sign-in", where, email)
    if not passwords.known_here(visit.context, email, address):
        limits.spend(SIGN_IN_PER_ACCOUNT, "sign-in", email)


@page("GET", "/sign-in/with", permission=None)
def start_by_provider(visit: Visit) -> Answer:
    """Off to the company's own accounts. A link and no form: forms may only be sent to ourselves (form-action)."""
    settings = visit.portal.settings
    try:
        _need_provider(visit)
        the_limits().spend(SIGN_IN_PER_PLACE, "provider", place(request.remote_addr))
        started = oidc.start(settings.oidc, settings.desk_base + BACK, on_our_own(visit.form.get("to", "")))
    except Refused as refused:
        return _form(visit, refused)
    response = Response(status=303, headers={"Location": started.address})
    guard.keep(response, settings, UNDER_WAY, started.kept, seconds=600)
    return response


@page("GET", "/sign-in/back", permission=None)
def back_from_provider(visit: Visit) -> Answer:
    """Back from the company's own accounts."""
    settings = visit.portal.settings
    try:
        _need_provider(visit)
        kept = guard.kept(settings, UNDER_WAY)
        who, to = oidc.finish(settings.oidc, settings.desk_base + BACK, visit.form.to_dict(), kept)
        begun = sign_in_by_identity(visit.context, who, guard.visitor_of())
    except Refused as refused:
        response = _form(visit, refused)
    else:
        response = signed_in(visit, begun, on_our_own(to))
    guard.forget(response, settings, UNDER_WAY)
    return response


def _need_provider(visit: Visit) -> None:
    if visit.portal.settings.oidc.issuer is None:
        raise NotSignedIn("This portal knows no other accounts than its own.")


@page("GET", "/sign-in/link/<token>", permission=None)
def look_at_link(visit: Visit, token: str) -> Answer:
    """A link that the command line printed signs in at once: whoever reads it has the portal in hand. One that is sent
    to somebody shows a button, since mail programs open links before people do."""
    try:
        the_limits().spend(LINK_PER_PLACE, "link", place(request.remote_addr))
        waits = sessions.link_waits_for_press(visit.context, token)
    except Refused as refused:
        return _form(visit, refused)
    if waits or not _meant(request.method, request.headers.get("Sec-Purpose") or request.headers.get("Purpose")):
        return visit.render("desk/link.html")
    return _use(visit, token)


@page("POST", "/sign-in/link/<token>", permission=None)
def use_link(visit: Visit, token: str) -> Answer:
    """The press of the button."""
    try:
        the_limits().spend(LINK_PER_PLACE, "link", place(request.remote_addr))
        return _use(visit, token)
    except Refused as refused:
        return _form(visit, refused)


def _use(visit: Visit, token: str) -> Response:
    return signed_in(visit, sessions.sign_in_by_link(visit.context, token, guard.visitor_of()), f"{PREFIX}/")


def _meant(method: str, purpose: str | None) -> bool:
    """Whether somebody wants to see the page now: no HEAD, nothing that a browser fetches in advance."""
    return method == "GET" and purpose is None


@page("POST", "/sign-out", permission=None)
def sign_out(visit: Visit) -> Answer:
    """End this session."""
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


def _form(visit: Visit, refused: Refused | None = None) -> Response:
    return visit.render("desk/sign_in.html", refused=refused, to=on_our_own(visit.form.get("to", "")))
