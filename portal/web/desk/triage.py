"""What may be an incident: alerts, reports and questions, until somebody promotes or dismisses them."""

from collections.abc import Callable

from portal.domain.errors import Refused
from portal.verbs import components, incidents, reports, signals
from portal.verbs import triage as verbs
from portal.verbs.commands_keeper import AskAdvice, Dismiss, FileReport, Promote
from portal.verbs.context import Written
from portal.web.desk.visit import Answer, Visit, page


@page("GET", "/triage")
def triage(visit: Visit, refused: Refused | None = None) -> Answer:
    """Records that wait for a decision, and signals that are not enough for one yet."""
    found = incidents.list_incidents(visit.context, visit.actor, {"state": "triage"}, 100)["items"]
    waiting = signals.list_signals(visit.context, visit.actor, 100)["items"]
    return visit.render("keeper/triage.html", refused=refused, records=found, signals=waiting)


@page("GET", "/triage/new")
def new(visit: Visit, refused: Refused | None = None) -> Answer:
    """Ask for advice, or pass on what somebody reports."""
    listed = components.list_components(visit.context, visit.actor)["items"]
    return visit.render("keeper/triage_new.html", refused=refused, components=listed)


@page("POST", "/triage")
def ask(visit: Visit) -> Answer:
    """Unsure whether it is an incident."""
    try:
        done = visit.do(verbs.ask_for_advice, visit.read(AskAdvice))
    except Refused as refused:
        return new(visit, refused)
    return visit.redirect(f"/desk/incidents/{done.answer['ref']}", "The advice channel is asked.")


@page("POST", "/triage/report")
def report(visit: Visit) -> Answer:
    """A report that somebody passes on, with its channel and for whom."""
    try:
        visit.do(reports.file_report, visit.read(FileReport))
    except Refused as refused:
        return new(visit, refused)
    return visit.redirect("/desk/triage", "The report is kept.")


@page("POST", "/incidents/<ref>/promote")
def promote(visit: Visit, ref: str) -> Answer:
    """It is an incident."""
    return _promote(visit, verbs.promote, ref)


@page("POST", "/signals/<number:signal_id>/promote")
def promote_signal(visit: Visit, signal_id: int) -> Answer:
    """One signal is an incident."""
    return _promote(visit, verbs.promote_signal, signal_id)


@page("POST", "/incidents/<ref>/dismiss")
def dismiss(visit: Visit, ref: str) -> Answer:
    """It is none."""
    return _dismiss(visit, verbs.dismiss, ref, f"{ref.upper()} is dismissed.")


@page("POST", "/signals/<number:signal_id>/dismiss")
def dismiss_signal(visit: Visit, signal_id: int) -> Answer:
    """One signal needs nothing."""
    return _dismiss(visit, verbs.dismiss_signal, signal_id, "Dealt with.")


def _promote(visit: Visit, verb: Callable[..., Written], about: str | int) -> Answer:
    try:
        done = visit.do(verb, about, visit.read(Promote))
    except Refused as refused:
        return triage(visit, refused)
    return visit.redirect(f"/desk/incidents/{done.answer['ref']}", "It is an incident; you lead it.")


def _dismiss(visit: Visit, verb: Callable[..., Written], about: str | int, said: str) -> Answer:
    try:
        visit.do(verb, about, visit.read(Dismiss))
    except Refused as refused:
        return triage(visit, refused)
    return visit.redirect("/desk/triage", said)
