"""`portal component`: what the status page lists."""

from typing import Any

import click

from portal.cli import telling
from portal.cli.acting import as_json, command_of, query_of, read, write
from portal.cli.options import paging, several, text
from portal.verbs import commands, commands_room, components, owning
from portal.web.api.queries import Page, WholeOrPage


@click.group()
def group() -> None:
    """What the status page lists.

    \b
    For example:
      portal component add "Code intelligence" --group Product
      portal component change code-intelligence --name "Code navigation"
      portal component list
    """


_about = several(
    click.option("--slug", help="Its part of the address; made from the name unless given."),
    click.option("--description", callback=text),
    click.option("--group", "group_name", help="The heading that it stands under."),
    click.option("--position", type=int, help="Its place in the list."),
    click.option("--showcase/--no-showcase", default=None, help="Whether its history of 90 days is shown."),
    click.option("--hidden/--shown", default=None, help="Whether the public does not see it."),
)


@group.command()
@click.argument("name")
@_about
@as_json
def add(as_json: bool, group_name: str | None, **given: Any) -> None:
    """Add a component called NAME."""
    command = command_of(commands.AddComponent, group=group_name, **given)
    write(components.add_component, command, tell=telling.said("{name} is on the page as {slug}."), as_json=as_json)


@group.command(name="list")
@paging
@as_json
def list_(as_json: bool, **page: Any) -> None:
    """The components in the order of the page, with what the public sees of them now."""
    tell = telling.listed(
        ["SLUG", "STATUS", "GROUP", "NAME"],
        ["slug", "status", "group", "name"],
        "No component yet: portal component add.",
    )
    read(components.list_components, tell=tell, as_json=as_json, **query_of(WholeOrPage, **page))


@group.command()
@click.argument("which", metavar="SLUG")
@click.option("--name")
@_about
@click.option("--no-group", is_flag=True, help="Take it out of its group.")
@as_json
def change(which: str, no_group: bool, group_name: str | None, as_json: bool, **given: Any) -> None:
    """Rename, move, hide or regroup the component SLUG."""
    command = command_of(commands.ChangeComponent, group=group_name, **given)
    if no_group:
        command = commands.ChangeComponent(**command.model_dump(exclude_unset=True) | {"group": None})
    write(components.change_component, which, command, tell=telling.said("{slug} is now {name}."), as_json=as_json)


@group.command()
@click.argument("which", metavar="SLUG")
@as_json
def remove(which: str, as_json: bool) -> None:
    """Take the component SLUG off the page; its past stays."""
    write(components.remove_component, which, tell=telling.said("{name} is off the page."), as_json=as_json)


@group.command(name="owner")
@click.argument("which", metavar="SLUG")
@click.argument("owner", metavar="[PERSON]", required=False)
@as_json
def own(which: str, owner: str | None, as_json: bool) -> None:
    """Name PERSON as the owner of the component SLUG, or nobody. The public never sees it."""
    command = commands_room.SetOwner(owner=owner) if owner is None else command_of(commands_room.SetOwner, owner=owner)
    tell = telling.said("{slug}: {owner}.") if owner else telling.said("{slug} has no owner now.")
    write(owning.set_owner, which, command, tell=tell, as_json=as_json)


@group.command()
@click.argument("which", metavar="SLUG")
@click.argument("what")
@click.option("--person", help="Who changed it; yourself unless given.")
@click.option("--happened-at", metavar="MOMENT", help="Now unless given.")
@click.option("--url", help="Where it can be looked at.")
@as_json
def changed(which: str, as_json: bool, **given: Any) -> None:
    """Record that WHAT of the component SLUG was changed, such as a deploy."""
    command = command_of(commands_room.RecordChange, **given)
    write(owning.record_change, which, command, tell=telling.said("{component}: {what}, recorded."), as_json=as_json)


@group.command()
@click.argument("which", metavar="SLUG")
@paging
@as_json
def changes(which: str, as_json: bool, **page: Any) -> None:
    """What was changed of the component SLUG lately."""
    tell = telling.listed(
        ["WHEN", "WHO", "WHAT", "URL"], ["happened_at", "person", "what", "url"], "No change is recorded."
    )
    read(owning.list_changes, which, tell=tell, as_json=as_json, **query_of(Page, **page))
