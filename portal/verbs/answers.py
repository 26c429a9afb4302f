"""What the API says about an incident, a post, a component: the same dict from every verb."""

import json
import sqlite3
from datetime import timedelta
from typing import Any

from portal.config import Settings
from portal.domain.metrics import measure
from portal.domain.names import ComponentStatus, Outcome, RoleName, worst
from portal.domain.times import from_text, to_text
from portal.store import components, incidents, posts, roles
from portal.text import fragment
from portal.verbs.access import may_see, ref_of
from portal.verbs.context import Actor

_AS_STORED = (
    "public_id",
    "kind",
    "title",
    "public_title",
    "state",
    "post_state",
    "severity",
    "severity_reason",
    "customer_impact",
    "outcome",
    "disclosed_as",
    "audience",
    "breadth",
    "summary",
    "summary_at",
    "workaround",
    "started_at",
    "detected_at",
    "declared_at",
    "declared_by",
    "acknowledged_at",
    "impact_known_at",
    "mitigated_at",
    "resolved_at",
    "closed_at",
    "first_post_at",
    "last_post_at",
    "next_update_due",
    "scheduled_for",
    "scheduled_until",
    "remind_minutes",
    "lesson",
    "what_was_seen",
    "close_reason",
    "created_at",
    "updated_at",
)


def public_url(db: sqlite3.Connection, settings: Settings, incident: sqlite3.Row) -> str | None:
    """The public address, which exists from the first post on; None while the public sees nothing."""
    if not incidents.is_public(db, incident["id"]):
        return None
    return f"{settings.base_url}/incidents/{incident['public_id']}/"


def incident_summary(db: sqlite3.Connection, settings: Settings, actor: Actor, row: sqlite3.Row) -> dict[str, Any]:
    """What lists show: the incident's own columns, its address and its components."""
    said: dict[str, Any] = {"ref": ref_of(row["id"]), "public_url": public_url(db, settings, row)}
    said |= {name: row[name] for name in _AS_STORED}
    said |= {name: bool(row[name]) for name in ("security", "auto", "end_unknown")}
    reporter = {name: row[f"reporter_{name}"] for name in ("kind", "name", "contact")}
    said["reporter"] = reporter if row["reporter_kind"] else None
    said["duplicate_of"] = _seen_ref(db, actor, row["duplicate_of"])
    said["components"] = {
        one["slug"]: one["level"] or ComponentStatus.OPERATIONAL.value for one in posts.named_components(db, row["id"])
    }
    return said


def incident_answer(db: sqlite3.Connection, settings: Settings, actor: Actor, incident_id: int) -> dict[str, Any]:
    """Everything about one incident, with its roles and posts."""
    row = incidents.incident_by_id(db, incident_id)
    assert row is not None  # noqa: S101
    said = incident_summary(db, settings, actor, row)
    said["roles"] = roles_answer(db, settings, incident_id)
    said["posts"] = post_answers(db, settings, row)
    said["metrics"] = None if row["outcome"] == Outcome.FALSE_POSITIVE else _metrics(row, said["posts"])
    said["related"] = [
        {"relation": other["relation"], "ref": ref_of(other["id"]), "title": other["title"]}
        for other in incidents.related(db, incident_id)
        if may_see(actor, other)
    ]
    return said


def _metrics(row: sqlite3.Row, said: list[dict[str, Any]]) -> dict[str, Any]:
    """How long things took; a false positive has none."""
    moments = {name: row[name] for name in row.keys() if name.endswith("_at")}  # noqa: SIM118
    return measure(moments, [(one["display_at"], one["next_update_due"]) for one in said])


def _seen_ref(db: sqlite3.Connection, actor: Actor, incident_id: int | None) -> str | None:
    row = incidents.incident_by_id(db, incident_id) if incident_id else None
    return ref_of(row["id"]) if row is not None and may_see(actor, row) else None


def roles_answer(db: sqlite3.Connection, settings: Settings, incident_id: int) -> dict[str, Any]:
    """Per role: who holds it (`acting`: until somebody accepts), and the newest offer with the time it lapses."""
    said: dict[str, Any] = {
        name.value: {"person": None, "acting": False, "accepted_at": None, "offer": None} for name in RoleName
    }
    for row in roles.live_roles(db, incident_id):
        place = said[row["role"]]
        if row["accepted_at"]:
            place |= {"person": row["person"], "acting": bool(row["acting"]), "accepted_at": row["accepted_at"]}
        else:
            lapses = from_text(row["offered_at"]) + timedelta(minutes=settings.process.offer_minutes)
            place["offer"] = {
                "person": row["person"],
                "offered_by": row["offered_by"],
                "offered_at": row["offered_at"],
                "lapses_at": to_text(lapses),
            }
    return said


def post_answers(db: sqlite3.Connection, settings: Settings, incident: sqlite3.Row) -> list[dict[str, Any]]:
    """All posts in public order; `seq` is the position, `corrects` the position of the corrected one."""
    rows = posts.posts_of(db, incident["id"])
    return _said(db, settings, incident, rows, rows)


def post_answer(db: sqlite3.Connection, settings: Settings, incident_id: int, post_id: int) -> dict[str, Any]:
    """One post, with its place among the others."""
    incident = incidents.incident_by_id(db, incident_id)
    assert incident is not None  # noqa: S101
    rows = posts.posts_of(db, incident_id)
    return _said(db, settings, incident, rows, [row for row in rows if row["id"] == post_id])[0]


def _said(
    db: sqlite3.Connection,
    settings: Settings,
    incident: sqlite3.Row,
    rows: list[sqlite3.Row],
    wanted: list[sqlite3.Row],
) -> list[dict[str, Any]]:
    places = {row["id"]: number for number, row in enumerate(rows, 1)}
    moves = posts.moves_of(db, [row["id"] for row in wanted])
    address = public_url(db, settings, incident)
    return [
        {
            "ref": ref_of(incident["id"]),
            "seq": places[row["id"]],
            "public_id": row["public_id"],
            "public_url": f"{address}#{row['public_id']}" if address else None,
            "state": row["state"],
            "body": row["body"],
            "html": fragment(row["body"]),
            "customer_action": row["customer_action"],
            "display_at": row["display_at"],
            "published_at": row["published_at"],
            "next_update_due": row["next_update_due"],
            "corrects": places.get(row["corrects"]) if row["corrects"] else None,
            "notify": bool(row["notify"]),
            "automatic": bool(row["automatic"]),
            "author": row["author"],
            "redacted_at": row["redacted_at"],
            "findings": json.loads(row["findings"]) if row["findings"] else [],
            "components": [
                {name: move[name] for name in ("slug", "name", "old_status", "new_status")}
                for move in moves.get(row["id"], ())
            ],
        }
        for row in wanted
    ]


def component_answer(db: sqlite3.Connection, row: sqlite3.Row, levels: list[str] | None = None) -> dict[str, Any]:
    """One component; `status` is what the public sees: the worst open level of public incidents."""
    if levels is None:
        levels = components.public_levels(db, row["id"]).get(row["id"], [])
    said: dict[str, Any] = {"slug": row["slug"], "public_id": row["public_id"], "name": row["name"]}
    said |= {"group": row["group_name"], "status": worst([ComponentStatus(level) for level in levels]).value}
    said |= {name: row[name] for name in ("description", "owner", "position", "start_date")}
    said |= {name: bool(row[name]) for name in ("showcase", "hidden")}
    return said | {name: row[name] for name in ("created_at", "updated_at", "retired_at")}
