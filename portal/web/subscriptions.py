"""Following by mail, for anybody: plain forms that need no script and no cookie. Only POST changes anything."""

from typing import Any
from urllib.parse import quote

from flask import Response, request
from werkzeug.datastructures import MultiDict

from portal.domain.errors import Invalid
from portal.store import subscribers
from portal.verbs import subscribing
from portal.verbs.choices import told_choices
from portal.verbs.commands_subscriptions import Choices, Subscribe
from portal.web import following, problems
from portal.web.desk.forms import Form, read_form
from portal.web.following import Errors, page
from portal.web.reading import read_model
from portal.web.running import the_portal
from portal.web.shell import the_shell
from portal.web.shell import words as _

bp = following.blueprint("subscriptions", "/subscriptions")
ASKED = "If this address may get mail from here, a link is on its way to it."


@bp.get("")
def form() -> Response:
    """The form with everything that can be chosen."""
    return _form(MultiDict(request.args), {})


@bp.post("")
def ask() -> Response:
    """The same answer for every address; what is sent, if anything, is decided later."""
    if request.mimetype == "application/json":
        return problems.answer_program(_subscribe)
    try:
        subscribing.subscribe(the_portal().context, read_form(Subscribe, request.form, ("kinds",)), _client())
    except Invalid as refused:
        return _form(request.form, refused.more.get("errors", {}))
    return page(_("Look into your mail"), "sent", 202)


def _subscribe(sent: Any) -> dict[str, Any]:
    subscribing.subscribe(the_portal().context, read_model(Subscribe, sent), _client())
    return {"detail": ASKED}


def _client() -> str:
    return request.remote_addr or ""


@bp.get("/confirm/<token>")
def look(token: str) -> Response:
    """What will be sent, and the button."""
    portal = the_portal()
    asked = subscribing.asked_for(portal.context, token)
    if asked["done"]:
        return _manage(asked["token"])
    with portal.database.snapshot() as db:
        lines = told_choices(db, asked["choices"], the_shell().words)
    return page(_("Follow by mail?"), "confirm", email=asked["email"], lines=lines, token=token)


@bp.post("/confirm/<token>")
def confirm(token: str) -> Response:
    own = subscribing.confirm(the_portal().context, token)
    return _manage(own, _("Done: you follow by mail. You may choose more closely what you get."))


@bp.get("/manage/<token>")
def choices(token: str) -> Response:
    return _manage(token)


@bp.post("/manage/<token>")
def change(token: str) -> Response:
    return following.change(token, _manage)


@bp.get("/unsubscribe/<token>")
def leaving(token: str) -> Response:
    """The same page for every token."""
    return page(_("Leave?"), "leave", token=token)


@bp.post("/unsubscribe/<token>")
def leave(token: str) -> Response:
    """One click (RFC 8058): no cookie, no other token; also when it is pressed again."""
    subscribing.leave(the_portal().context, token)
    return page(_("You get no more mail"), "left")


def _form(typed: Form, errors: Errors) -> Response:
    portal = the_portal()
    with portal.database.snapshot() as db:
        components = subscribers.public_components(db)
        incident = subscribers.public_incident(db, typed.get("incident", ""))
    chosen = following.asked_for(typed) | {
        "digest": bool(typed.get("digest")),
        "language": typed.get("language", portal.settings.language),
    }
    named = {"incident": incident, "email": typed.get("email", ""), "components": components}
    return page(_("Follow by mail"), "form", 422 if errors else 200, chosen=chosen, errors=errors, **named)


def _manage(token: str, notice: str = "", errors: Errors | None = None) -> Response:
    portal = the_portal()
    found = subscribing.subscription(portal.context, token)
    if "@" not in found["email"]:
        own = {"Location": f"../webhooks/at/{quote(token)}"}  # a webhook has a page of its own
        return Response(status=303, headers=own)
    with portal.database.snapshot() as db:
        components = subscribers.public_components(db)
    errors = errors or {}
    kept = {name: found[name] for name in Choices.model_fields} | {"incidents_too": True}
    return page(
        _("What you get by mail"),
        "manage",
        422 if errors else 200,
        chosen=following.as_typed(kept, errors),
        token=token,
        notice=notice,
        errors=errors,
        components=components,
        **{name: found[name] for name in ("email", "paused_at", "incidents")},
    )
