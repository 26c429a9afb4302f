"""Who follows by webhook: added, removed."""

from flask import request

from portal.domain.errors import NotFound, Refused
from portal.domain.names import Permission
from portal.store import subscribers as store
from portal.verbs import webhooks as verbs
from portal.verbs.choices import KIND_WORDS
from portal.verbs.commands_webhooks import AddWebhook
from portal.web.desk.pages import PREFIX
from portal.web.desk.visit import Answer, Visit, page

HERE = f"{PREFIX}/webhooks"


@page("GET", "/webhooks", permission=Permission.ADMIN)
def webhooks(visit: Visit, refused: Refused | None = None, made: dict[str, str] | None = None) -> Answer:
    """A page of them, and what can be done."""
    cursor = visit.form.get("cursor") if request.method == "GET" else None
    found = verbs.list_webhooks(visit.context, visit.actor, limit=50, cursor=cursor or None)
    with visit.context.database.snapshot() as db:
        components = [(row["slug"], row["name"]) for row in store.public_components(db)]
    return visit.render(
        "mail/webhooks.html",
        refused=refused,
        found=found,
        made=made,
        components=components,
        kinds=list(KIND_WORDS.items()),
    )


@page("POST", "/webhooks", permission=Permission.ADMIN)
def add(visit: Visit) -> Answer:
    """Add one; its secret is shown on this answer alone."""
    try:
        done = visit.do(verbs.add_webhook, visit.read(AddWebhook))
    except Refused as refused:
        return webhooks(visit, refused)
    return webhooks(visit, made=done.answer)


@page("POST", "/webhooks/remove", permission=Permission.ADMIN)
def remove(visit: Visit) -> Answer:
    """Erase one."""
    try:
        number = visit.form.get("id", "")
        if not number.isdecimal() or len(number) > 12:
            raise NotFound("There is no such webhook any more.")
        done = visit.do(verbs.remove_webhook, int(number))
    except Refused as refused:
        return webhooks(visit, refused)
    return visit.redirect(HERE, f"{done.answer['url']} is erased.")
