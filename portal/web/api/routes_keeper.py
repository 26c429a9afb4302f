"""Routes of the process keeper: reminders, announcement windows, signals, triage, the rota."""

from portal.domain.names import Permission
from portal.verbs import commands_keeper as commands
from portal.verbs import keeping, rota, security, signals, triage, windows
from portal.verbs.commands import Declare
from portal.web.api import answers
from portal.web.api import answers_keeper as said
from portal.web.api.queries import Page
from portal.web.api.queries_keeper import OnCallAt
from portal.web.api.route import Route

ROUTES: tuple[Route, ...] = (
    # Reminders
    Route("GET", "/reminders", keeping.due_reminders, said.Reminders, "What waits for somebody now", query=Page),
    Route(
        "POST",
        "/reminders/{id}/snooze",
        keeping.snooze_reminder,
        said.ReminderWritten,
        "Ask again later; the timeline keeps it",
        command=commands.SnoozeReminder,
        gate=True,
    ),
    # Announcement windows
    Route(
        "GET",
        "/announcement-windows",
        windows.list_windows,
        said.AnnouncementWindows,
        "List announcement windows, the last one first",
        query=Page,
    ),
    Route(
        "POST",
        "/announcement-windows",
        windows.plan_window,
        said.AnnouncementWindowWritten,
        "Plan an announcement window",
        command=commands.PlanWindow,
        status=201,
        location="/announcement-windows/{id}",
    ),
    Route(
        "GET",
        "/announcement-windows/{id}",
        windows.get_window,
        said.AnnouncementWindow,
        "Read one announcement window",
    ),
    Route(
        "PATCH",
        "/announcement-windows/{id}",
        windows.change_window,
        said.AnnouncementWindowWritten,
        "Change an announcement window",
        command=commands.ChangeWindow,
        gate=True,
    ),
    Route(
        "POST",
        "/announcement-windows/{id}/cancel",
        windows.cancel_window,
        said.AnnouncementWindowWritten,
        "Cancel an announcement window",
        command=commands.CancelWindow,
        gate=True,
    ),
    # Signals and triage
    Route("GET", "/signals", signals.list_signals, said.Signals, "List alerts and reports that wait", query=Page),
    Route(
        "POST",
        "/signals",
        signals.send_signal,
        said.SignalWritten,
        "Send an alert or a report; never public",
        command=commands.SendSignal,
        status=201,
    ),
    Route(
        "POST",
        "/signals/alertmanager",
        signals.send_alerts,
        said.AlertsTaken,
        "Take what Alertmanager's webhook sends",
        command=commands.AlertmanagerAlerts,
    ),
    Route(
        "POST",
        "/signals/{id}/promote",
        triage.promote_signal,
        answers.IncidentWritten,
        "Make an incident of one alert or report",
        command=commands.Promote,
        status=201,
        location="/incidents/{ref}",
        gate=True,
    ),
    Route(
        "POST",
        "/signals/{id}/dismiss",
        triage.dismiss_signal,
        said.SignalDismissed,
        "Nothing has to be done about it",
        command=commands.Dismiss,
        gate=True,
    ),
    Route(
        "POST",
        "/triage",
        triage.ask_for_advice,
        answers.IncidentWritten,
        "Unsure: open a triage record and ask for advice",
        command=commands.AskAdvice,
        status=201,
        location="/incidents/{ref}",
    ),
    Route(
        "POST",
        "/incidents/{ref}/promote",
        triage.promote,
        answers.IncidentWritten,
        "What is in triage is an incident",
        command=commands.Promote,
        gate=True,
    ),
    Route(
        "POST",
        "/incidents/{ref}/dismiss",
        triage.dismiss,
        answers.IncidentWritten,
        "What is in triage is no incident",
        command=commands.Dismiss,
        gate=True,
    ),
    Route(
        "POST",
        "/incidents/{ref}/availability",
        security.speak_for,
        answers.IncidentWritten,
        "Open a neutral incident that speaks for a private one",
        command=Declare,
        status=201,
        permission=Permission.SECURITY,
        location="/incidents/{ref}",
        gate=True,
    ),
    # Rota
    Route("GET", "/rota", rota.on_call, said.Rota, "Who is on call", query=OnCallAt),
)
