"""Maintenances: what is planned, a calendar of it, planning, changing, starting, ending and cancelling."""

from datetime import UTC, datetime, timedelta
from typing import Any

from portal.domain.errors import NotFound, PostRefused, Refused
from portal.domain.names import Kind, PostState
from portal.domain.times import from_text, to_text
from portal.verbs import automation, maintenances, posts
from portal.verbs.commands import CancelMaintenance, ChangeMaintenance, Lint, PlanMaintenance, Post
from portal.verbs.components import list_components
from portal.verbs.incidents import get_incident
from portal.web.desk.forms import Form, read_form
from portal.web.desk.months import month_of, neighbours, weeks
from portal.web.desk.pages import PREFIX
from portal.web.desk.visit import Answer, Visit, page

PAST = 10
"""Past maintenances that the list shows; the calendar has all of them."""
MOST_PAGES = 50
_LONGEST = timedelta(days=62)
"""A maintenance that began earlier than this before a month is not looked for in it."""
_PRESSES = {"start": (PostState.IN_PROGRESS, automation.STARTED), "end": (PostState.COMPLETED, automation.COMPLETED)}


@page("GET", "/maintenances")
def list_maintenances(visit: Visit) -> Answer:
    now = visit.context.now()
    items = maintenances.list_maintenances(visit.context, visit.actor, 100)["items"]
    planned = sorted((one for one in items if one["post_state"] == "scheduled"), key=lambda one: one["scheduled_for"])
    running = [one for one in items if one["post_state"] in ("in_progress", "verifying")]
    past = [one for one in items if one["post_state"] == "completed"][:PAST]
    first = month_of(visit.form.get("month", ""), now)
    before, after = neighbours(first)
    return visit.render(
        "maintenance/list.html",
        running=running,
        planned=planned,
        past=past,
        names=dict(_named(visit)),
        first=first,
        before=before,
        after=after,
        today=now.date(),
        weeks=weeks(first, _of_month(visit, datetime(first.year, first.month, 1, tzinfo=UTC))),
    )


@page("GET", "/maintenances/plan")
def plan(visit: Visit) -> Answer:
    return planning(visit)


@page("POST", "/maintenances/plan")
def plan_maintenance(visit: Visit) -> Answer:
    if visit.form.get("_act") == "check":
        return planning(visit)
    try:
        done = visit.do(maintenances.plan_maintenance, visit.read(PlanMaintenance))
    except Refused as refused:
        return planning(visit, refused)
    return visit.redirect(f"{PREFIX}/maintenances/{done.answer['ref']}", "It is announced.")


def planning(visit: Visit, refused: Refused | None = None) -> Answer:
    """The form as it was typed, with what the rules say and what the public would read."""
    shown: dict[str, Any] = {"html": "", "findings": []}
    body = visit.form.get("body", "")
    if body.strip():
        said = Form({"state": PostState.SCHEDULED, "body": body, "public_title": visit.form.get("title", "")})
        try:
            shown = posts.lint(visit.context, visit.actor, read_form(Lint, said))
        except Refused as words:
            refused = refused or words
    asking = _note_what_is_asked(visit, refused)
    return visit.render("maintenance/plan.html", refused=refused, shown=shown, asking=asking, named=_named(visit))


@page("GET", "/maintenances/<ref>")
def maintenance(visit: Visit, ref: str, refused: Refused | None = None) -> Answer:
    """One maintenance with everything that can be done about it."""
    one = get_incident(visit.context, visit.actor, ref)
    if one["kind"] != Kind.MAINTENANCE:
        raise NotFound(f"{one['ref']} is no maintenance.")
    return visit.render(
        "maintenance/one.html",
        refused=refused,
        one=one,
        findings=list(refused.more["findings"]) if isinstance(refused, PostRefused) else [],
        asking=_note_what_is_asked(visit, refused),
        named=_named(visit),
        texts={name: text for name, (_, text) in _PRESSES.items()},
    )


@page("POST", "/maintenances/<ref>")
def change_maintenance(visit: Visit, ref: str) -> Answer:
    """Changes the plan; a press on `+30 minutes` moves its end only."""
    try:
        extend = visit.form.get("_extend", "")
        if extend.isdigit():
            one = get_incident(visit.context, visit.actor, ref)
            until = from_text(one["scheduled_until"]) + timedelta(minutes=int(extend[:4]))
            command = ChangeMaintenance(scheduled_until=until)
        else:
            command = visit.read(ChangeMaintenance)
        done = visit.do(maintenances.change_maintenance, ref, command)
    except Refused as refused:
        return maintenance(visit, ref, refused)
    until = done.answer["scheduled_until"]
    return visit.redirect(f"{PREFIX}/maintenances/{ref}", f"It is changed: until {until[:10]} {until[11:16]} UTC.")


@page("POST", "/maintenances/<ref>/<any(start, end):what>")
def start_or_end(visit: Visit, ref: str, what: str) -> Answer:
    """Start or end it now, with a post."""
    state, _ = _PRESSES[what]
    try:
        visit.form["state"] = state
        visit.do(posts.post, ref, visit.read(Post))
    except Refused as refused:
        return maintenance(visit, ref, refused)
    return visit.redirect(f"{PREFIX}/maintenances/{ref}", "It has begun." if what == "start" else "It is over.")


@page("POST", "/maintenances/<ref>/cancel")
def cancel(visit: Visit, ref: str) -> Answer:
    try:
        visit.do(maintenances.cancel_maintenance, ref, visit.read(CancelMaintenance))
    except Refused as refused:
        return maintenance(visit, ref, refused)
    return visit.redirect(f"{PREFIX}/maintenances/{ref}", "It is cancelled; its page says so.")


def _named(visit: Visit) -> list[tuple[str, str]]:
    """(slug, name) of all components."""
    return [(one["slug"], one["name"]) for one in list_components(visit.context, visit.actor)["items"]]


def _note_what_is_asked(visit: Visit, refused: Refused | None) -> bool:
    """Whether another press publishes all the same: then the form carries the findings that were shown."""
    if not isinstance(refused, PostRefused):
        return False
    asked = [one for one in refused.more["findings"] if one["level"] == "confirm"]
    blocked = any(one["level"] == "block" for one in refused.more["findings"])
    visit.form.setlist("confirmed", [one["id"] for one in asked])
    refused.detail = (
        "This can't be published as it stands; everything you typed is here."
        if blocked
        else "Look once more: something is easily misread. Change it, or press again to publish it all the same."
    )
    return not blocked


def _of_month(visit: Visit, begin: datetime) -> list[dict[str, Any]]:
    """Maintenances whose window touches the month that begins then."""
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        listed = maintenances.list_maintenances(visit.context, visit.actor, 100, cursor)
        found += listed["items"]
        cursor = listed["next_cursor"]
        if cursor is None or found[-1]["scheduled_for"] < to_text(begin - _LONGEST):
            break
    return sorted(found, key=lambda one: one["scheduled_for"])
