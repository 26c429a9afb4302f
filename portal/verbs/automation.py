"""What happens by itself: time boundaries, maintenances that start and end by the clock, and what the keeper keeps."""

from dataclasses import replace

from portal.domain.names import Kind, PostState
from portal.domain.times import to_text
from portal.language import N_, words_of
from portal.store import incidents
from portal.verbs.access import ref_of
from portal.verbs.clock import is_due
from portal.verbs.commands import Post
from portal.verbs.context import PORTAL, Context
from portal.verbs.keeping import keep
from portal.verbs.news import remind_once
from portal.verbs.posting import publish
from portal.verbs.sending import publish_scheduled_once

STARTED = N_("The scheduled maintenance has started.")
COMPLETED = N_("The scheduled maintenance has been completed.")


def run_due(context: Context) -> bool:
    """Do everything that is due now, each thing once, also after a long sleep; True when something was done.

    Costs a few indexed reads when nothing is due. Posts are shown at the time that was planned.
    """
    context = replace(context, idempotency=None)
    with context.database.snapshot() as db:
        done = is_due(db, context.now())
    if done:
        with context.write(PORTAL):
            pass  # to begin a transaction is to cross the boundaries
    while step_once(context) or publish_scheduled_once(context):
        done = True
    remind_once(context)
    return keep(context) or done


def step_once(context: Context) -> bool:
    """Start or complete the maintenance that has waited longest; False when none waits."""
    now = to_text(context.now())
    with context.database.snapshot() as db:
        waiting = incidents.due_maintenances(db, now)
    if not waiting:
        return False
    with context.write(PORTAL) as write:
        for incident_id in incidents.due_maintenances(write.db, write.now)[:1]:
            row = incidents.incident_by_id(write.db, incident_id)
            assert row is not None  # noqa: S101
            assert row["kind"] == Kind.MAINTENANCE  # noqa: S101
            starts = row["post_state"] == PostState.SCHEDULED
            state = PostState.IN_PROGRESS if starts else PostState.COMPLETED
            at = row["scheduled_for"] if starts else row["scheduled_until"]
            body = words_of(context.settings.language)(STARTED if starts else COMPLETED)
            with write.touching_incident(incident_id):
                said = Post(state=state, body=body)
                publish(write, row, said, automatic_at=max(at, row["last_post_at"]))
            write.audit("maintenance.start" if starts else "maintenance.complete", ref_of(incident_id))
    return True
