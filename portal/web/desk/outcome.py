"""Incidents that end otherwise than resolved: false positives, duplicates, cancelled ones."""

from portal.domain.errors import Refused
from portal.domain.lifecycle import LAST
from portal.domain.names import Outcome, PostState
from portal.verbs import closing, incidents, post_templates, posts
from portal.verbs.commands import Close, Command, Post, Text
from portal.web.desk.visit import Answer, Visit, page


class FalseAlarm(Command):
    """The last public post of an incident that was none."""

    body: Text
    confirm: bool = False


@page("GET", "/incidents/<ref>/outcome")
def outcome(visit: Visit, ref: str, refused: Refused | None = None) -> Answer:
    """The three ways, each with what it has to say for itself. What is public is ended in public first."""
    one = incidents.get_incident(visit.context, visit.actor, ref)
    last = one["posts"][-1]["state"] if one["public_url"] and one["posts"] else None
    open_in_public = last is not None and PostState(last) not in LAST
    words = post_templates.false_alarm(visit.context, visit.actor, ref)
    return visit.render("keeper/outcome.html", refused=refused, one=one, open_in_public=open_in_public, words=words)


@page("POST", "/incidents/<ref>/outcome/false-alarm")
def false_alarm(visit: Visit, ref: str) -> Answer:
    """Tell the public first: a resolved post that says it was a false alarm."""
    try:
        said = visit.read(FalseAlarm)
        visit.do(posts.post, ref, Post(state=PostState.RESOLVED, body=said.body, confirm=said.confirm))
    except Refused as refused:
        return outcome(visit, ref, refused)
    return visit.redirect(f"/desk/incidents/{ref}/outcome", "The public reads that it was a false alarm.")


@page("POST", "/incidents/<ref>/outcome")
def end(visit: Visit, ref: str) -> Answer:
    """Close it with this outcome."""
    try:
        command = visit.read(Close)
        visit.do(closing.close, ref, command)
    except Refused as refused:
        return outcome(visit, ref, refused)
    return visit.redirect(f"/desk/incidents/{ref}", f"Closed: {Outcome(command.outcome).value.replace('_', ' ')}.")
