"""Following by webhook, for anybody: plain forms beside those of mail, and JSON. Only POST changes anything."""

from typing import Any

from flask import Response, request
from werkzeug.datastructures import MultiDict

from portal.domain.errors import Invalid
from portal.store import subscribers
from portal.store import webhooks as store
from portal.verbs import subscribing, webhooks
from portal.verbs.commands_webhooks import FollowByWebhook
from portal.web import following, problems
from portal.web.desk.forms import Form, read_form
from portal.web.following import Errors, page
from portal.web.reading import read_model
from portal.web.running import the_portal
from portal.web.shell import words as _

bp = following.blueprint("webhooks", "/subscriptions/webhooks")
ASKED = "Keep the secret, then POST to the page: that sends the challenge. GET it to see whether the address follows."


@bp.get("")
def form() -> Response:
    """The form with everything that can be chosen."""
    return _form(MultiDict(request.args), {})


@bp.post("")
def ask() -> Response:
    """The same answer for every address: a secret of its own, and a page."""
    if request.mimetype == "application/json":
        return problems.answer_program(_told)
    try:
        kept = _ask(read_form(FollowByWebhook, request.form, ("kinds",)))
    except Invalid as refused:
        return _form(request.form, refused.more.get("errors", {}))
    return page(_("Set up your address"), "webhook_secret", 202, **kept)


def _told(sent: Any) -> dict[str, Any]:
    kept = _ask(read_model(FollowByWebhook, sent))
    return {"detail": ASKED, "secret": kept["secret"], "page": kept["page"]}


def _ask(command: FollowByWebhook) -> dict[str, str]:
    portal = the_portal()
    kept = webhooks.ask_webhook(portal.context, command, request.remote_addr or "")
    return kept | {"page": webhooks.page_of(portal.settings.base_url, kept["token"])}


@bp.get("/at/<token>")
def look(token: str) -> Response:
    return _state(token)


@bp.post("/at/<token>")
def challenge(token: str) -> Response:
    """Send the challenge; pressed again while one is on its way, nothing happens."""
    webhooks.challenge_webhook(the_portal().context, token)
    return _state(token)


@bp.post("/choices/<token>")
def change(token: str) -> Response:
    return following.change(token, _state)


@bp.get("/leave/<token>")
def leaving(token: str) -> Response:
    """The same page for every token."""
    return page(_("Leave?"), "webhook", state="leave", head=_("Leave?"), token=token, notice="")


@bp.post("/leave/<token>")
def leave(token: str) -> Response:
    """No cookie, no other token; also when it is pressed again."""
    subscribing.leave(the_portal().context, token)
    head = _("Nothing more is sent")
    return page(head, "webhook", state="left", head=head, token=token, notice="")


def _form(typed: Form, errors: Errors) -> Response:
    with the_portal().database.snapshot() as db:
        components = subscribers.public_components(db)
        incident = subscribers.public_incident(db, typed.get("incident", ""))
    named = {
        "incident": incident,
        "url": typed.get("url", ""),
        "components": components,
        "chosen": following.asked_for(typed),
    }
    return page(_("Follow by webhook"), "webhook_form", 422 if errors else 200, errors=errors, **named)


def _state(token: str, notice: str = "", errors: Errors | None = None) -> Response:
    context = the_portal().context
    state, errors = webhooks.webhook_state(context, token), errors or {}
    values: dict[str, Any] = {"state": state, "token": token, "notice": notice, "errors": errors}
    if state == "follows":
        found = subscribing.subscription(context, token)
        with context.database.snapshot() as db:
            person = subscribers.by_token(db, token)
            row = store.by_subscriber(db, person["id"]) if person else None
            values |= {"components": subscribers.public_components(db), "url": row["url"] if row else ""}
        chosen = following.as_typed(found | {"incidents_too": True}, errors)
        values |= {"chosen": chosen, **{name: found[name] for name in ("paused_at", "incidents")}}
    title = _("What your address is sent") if state == "follows" else _("Follow by webhook")
    return page(title, "webhook", 422 if errors else 200, head=title, **values)
