"""`portal incident`: what is recorded beside the posts - impacts, roles, the timeline, links."""

from typing import Any

import click

from portal.cli import telling
from portal.cli.acting import as_json, command_of, query_of, read, write
from portal.cli.options import paging, text, words
from portal.domain.names import ComponentStatus, RoleName
from portal.verbs import commands, impacts, links, roles
from portal.verbs import timeline as timelines
from portal.web.api.queries import Page


@click.group()
def impact() -> None:
    """Which components suffered, how much and from when to when."""


_impacts = telling.listed(
    ["ID", "COMPONENT", "LEVEL", "FROM", "TO"], ["id", "component", "level", "from_at", "to_at"], "No impact."
)


@impact.command(name="add")
@click.argument("ref")
@click.argument("component", metavar="SLUG")
@click.argument("level", metavar="LEVEL", type=words(ComponentStatus))
@click.option("--from", "from_at", required=True, metavar="MOMENT", help="Such as 2026-11-23T14:05:00Z.")
@click.option("--to", "to_at", metavar="MOMENT", help="Still going on unless given.")
@as_json
def add_impact(ref: str, as_json: bool, **given: Any) -> None:
    """Record that SLUG suffered LEVEL in REF."""
    command = command_of(commands.AddImpact, **given)
    write(impacts.add_impact, ref, command, tell=telling.said("Impact {id}: {component} {level}."), as_json=as_json)


@impact.command(name="change")
@click.argument("impact_id", metavar="ID", type=int)
@click.option("--level", type=words(ComponentStatus))
@click.option("--from", "from_at", metavar="MOMENT")
@click.option("--to", "to_at", metavar="MOMENT")
@as_json
def change_impact(impact_id: int, as_json: bool, **given: Any) -> None:
    """Correct the level or the times of impact ID."""
    command = command_of(commands.ChangeImpact, **given)
    write(
        impacts.change_impact,
        impact_id,
        command,
        tell=telling.said("Impact {id}: {component} {level}."),
        as_json=as_json,
    )


@impact.command(name="list")
@click.argument("ref")
@paging
@as_json
def list_impacts(ref: str, as_json: bool, **page: Any) -> None:
    """The impacts of REF."""
    read(impacts.list_impacts, ref, tell=_impacts, as_json=as_json, **query_of(Page, **page))


@click.group()
def role() -> None:
    """Who leads, who writes the posts. A role is offered, then accepted."""


@role.command()
@click.argument("ref")
@click.argument("role", type=words(RoleName))
@click.argument("person")
@as_json
def offer(ref: str, role: str, person: str, as_json: bool) -> None:
    """Offer ROLE in REF to PERSON; naming yourself takes it."""
    command = command_of(commands.OfferRole, person=person)
    write(roles.offer_role, ref, role, command, tell=_role, as_json=as_json)


@role.command()
@click.argument("ref")
@click.argument("role", type=words(RoleName))
@click.option("--for", "person", help="Record that somebody else accepts.")
@as_json
def accept(ref: str, role: str, person: str | None, as_json: bool) -> None:
    """Accept ROLE in REF, after it was offered to you."""
    command = command_of(commands.OfferRole, person=person) if person else None
    write(roles.accept_role, ref, role, command, tell=_role, as_json=as_json)


def _role(answer: dict[str, Any]) -> None:
    if answer["offer"]:
        click.echo(f"The role of {answer['role']} is offered to {answer['offer']['person']}.")
    else:
        click.echo(f"{answer['person']} has the role of {answer['role']} now.")


@click.command()
@click.argument("ref")
@click.argument("words_", metavar="[TEXT]", callback=text, required=False)
@click.option("--did", callback=text, help="Of an update (--kind update): what was done.")
@click.option("--result", callback=text, help="Of an update: what came of it.")
@click.option("--next", callback=text, help="Of an update: what is next.")
@click.option("--kind", type=words(["note", "intent", "update", "decision", "action", "observation"]))
@click.option("--happened-at", metavar="MOMENT", help="Now unless given.")
@as_json
def note(ref: str, words_: str | None, as_json: bool, **given: Any) -> None:
    """Add TEXT, or an update in three parts, to the timeline of REF; the public never sees it."""
    command = command_of(commands.AddTimeline, text=words_, **given)
    write(timelines.add_timeline, ref, command, tell=telling.said("Noted."), as_json=as_json)


@click.command()
@click.argument("ref")
@paging
@as_json
def timeline(ref: str, as_json: bool, **page: Any) -> None:
    """What happened in REF, in order."""
    tell = telling.listed(
        ["WHEN", "WHO", "WHAT", "TEXT"], ["happened_at", "actor", "kind", "text"], "Nothing happened yet."
    )
    read(timelines.list_timeline, ref, tell=tell, as_json=as_json, **query_of(Page, **page))


@click.command()
@click.argument("ref")
@click.argument("url")
@click.option("--kind", type=words(["issue", "chat", "dashboard", "other"]))
@click.option("--title")
@click.option("--state", help="Of an issue: open, closed.")
@as_json
def link(ref: str, as_json: bool, **given: Any) -> None:
    """Link an issue, a chat room or a dashboard to REF."""
    write(
        links.add_link, ref, command_of(commands.AddLink, **given), tell=telling.said("Linked {url}."), as_json=as_json
    )


@click.command(name="links")
@click.argument("ref")
@paging
@as_json
def list_links(ref: str, as_json: bool, **page: Any) -> None:
    """The links of REF."""
    tell = telling.listed(["KIND", "STATE", "URL", "TITLE"], ["kind", "state", "url", "title"], "No link.")
    read(links.list_links, ref, tell=tell, as_json=as_json, **query_of(Page, **page))


def join(group: click.Group) -> None:
    """Put these commands under `portal incident`."""
    for command in (impact, role, note, timeline, link, list_links):
        group.add_command(command)
