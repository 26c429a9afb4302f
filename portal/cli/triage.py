"""`portal triage`: what may be an incident."""

from typing import Any

import click

from portal.cli import telling
from portal.cli.acting import as_json, command_of, write
from portal.cli.options import text, words
from portal.verbs import commands_keeper as commands
from portal.verbs import triage


@click.group()
def group() -> None:
    """What may be an incident: ask for advice, then promote or dismiss it.

    \b
    `portal incident list --state triage` lists what waits.
    """


@group.command()
@click.argument("title")
@click.option("--text", "words_", callback=text, help="What was seen.")
@click.option("--component", metavar="SLUG")
@as_json
def ask(words_: str | None, as_json: bool, **given: Any) -> None:
    """Unsure: open a triage record called TITLE and ask for advice."""
    command = command_of(commands.AskAdvice, text=words_, **given)
    write(triage.ask_for_advice, command, tell=telling.incident, as_json=as_json)


@group.command()
@click.argument("ref")
@click.option("--title")
@click.option("--severity", type=words(["critical", "major"]))
@click.option("--reason", callback=text)
@as_json
def promote(ref: str, as_json: bool, **given: Any) -> None:
    """REF is an incident; you lead it until somebody else accepts."""
    write(triage.promote, ref, command_of(commands.Promote, **given), tell=telling.incident, as_json=as_json)


@group.command()
@click.argument("ref")
@click.argument("reason", callback=text)
@as_json
def dismiss(ref: str, reason: str, as_json: bool) -> None:
    """REF is no incident, for this REASON."""
    command = command_of(commands.Dismiss, reason=reason)
    write(triage.dismiss, ref, command, tell=telling.incident, as_json=as_json)
