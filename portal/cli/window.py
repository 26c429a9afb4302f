"""`portal window`: announcement windows."""

from typing import Any

import click

from portal.cli import telling
from portal.cli.acting import as_json, command_of, query_of, read, write
from portal.cli.options import paging, several, text
from portal.verbs import commands_keeper as commands
from portal.verbs import windows
from portal.web.api.queries import Page


@click.group()
def group() -> None:
    """Launch days: inside one, marketing is called to every incident at once."""


_fields = several(
    click.option("--from", "starts_at", metavar="MOMENT", help="When it starts, such as 2026-12-02T14:00:00Z."),
    click.option("--until", "ends_at", metavar="MOMENT", help="When it ends."),
    click.option("--owner", help="Who looks after it."),
    click.option("--plan", callback=text, help="What is planned, and who can hold it."),
    click.option("--notify", multiple=True, metavar="EMAIL", help="Who is called, too; can be said again."),
)


def _tell(answer: dict[str, Any]) -> None:
    missing = f", without {' and '.join(answer['missing'])}" if answer["missing"] else ""
    click.echo(f"Window {answer['id']}: {answer['title']}, {telling.moment(answer['starts_at'])}{missing}.")


@group.command()
@click.argument("title")
@_fields
@as_json
def plan(as_json: bool, **given: Any) -> None:
    """Plan a window called TITLE."""
    write(windows.plan_window, command_of(commands.PlanWindow, **given), tell=_tell, as_json=as_json)


@group.command()
@click.argument("window_id", metavar="ID", type=int)
@click.option("--title")
@_fields
@as_json
def change(window_id: int, as_json: bool, **given: Any) -> None:
    """Change window ID."""
    write(windows.change_window, window_id, command_of(commands.ChangeWindow, **given), tell=_tell, as_json=as_json)


@group.command()
@click.argument("window_id", metavar="ID", type=int)
@click.option("--reason", callback=text, help="Why it does not take place.")
@as_json
def cancel(window_id: int, as_json: bool, **given: Any) -> None:
    """Cancel window ID."""
    tell = telling.said("Window {id} is cancelled.")
    write(windows.cancel_window, window_id, command_of(commands.CancelWindow, **given), tell=tell, as_json=as_json)


@group.command(name="list")
@paging
@as_json
def list_(as_json: bool, **page: Any) -> None:
    """List announcement windows, the last one first."""
    tell = telling.listed(
        ["ID", "FROM", "UNTIL", "OWNER", "TITLE"],
        ["id", "starts_at", "ends_at", "owner", "title"],
        "No announcement window.",
    )
    read(windows.list_windows, tell=tell, as_json=as_json, **query_of(Page, **page))
