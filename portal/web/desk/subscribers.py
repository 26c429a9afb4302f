"""Who follows by mail: asked, removed, brought in and taken out."""

from flask import Response, request

from portal.domain.errors import Invalid, Refused
from portal.domain.names import Permission
from portal.language import named_languages
from portal.store import subscribers as store
from portal.verbs import subscribers as verbs
from portal.verbs.choices import KIND_WORDS
from portal.verbs.commands_subscriptions import AddSubscriber
from portal.verbs.subscriber_files import read_subscribers, write_subscribers
from portal.web.desk.pages import PREFIX
from portal.web.desk.visit import Answer, Visit, page

HERE = f"{PREFIX}/subscribers"


@page("GET", "/subscribers", permission=Permission.ADMIN)
def subscribers(visit: Visit, refused: Refused | None = None, told: list[tuple[str, str, str]] | None = None) -> Answer:
    """A page of them, and what can be done."""
    asked = visit.form if request.method == "GET" else {}
    found = verbs.list_subscribers(
        visit.context, visit.actor, limit=50, cursor=asked.get("cursor") or None, q=asked.get("q") or None
    )
    with visit.context.database.snapshot() as db:
        components = [(row["slug"], row["name"]) for row in store.public_components(db)]
    return visit.render(
        "mail/subscribers.html",
        refused=refused,
        found=found,
        q=asked.get("q", ""),
        told=told or [],
        components=components,
        kinds=list(KIND_WORDS.items()),
        languages=named_languages(),
    )


@page("POST", "/subscribers", permission=Permission.ADMIN)
def ask(visit: Visit) -> Answer:
    """Ask an address."""
    try:
        done = visit.do(verbs.add_subscriber, visit.read(AddSubscriber))
    except Refused as refused:
        return subscribers(visit, refused)
    return visit.redirect(HERE, f"{done.answer['email']} is asked. It follows once its owner has pressed the button.")


@page("POST", "/subscribers/remove", permission=Permission.ADMIN)
def remove(visit: Visit) -> Answer:
    """Erase one."""
    try:
        done = visit.do(verbs.remove_subscriber, visit.form.get("email", ""))
    except Refused as refused:
        return subscribers(visit, refused)
    return visit.redirect(HERE, f"{done.answer['email']} is erased.")


@page("POST", "/subscribers/import", permission=Permission.ADMIN)
def bring_in(visit: Visit) -> Answer:
    """A Statuspage CSV, or a plain list with its proof."""
    file = request.files.get("file")
    text = file.read().decode("utf-8-sig", "replace") if file else ""
    try:
        if file is None or not text.strip():
            raise Invalid("Choose a file.", {"file": ["Choose a CSV of Statuspage, or a list of addresses."]})
        known = read_subscribers(text, file.filename or "a list", visit.form.get("proof") or None)
        told = list(verbs.import_subscribers(visit.context, visit.actor, known))
    except Refused as refused:
        return subscribers(visit, refused)
    return subscribers(visit, told=told)


@page("GET", "/subscribers.csv", permission=Permission.ADMIN)
def take_out(visit: Visit) -> Answer:
    """All of them, with choices and proof."""
    found = verbs.export_subscribers(visit.context, visit.actor)
    headers = {"Content-Disposition": "attachment; filename=subscribers.csv"}
    return Response(write_subscribers(found), headers=headers, content_type="text/csv; charset=utf-8")
