"""Declaring an incident: a title is enough; what is open already is shown beside it, and can be joined instead."""

from typing import Any

from portal.domain.errors import Refused
from portal.domain.names import Breadth, ComponentStatus, CustomerImpact, PostState
from portal.verbs import attending, components, declaring, similar, windows
from portal.verbs.boards import board
from portal.verbs.commands import Declare
from portal.verbs.commands_room import Attend
from portal.web.desk.pages import PREFIX
from portal.web.desk.visit import Answer, Visit, page
from portal.web.desk.words import unheard

EXAMPLES = {
    "critical": "Everything is down, or data was lost or reached the wrong people.",
    "major": "An important part fails, or is so slow that people can't work; there may be a way around it.",
}
FOLDS: dict[str, tuple[str, ...]] = {
    "what": ("customer_impact", "components", "summary", "started_at", "detected_at"),
    "who": ("lead", "messenger"),
    "outside": ("reporter",),
    "private": ("security",),
    "more": ("public_title", "audience", "breadth", "kind"),
    "post": ("post", "public_title"),
}
"""Which fields stand in which folded part of the form."""
_AS_IT_CAME = {"customer_impact": "unknown", "kind": "incident", "post.state": "investigating"}


@page("GET", "/declare")
def form(visit: Visit) -> Answer:
    """The form; `?title=` and others fill it in."""
    return _form(visit)


@page("POST", "/declare")
def declare(visit: Visit) -> Answer:
    try:
        command = visit.read(Declare)
        done = visit.do(declaring.declare, command)
    except Refused as refused:
        return _form(visit, refused)
    ref = done.answer["ref"]
    asked = [one["offer"]["person"] for one in done.answer["roles"].values() if one["offer"]]
    nobody = "".join(unheard(person) for person in asked)
    if command.post is None and visit.form.get("_then") == "post":
        return visit.redirect(f"{PREFIX}/incidents/{ref}/post", f"{ref} is declared. Now tell the public.{nobody}")
    if command.post is None:
        return visit.redirect(f"{PREFIX}/incidents/{ref}", f"{ref} is declared. Nothing of it is public yet.{nobody}")
    said = "and its first post is public" if done.published else "and its first post becomes public in a moment"
    return visit.redirect(f"{PREFIX}/incidents/{ref}", f"{ref} is declared, {said}.{nobody}")


@page("GET", "/declare/similar")
def alike(visit: Visit) -> Answer:
    """While somebody types: the open incidents that this may be one of."""
    return visit.render("declare/similar.html", alike=_alike(visit))


@page("POST", "/incidents/<ref>/join")
def join(visit: Visit, ref: str) -> Answer:
    """Joins an open incident instead of declaring another; what was typed goes into its timeline."""
    title = " ".join(visit.form.get("title", "").split())
    try:
        visit.do(attending.attend, ref, Attend(note=f"Seen as well: {title[:300]}" if title else None))
    except Refused as refused:
        return _form(visit, refused)
    return visit.redirect(f"{PREFIX}/incidents/{ref}", f"You joined {ref}.")


def _form(visit: Visit, refused: Refused | None = None) -> Answer:
    known = components.list_components(visit.context, visit.actor)["items"]
    going = board(visit.context, visit.actor)["open"]
    return visit.render(
        "declare/declare.html",
        refused=refused,
        examples=EXAMPLES,
        components=known,
        statuses=[one for one in ComponentStatus if one is not ComponentStatus.UNDER_MAINTENANCE],
        impacts=list(CustomerImpact),
        breadths=list(Breadth),
        post_states=[PostState.INVESTIGATING, PostState.IDENTIFIED, PostState.MONITORING],
        route=visit.portal.settings.process.support_route or visit.portal.settings.support_email,
        alike=_alike(visit) or _open_ones(going),
        window=windows.current_window(visit.context, visit.actor),
        open_folds=_open_folds(visit, refused),
        findings=refused.more.get("findings", []) if refused else [],
    )


def _alike(visit: Visit) -> list[dict[str, Any]]:
    """Likeliest first; those on the components that are chosen, or with a title that says the same."""
    slugs = [
        name.removeprefix("components.")
        for name, value in visit.form.items()
        if name.startswith("components.") and value not in ("", "operational")
    ]
    found: list[dict[str, Any]] = similar.similar(visit.context, visit.actor, slugs, visit.form.get("title"))["items"]
    return found


def _open_ones(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Before anything is typed: what is open anyway, newest first."""
    told = [one for one in lines if not one["security"] and one["kind"] in ("incident", "advisory")]
    newest = sorted(told, key=lambda one: str(one["started_at"]), reverse=True)
    return [one | {"lead": one["lead"]["person"], "why": None} for one in newest[: similar.SHOWN]]


def _open_folds(visit: Visit, refused: Refused | None) -> set[str]:
    """The parts in which something was typed or is wrong: they stay open."""
    wrong = set(refused.more.get("errors", {})) if refused else set()
    touched = {name for name, value in visit.form.items() if value and _AS_IT_CAME.get(name) != value} | wrong
    found = {
        fold
        for fold, fields in FOLDS.items()
        if any(name.partition(".")[0] in fields and not _is_level(visit, name) for name in touched)
    }
    return found | ({"post"} if refused and "findings" in refused.more else set())


def _is_level(visit: Visit, name: str) -> bool:
    """A component left at its first choice was not touched."""
    return name.startswith("components.") and not visit.form.get(name)
