"""Messages for programs, from what the public may read at this moment."""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from portal.config import Settings
from portal.site.full import reader_for
from portal.store import outbox
from portal.text import fragment
from portal.verbs.letters import Event
from portal.wire.statuspage import Json
from portal.wire.webhook import component_message, incident_message, with_links


def envelope(db: sqlite3.Connection, settings: Settings, event: Event, token: str) -> Json | None:
    """What a subscriber's program is told of an event; None when the public may not read of it any more."""
    kind, incident_id = event["event"], event["incident_id"]
    if kind == "maintenance_reminder" and not outbox.still_ahead(db, incident_id):
        return None
    reader = reader_for(db, settings)
    found = reader.incidents("id = ?", (incident_id,))
    if not found:
        return None
    incident, message = found[0], None
    posts = [post for post in incident.posts if post.id == event["post_id"]]
    if kind == "component_changed":
        details: Mapping[str, Any] = json.loads(event["details"])
        moves = [(post, move) for post in posts for move in post.moves if move.component.id == details["component"]]
        message = component_message(reader.page, incident, *moves[0]) if moves else None
    elif (kind != "postmortem_published" or incident.postmortem_slug) and (kind != "post_published" or posts):
        message = incident_message(reader.page, incident, fragment)
    if message is None:
        return None
    return with_links(message, reader.page, f"{settings.base_url}/subscriptions/webhooks/leave/{token}")
