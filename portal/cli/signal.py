"""`portal signal`: alerts and reports from outside, and what becomes of them."""

from typing import Any

import click

from portal.cli import telling
from portal.cli.acting import as_json, command_of, query_of, read, write
from portal.cli.options import paging, text, words
from portal.verbs import commands_keeper as commands
from portal.verbs import signals, triage
from portal.web.api.queries import Page


@click.group()
def group() -> None:
    """What monitoring and customers report. Enough of it opens a triage record; nothing of it is public."""


@group.command()
@click.argument("title")
@click.option("--kind", type=words(["alert", "report"]), help="An alert goes on until it is resolved.")
@click.option("--status", type=words(["firing", "resolved"]))
@click.option("--source", help="The program that sends it.")
@click.option("--key", help="What makes it the same alert again.")
@click.option("--severity", type=words(["critical", "major", "none"]))
@click.option("--component", metavar="SLUG")
@click.option("--text", "words_", callback=text, help="What is known of it.")
@click.option("--url")
@click.option("--channel", help="How it came: a ticket, a mail, a call.")
@click.option("--on-behalf-of", help="The customer for whom you pass it on.")
@click.option("--contact", help="Where they can be reached.")
@click.option("--started-at", metavar="MOMENT")
@as_json
def send(words_: str | None, as_json: bool, **given: Any) -> None:
    """Send an alert or a report called TITLE."""
    command = command_of(commands.SendSignal, text=words_, **given)
    write(signals.send_signal, command, tell=telling.said("Signal {id} is kept."), as_json=as_json)


@group.command(name="list")
@paging
@as_json
def list_(as_json: bool, **page: Any) -> None:
    """List alerts and reports that wait, newest first."""
    tell = telling.listed(
        ["ID", "KIND", "SINCE", "COMPONENT", "TITLE"],
        ["id", "kind", "started_at", "component", "title"],
        "Nothing waits.",
    )
    read(signals.list_signals, tell=tell, as_json=as_json, **query_of(Page, **page))


@group.command()
@click.argument("signal_id", metavar="ID", type=int)
@click.option("--title")
@click.option("--severity", type=words(["critical", "major"]))
@click.option("--reason", callback=text)
@as_json
def promote(signal_id: int, as_json: bool, **given: Any) -> None:
    """Make an incident of signal ID."""
    command = command_of(commands.Promote, **given)
    write(triage.promote_signal, signal_id, command, tell=telling.incident, as_json=as_json)


@group.command()
@click.argument("signal_id", metavar="ID", type=int)
@click.argument("reason", callback=text)
@as_json
def dismiss(signal_id: int, reason: str, as_json: bool) -> None:
    """Nothing has to be done about signal ID, for this REASON."""
    command = command_of(commands.Dismiss, reason=reason)
    write(triage.dismiss_signal, signal_id, command, tell=telling.said("Signal {id} is dealt with."), as_json=as_json)
