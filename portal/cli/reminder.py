"""`portal reminder`: what waits for somebody."""

from typing import Any

import click

from portal.cli import telling
from portal.cli.acting import as_json, command_of, query_of, read, write
from portal.cli.options import paging, text
from portal.verbs import commands_keeper as commands
from portal.verbs import keeping
from portal.web.api.queries import Page


@click.group()
def group() -> None:
    """What waits for somebody now, and asking again later."""


@group.command(name="list")
@paging
@as_json
def list_(as_json: bool, **page: Any) -> None:
    """What waits for somebody now, longest first."""
    tell = telling.listed(
        ["ID", "DUE", "WHAT", "SNOOZED", "TEXT"],
        ["id", "due_at", "kind", "snoozes", "text"],
        "Nothing waits.",
    )
    read(keeping.due_reminders, tell=tell, as_json=as_json, **query_of(Page, **page))


@group.command()
@click.argument("reminder_id", metavar="ID", type=int)
@click.argument("minutes", type=int)
@click.option("--reason", callback=text, help="Why; the timeline keeps it.")
@as_json
def snooze(reminder_id: int, as_json: bool, **given: Any) -> None:
    """Ask about reminder ID again in so many MINUTES."""
    command = command_of(commands.SnoozeReminder, **given)
    tell = telling.said("Reminder {id} waits until {snoozed_until}.")
    write(keeping.snooze_reminder, reminder_id, command, tell=tell, as_json=as_json)
