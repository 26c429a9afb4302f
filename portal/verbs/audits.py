"""The audit log: who did what, when; it only grows."""

import json
from collections.abc import Mapping
from typing import Any

from portal.domain.names import Permission
from portal.domain.times import to_text
from portal.store import audits as store
from portal.verbs.access import require, seen_by
from portal.verbs.context import Actor, Context
from portal.verbs.paging import LIMIT, check_limit, from_cursor, to_cursor


def list_audit(
    context: Context,
    actor: Actor,
    filters: Mapping[str, Any] | None = None,
    limit: int = LIMIT,
    cursor: str | None = None,
) -> dict[str, Any]:
    """Newest first. Filters: actor, action (`post` has `post.redact`, too), subject, since, until (moments). Rows about
    private incidents are for those who may see these."""
    require(actor, Permission.ADMIN, "read the audit log")
    check_limit(limit)
    position = from_cursor(cursor)
    asked = {
        name: value if isinstance(value, str) else to_text(value) for name, value in (filters or {}).items() if value
    }
    with context.database.snapshot() as db:
        found = store.rows(db, asked, position[1] if position else None, limit + 1, seen_by(actor))
    items = [
        {
            **{name: row[name] for name in ("id", "at", "actor", "action", "subject")},
            "details": json.loads(row["details"]),
        }
        for row in found[:limit]
    ]
    more = len(found) > limit
    return {"items": items, "next_cursor": to_cursor(items[-1]["at"], items[-1]["id"]) if more else None}


def list_actions(context: Context, actor: Actor) -> list[str]:
    """What the log can be filtered by."""
    require(actor, Permission.ADMIN, "read the audit log")
    return store.actions(context.database.connection())
