"""Every request to the desk comes through here: find the page, who asks, whether they may, then call the view."""

import sqlite3
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Response, redirect, request
from flask.blueprints import BlueprintSetupState
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from portal.domain.errors import NotAllowed, NotFound, NotSignedIn, Refused
from portal.web import problems
from portal.web.desk import guard
from portal.web.desk.pages import PAGES, PREFIX, Page
from portal.web.desk.visit import Visit
from portal.web.running import the_portal

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


SECRET = {"_csrf", "_once", "password", "current"}
"""Fields that are never shown again."""


def open_doors(state: BlueprintSetupState) -> None:
    """One rule per path for every method, so that a wrong method is answered here and never by the public files."""
    for path in dict.fromkeys(one.path for one in PAGES):
        pages = {one.method: one for one in PAGES if one.path == path}
        _add(state, PREFIX + path, f"desk.{path}", partial(_enter, pages))
    _add(state, PREFIX, "desk.start", lambda: redirect(PREFIX + "/", 301))
    _add(state, PREFIX + "/<path:rest>", "desk.nothing", partial(_enter, {}))


def _add(state: BlueprintSetupState, rule: str, endpoint: str, view: Any) -> None:
    state.app.url_map.add(Rule(rule, endpoint=endpoint, strict_slashes=True))
    state.app.view_functions[endpoint] = view


def _enter(pages: dict[str, Page], **place: Any) -> Response:
    """Answer the current request at a path that has these pages, by method."""
    portal = the_portal()
    visit = Visit(portal, guard.session_of(portal), MultiDict(request.args))
    page = pages.get("GET" if request.method == "HEAD" else request.method)
    if page is None:
        if visit.session is None:
            return _to_sign_in(visit)
        if not pages:
            raise NotFound("There is nothing at this address of the desk.")
        return _without_page(pages)
    if page.max_body is not None:
        request.max_content_length = page.max_body
    if request.method == "POST":
        guard.refuse_foreign(portal.settings)
        visit.form = MultiDict(request.form)
    if page.permission is not None:
        if visit.session is None:
            return _to_sign_in(visit)
        if not visit.actor.may(page.permission):
            raise NotAllowed(f"This page needs the {page.permission.value} permission. An admin can give it to you.")
    if request.method == "POST" and visit.session is not None and guard.forged(visit.session):
        return _ask_again(visit, NotAllowed(guard.STALE))
    return page.view(visit, **place)


def _without_page(pages: dict[str, Page]) -> Response:
    """The address is there, but not for this method."""
    response = of_exception(problems.MethodNotAllowed("This address of the desk does not have this method."))
    response.headers["Allow"] = ", ".join(sorted({*pages} | ({"HEAD"} if "GET" in pages else set())))
    return response


def _to_sign_in(visit: Visit) -> Response:
    """Whoever is not signed in signs in first, and comes back to where they wanted to go."""
    if request.method not in ("GET", "HEAD"):
        return _ask_again(visit, NotSignedIn(guard.OUT))
    wanted = request.full_path.removesuffix("?")
    if visit.htmx or wanted == PREFIX + "/":
        return visit.redirect(f"{PREFIX}/sign-in")
    return visit.redirect(f"{PREFIX}/sign-in?{urlencode({'to': wanted})}")


def _ask_again(visit: Visit, refused: Refused) -> Response:
    """What was typed in a form of an earlier sign-in is not lost: it is shown, to be sent once more. Only where the
    browser vouches that the form is ours, since the press of that button is a press for these words."""
    if visit.htmx:
        response = visit.render("desk/again_part.html", refused=refused)
        response.headers.update({"HX-Retarget": "#said", "HX-Reswap": "innerHTML"})
        return response
    if not _shows_again():
        raise refused
    return _typed(visit, refused)


def _shows_again() -> bool:
    """Whether what was typed may be shown, to be sent once more; a file would be lost on the way."""
    return guard.surely_ours() and not request.files


def _typed(visit: Visit, refused: Refused) -> Response:
    """What was typed, with a button that sends it."""
    typed = [(name, value) for name, value in visit.form.items(multi=True) if name not in SECRET]
    return visit.render("desk/again.html", refused=refused, typed=typed)


def of_exception(error: Exception) -> Response:
    """Any exception as a page that says what to do; what nobody expected is logged once, by `problems`."""
    problem = problems.of_exception(error)
    try:
        portal = the_portal()
        session = guard.session_of(portal)
    except sqlite3.Error:
        return problem
    refused = _refused(error, problem)
    visit = Visit(portal, session, MultiDict())
    busy = problem.status_code == 503 and request.method == "POST" and not visit.htmx
    if busy and session is not None and not guard.forged(session) and _shows_again():
        visit.form = MultiDict(request.form)
        page = _typed(visit, refused)
    else:
        page = visit.render("desk/refused.html", refused=refused)
    page.status_code = problem.status_code
    for name in ("Retry-After", "Allow"):
        if name in problem.headers:
            page.headers[name] = problem.headers[name]
    return private(page)


def _refused(error: Exception, problem: Response) -> Refused:
    if isinstance(error, Refused):
        return error
    said = problem.get_json()
    kind = NotFound if isinstance(error, HTTPException) and error.code == 404 else Refused
    refused = kind(said["detail"])
    refused.title = said["title"]
    return refused


def private(response: Response) -> Response:
    """Pages belong to whoever asked, run only our own files, and tell other sites nothing."""
    if not request.path.startswith(PREFIX + "/static/"):
        response.headers["Cache-Control"] = "no-store"
    elif "v" in request.args:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers["Referrer-Policy"] = "same-origin"
    return response
