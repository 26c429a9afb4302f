"""What stands before every page: the cookie's session, and whether a form really comes from one of our pages."""

import base64
import binascii
import hmac
from urllib.parse import urlsplit

from flask import Response, request

from portal.config import Settings
from portal.domain.errors import NotAllowed
from portal.verbs.sessions import Session, Visitor, read_session
from portal.web.running import Portal

FOREIGN = "This form was sent from another site's page. Nothing was done; open the desk itself and try again."
STALE = "This form belongs to an earlier sign-in. Nothing was done yet."
OUT = "You are not signed in any more. Nothing was done yet."


def cookie_name(settings: Settings, name: str = "desk") -> str:
    """`__Host-` (RFC 6265bis) where TLS is: no neighbour's page can set it."""
    return f"__Host-{name}" if _tls(settings) else name


def session_of(portal: Portal) -> Session | None:
    token = kept(portal.settings, "desk")
    return read_session(portal.context, token) if token else None


def visitor_of() -> Visitor:
    return Visitor(request.remote_addr or "unknown", request.headers.get("User-Agent", "")[:300])


def set_cookie(response: Response, settings: Settings, token: str) -> None:
    """The session's cookie."""
    keep(response, settings, "desk", token, seconds=settings.sessions.days * 86_400)


def clear_cookie(response: Response, settings: Settings) -> None:
    forget(response, settings, "desk")


def keep(response: Response, settings: Settings, name: str, value: str, *, seconds: int) -> None:
    """A cookie that scripts can't read and other sites' forms don't carry."""
    said = base64.urlsafe_b64encode(value.encode()).decode().rstrip("=")
    response.set_cookie(
        cookie_name(settings, name),
        said,
        max_age=seconds,
        path="/",
        secure=_tls(settings),
        httponly=True,
        samesite="Lax",
    )


def kept(settings: Settings, name: str) -> str:
    """What `keep` kept, as far as the browser says so; empty when there is nothing that can be read."""
    said = request.cookies.get(cookie_name(settings, name), "")
    try:
        return base64.urlsafe_b64decode(said + "=" * (-len(said) % 4)).decode()
    except (binascii.Error, ValueError):
        return ""


def forget(response: Response, settings: Settings, name: str) -> None:
    response.delete_cookie(cookie_name(settings, name), path="/", secure=_tls(settings), httponly=True, samesite="Lax")


def refuse_foreign(settings: Settings) -> None:
    """NotAllowed for what a browser sent on behalf of a page of another origin (OWASP: verifying origin)."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in ("same-origin", "none"):
        raise NotAllowed(FOREIGN)
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc.lower() not in _own(settings):
        raise NotAllowed(FOREIGN)


def surely_ours() -> bool:
    """Whether the browser itself said where a form comes from (and `refuse_foreign` let it pass)."""
    return "Origin" in request.headers or request.headers.get("Sec-Fetch-Site") == "same-origin"


def forged(session: Session) -> bool:
    """Whether a form comes without this session's word."""
    sent = request.form.get("_csrf") or request.headers.get("X-CSRF-Token", "")
    return not hmac.compare_digest(sent.encode("utf-8", "replace"), session.csrf.encode())


def _own(settings: Settings) -> set[str]:
    """Where our own pages are; a browser can't be made to send another Host."""
    return {request.host.lower(), urlsplit(settings.desk_base).netloc.lower()}


def _tls(settings: Settings) -> bool:
    """Whether the browser reaches us by TLS: as set, but for who asks this very machine without it."""
    here = urlsplit(f"//{request.host}").hostname in ("localhost", "127.0.0.1", "::1")
    return request.is_secure or (settings.desk_base.startswith("https://") and not here)
