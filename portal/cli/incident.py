"""`portal incident`: declare, post, close and everything between."""

from typing import Any

import click

from portal.cli import draft, incident_after, incident_record, incident_room, telling
from portal.cli.acting import as_json, command_of, query_of, read, write
from portal.cli.findings import finding_lines
from portal.cli.options import component_levels, paging, pairs, post_wording, several, text, words
from portal.domain.names import (
    INCIDENT_STATES,
    MAINTENANCE_STATES,
    Breadth,
    CustomerImpact,
    IncidentState,
    Kind,
    Outcome,
    Severity,
)
from portal.verbs import changing, closing, commands, declaring, incidents, posts, redacting, security
from portal.verbs import recap as recaps
from portal.web.api.queries import IncidentFilters

_facts = several(
    click.option("--public-title", help="What the public page calls it."),
    click.option("--severity", type=words(Severity), help="critical: everything or data; major: an important part."),
    click.option("--reason", callback=text, help="Why, where the severity asks for a reason."),
    click.option("--customer-impact", type=words(CustomerImpact), help="Whether customers feel it."),
    click.option("--audience", help="Who is concerned: cloud, managed, self-hosted."),
    click.option("--breadth", type=words(Breadth), help="How many of them."),
    click.option("--summary", callback=text, help="What is known, for people inside."),
    click.option("--started-at", metavar="MOMENT", help="Such as 2026-11-23T14:05:00Z."),
    click.option("--detected-at", metavar="MOMENT"),
    component_levels,
)


@click.group()
def group() -> None:
    """Declare incidents, tell the public, and close them well.

    \b
    An incident from start to end:
      portal incident declare "Search returns errors" --severity critical --customer-impact yes \\
          --component search=major_outage
      portal incident post INC-1 investigating "We are aware of errors in Search and are looking into them."
      portal incident post INC-1 resolved "Search works again for everyone." --component search=operational
      portal incident close INC-1 --outcome resolved

    Every command takes --json for the same answer as the API's. A text may be `-` for standard input. You act as an
    admin called `USER (command line)`, after the name of your account on this machine.
    """


@group.command(epilog='Example: portal incident declare "Sign-in is slow" --component sign-in=degraded_performance')
@click.argument("title")
@_facts
@click.option("--kind", type=words([Kind.INCIDENT, Kind.ADVISORY, Kind.DRILL]), help="incident unless given.")
@click.option("--security", is_flag=True, help="Keep it private: nothing of it becomes public.")
@click.option("--speaks-for", metavar="REF", help="A private incident that customers feel: this one tells them.")
@click.option(
    "--reporter",
    multiple=True,
    callback=pairs,
    metavar="NAME=VALUE",
    help="Who told us from outside: kind=customer, and if known name=..., contact=...; can be said again.",
)
@click.option("--lead", metavar="PERSON", help="Offer the lead to somebody; until then it is you.")
@click.option("--messenger", metavar="PERSON", help="Offer the messenger's role to somebody.")
@click.option("--post", "body", callback=text, metavar="TEXT", help="The first public post; `-` reads standard input.")
@click.option(
    "--state", type=words(INCIDENT_STATES), default="investigating", show_default=True, help="Of the first post."
)
@post_wording
@as_json
def declare(as_json: bool, body: str | None, speaks_for: str | None, **given: Any) -> None:
    """Declare an incident called TITLE. It becomes public with its first post, not before."""
    wording = {
        name: given.pop(name)
        for name in (
            "state",
            "next_update_minutes",
            "customer_action",
            "confirm",
            "confirmed",
            "accept",
            "no_notify",
            "seen",
            "unreviewed",
        )
    }
    given["security"] = given["security"] or None
    given["reporter"] = given["reporter"] or None
    post = _wording(body=body, **wording) if body is not None else None
    command = command_of(commands.Declare, post=post, **given)
    texts = _texts(command.post) | ({"public_title": command.public_title or command.title})
    if speaks_for is not None:
        write(security.speak_for, speaks_for, command, tell=telling.incident, as_json=as_json, texts=texts)
    else:
        write(declaring.declare, command, tell=telling.incident, as_json=as_json, texts=texts)


@group.command(
    epilog='Example: portal incident post INC-1 identified "We found the cause and are rolling back." --next-update 20'
)
@click.argument("ref")
@click.argument("state", metavar="STATE", type=words([*INCIDENT_STATES, *MAINTENANCE_STATES]))
@click.argument("body", callback=text)
@component_levels
@post_wording
@click.option("--public-title", help="With the first post: what the public page calls it.")
@click.option("--happened-at", metavar="MOMENT", help="For a post that is written down later.")
@click.option("--corrects", type=int, metavar="SEQ", help="The number of the post that this one corrects.")
@click.option("--try", "only_try", is_flag=True, help="Only examine it; nothing is published.")
@as_json
def post(ref: str, only_try: bool, as_json: bool, **given: Any) -> None:
    """Publish BODY as the next post of REF; `-` reads it from standard input.

    STATE is investigating, identified, monitoring or resolved; of a maintenance scheduled, in_progress, verifying or
    completed.
    """
    values = _wording(**given)
    if only_try:
        lint = command_of(commands.Lint, ref=ref, **values)
        read(posts.lint, lint, tell=lambda answer: _tell_findings(answer, _texts(lint)), as_json=as_json)
        return
    command = command_of(commands.Post, **values)
    write(posts.post, ref, command, tell=telling.posted, as_json=as_json, texts=_texts(command))


@group.command()
@click.argument("ref")
@as_json
def recap(ref: str, as_json: bool) -> None:
    """What is going on in REF, for anyone who joins."""
    read(recaps.recap, ref, tell=telling.said("{text}"), as_json=as_json)


@group.command()
@click.argument("ref")
@click.option("--outcome", type=words(Outcome), required=True)
@click.option("--lesson", callback=text, help="What a false positive teaches.")
@click.option("--what-was-seen", callback=text, help="What made it look like an incident.")
@click.option("--duplicate-of", metavar="REF", help="The incident that this one repeats.")
@click.option("--reason", callback=text, help="Why it is cancelled.")
@as_json
def close(ref: str, as_json: bool, **given: Any) -> None:
    """Close REF, or say what is missing."""
    write(closing.close, ref, command_of(commands.Close, **given), tell=telling.incident, as_json=as_json)


@group.command()
@click.argument("ref")
@click.option("--reason", required=True, callback=text)
@as_json
def reopen(ref: str, as_json: bool, **given: Any) -> None:
    """Open REF again."""
    write(closing.reopen, ref, command_of(commands.Reopen, **given), tell=telling.incident, as_json=as_json)


@group.command(name="list")
@click.option("--state", type=words(IncidentState))
@click.option("--severity", type=words(Severity))
@click.option("--component", metavar="SLUG")
@click.option("--kind", type=words(Kind))
@click.option("--outcome", type=words(Outcome))
@click.option("--q", metavar="WORDS", help="Words of the titles.")
@paging
@as_json
def list_(as_json: bool, **given: Any) -> None:
    """List incidents, newest first."""
    asked = query_of(IncidentFilters, **given)
    page = {name: asked.pop(name) for name in ("limit", "cursor")}
    filters = {name: value for name, value in asked.items() if value is not None}
    read(incidents.list_incidents, tell=telling.incidents, as_json=as_json, filters=filters, **page)


@group.command()
@click.argument("ref")
@as_json
def show(ref: str, as_json: bool) -> None:
    """Everything about REF."""
    read(incidents.get_incident, ref, tell=telling.incident, as_json=as_json)


@group.command()
@click.argument("ref")
@click.option("--title", help="What people inside call it.")
@_facts
@click.option("--workaround", callback=text)
@click.option("--mitigated-at", metavar="MOMENT")
@click.option("--security/--no-security", default=None, help="Make it private; it leaves every public page at once.")
@as_json
def change(ref: str, as_json: bool, **given: Any) -> None:
    """Change titles, severity, times or what REF affects."""
    write(
        changing.change_incident,
        ref,
        command_of(commands.ChangeIncident, **given),
        tell=telling.incident,
        as_json=as_json,
    )


@group.command()
@click.argument("ref")
@click.argument("seq", type=int)
@click.argument("forbidden", metavar="WORDS", callback=text)
@as_json
def redact(ref: str, seq: int, forbidden: str, as_json: bool) -> None:
    """Blank WORDS in post number SEQ of REF, everywhere and for ever; `-` keeps them out of the shell's history."""
    command = command_of(commands.Redact, words=forbidden.strip())
    write(
        redacting.redact,
        ref,
        seq,
        command,
        tell=telling.said("Post #{seq} of {ref} no longer has these words."),
        as_json=as_json,
    )


@group.command()
@click.argument("ref")
@click.option("--as", "as_", type=words(["advisory", "postmortem"]), required=True)
@click.option("--title", help="The advisory's public title.")
@click.option("--body", callback=text, help="The advisory's first post.")
@click.option("--confirm", is_flag=True, default=None, help="Publish it though some rules ask to look again.")
@click.option("--unreviewed", callback=text, metavar="REASON", help="Why no second person could read it first.")
@as_json
def disclose(ref: str, as_: str, as_json: bool, **given: Any) -> None:
    """Tell the public about the private incident REF."""
    command = command_of(commands.Disclose, **{"as": as_}, **given)
    texts = {"body": command.body or "", "public_title": command.title or ""}
    write(security.disclose, ref, command, tell=telling.incident, as_json=as_json, texts=texts)


def _wording(no_notify: bool, confirm: bool, **given: Any) -> dict[str, Any]:
    """A post's fields, without those that were not given."""
    given |= {"notify": False if no_notify else None, "confirm": True if confirm else None}
    return {name: value for name, value in given.items() if value not in (None, {}, ())}


def _texts(post: commands.Post | None) -> dict[str, str]:
    if post is None:
        return {}
    return {"body": post.body, "customer_action": post.customer_action or "", "public_title": post.public_title or ""}


def _tell_findings(answer: dict[str, Any], texts: dict[str, str]) -> None:
    for line in finding_lines(answer["findings"], texts):
        click.echo(line)
    if not answer["findings"]:
        click.echo("No rule has anything to say.")


incident_record.join(group)
incident_room.join(group)
incident_after.join(group)
draft.join(group)
