"""Follow-ups: of all incidents, and of one."""

from portal.domain.errors import Refused
from portal.domain.names import FollowupState
from portal.verbs import followups, people
from portal.verbs.commands import AddFollowup, ChangeFollowup
from portal.verbs.incidents import get_incident
from portal.verbs.paging import LIMIT
from portal.web.desk.pages import PREFIX
from portal.web.desk.places import on_our_own
from portal.web.desk.visit import Answer, Visit, page


@page("GET", "/followups")
def all_followups(visit: Visit, refused: Refused | None = None) -> Answer:
    """What is to be done so that it does not happen again: what is due first on top, late ones say so."""
    asked = {name: visit.form[name] for name in ("state", "owner", "overdue") if visit.form.get(name)}
    if refused is not None or not visit.form:
        asked = {"state": "open"}
    found = followups.list_all_followups(
        visit.context, visit.actor, asked, LIMIT, None if refused else visit.form.get("cursor") or None
    )
    return visit.render(
        "followups/list.html",
        refused=refused,
        found=found,
        asked=asked,
        states=list(FollowupState),
        people=people.colleagues(visit.context, visit.actor),
        today=visit.context.now().date().isoformat(),
    )


@page("GET", "/incidents/<ref>/followups")
def followups_of(visit: Visit, ref: str, refused: Refused | None = None) -> Answer:
    """Those of one incident, and a form for one more."""
    incident = get_incident(visit.context, visit.actor, ref)
    return visit.render(
        "followups/incident.html",
        refused=refused,
        incident=incident,
        found=followups.list_followups(visit.context, visit.actor, ref, 100)["items"],
        people=people.colleagues(visit.context, visit.actor),
        today=visit.context.now().date().isoformat(),
    )


@page("POST", "/incidents/<ref>/followups")
def add_followup(visit: Visit, ref: str) -> Answer:
    """One more."""
    try:
        done = visit.do(followups.add_followup, ref, visit.read(AddFollowup))
    except Refused as refused:
        return followups_of(visit, ref, refused)
    return visit.redirect(_back(visit, done.answer["ref"]), "Added.")


@page("POST", "/followups/<number:number>")
def change_followup(visit: Visit, number: int) -> Answer:
    """Done, won't be done, open again, or other words."""
    kept = {"owner", "due", "reason", "issue_url"} & visit.form.keys()
    try:
        done = visit.do(followups.change_followup, number, visit.read(ChangeFollowup, kept))
    except Refused as refused:
        return all_followups(visit, refused)
    said = {"done": "Done.", "wont_do": "It won't be done; the reason is kept.", "open": "It is open."}
    return visit.redirect(_back(visit, done.answer["ref"]), said[done.answer["state"]])


def _back(visit: Visit, ref: str) -> str:
    """To the page that the form was on."""
    to = on_our_own(visit.form.get("_back", ""))
    return to if to != f"{PREFIX}/" else f"{PREFIX}/incidents/{ref}/followups"
