"""What is done in the incident room: each form calls one verb and comes back to its place on the page."""

from collections.abc import Callable
from typing import Any

from portal.domain.errors import Refused
from portal.verbs import (
    attending,
    calling,
    changing,
    checklist,
    closing,
    commands,
    commands_room,
    impacts,
    links,
    playbooks,
    roles,
    timeline,
)
from portal.verbs.context import Written
from portal.web.desk.pages import PREFIX
from portal.web.desk.room import room
from portal.web.desk.visit import Answer, Visit, page
from portal.web.desk.words import unheard

_MAY_BE_EMPTY = {"public_title", "audience", "breadth", "summary", "workaround", "mitigated_at", "seen"}
_ROLE = "/incidents/<ref>/roles/<any(lead, messenger, buddy, resolver):role>"


@page("POST", "/incidents/<ref>/timeline")
def add_line(visit: Visit, ref: str) -> Answer:
    return _do(visit, ref, timeline.add_timeline, commands.AddTimeline, at="timeline", said="Noted.")


@page("POST", "/incidents/<ref>/change")
def change(visit: Visit, ref: str) -> Answer:
    """Facts: only what differs from what the form showed is changed; what somebody else changed meanwhile is told."""
    at = visit.form.get("_form", "severity")
    _leave_out_what_stayed(visit, "started_at", "detected_at", "mitigated_at")
    return _do(
        visit, ref, changing.change_incident, commands.ChangeIncident, at=at, said="Changed.", keep_empty=_MAY_BE_EMPTY
    )


@page("POST", _ROLE + "/offer")
def offer(visit: Visit, ref: str, role: str) -> Answer:
    """To somebody, who then accepts."""
    return _offer(visit, ref, role, lambda: visit.read(commands.OfferRole))


@page("POST", _ROLE + "/take")
def take(visit: Visit, ref: str, role: str) -> Answer:
    """ "I take it": at once where nobody holds it or whoever holds it does not answer."""
    return _offer(visit, ref, role, lambda: commands.OfferRole(person=visit.actor.name))


def _offer(visit: Visit, ref: str, role: str, command: Callable[[], commands.OfferRole]) -> Answer:
    try:
        done = visit.do(roles.offer_role, ref, role, command())
    except Refused as refused:
        return room(visit, ref, refused)
    return visit.redirect(_place(ref, "roles"), _offered(role, done.answer))


@page("POST", _ROLE + "/accept")
def accept(visit: Visit, ref: str, role: str) -> Answer:
    """ "I'm on it"."""
    try:
        done = visit.do(roles.accept_role, ref, role)
    except Refused as refused:
        return room(visit, ref, refused)
    return visit.redirect(_place(ref, "roles"), f"{done.answer['person']} has the role of {role} now.")


@page("POST", "/incidents/<ref>/impacts")
def add_impact(visit: Visit, ref: str) -> Answer:
    """From the minute in which the incident began means from its beginning."""
    began = visit.form.get("seen.from_at", "")
    if visit.form.get("from_at") == began[:16]:
        visit.form["from_at"] = began
    visit.form.poplist("seen.from_at")
    return _do(visit, ref, impacts.add_impact, commands.AddImpact, at="impacts", said="Recorded.")


@page("POST", "/incidents/<ref>/impacts/<number:impact_id>")
def change_impact(visit: Visit, ref: str, impact_id: int) -> Answer:
    _leave_out_what_stayed(visit, "from_at", "to_at")
    visit.form.poplist("seen.from_at")
    visit.form.poplist("seen.to_at")
    return _do(
        visit, ref, impacts.change_impact, commands.ChangeImpact, at="impacts", said="Corrected.", about=impact_id
    )


@page("POST", "/incidents/<ref>/checklist")
def add_row(visit: Visit, ref: str) -> Answer:
    return _do(visit, ref, checklist.add_checklist_item, commands.AddChecklistItem, at="checklist", said="Added.")


@page("POST", "/incidents/<ref>/checklist/<number:item_id>")
def mark_row(visit: Visit, ref: str, item_id: int) -> Answer:
    verb, model = checklist.change_checklist_item, commands.ChangeChecklistItem
    return _do(visit, ref, verb, model, at="checklist", said="Marked.", about=item_id)


@page("POST", "/incidents/<ref>/playbooks")
def tick(visit: Visit, ref: str) -> Answer:
    return _do(visit, ref, playbooks.tick_step, commands_room.TickStep, at="playbooks", said="Noted in the timeline.")


@page("POST", "/incidents/<ref>/calls")
def call(visit: Visit, ref: str) -> Answer:
    """A person or a team."""
    try:
        done = visit.do(calling.page_person, ref, visit.read(commands_room.PagePerson))
    except Refused as refused:
        return room(visit, ref, refused)
    whom = done.answer["person"] or f"Team {done.answer['team']}"
    said = f"{whom} was called a moment ago, so not again." if done.answer["repeated"] else f"{whom} is called."
    return visit.redirect(_place(ref, "calls"), " ".join([said, *done.answer["remarks"]]))


@page("POST", "/incidents/<ref>/calls/<number:call_id>/acknowledge")
def acknowledge(visit: Visit, ref: str, call_id: int) -> Answer:
    verb, model = calling.acknowledge_call, commands_room.AcknowledgeCall
    return _do(visit, ref, verb, model, at="calls", said="You are on it.", about=call_id)


@page("POST", "/incidents/<ref>/links")
def add_link(visit: Visit, ref: str) -> Answer:
    return _do(visit, ref, links.add_link, commands.AddLink, at="links", said="Linked.")


@page("POST", "/incidents/<ref>/attendance")
def attend(visit: Visit, ref: str) -> Answer:
    joins = visit.form.get("attends") == "true"
    said = "You are in." if joins else "You left it to the others. Thank you."
    return _do(visit, ref, attending.attend, commands_room.Attend, at="people", said=said)


@page("POST", "/incidents/<ref>/close")
def close(visit: Visit, ref: str) -> Answer:
    """Through the gate; a duplicate leads on to the incident that it repeats."""
    try:
        done = visit.do(closing.close, ref, visit.read(commands.Close))
    except Refused as refused:
        return room(visit, ref, refused)
    original = done.answer["duplicate_of"]
    if original:
        return visit.redirect(f"{PREFIX}/incidents/{original}", f"{ref} is closed: it repeats {original}, this one.")
    open_issues = len(done.answer["open_issues"])
    more = (
        f" {open_issues} linked {'issue is' if open_issues == 1 else 'issues are'} still open." if open_issues else ""
    )
    return visit.redirect(f"{PREFIX}/incidents/{ref}", f"{ref} is closed.{more}")


@page("POST", "/incidents/<ref>/reopen")
def reopen(visit: Visit, ref: str) -> Answer:
    return _do(visit, ref, closing.reopen, commands.Reopen, at="", said="It is open again.")


def _do(
    visit: Visit,
    ref: str,
    verb: Callable[..., Written],
    model: type[commands.Command],
    *,
    at: str,
    said: str,
    about: int | None = None,
    keep_empty: set[str] | None = None,
) -> Answer:
    """Read the form, call the verb about the incident (or `about` a row of it), come back to its place."""
    try:
        visit.do(verb, ref if about is None else about, visit.read(model, keep_empty or ()))
    except Refused as refused:
        return room(visit, ref, refused)
    return visit.redirect(_place(ref, at), said)


def _place(ref: str, place: str) -> str:
    """The room, at this part of it, unfolded."""
    return f"{PREFIX}/incidents/{ref}" + (f"?at={place}#{place}" if place else "")


def _offered(role: str, answer: dict[str, Any]) -> str:
    if answer["offer"] is None:
        return f"{answer['person']} has the role of {role} now."
    if answer["offer"]["person"] == answer["offer"]["offered_by"]:
        return f"{answer['person']} is asked to hand over to you. Without an answer, take it again in a few minutes."
    return f"The role of {role} is offered to {answer['offer']['person']}.{unheard(answer['offer']['person'])}"


def _leave_out_what_stayed(visit: Visit, *names: str) -> None:
    """A moment is shown to the minute; sent back as it was shown, it is not changed."""
    for name in names:
        if visit.form.get(name, "") == visit.form.get(f"seen.{name}", "")[:16]:
            visit.form.poplist(name)
