"""`portal postmortem request`: customers who asked for a postmortem."""

from typing import Any

import click

from portal.cli import telling
from portal.cli.acting import as_json, command_of, query_of, read, write
from portal.cli.options import paging, text
from portal.verbs import commands_learning as commands
from portal.verbs import postmortem_requests
from portal.web.api.queries import Page


@click.group()
def request() -> None:
    """Customers who asked for a postmortem, and whether they were told that it is out."""


@request.command(name="add")
@click.argument("ref")
@click.argument("name")
@click.option("--contact", help="Where they can be reached.")
@click.option("--note", callback=text, help="What they asked for, in their words.")
@as_json
def add(ref: str, as_json: bool, **given: Any) -> None:
    """Note that the customer NAME asks for the postmortem of REF."""
    command = command_of(commands.AddRequest, **given)
    write(postmortem_requests.add_request, ref, command, tell=telling.said("Request {id}: {name}."), as_json=as_json)


@request.command(name="list")
@click.argument("ref")
@paging
@as_json
def list_(ref: str, as_json: bool, **page: Any) -> None:
    """Who asked for the postmortem of REF."""
    tell = telling.listed(
        ["ID", "NAME", "CONTACT", "ASKED", "TOLD"],
        ["id", "name", "contact", "asked_at", "told_at"],
        "Nobody has asked for it.",
    )
    read(postmortem_requests.list_requests, ref, tell=tell, as_json=as_json, **query_of(Page, **page))


@request.command(name="told")
@click.argument("request_id", metavar="ID", type=int)
@click.option("--not", "told", is_flag=True, flag_value=False, default=True, help="They were not told after all.")
@as_json
def told_(request_id: int, told: bool, as_json: bool) -> None:
    """Note that request ID was answered: they were told that the postmortem is out."""
    command = command_of(commands.ChangeRequest, told=told)
    write(postmortem_requests.change_request, request_id, command, tell=telling.said("{name}: noted."), as_json=as_json)


def join(group: click.Group) -> None:
    """Put these commands under `portal postmortem`."""
    group.add_command(request)
