"""Following by webhook, for anybody: plain forms beside those of mail, and JSON. Only POST changes anything."""

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from portal.domain.errors import BadRequest, Invalid, NotFound, Refused
from portal.store import subscribers
from portal.store import webhooks as store
from portal.verbs import subscribing, webhooks
from portal.verbs.commands_subscriptions import KINDS, ChangeSubscription
from portal.verbs.commands_webhooks import FollowByWebhook
from portal.web import problems
from portal.web.desk.forms import read_form
from portal.web.reading import read_json, read_model
from portal.web.running import the_portal
from portal.web.subscriptions import _, _lists, _page, _shell, _with_ticks

bp = Blueprint("webhooks", __name__, url_prefix="/subscriptions/webhooks")
ASKED = "Keep the secret, then POST to the page: that sends the challenge. GET it to see whether the address follows."


@bp.get("")
def form() -> Response:
    """The form with everything that can be chosen."""
    return _form(MultiDict(request.args), {})


@bp.post("")
def ask() -> Response:
    """The same answer for every address: a secret of its own, and a page."""
    portal = the_portal()
    client = request.remote_addr or ""
    if request.mimetype == "application/json":
        try:
            command = read_model(FollowByWebhook, read_json(request.get_data(cache=False)))
            kept = webhooks.ask_webhook(portal.context, command, client)
        except HTTPException as error:
            return problems.answer(BadRequest(f"The body did not arrive whole: {error.name}."))
        except Refused as refused:
            return problems.answer(refused)
        said = {"detail": ASKED, "secret": kept["secret"], "page": _own(kept["token"])}
        return Response(json.dumps(said), 202, content_type="application/json", headers={"Cache-Control": "no-store"})
    try:
        command = read_form(FollowByWebhook, request.form, ("kinds",))
        kept = webhooks.ask_webhook(portal.context, command, client)
    except Invalid as refused:
        return _form(request.form, refused.more.get("errors", {}))
    title, page = _("Set up your address"), _own(kept["token"])
    return _page(title, "webhook_secret", 202, secret=kept["secret"], page=page, token=kept["token"])


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
    try:
        command = read_form(ChangeSubscription, _with_ticks(request.form), ("kinds",))
        subscribing.change_subscription(the_portal().context, token, command)
    except Invalid as refused:
        return _state(token, errors=refused.more.get("errors", {}))
    return _state(token, notice=_("Saved."))


@bp.get("/leave/<token>")
def leaving(token: str) -> Response:
    """The same page for every token."""
    return _page(_("Leave?"), "webhook", state="leave", head=_("Leave?"), token=token, notice="")


@bp.post("/leave/<token>")
def leave(token: str) -> Response:
    """No cookie, no other token; also when it is pressed again."""
    subscribing.leave(the_portal().context, token)
    return _page(
        _("Nothing more is sent"), "webhook", state="left", head=_("Nothing more is sent"), token=token, notice=""
    )


@bp.errorhandler(Exception)
def _failed(error: Exception) -> Response:
    return _shell().failed(error)


@bp.errorhandler(NotFound)
def _over(_error: NotFound) -> Response:
    return _page(_("This link is over"), "over", 404)


def _own(token: str) -> str:
    return webhooks.page_of(the_portal().settings.base_url, token)


def _form(typed: "MultiDict[str, str]", errors: Mapping[str, list[str]]) -> Response:
    with the_portal().database.snapshot() as db:
        components = subscribers.public_components(db)
    chosen = {
        "kinds": typed.getlist("kinds") if "kinds" in typed else list(KINDS),
        "components": typed.getlist("components"),
        "updates": typed.get("updates", "all"),
    }
    status = 422 if errors else 200
    named = {"url": typed.get("url", ""), "components": components, "errors": errors, "chosen": chosen}
    return _page(_("Follow by webhook"), "webhook_form", status, **named, **_lists())


def _state(token: str, notice: str = "", errors: Mapping[str, list[str]] | None = None) -> Response:
    context = the_portal().context
    state = webhooks.webhook_state(context, token)
    values: dict[str, Any] = {"state": state, "token": token, "notice": notice, "errors": errors or {}, **_lists()}
    if state == "follows":
        chosen = subscribing.subscription(context, token)
        with context.database.snapshot() as db:
            person = subscribers.by_token(db, token)
            row = store.by_subscriber(db, person["id"]) if person else None
            values |= {"components": subscribers.public_components(db), "url": row["url"] if row else ""}
        if errors:
            typed = request.form
            chosen |= {"kinds": typed.getlist("kinds"), "components": typed.getlist("components")}
            chosen |= {"updates": typed.get("updates")}
        values |= {"chosen": chosen, "paused_at": chosen["paused_at"]}
    title = _("What your address is sent") if state == "follows" else _("Follow by webhook")
    return _page(title, "webhook", 422 if errors else 200, head=title, **values)
