"""What programs are told, in the envelope of Statuspage's webhooks, which many receivers can read.

https://support.atlassian.com/statuspage/docs/enable-webhook-notifications/
"""

from portal.domain.public import Page, PublicIncident, PublicMove, PublicPost
from portal.wire.statuspage import Convert, Json, component_json, incident_json

UPDATES = 20
"""So many of an incident's newest updates are in a message, which stays small."""


def incident_message(page: Page, incident: PublicIncident, convert: Convert) -> Json:
    """An incident or maintenance as it is now, its newest update first."""
    told = incident_json(page, incident, convert)
    told["incident_updates"] = told["incident_updates"][:UPDATES]
    return {"page": _page(page), "incident": told | {"backfilled": False, "impact_override": None}}


def component_message(page: Page, incident: PublicIncident, post: PublicPost, move: PublicMove) -> Json:
    """What a post made of one component, and how that stands now."""
    one = move.component
    return {
        "page": _page(page),
        "component_update": {
            "id": f"{post.public_id}-{one.public_id}",
            "created_at": post.display_at,
            "old_status": move.old_status.value,
            "new_status": move.new_status.value,
            "component_id": one.public_id,
            "incident_id": incident.public_id,
        },
        "component": component_json(page, one, one.status, max(one.updated_at, one.status_since or "")),
    }


def with_links(message: Json, page: Page, unsubscribe: str) -> Json:
    """A message for one subscriber."""
    return {"meta": {"unsubscribe": unsubscribe, "documentation": f"{page.url}/subscribe/"}} | message


def _page(page: Page) -> Json:
    overall = page.overall
    return {"id": page.id, "status_indicator": overall.indicator, "status_description": overall.description}
