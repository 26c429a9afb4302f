"""Statuspage's public v2 shape, as plain dicts. Source of every field: the design's STATUSPAGE-V2 page."""

from collections.abc import Callable, Sequence
from typing import Any

from portal.domain.names import ComponentStatus
from portal.domain.public import Page, PublicComponent, PublicGroup, PublicIncident, PublicPost

Json = dict[str, Any]
Convert = Callable[[str], str]
"""A person's text -> one safe HTML fragment."""

SHOWN = 50
"""Incidents and maintenances in a list, newest first."""


def page_json(page: Page, updated_at: str | None = None) -> Json:
    """`page`; `updated_at` is the last public change unless the document speaks of something narrower."""
    return {
        "id": page.id,
        "name": page.name,
        "url": page.url,
        "time_zone": page.time_zone,
        "updated_at": updated_at or page.changed_at,
    }


def status_json(page: Page) -> Json:
    return {"indicator": page.overall.indicator, "description": page.overall.description}


def component_json(page: Page, component: PublicComponent, status: ComponentStatus, updated_at: str) -> Json:
    group = next((group for group in page.groups if group.id == component.group_id), None)
    return {
        "id": component.public_id,
        "name": component.name,
        "status": status.value,
        "created_at": component.created_at,
        "updated_at": updated_at,
        "position": component.position,
        "description": component.description,
        "showcase": component.showcase,
        "start_date": component.start_date,
        "group_id": group.public_id if group else None,
        "page_id": page.id,
        "group": False,
        "only_show_if_degraded": False,
    }


def components_json(page: Page) -> list[Json]:
    """The flat list: components, and each group as an entry with `group` true and the ids of its members."""
    rows: list[Json] = []
    for group, members in page.grouped():
        if group is not None:
            rows.append(_group_json(page, group, members))
        rows += [component_json(page, one, one.status, max(one.updated_at, one.status_since or "")) for one in members]
    return rows


def _group_json(page: Page, group: PublicGroup, members: Sequence[PublicComponent]) -> Json:
    return {
        "id": group.public_id,
        "name": group.name,
        "status": max((one.status for one in members), key=lambda status: status.rank).value,
        "created_at": group.created_at,
        "updated_at": group.updated_at,
        "position": group.position,
        "description": None,
        "showcase": False,
        "start_date": None,
        "group_id": None,
        "page_id": page.id,
        "group": True,
        "only_show_if_degraded": False,
        "components": [one.public_id for one in members],
    }


def incident_json(page: Page, incident: PublicIncident, convert: Convert) -> Json:
    """An incident or maintenance. Components show the level that this incident records, so that one incident's JSON
    changes only when that incident does."""
    base = f"{page.url}/incidents/{incident.public_id}/"
    updates = [_update_json(incident, post, convert) for post in reversed(incident.posts)]
    status = incident.state
    if incident.postmortem_slug and not incident.is_maintenance:
        status = "postmortem"
        updates.insert(0, _postmortem_update(page, incident))
    monitoring = next((post.display_at for post in incident.posts if post.state == "monitoring"), None)
    row = {
        "id": incident.public_id,
        "name": incident.title,
        "status": status,
        "created_at": incident.posts[0].published_at,
        "updated_at": incident.updated_at,
        "monitoring_at": monitoring,
        "resolved_at": incident.resolved_at,
        "impact": incident.impact,
        "shortlink": base,
        "started_at": incident.started_at,
        "page_id": page.id,
        "incident_updates": updates,
        "components": [
            component_json(page, one, incident.level_of(one.id), one.updated_at) for one in incident.components
        ],
        "reminder_intervals": None,
    }
    if incident.is_maintenance:
        row["scheduled_for"] = incident.scheduled_for
        row["scheduled_until"] = incident.scheduled_until
    return row


def _update_json(incident: PublicIncident, post: PublicPost, convert: Convert) -> Json:
    moves = [
        {
            "code": move.component.public_id,
            "name": move.component.name,
            "old_status": move.old_status.value,
            "new_status": move.new_status.value,
        }
        for move in post.moves
    ]
    return {
        "id": post.public_id,
        "status": post.state,
        "body": convert(post.body),
        "incident_id": incident.public_id,
        "created_at": post.published_at,
        "updated_at": post.published_at,
        "display_at": post.display_at,
        "affected_components": moves or None,
        "deliver_notifications": post.notify,
        "custom_tweet": None,
        "tweet_id": None,
    }


def _postmortem_update(page: Page, incident: PublicIncident) -> Json:
    address = f"{page.url}/postmortems/{incident.postmortem_slug}/"
    return {
        "id": f"{incident.public_id[:11]}p",
        "status": "postmortem",
        "body": f'<p><a href="{address}">{address}</a></p>',
        "incident_id": incident.public_id,
        "created_at": incident.postmortem_at,
        "updated_at": incident.postmortem_at,
        "display_at": incident.postmortem_at,
        "affected_components": None,
        "deliver_notifications": False,
        "custom_tweet": None,
        "tweet_id": None,
    }


UPCOMING = ("scheduled",)
ACTIVE = ("in_progress", "verifying")
