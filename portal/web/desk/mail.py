"""What goes out by mail: the queue, what failed, and every mail as its reader gets it."""

from typing import Any

from flask import Response

from portal.domain.errors import Refused
from portal.language import SOURCE, named_languages
from portal.verbs import mail as verbs
from portal.web.desk.visit import Answer, Visit, page

MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
"""A mail brings its styles in itself, as mail programs want it; nothing of it can run or be sent."""


@page("GET", "/mail")
def mail(visit: Visit) -> Answer:
    """What waits, how far the last news have gone, what failed."""
    cursor = visit.form.get("cursor") or None
    overview = verbs.mail_overview(visit.context, visit.actor, limit=10, cursor=cursor)
    return visit.render("mail/mail.html", overview=overview)


@page("GET", "/incidents/<ref>/posts/<number:seq>/mail")
def preview(visit: Visit, ref: str, seq: int) -> Answer:
    """The mail about a post, and who gets it."""
    refused: Refused | None = None
    found = None
    try:
        found = verbs.preview_mail(visit.context, visit.actor, ref, seq, _language(visit))
    except Refused as error:
        refused = error
    return visit.render("mail/preview.html", refused=refused, found=found, ref=ref, seq=seq, **_choice(visit))


@page("GET", "/incidents/<ref>/posts/<number:seq>/mail.html")
def html_part(visit: Visit, ref: str, seq: int) -> Answer:
    """The HTML part alone."""
    found = verbs.preview_mail(visit.context, visit.actor, ref, seq, _language(visit))
    headers = {"Content-Security-Policy": MAIL_POLICY}
    return Response(found["html"], headers=headers, content_type="text/html; charset=utf-8")


@page("GET", "/mail/letters/<kind>")
def letter(visit: Visit, kind: str) -> Answer:
    """A mail that is about no post."""
    refused: Refused | None = None
    found, ref = None, visit.form.get("incident", "")
    try:
        found = verbs.preview_letter(visit.context, visit.actor, kind, incident=ref, language=_language(visit))
    except Refused as error:
        refused = error
    return visit.render("mail/letter.html", refused=refused, found=found, ref=ref, kind=kind, **_choice(visit))


@page("GET", "/mail/letters/<kind>/html")
def letter_html(visit: Visit, kind: str) -> Answer:
    """The HTML part alone."""
    ref = visit.form.get("incident", "")
    found = verbs.preview_letter(visit.context, visit.actor, kind, incident=ref, language=_language(visit))
    headers = {"Content-Security-Policy": MAIL_POLICY}
    return Response(found["html"], headers=headers, content_type="text/html; charset=utf-8")


def _language(visit: Visit) -> str:
    return visit.form.get("language", SOURCE)


def _choice(visit: Visit) -> dict[str, Any]:
    """The source comes first: a language that nobody knows is read in it, and shown as it."""
    return {"language": _language(visit), "languages": sorted(named_languages(), key=lambda one: one[0] != SOURCE)}
