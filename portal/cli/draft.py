"""`portal incident draft`: posts that are being written, scheduled, or read by a second person first."""

from typing import Any

import click

from portal.cli import telling
from portal.cli.acting import as_json, command_of, query_of, read, write
from portal.cli.options import component_levels, paging, post_wording, several, text, words
from portal.domain.names import INCIDENT_STATES, MAINTENANCE_STATES
from portal.verbs import commands_drafts as commands
from portal.verbs import drafts, post_templates, reach, sending
from portal.web.api.queries import Page


@click.group()
def group() -> None:
    """Write a post without publishing it yet; schedule it, or ask somebody to read it first."""


_fields = several(
    click.option("--state", type=words([*INCIDENT_STATES, *MAINTENANCE_STATES])),
    click.option("--body", callback=text, help="The text; `-` reads standard input."),
    component_levels,
    post_wording,
    click.option("--public-title", help="With the first post: what the public page calls it."),
    click.option("--happened-at", metavar="MOMENT", help="For a post that is written down later."),
    click.option("--corrects", type=int, metavar="SEQ", help="The number of the post that this one corrects."),
    click.option("--publish-at", metavar="MOMENT", help="Publish it then, by itself."),
    click.option("--review", is_flag=True, help="Ask a second person to read and publish it."),
    click.option("--tab", help="Any text of your own: who saves twice with it changes its own words."),
)
_confirming = several(
    click.option("--seen", type=int, metavar="NUMBER", help="How many posts you have read; the draft's unless given."),
    click.option("--version", type=int, required=True, help="The version that was read."),
    click.option("--confirm", is_flag=True, help="Publish it although the rules asked for another look."),
    click.option("--confirmed", multiple=True, metavar="ID", help="A finding to confirm; can be said again."),
)


@group.command(name="save")
@click.argument("ref")
@_fields
@as_json
def save_draft(ref: str, as_json: bool, **given: Any) -> None:
    """Begin a draft of REF's next post."""
    command = command_of(commands.SaveDraft, **_words(given))
    write(drafts.save_draft, ref, command, tell=_saved, as_json=as_json, texts=_texts(command))


@group.command(name="change")
@click.argument("draft_id", metavar="ID", type=int)
@_fields
@click.option("--version", type=int, help="The version that was changed.")
@as_json
def change_draft(draft_id: int, as_json: bool, **given: Any) -> None:
    """Save draft ID again, whole; what is left out is empty."""
    command = command_of(commands.SaveDraft, **_words(given))
    write(drafts.change_draft, draft_id, command, tell=_saved, as_json=as_json, texts=_texts(command))


@group.command(name="list")
@click.argument("ref")
@paging
@as_json
def list_drafts(ref: str, as_json: bool, **page: Any) -> None:
    """What everybody is writing for REF."""
    tell = telling.listed(
        ["ID", "VERSION", "WHO", "STATE", "PUBLISHED AT", "TEXT"],
        ["id", "version", "person", "state", "publish_at", "body"],
        "Nobody is writing a post.",
    )
    read(drafts.list_drafts, ref, tell=tell, as_json=as_json, **query_of(Page, **page))


@group.command(name="show")
@click.argument("draft_id", metavar="ID", type=int)
@as_json
def get_draft(draft_id: int, as_json: bool) -> None:
    """One draft, and what others did meanwhile."""
    read(drafts.get_draft, draft_id, tell=_shown, as_json=as_json)


@group.command(name="discard")
@click.argument("draft_id", metavar="ID", type=int)
@as_json
def discard_draft(draft_id: int, as_json: bool) -> None:
    """Throw draft ID away."""
    write(drafts.discard_draft, draft_id, tell=telling.said("Draft {id} is thrown away."), as_json=as_json)


@group.command(name="publish")
@click.argument("draft_id", metavar="ID", type=int)
@_confirming
@click.option("--unreviewed", callback=text, help="Why no second person could read it first.")
@as_json
def publish_draft(draft_id: int, as_json: bool, **given: Any) -> None:
    """Publish draft ID now."""
    command = command_of(commands.PublishDraft, **_confirmed(given))
    write(sending.publish_draft, draft_id, command, tell=telling.posted, as_json=as_json)


@group.command(name="approve")
@click.argument("draft_id", metavar="ID", type=int)
@_confirming
@as_json
def approve_draft(draft_id: int, as_json: bool, **given: Any) -> None:
    """Say as its second reader that draft ID may be published."""
    command = command_of(commands.ApproveDraft, **_confirmed(given))
    write(sending.approve_draft, draft_id, command, tell=_saved, as_json=as_json)


@click.command(name="templates")
@click.argument("ref")
@as_json
def list_templates(ref: str, as_json: bool) -> None:
    """The texts that REF's next post can begin with."""

    def tell(answer: dict[str, Any]) -> None:
        for state, body in answer["texts"].items():
            click.echo(f"{state}: {body}")

    read(post_templates.list_templates, ref, tell=tell, as_json=as_json)


@click.command(name="reach")
@click.argument("ref")
@click.argument("seq", type=int)
@as_json
def where_it_went(ref: str, seq: int, as_json: bool) -> None:
    """Where post number SEQ of REF went, and ready texts for everywhere else."""
    read(reach.where_it_went, ref, seq, tell=_reach, as_json=as_json)


def _words(given: dict[str, Any]) -> dict[str, Any]:
    quiet = {"notify": False} if given.pop("no_notify") else {}
    return _confirmed(given) | quiet | {"review": given.pop("review") or None}


def _confirmed(given: dict[str, Any]) -> dict[str, Any]:
    return given | {"confirm": given.pop("confirm") or None}


def _texts(command: commands.SaveDraft) -> dict[str, str]:
    titles = {"public_title": command.public_title or ""}
    return {"body": command.body, "customer_action": command.customer_action or ""} | titles


def _saved(answer: dict[str, Any]) -> None:
    if answer["forked_from"]:
        click.echo(f"Draft {answer['forked_from']} was changed meanwhile and stays as it is.")
    if answer["post_seq"]:
        click.echo(f"It is published as post #{answer['post_seq']} of {answer['ref']}.")
        return
    click.echo(f"Draft {answer['id']} of {answer['ref']} is kept, version {answer['version']}.")
    if answer["publish_at"]:
        click.echo(f"It is published at {telling.moment(answer['publish_at'])}.")
    if answer["review_asked_at"] and not answer["approved_by"]:
        click.echo("It waits for a second reader.")
    _told(answer)


def _shown(answer: dict[str, Any]) -> None:
    click.echo(f"Draft {answer['id']} of {answer['ref']} by {answer['person']}, version {answer['version']}")
    if answer["refusal"]:
        click.echo(f"  It was not published: {answer['refusal']}")
    for line in answer["body"].splitlines():
        click.echo(f"  {line}")
    _told(answer)


def _told(answer: dict[str, Any]) -> None:
    for one in answer["meanwhile"]:
        click.echo(f"Meanwhile, {telling.moment(one['at'])}, {one['who']}: {one['what']}: {one['text']}")


def _reach(answer: dict[str, Any]) -> None:
    click.echo(f"Page: {answer['public_url'] or 'nothing of it is public'}")
    for address in answer["feeds"]:
        click.echo(f"Feed: {address}")
    mail = answer["mail"]
    counted = "nobody is told by mail" if mail is None else f"{mail['sent']} sent, {mail['waiting']} waiting"
    click.echo(f"Mail: {counted}")
    for name, words_ in (answer["texts"] or {}).items():
        click.echo(f"\n{name}:\n{words_}")


def join(incident: click.Group) -> None:
    """Put these commands under `portal incident`."""
    incident.add_command(group, "draft")
    incident.add_command(list_templates)
    incident.add_command(where_it_went)
