"""Announcement windows: who looks after them, and what is planned."""

from portal.domain.errors import Refused
from portal.verbs import windows as verbs
from portal.verbs.commands_keeper import CancelWindow, ChangeWindow, PlanWindow
from portal.web.desk.visit import Answer, Visit, page
from portal.web.desk.words import unheard


@page("GET", "/windows")
def windows(visit: Visit, refused: Refused | None = None) -> Answer:
    """All windows, and a form for one more."""
    found = verbs.list_windows(visit.context, visit.actor, limit=100)["items"]
    return visit.render("keeper/windows.html", refused=refused, windows=found)


@page("POST", "/windows")
def plan(visit: Visit) -> Answer:
    """Plan one."""
    try:
        done = visit.do(verbs.plan_window, visit.read(PlanWindow))
    except Refused as refused:
        return windows(visit, refused)
    missing = done.answer["missing"]
    said = f"Planned. It still needs: {' and '.join(missing)}." if missing else "Planned."
    return visit.redirect("/desk/windows", said + unheard(done.answer["owner"]))


@page("GET", "/windows/<number:window_id>")
def window(visit: Visit, window_id: int, refused: Refused | None = None) -> Answer:
    """One window, to change."""
    one = verbs.get_window(visit.context, visit.actor, window_id)
    return visit.render("keeper/window.html", refused=refused, one=one)


@page("POST", "/windows/<number:window_id>")
def change(visit: Visit, window_id: int) -> Answer:
    """Change it; an owner or plan that is emptied is taken away."""
    try:
        done = visit.do(
            verbs.change_window, window_id, visit.read(ChangeWindow, keep_empty={"owner", "plan", "notify"})
        )
    except Refused as refused:
        return window(visit, window_id, refused)
    return visit.redirect("/desk/windows", "Saved." + unheard(done.answer["owner"]))


@page("POST", "/windows/<number:window_id>/cancel")
def cancel(visit: Visit, window_id: int) -> Answer:
    """It will not take place."""
    try:
        visit.do(verbs.cancel_window, window_id, visit.read(CancelWindow))
    except Refused as refused:
        return window(visit, window_id, refused)
    return visit.redirect("/desk/windows", "Cancelled.")
