"""`portal incident`: the checklist of who must be told, and the follow-ups."""

from typing import Any

import click

from portal.cli import telling
from portal.cli.acting import as_json, command_of, query_of, read, write
from portal.cli.options import paging, text, words
from portal.domain.names import ChecklistState, FollowupState
from portal.verbs import checklist as checklists
from portal.verbs import commands, followups
from portal.web.api.queries import Page
from portal.web.api.queries_learning import FollowupFilters


@click.group()
def checklist() -> None:
    """Who must be told, and who was."""


@checklist.command(name="list")
@click.argument("ref")
@paging
@as_json
def list_checklist(ref: str, as_json: bool, **page: Any) -> None:
    """The checklist of REF."""
    tell = telling.listed(
        ["ID", "STATE", "TITLE", "REASON"], ["id", "state", "title", "reason"], "The checklist is empty."
    )
    read(checklists.list_checklist, ref, tell=tell, as_json=as_json, **query_of(Page, **page))


@checklist.command(name="add")
@click.argument("ref")
@click.argument("title")
@as_json
def add_item(ref: str, as_json: bool, title: str) -> None:
    """Add a row called TITLE to the checklist of REF."""
    command = command_of(commands.AddChecklistItem, title=title)
    write(checklists.add_checklist_item, ref, command, tell=telling.said("Row {id}: {title}."), as_json=as_json)


@checklist.command(name="mark")
@click.argument("item_id", metavar="ID", type=int)
@click.argument("state", type=words(ChecklistState))
@click.option("--reason", callback=text, help="Why it does not apply.")
@click.option("--link", metavar="URL", help="Where it was sent.")
@as_json
def mark_item(item_id: int, as_json: bool, **given: Any) -> None:
    """Say that row ID is done, or does not apply (na)."""
    command = command_of(commands.ChangeChecklistItem, **given)
    write(checklists.change_checklist_item, item_id, command, tell=telling.said("{title}: {state}."), as_json=as_json)


@click.group()
def followup() -> None:
    """What should be done so that it does not happen again."""


_about = (
    click.option("--owner", metavar="PERSON"),
    click.option("--due", metavar="DAY", help="Such as 2026-12-01."),
    click.option("--type", "type_", help="What sort of work it is, such as fix (what a new one is)."),
    click.option("--priority", help="How soon, such as normal (what a new one is)."),
    click.option("--public/--internal", default=None, help="Show it in the public postmortem."),
    click.option("--issue-url", metavar="URL"),
)


def _with_about(command: Any) -> Any:
    for option in reversed(_about):
        command = option(command)
    return command


@followup.command(name="add")
@click.argument("ref")
@click.argument("title")
@_with_about
@as_json
def add_followup(ref: str, as_json: bool, type_: str | None, **given: Any) -> None:
    """Record the follow-up TITLE of REF."""
    command = command_of(commands.AddFollowup, type=type_, **given)
    write(followups.add_followup, ref, command, tell=telling.said("Follow-up {id}: {title}."), as_json=as_json)


@followup.command(name="change")
@click.argument("followup_id", metavar="ID", type=int)
@click.option("--title")
@_with_about
@click.option("--state", type=words(FollowupState))
@click.option("--reason", callback=text, help="Why it won't be done.")
@as_json
def change_followup(followup_id: int, as_json: bool, type_: str | None, **given: Any) -> None:
    """Change or finish follow-up ID."""
    command = command_of(commands.ChangeFollowup, type=type_, **given)
    write(
        followups.change_followup, followup_id, command, tell=telling.said("Follow-up {id}: {state}."), as_json=as_json
    )


@followup.command(name="list")
@click.argument("ref")
@paging
@as_json
def list_followups(ref: str, as_json: bool, **page: Any) -> None:
    """The follow-ups of REF."""
    tell = telling.listed(
        ["ID", "STATE", "DUE", "OWNER", "TITLE"], ["id", "state", "due", "owner", "title"], "No follow-up."
    )
    read(followups.list_followups, ref, tell=tell, as_json=as_json, **query_of(Page, **page))


@click.command(name="followups")
@click.option("--state", type=words(FollowupState))
@click.option("--owner", metavar="PERSON")
@click.option("--overdue", is_flag=True, help="Only open ones that were due before today.")
@paging
@as_json
def all_followups(as_json: bool, overdue: bool, **given: Any) -> None:
    """The follow-ups of all incidents, what is due first on top."""
    query = query_of(FollowupFilters, overdue="true" if overdue else None, **given)
    page = {name: query.pop(name) for name in ("limit", "cursor")}
    filters = {name: value for name, value in query.items() if value is not None}
    tell = telling.listed(
        ["ID", "REF", "STATE", "DUE", "OWNER", "TITLE"],
        ["id", "ref", "state", "due", "owner", "title"],
        "No follow-up.",
    )
    read(followups.list_all_followups, filters, tell=tell, as_json=as_json, **page)


def join(group: click.Group) -> None:
    """Put these commands under `portal incident`."""
    group.add_command(all_followups)
    group.add_command(checklist)
    group.add_command(followup)
