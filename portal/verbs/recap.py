"""What is going on in an incident."""

from typing import Any

from portal.domain import recap as words
from portal.domain.names import ChecklistState, FollowupState
from portal.domain.times import from_text, to_text
from portal.store import checklists, followups, postmortems
from portal.verbs.access import find_incident
from portal.verbs.answers import incident_answer
from portal.verbs.context import Actor, Context
from portal.verbs.playbooks import names_of_fitting


def recap(context: Context, actor: Actor, ref: str) -> dict[str, Any]:
    """The same text in chat, desk, API and CLI (`text`), with its parts."""
    now = context.now()
    with context.database.snapshot() as db:
        incident = find_incident(db, actor, ref)
        incident_id = incident["id"]
        fitting = names_of_fitting(db, context.settings, incident)
        whole = incident_answer(db, context.settings, actor, incident_id)
        article = postmortems.postmortem_of(db, incident_id)
        actions = [
            {"kind": "checklist", "id": row["id"], "title": row["title"]}
            for row in checklists.checklist_of(db, incident_id)
            if row["state"] == ChecklistState.TODO
        ]
        actions += [
            {"kind": "followup", "id": row["id"], "title": row["title"]}
            for row in followups.followups_of(db, incident_id)
            if row["state"] == FollowupState.OPEN
        ]
    names = (
        "ref title state post_state outcome severity kind customer_impact started_at resolved_at"
        " scheduled_for scheduled_until components summary summary_at workaround next_update_due public_url"
    )
    said: dict[str, Any] = {name: whole[name] for name in names.split()}
    end = whole["resolved_at"] or to_text(now)
    last = whole["posts"][-1] if whole["posts"] else None
    said |= {
        "now": to_text(now),
        "age_minutes": words.minutes_since(whole["started_at"], from_text(end)),
        "lead": whole["roles"]["lead"],
        "messenger": whole["roles"]["messenger"],
        "summary_stale": words.is_stale(whole["summary_at"], now),
        "last_post": last,
        "last_post_age_minutes": words.minutes_since(last["display_at"], now) if last else None,
        "open_actions": actions,
        "playbooks": fitting,
        "postmortem": {name: article[name] for name in ("state", "owner", "due_at")} if article else None,
    }
    return {"text": words.recap_text(said, now), **said}
