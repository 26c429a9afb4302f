"""A published post: where it went, the texts that are ready, and what can still be done about it."""

from typing import Any

from portal.domain.errors import NotFound, Refused
from portal.domain.names import Permission
from portal.verbs import news, reach, redacting
from portal.verbs.commands import Redact
from portal.verbs.incidents import get_incident
from portal.web.desk.pages import PREFIX
from portal.web.desk.visit import Answer, Visit, page


@page("GET", "/incidents/<ref>/posts/<number:seq>")
def posted(visit: Visit, ref: str, seq: int, refused: Refused | None = None) -> Answer:
    incident = get_incident(visit.context, visit.actor, ref)
    if seq > len(incident["posts"]):
        raise NotFound(f"{incident['ref']} has no post {seq}.")
    went: dict[str, Any] = reach.where_it_went(visit.context, visit.actor, ref, seq)
    post = incident["posts"][seq - 1]
    return visit.render("post/posted.html", refused=refused, incident=incident, post=post, went=went)


@page("POST", "/incidents/<ref>/posts/<number:seq>/redact", permission=Permission.ADMIN)
def redact(visit: Visit, ref: str, seq: int) -> Answer:
    try:
        visit.do(redacting.redact, ref, seq, visit.read(Redact))
    except Refused as refused:
        return posted(visit, ref, seq, refused)
    return visit.redirect(f"{PREFIX}/incidents/{ref}/posts/{seq}", "The words are blanked, everywhere.")


@page("POST", "/incidents/<ref>/posts/<number:seq>/stop-mail")
def stop_mail(visit: Visit, ref: str, seq: int) -> Answer:
    try:
        visit.do(news.stop_mail, ref, seq)
    except Refused as refused:
        return posted(visit, ref, seq, refused)
    return visit.redirect(f"{PREFIX}/incidents/{ref}/posts/{seq}", "The mail is stopped; the post stays public.")
