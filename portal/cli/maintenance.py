"""`portal maintenance`: planned work."""

from typing import Any

import click

from portal.cli import telling
from portal.cli.acting import as_json, command_of, query_of, read, write
from portal.cli.options import paging, several, text
from portal.verbs import commands, maintenances
from portal.web.api.queries import Page


@click.group()
def group() -> None:
    """Plan work, announce it, change or cancel it. It starts and ends by itself unless --manual.

    \b
    For example:
      portal maintenance plan "Database upgrade" --from 2026-12-01T22:00:00Z --until 2026-12-01T23:00:00Z \\
          --component search --body "Search is read-only while we upgrade its database."
    Post about a maintenance with `portal incident post REF in_progress TEXT`.
    """


_window = several(
    click.option("--from", "scheduled_for", metavar="MOMENT", help="When it starts, such as 2026-12-01T22:00:00Z."),
    click.option("--until", "scheduled_until", metavar="MOMENT", help="When it ends."),
    click.option(
        "--component", "components", multiple=True, metavar="SLUG", help="What it affects; can be said again."
    ),
    click.option("--auto/--manual", default=None, help="Start and end it by the clock."),
    click.option("--remind-minutes", type=int, help="Remind this long before it starts (60)."),
)


@group.command()
@click.argument("title")
@click.option("--body", required=True, callback=text, help="The announcement; `-` reads standard input.")
@_window
@click.option("--confirm", is_flag=True, help="Publish it although the rules asked for another look.")
@click.option("--confirmed", multiple=True, metavar="ID", help="A finding to confirm; can be said again.")
@as_json
def plan(confirm: bool, as_json: bool, **given: Any) -> None:
    """Plan a maintenance called TITLE and announce it."""
    command = command_of(commands.PlanMaintenance, confirm=confirm or None, **given)
    texts = {"body": command.body, "public_title": command.title}
    write(maintenances.plan_maintenance, command, tell=telling.incident, as_json=as_json, texts=texts)


@group.command()
@click.argument("ref")
@click.option("--title")
@_window
@as_json
def change(ref: str, as_json: bool, **given: Any) -> None:
    """Change the window or the components of REF."""
    command = command_of(commands.ChangeMaintenance, **given)
    write(maintenances.change_maintenance, ref, command, tell=telling.incident, as_json=as_json)


@group.command()
@click.argument("ref")
@click.option("--body", callback=text, help="What the public reads.")
@click.option("--reason", callback=text, help="Why, for people inside.")
@as_json
def cancel(ref: str, as_json: bool, **given: Any) -> None:
    """Cancel REF."""
    command = command_of(commands.CancelMaintenance, **given)
    texts = {"body": command.body or ""}
    write(maintenances.cancel_maintenance, ref, command, tell=telling.incident, as_json=as_json, texts=texts)


@group.command(name="list")
@paging
@as_json
def list_(as_json: bool, **page: Any) -> None:
    """List maintenances, newest first."""
    read(maintenances.list_maintenances, tell=_maintenances, as_json=as_json, **query_of(Page, **page))


def _maintenances(answer: dict[str, Any]) -> None:
    rows = (
        [
            one["ref"],
            one["post_state"],
            telling.moment(one["scheduled_for"]),
            telling.moment(one["scheduled_until"]),
            one["title"],
        ]
        for one in answer["items"]
    )
    telling.table(["REF", "STATE", "FROM", "UNTIL", "TITLE"], rows, "No maintenance.")
    telling.more(answer)
