"""What subscribers are told of: filed in the transaction of what happened, and taken back before it was sent."""

import sqlite3
from datetime import timedelta

from portal.domain.errors import Conflict, NotFound
from portal.domain.times import from_text, to_text
from portal.store import incidents, outbox, posts
from portal.verbs.access import find_incident, ref_of, require_publishing
from portal.verbs.commands_subscriptions import StopMail
from portal.verbs.context import PORTAL, Actor, Context, Write, Written
from portal.verbs.placing import Place

HISTORY = timedelta(hours=24)
"""A post that is shown so long before it was written is a record of the past, which nobody is woken for."""


def file_post(write: Write, incident: sqlite3.Row, post_id: int, where: Place, *, notify: bool) -> None:
    """File a post for its subscribers, unless it only completes the past. What they hear of waits `mail_delay` seconds.

    A correction that is told replaces what has not been sent yet of the post that it corrects.
    """
    if not notify or not where.newest or from_text(where.display_at) < write.moment - HISTORY:
        return
    if where.corrects is not None:
        outbox.withdraw_post(write.db, where.corrects, write.now, "corrected")
    write.tell("post_published", f"post:{post_id}", incident_id=incident["id"], post_id=post_id, wait=_delay(write))


def remind_once(context: Context) -> bool:
    """File the reminders of maintenances that start soon, each once per time that it is scheduled for."""
    with context.database.snapshot() as db:
        if not incidents.to_be_reminded_of(db, to_text(context.now())):
            return False
    with context.write(PORTAL) as write:
        for row in incidents.to_be_reminded_of(write.db, write.now):
            key = f"reminder:{row['id']}:{row['scheduled_for']}"
            write.tell("maintenance_reminder", key, incident_id=row["id"], wait=_delay(write))
    return True


def stop_mail(context: Context, actor: Actor, ref: str, seq: int, command: StopMail | None = None) -> Written:
    """Send nothing more of a post to subscribers: all of it within the first minute, later what has not gone out.
    The post stays public. Conflict when there is nothing to stop."""
    with context.write(actor) as write:
        incident = find_incident(write.db, actor, ref)
        require_publishing(write.db, actor, incident["id"])
        rows = posts.posts_of(write.db, incident["id"])
        if not 1 <= seq <= len(rows):
            raise NotFound(f"{ref_of(incident['id'])} has no post {seq}.")
        event = outbox.of_post(write.db, rows[seq - 1]["id"])
        sent = outbox.sent(write.db, event["id"]) if event else 0
        if event is None or event["withdrawn_at"] or outbox.is_done(write.db, event):
            raise Conflict(f"Nothing of post {seq} waits to be sent; {sent} mails have gone out.")
        outbox.withdraw_post(write.db, rows[seq - 1]["id"], write.now, f"stopped by {actor.name}")
        why = f" {command.reason}" if command and command.reason else ""
        write.timeline(incident["id"], "mail", f"Mail about post {seq} was stopped; {sent} had gone out.{why}")
        write.audit("mail.stop", ref_of(incident["id"]), {"seq": seq, "sent": sent})
        return write.written({"ref": ref_of(incident["id"]), "seq": seq, "sent": sent})


def _delay(write: Write) -> timedelta:
    """The same for everything, so that what is filed later is sent later."""
    return timedelta(seconds=write.settings.mail_delay)
