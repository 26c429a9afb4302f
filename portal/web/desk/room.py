"""The incident room: one page with everything about an incident, and its parts that an open page asks for again."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from portal.domain.errors import Refused
from portal.domain.names import Breadth, ComponentStatus, CustomerImpact, IncidentState, Kind, RoleName
from portal.domain.reminders_after import acknowledgement
from portal.domain.times import from_text, to_text
from portal.text import fragment
from portal.verbs import (
    attending,
    calling,
    checklist,
    components,
    drafts,
    followups,
    gates,
    impacts,
    incidents,
    keeping,
    links,
    owning,
    people,
    playbooks,
    recap,
    similar,
    timeline,
    windows,
)
from portal.web.desk.dial import dial
from portal.web.desk.pages import PREFIX
from portal.web.desk.visit import Answer, Visit, page
from portal.web.desk.watching import mark_of, unless_known

SHOWN = 40
"""Lines of the timeline that a room shows until all of them are asked for."""
_PASSING = {"now", "age_minutes", "last_post_age_minutes", "text"}
QUICK = ("note", "intent", "action", "observation", "decision")


@page("GET", "/incidents/<ref>")
def incident_room(visit: Visit, ref: str) -> Answer:
    """The room; a maintenance has a page of its own."""
    return room(visit, ref)


@page("GET", "/incidents/<ref>/recap")
def recap_now(visit: Visit, ref: str) -> Answer:
    """The recap alone, for a room that is open; 304 while it is the same."""
    said = _recap(visit, ref)
    return unless_known(said["mark"], lambda: visit.render("room/recap.html", **said))


@page("GET", "/incidents/<ref>/lines")
def lines_now(visit: Visit, ref: str) -> Answer:
    """The timeline alone, for a room that is open; 304 while nothing was added."""
    said = _lines(visit, ref)
    return unless_known(said["lines_mark"], lambda: visit.render("room/lines.html", **said))


@page("GET", "/playbooks")
def all_playbooks(visit: Visit) -> Answer:
    """Every playbook with its text."""
    found = playbooks.list_playbooks(visit.context, visit.actor)["items"]
    bodies = {slug: fragment(one.body) for slug, one in playbooks.read_shelf(visit.portal.settings).playbooks.items()}
    return visit.render("room/playbooks.html", playbooks=found, bodies=bodies)


def room(visit: Visit, ref: str, refused: Refused | None = None) -> Answer:
    """The room; after a refusal with everything that was typed, and why it was refused."""
    context, actor = visit.context, visit.actor
    around = _recap(visit, ref)
    incident = around["incident"]
    if incident["kind"] == Kind.MAINTENANCE:
        return visit.redirect(f"{PREFIX}/maintenances/{incident['ref']}")
    shelf = playbooks.read_shelf(visit.portal.settings)
    called = calling.list_calls(context, actor, ref, 100)["items"]
    reporter = incident["reporter"]
    return visit.render(
        "room/room.html",
        refused=refused,
        **{**around, **_lines(visit, ref)},
        quick=QUICK,
        roles=list(RoleName),
        teams=calling.known_teams(context, actor),
        colleagues=people.colleagues(context, actor),
        impacts=impacts.list_impacts(context, actor, ref, 100)["items"],
        components=components.list_components(context, actor)["items"],
        statuses=[one for one in ComponentStatus if one is not ComponentStatus.UNDER_MAINTENANCE],
        customer_impacts=list(CustomerImpact),
        breadths=list(Breadth),
        checklist=checklist.list_checklist(context, actor, ref, 100)["items"],
        playbooks=playbooks.offered_playbooks(context, actor, ref)["items"],
        bodies={slug: fragment(one.body) for slug, one in shelf.playbooks.items()},
        calls=called,
        teams_called=len({one["team"] for one in called if one["team"]}),
        suggested=owning.suggested_owners(context, actor, ref)["items"],
        links=links.list_links(context, actor, ref, 100)["items"],
        followups=followups.list_followups(context, actor, ref, 100)["items"],
        missing=gates.missing_before_close(context, actor, ref),
        reminders=keeping.due_reminders(context, actor, 100, ref=ref)["items"],
        alike=_alike(visit, incident),
        present=attending.who_is_there(context, actor, ref),
        reporter_due=_reporter_due(visit, incident),
        reply=acknowledgement(reporter["name"], incident["title"], visit.portal.settings.support_email)
        if reporter
        else None,
        waiting=[
            one
            for one in drafts.list_drafts(context, actor, ref, 100)["items"]
            if one["publish_at"] or one["refusal"] or (one["review_asked_at"] and not one["approved_by"])
        ],
        window=windows.current_window(context, actor),
        support_called=[one for one in called if one["team"] and one["called_at"] == incident["declared_at"]],
        over=incident["state"] in (IncidentState.RESOLVED, IncidentState.LEARNING, IncidentState.CLOSED),
    )


def _recap(visit: Visit, ref: str) -> dict[str, Any]:
    said = recap.recap(visit.context, visit.actor, ref)
    incident = incidents.get_incident(visit.context, visit.actor, ref)
    since = incident["last_post_at"] or incident["first_post_at"] or incident["declared_at"]
    due = said["next_update_due"] if incident["state"] == IncidentState.ACTIVE else None
    names = {one["slug"]: one["name"] for one in components.list_components(visit.context, visit.actor)["items"]}
    face = dial(since, due, visit.context.now()) if due else None
    return {
        "incident": incident,
        "recap": said,
        "due": due,
        "due_since": since,
        "names": names,
        "dial": dial,
        "mark": mark_of([said, face and face["words"]], without=_PASSING),
    }


def _lines(visit: Visit, ref: str) -> dict[str, Any]:
    """Newest first."""
    found = list(_all_lines(visit, ref))[::-1]
    everything = "all" in visit.form or len(found) <= SHOWN
    return {
        "ref": ref.upper(),
        "lines": found if everything else found[:SHOWN],
        "more": 0 if everything else len(found) - SHOWN,
        "lines_mark": mark_of([one["id"] for one in found] + [everything]),
    }


def _all_lines(visit: Visit, ref: str) -> Iterator[dict[str, Any]]:
    cursor = None
    while True:
        part = timeline.list_timeline(visit.context, visit.actor, ref, 100, cursor)
        yield from part["items"]
        cursor = part["next_cursor"]
        if cursor is None:
            return


def _reporter_due(visit: Visit, incident: dict[str, Any]) -> str:
    """Until then whoever reported it from outside should have been acknowledged."""
    minutes = timedelta(minutes=visit.portal.settings.process.reporter_minutes)
    return to_text(from_text(incident["declared_at"]) + minutes)


def _alike(visit: Visit, incident: dict[str, Any]) -> list[dict[str, Any]]:
    """Open ones that it may belong to, as long as nothing of it is public."""
    if incident["state"] != IncidentState.ACTIVE or incident["posts"] or incident["security"]:
        return []
    found = similar.similar(visit.context, visit.actor, list(incident["components"]), incident["title"])["items"]
    return [one for one in found if one["ref"] != incident["ref"]][:2]
