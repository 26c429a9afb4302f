"""What stands before every page: the cookie's session, and whether a form really comes from one of our pages."""

import hmac
from urllib.parse import urlsplit

from flask import Request, Response

from portal.config import Settings
from portal.domain.errors import NotAllowed
from portal.verbs.sessions import Session, Visitor, read_session
from portal.web.running import Portal

FOREIGN = "This form was sent from another site's page. Nothing was done; open the desk itself and try again."
STALE = "This form belongs to an earlier sign-in. Nothing was done; send it again from here."


def cookie_name(settings: Settings) -> str:
    """`__Host-` (RFC 6265bis) where TLS is: no neighbour's page can set it."""
    return "__Host-desk" if _tls(settings) else "desk"


def session_of(portal: Portal, request: Request) -> Session | None:
    token = request.cookies.get(cookie_name(portal.settings), "")
    return read_session(portal.context, token) if token else None


def visitor_of(request: Request) -> Visitor:
    return Visitor(request.remote_addr or "unknown", request.headers.get("User-Agent", "")[:300])


def set_cookie(response: Response, settings: Settings, token: str) -> None:
    response.set_cookie(
        cookie_name(settings),
        token,
        max_age=settings.sessions.days * 86_400,
        path="/",
        secure=_tls(settings),
        httponly=True,
        samesite="Lax",
    )


def clear_cookie(response: Response, settings: Settings) -> None:
    response.delete_cookie(cookie_name(settings), path="/", secure=_tls(settings), httponly=True, samesite="Lax")


def refuse_foreign(request: Request, settings: Settings) -> None:
    """NotAllowed for what a browser sent on behalf of a page of another origin (OWASP: verifying origin)."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in ("same-origin", "none"):
        raise NotAllowed(FOREIGN)
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc.lower() not in _own(request, settings):
        raise NotAllowed(FOREIGN)


def refuse_forged(request: Request, session: Session) -> None:
    """NotAllowed for a form without this session's word."""
    sent = request.form.get("_csrf") or request.headers.get("X-CSRF-Token", "")
    if not hmac.compare_digest(sent.encode("utf-8", "replace"), session.csrf.encode()):
        raise NotAllowed(STALE)


def _own(request: Request, settings: Settings) -> set[str]:
    """Where our own pages are; a browser can't be made to send another Host."""
    return {request.host.lower(), urlsplit(settings.desk_base).netloc.lower()}


def _tls(settings: Settings) -> bool:
    return settings.desk_base.startswith("https://")
