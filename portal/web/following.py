"""What following by mail and following by webhook share: their pages, what can be chosen, and how a choice is kept."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from portal.domain.errors import Invalid, NotFound
from portal.language import named_languages
from portal.verbs import subscribing
from portal.verbs.choices import KIND_WORDS
from portal.verbs.commands_subscriptions import KINDS, ChangeSubscription
from portal.web.desk.forms import Form, read_form
from portal.web.running import the_portal
from portal.web.shell import fail_on_pages, the_shell
from portal.web.shell import words as _

Errors = Mapping[str, list[str]]


def blueprint(name: str, prefix: str) -> Blueprint:
    """Routes whose failures are pages; a link that is over has a page of its own."""
    bp = Blueprint(name, "portal.web", url_prefix=prefix)
    fail_on_pages(bp)
    bp.register_error_handler(NotFound, _over)
    return bp


def page(title: str, block: str, status: int = 200, **values: Any) -> Response:
    """One of the pages about following, with what can be chosen."""
    base = the_portal().settings.base_url
    return the_shell().page(title, f"subscriptions/{block}", status, base=base, **_lists(), **values)


def asked_for(typed: Form) -> dict[str, Any]:
    """What a new follower has chosen so far; every kind unless they said otherwise."""
    kinds = typed.getlist("kinds") if "kinds" in typed else list(KINDS)
    return {"kinds": kinds, "components": typed.getlist("components"), "updates": typed.get("updates", "all")}


def change(token: str, shown: Callable[[str, str, Errors], Response]) -> Response:
    """Keep what a follower chooses now. `shown` is their page, given the token, a notice and what is wrong by field."""
    try:
        command = read_form(ChangeSubscription, _with_ticks(request.form), ("kinds",))
        subscribing.change_subscription(the_portal().context, token, command)
    except Invalid as refused:
        return shown(token, "", refused.more.get("errors", {}))
    return shown(token, _("Saved."), {})


def as_typed(chosen: dict[str, Any], errors: Errors) -> dict[str, Any]:
    """What a follower's form shows: what is kept, or what was typed when that was refused."""
    if not errors:
        return chosen
    typed = request.form
    lists = {name: typed.getlist(name) for name in ("kinds", "components")}
    return chosen | lists | {name: typed.get(name) for name in ("updates", "digest", "language", "incidents_too")}


def _over(_error: Exception) -> Response:
    return page(_("This link is over"), "over", 404)


def _lists() -> dict[str, Any]:
    return {"kinds": [(kind, _(KIND_WORDS[kind])) for kind in KINDS], "languages": named_languages()}


def _with_ticks(form: Form) -> Form:
    """Browsers say nothing of a box that is not ticked; here that means no."""
    said = MultiDict(form)
    for name in ("digest", "incidents_too"):
        said.setdefault(name, "")
    return said
