"""The audit log, for admins."""

from typing import Any

from portal.domain.errors import Refused
from portal.domain.names import Permission
from portal.verbs import audits
from portal.verbs.commands_people import AuditFilters
from portal.web.desk.visit import Answer, Visit, page


@page("GET", "/audit", permission=Permission.ADMIN)
def audit(visit: Visit) -> Answer:
    """Who did what, newest first, by actor, action, subject and time."""
    found: dict[str, Any] = {"items": [], "next_cursor": None}
    refused = None
    try:
        cursor = visit.form.pop("_cursor", None)
        asked = visit.read(AuditFilters).model_dump(exclude_none=True)
        found = audits.list_audit(visit.context, visit.actor, asked, cursor=cursor)
    except Refused as caught:
        refused = caught
    return visit.render(
        "desk/audit.html",
        refused=refused,
        items=found["items"],
        next_cursor=found["next_cursor"],
        actions=audits.list_actions(visit.context, visit.actor),
        asked={name: value for name, value in visit.form.items() if value},
    )
