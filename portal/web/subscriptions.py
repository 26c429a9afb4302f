"""Following by mail, for anybody: plain forms that need no script and no cookie. Only POST changes anything."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, current_app, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from portal.domain.errors import BadRequest, Invalid, NotFound, Refused
from portal.language import languages
from portal.store import subscribers
from portal.verbs import subscribing
from portal.verbs.choices import KIND_WORDS, told_choices
from portal.verbs.commands_subscriptions import KINDS, ChangeSubscription, Choices, Subscribe
from portal.web import problems
from portal.web.desk.forms import read_form
from portal.web.reading import read_json, read_model
from portal.web.running import Portal, the_portal
from portal.web.shell import Shell

bp = Blueprint("subscriptions", __name__, url_prefix="/subscriptions")
ASKED = "If this address may get mail from here, a link is on its way to it."


def register(app: Any, portal: Portal) -> None:
    """Add the routes to an application that serves the public."""
    app.extensions["shell"] = Shell(portal)
    app.register_blueprint(bp)


@bp.get("")
def form() -> Response:
    """The form with everything that can be chosen."""
    return _form(MultiDict(request.args), {})


@bp.post("")
def ask() -> Response:
    """The same answer for every address; what is sent, if anything, is decided later."""
    portal = the_portal()
    client = request.remote_addr or ""
    if request.mimetype == "application/json":
        try:
            command = read_model(Subscribe, read_json(request.get_data(cache=False)))
            subscribing.subscribe(portal.context, command, client)
        except HTTPException as error:
            return problems.answer(BadRequest(f"The body did not arrive whole: {error.name}."))
        except Refused as refused:
            return problems.answer(refused)
        return Response(json.dumps({"detail": ASKED}), 202, content_type="application/json")
    try:
        subscribing.subscribe(portal.context, read_form(Subscribe, request.form, ("kinds",)), client)
    except Invalid as refused:
        return _form(request.form, refused.more.get("errors", {}))
    return _page(_("Look into your mail"), "sent", 202)


@bp.get("/confirm/<token>")
def look(token: str) -> Response:
    """What will be sent, and the button."""
    portal = the_portal()
    asked = subscribing.asked_for(portal.context, token)
    if asked["done"]:
        return _manage(asked["token"])
    with portal.database.snapshot() as db:
        lines = told_choices(db, asked["choices"], _shell().words)
    return _page(_("Follow by mail?"), "confirm", email=asked["email"], lines=lines, token=token)


@bp.post("/confirm/<token>")
def confirm(token: str) -> Response:
    own = subscribing.confirm(the_portal().context, token)
    return _manage(own, notice=_("Done: you follow by mail. You may choose more closely what you get."))


@bp.get("/manage/<token>")
def choices(token: str) -> Response:
    return _manage(token)


@bp.post("/manage/<token>")
def change(token: str) -> Response:
    try:
        command = read_form(ChangeSubscription, _with_ticks(request.form), ("kinds",))
        subscribing.change_subscription(the_portal().context, token, command)
    except Invalid as refused:
        return _manage(token, errors=refused.more.get("errors", {}))
    return _manage(token, notice=_("Saved."))


@bp.get("/unsubscribe/<token>")
def leaving(token: str) -> Response:
    """The same page for every token."""
    return _page(_("Leave?"), "leave", token=token)


@bp.post("/unsubscribe/<token>")
def leave(token: str) -> Response:
    """One click (RFC 8058): no cookie, no other token; also when it is pressed again."""
    subscribing.leave(the_portal().context, token)
    return _page(_("You get no more mail"), "left")


@bp.errorhandler(Exception)
def _failed(error: Exception) -> Response:
    return _shell().failed(error)


@bp.errorhandler(NotFound)
def _over(_error: NotFound) -> Response:
    return _page(_("This link is over"), "over", 404)


def _(text: str) -> str:
    return _shell().words(text)


def _shell() -> Shell:
    found: Shell = current_app.extensions["shell"]
    return found


def _page(title: str, block: str, status: int = 200, **values: Any) -> Response:
    base = the_portal().settings.base_url
    return _shell().page(title, f"subscriptions/{block}", status, base=base, **values)


def _form(typed: "MultiDict[str, str]", errors: Mapping[str, list[str]]) -> Response:
    portal = the_portal()
    with portal.database.snapshot() as db:
        components = subscribers.public_components(db)
        incident = subscribers.public_incident(db, typed.get("incident", ""))
    chosen = {
        "kinds": typed.getlist("kinds") if "kinds" in typed else list(KINDS),
        "components": typed.getlist("components"),
        "updates": typed.get("updates", "all"),
        "digest": bool(typed.get("digest")),
        "language": typed.get("language", portal.settings.language),
    }
    named = {"incident": incident, "email": typed.get("email", ""), "components": components}
    return _page(_("Follow by mail"), "form", 422 if errors else 200, chosen=chosen, errors=errors, **named, **_lists())


def _manage(token: str, notice: str = "", errors: Mapping[str, list[str]] | None = None) -> Response:
    portal = the_portal()
    found = subscribing.subscription(portal.context, token)
    if "@" not in found["email"]:
        own = {"Location": f"../webhooks/at/{quote(token)}"}  # a webhook has a page of its own
        return Response(status=303, headers=own)
    with portal.database.snapshot() as db:
        components = subscribers.public_components(db)
    chosen: dict[str, Any] = {name: found[name] for name in Choices.model_fields} | {"incidents_too": True}
    if errors:
        typed = request.form
        chosen |= {"kinds": typed.getlist("kinds"), "components": typed.getlist("components")}
        chosen |= {name: typed.get(name) for name in ("updates", "digest", "language", "incidents_too")}
    named = {"email": found["email"], "paused_at": found["paused_at"], "incidents": found["incidents"]}
    return _page(
        _("What you get by mail"),
        "manage",
        422 if errors else 200,
        chosen=chosen,
        token=token,
        notice=notice,
        errors=errors or {},
        components=components,
        **named,
        **_lists(),
    )


def _lists() -> dict[str, Any]:
    from babel import Locale  # noqa: PLC0415

    names = [(code, Locale.parse(code).get_display_name() or code) for code in languages()]
    return {"kinds": [(kind, _(KIND_WORDS[kind])) for kind in KINDS], "languages": names}


def _with_ticks(form: "MultiDict[str, str]") -> "MultiDict[str, str]":
    """Browsers say nothing of a box that is not ticked; here that means no."""
    said = MultiDict(form)
    for name in ("digest", "incidents_too"):
        said.setdefault(name, "")
    return said
