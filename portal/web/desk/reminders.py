"""What waits for somebody, and asking again later."""

from portal.domain.errors import Refused
from portal.verbs import keeping as verbs
from portal.verbs.commands_keeper import SnoozeReminder
from portal.web.desk.visit import Answer, Visit, page


@page("GET", "/reminders")
def reminders(visit: Visit, refused: Refused | None = None) -> Answer:
    """Everything that waits, longest first."""
    found = verbs.due_reminders(visit.context, visit.actor, limit=100)["items"]
    return visit.render("keeper/reminders.html", refused=refused, reminders=found)


@page("POST", "/reminders/<number:reminder_id>/snooze")
def snooze(visit: Visit, reminder_id: int) -> Answer:
    """Ask again later; the timeline keeps it."""
    try:
        done = visit.do(verbs.snooze_reminder, reminder_id, visit.read(SnoozeReminder))
    except Refused as refused:
        return reminders(visit, refused)
    until = done.answer["snoozed_until"]
    return visit.redirect("/desk/reminders", f"It waits until {until[11:16]} UTC.")
