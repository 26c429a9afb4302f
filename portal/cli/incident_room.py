"""`portal incident`: the board, who is called and who takes part, playbooks."""

from typing import Any

import click

from portal.cli import telling
from portal.cli.acting import as_json, command_of, query_of, read, write
from portal.cli.options import paging, text
from portal.verbs import attending, boards, calling, commands_room, owning, playbooks, similar
from portal.web.api.queries import Page
from portal.web.api.queries_room import LikeThis


@click.command()
@as_json
def board(as_json: bool) -> None:
    """What is open, planned, and yours to do."""
    read(boards.board, tell=telling_board, as_json=as_json)


def telling_board(answer: dict[str, Any]) -> None:
    """The board, a line each; overdue ones say so."""
    for line in answer["open"]:
        lead = line["lead"]["person"] or "nobody"
        click.echo(f"{line['ref']}  {line['severity']}, {line['post_state'] or 'not public'}: {line['title']}")
        due = line["due_in_minutes"]
        when = "nothing is due" if due is None else f"post is {-due} min late" if due < 0 else f"post due in {due} min"
        click.echo(f"  lead {lead}, messenger {line['messenger']['person'] or 'nobody'}; {when}")
    if not answer["open"]:
        click.echo("Nothing is open.")
    heads = {"triage": "Waits for a decision", "unfinished": "Not closed yet", "maintenances": "Planned"}
    for name, head in heads.items():
        for line in answer[name]:
            click.echo(f"{head}: {line['ref']}  {line['title']}")
    for task in answer["tasks"]:
        click.echo(f"Yours: {task['ref']}  {task['title']}{' (overdue)' if task['overdue'] else ''}")


@click.command(name="similar")
@click.argument("title", required=False)
@click.option("--components", metavar="SLUGS", help="With commas between them.")
@as_json
def like_this(title: str | None, components: str | None, as_json: bool) -> None:
    """Open incidents that an incident called TITLE may belong to."""
    tell = telling.listed(["REF", "STATE", "TITLE", "WHY"], ["ref", "state", "title", "why"], "None is like it.")
    asked = query_of(LikeThis, title=title, components=components)
    read(similar.similar, tell=tell, as_json=as_json, **asked)


@click.command()
@click.argument("ref")
@click.option("--person", help="A mail address, or the name of somebody with an account.")
@click.option("--team", help="Everybody of a team.")
@click.option("--reason", callback=text, help="Why; asked for from the fourth team on.")
@as_json
def call(ref: str, as_json: bool, **given: Any) -> None:
    """Call a person or a team to REF."""
    command = command_of(commands_room.PagePerson, **given)
    write(calling.page_person, ref, command, tell=_called, as_json=as_json)


def _called(answer: dict[str, Any]) -> None:
    word = "was called a moment ago, so not again" if answer["repeated"] else "is called"
    click.echo(f"{answer['person'] or 'Team ' + answer['team']} {word} (call {answer['id']}).")
    for remark in answer["remarks"]:
        click.echo(f"  {remark}")


@click.command()
@click.argument("ref")
@paging
@as_json
def calls(ref: str, as_json: bool, **page: Any) -> None:
    """Who was called to REF, and who answered."""
    heads = ["ID", "WHEN", "PERSON", "TEAM", "ANSWERED BY", "NEXT"]
    fields = ["id", "called_at", "person", "team", "acknowledged_by", "next"]
    tell = telling.listed(heads, fields, "Nobody was called.")
    read(calling.list_calls, ref, tell=tell, as_json=as_json, **query_of(Page, **page))


@click.command()
@click.argument("call_id", metavar="ID", type=int)
@click.option("--for", "person", help="Record that somebody else answers.")
@as_json
def acknowledge(call_id: int, person: str | None, as_json: bool) -> None:
    """Answer call ID."""
    command = command_of(commands_room.AcknowledgeCall, person=person)
    tell = telling.said("{acknowledged_by} answers call {id}.")
    write(calling.acknowledge_call, call_id, command, tell=tell, as_json=as_json)


@click.command()
@click.argument("ref")
@click.option("--join/--leave", "attends", default=True, help="Join, or leave it to the others.")
@click.option("--note", callback=text, help="A word to the others.")
@as_json
def attend(ref: str, attends: bool, note: str | None, as_json: bool) -> None:
    """Take part in REF, or leave it to the others."""
    command = command_of(commands_room.Attend, attends=attends, note=note)

    def tell(answer: dict[str, Any]) -> None:
        click.echo(f"In {answer['ref']} now: {', '.join(answer['present']) or 'nobody'}.")

    write(attending.attend, ref, command, tell=tell, as_json=as_json)


@click.command(name="playbooks")
@click.argument("ref", required=False)
@as_json
def list_playbooks(ref: str | None, as_json: bool) -> None:
    """The playbooks that fit REF, rollback first; all of them without REF."""
    if ref is None:
        read(playbooks.list_playbooks, tell=_playbooks, as_json=as_json)
    else:
        read(playbooks.offered_playbooks, ref, tell=_playbooks, as_json=as_json)


def _playbooks(answer: dict[str, Any]) -> None:
    for one in answer["items"]:
        if one["problem"]:
            click.echo(f"{one['slug']}.md can't be used: {one['problem']}.")
            continue
        reviewed = f"reviewed {one['last_reviewed']}" if one["last_reviewed"] else "never reviewed"
        click.echo(f"{one['slug']}  {one['title']} ({reviewed}{', stale' if one['stale'] else ''})")
        for step in one["steps"]:
            by = f"  ({step['done_by']}, {telling.moment(step['done_at'])})" if step["done_at"] else ""
            click.echo(f"  {step['number']:>2}. [{'x' if step['done_at'] else ' '}] {step['text']}{by}")
    if not answer["items"]:
        click.echo("No playbook.")


@click.command(name="playbook")
@click.argument("ref")
@click.argument("playbook", metavar="NAME")
@click.argument("step", type=int)
@click.option("--done/--undone", default=True, help="Tick it, or take the tick back.")
@click.option("--note", callback=text, help="What came of it.")
@as_json
def tick(ref: str, as_json: bool, **given: Any) -> None:
    """Tick step STEP of the playbook NAME in REF."""
    command = command_of(commands_room.TickStep, **given)
    write(playbooks.tick_step, ref, command, tell=lambda one: _playbooks({"items": [one]}), as_json=as_json)


@click.command(name="ask")
@click.argument("ref")
@as_json
def ask(ref: str, as_json: bool) -> None:
    """Whom to ask about REF when rolling back does not help."""
    fields = ["person", "reason", "component", "what"]
    nobody = "Nobody is known: name owners of components."
    tell = telling.listed([field.upper() for field in fields], fields, nobody)
    read(owning.suggested_owners, ref, tell=tell, as_json=as_json)


def join(group: click.Group) -> None:
    """Put these commands under `portal incident`."""
    for command in (board, like_this, call, calls, acknowledge, attend, list_playbooks, tick, ask):
        group.add_command(command)
