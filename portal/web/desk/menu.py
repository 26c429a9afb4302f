"""Where the desk's menu leads. An entry is shown when its page is there and the person may open it."""

from dataclasses import dataclass

from portal.verbs.context import Actor
from portal.web.desk.pages import PAGES, PREFIX


@dataclass(frozen=True)
class Entry:
    path: str
    label: str
    group: str
    icon: str
    """A name among the symbols of desk/icons.svg."""

    @property
    def address(self) -> str:
        return PREFIX + self.path


ENTRIES = (
    Entry("/", "Board", "work", "board"),
    Entry("/incidents", "Incidents", "work", "incident"),
    Entry("/triage", "Triage", "work", "warning"),
    Entry("/maintenances", "Maintenance", "work", "maintenance"),
    Entry("/postmortems", "Postmortems", "work", "postmortem"),
    Entry("/followups", "Follow-ups", "work", "followup"),
    Entry("/windows", "Announcements", "work", "window"),
    Entry("/rota", "On call", "work", "rota"),
    Entry("/reminders", "Reminders", "work", "clock"),
    Entry("/playbooks", "Playbooks", "work", "audit"),
    Entry("/insight", "Insight", "work", "insight"),
    Entry("/mail", "Mail", "work", "mail"),
    Entry("/subscribers", "Subscribers", "portal", "mail"),
    Entry("/webhooks", "Webhooks", "portal", "token"),
    Entry("/components", "Components", "portal", "component"),
    Entry("/people", "People", "portal", "people"),
    Entry("/tokens", "API tokens", "portal", "token"),
    Entry("/files", "Import and export", "portal", "files"),
    Entry("/audit", "Audit log", "portal", "audit"),
    Entry("/settings", "Settings", "portal", "settings"),
)


def for_actor(actor: Actor) -> list[Entry]:
    """The entries that lead somewhere for this person."""
    open_to = {
        one.path for one in PAGES if one.method == "GET" and one.permission is not None and actor.may(one.permission)
    }
    return [entry for entry in ENTRIES if entry.path in open_to]
