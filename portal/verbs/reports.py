"""Reports of people outside and of those who pass them on: kept with channel and name, never public."""

from portal.domain.names import Permission
from portal.store import components
from portal.verbs.commands import TITLE_LENGTH
from portal.verbs.commands_keeper import FileReport, SendSignal
from portal.verbs.context import Actor, Context, Written
from portal.verbs.signals import record
from portal.verbs.triage import open_due

VISITOR = Actor("visitor", frozenset())
"""Whoever fills the public form; may do nothing else."""


def file_report(context: Context, actor: Actor, command: FileReport) -> Written:
    """Anyone may report a problem; enough reports open a triage record. The answer tells nothing of what is inside."""
    inside = actor.may(Permission.RESPONDER)
    with context.write(actor) as write:
        found = components.component_by_slug(write.db, command.component) if command.component else None
        component_id = found["id"] if found is not None and (inside or not found["hidden"]) else None
        title = command.title or " ".join(command.text.split())[:TITLE_LENGTH]
        sent = SendSignal(
            title=title,
            kind="report",
            source="report",
            text=command.text,
            channel=command.channel,
            on_behalf_of=command.on_behalf_of,
            contact=command.contact,
        )
        signal_id = record(write, sent, component_id, write.moment)
        open_due(write)
        write.audit("report", str(signal_id))
        return write.written({"received": True})
