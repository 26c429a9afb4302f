"""`portal subscriber`: who follows by mail."""

import pathlib
from typing import Any

import click

from portal.cli import telling
from portal.cli.acting import as_json, command_of, query_of, read, write
from portal.cli.opening import open_portal, operator, recording
from portal.cli.options import paging, words
from portal.verbs import commands_subscriptions as commands
from portal.verbs import subscribers
from portal.web.api.queries_subscriptions import SubscriberFilters

SKIPPED = 3
"""Exit code when some could not be brought in."""


@click.group()
def group() -> None:
    """Who follows by mail."""


@group.command(name="list")
@click.option("--q", help="A part of the address.")
@paging
@as_json
def list_(as_json: bool, **filters: Any) -> None:
    """List subscribers in the order in which they confirmed."""
    tell = telling.listed(
        ["ADDRESS", "SINCE", "UPDATES", "PAUSED"],
        ["email", "confirmed_at", "updates", "paused_at"],
        "Nobody follows by mail.",
    )
    read(subscribers.list_subscribers, tell=tell, as_json=as_json, **query_of(SubscriberFilters, **filters))


@group.command()
@click.argument("email")
@click.option("--component", "components", multiple=True, metavar="SLUG", help="Only this; can be said again.")
@click.option("--kind", "kinds", type=words(commands.KINDS), multiple=True, help="Only this; can be said again.")
@click.option("--updates", type=words(("all", "ends")), help="`ends`: only when something begins and is over.")
@click.option("--digest", is_flag=True, default=None, help="At most one mail an hour about an incident.")
@click.option("--language", help="The language of the mails, such as de.")
@as_json
def add(email: str, as_json: bool, **given: Any) -> None:
    """Ask EMAIL whether it wants to follow; it gets the same mail as if it had asked itself."""
    given = {name: list(value) if isinstance(value, tuple) else value for name, value in given.items() if value}
    tell = telling.said("{email} is asked; it follows once its owner has pressed the button.")
    command = command_of(commands.AddSubscriber, email=email, **given)
    write(subscribers.add_subscriber, command, tell=tell, as_json=as_json)


@group.command()
@click.argument("email")
@as_json
def remove(email: str, as_json: bool) -> None:
    """Erase EMAIL; only a salted hash stays, so that no import brings it back."""
    write(subscribers.remove_subscriber, email, tell=telling.said("{email} is erased."), as_json=as_json)


@group.command()
@click.argument("email")
@click.argument("kind", type=words(("permanent", "temporary", "complaint")))
@click.option("--said", help="What the provider reported.")
@as_json
def bounced(email: str, kind: str, said: str | None, as_json: bool) -> None:
    """Report that mail to EMAIL came back (permanent, temporary), or that its owner complained."""
    command = command_of(commands.NoteBounce, email=email, kind=kind, said=said)
    write(subscribers.note_report, command, tell=telling.said("Noted for {email}."), as_json=as_json)


@group.command(name="import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=pathlib.Path))
@click.option("--proof", help="How it is known that everybody in a plain list asked; needed for one.")
@recording("Those that were told of are recorded, others are not")
def import_(path: pathlib.Path, proof: str | None) -> None:
    """Bring in the subscribers of PATH: a Statuspage CSV, or a plain list with an address per line.

    Who had confirmed there is not asked again; others are left out. Repeating it changes nothing.
    """
    from portal.verbs.subscriber_files import read_subscribers

    counts = dict.fromkeys(("created", "unchanged", "skipped"), 0)
    known = read_subscribers(path.read_text("utf-8-sig", errors="replace"), path.name, proof)
    for email, status, why in subscribers.import_subscribers(open_portal().context, operator(), known):
        counts[status] += 1
        click.echo(f"{email}: {status}{f', {why}' if why else ''}")
    click.echo(", ".join(f"{status} {count}" for status, count in counts.items()))
    if counts["skipped"]:
        raise SystemExit(SKIPPED)


@group.command()
def export() -> None:
    """Print every subscriber as CSV, with choices and proof."""
    from portal.verbs.subscriber_files import write_subscribers

    click.echo(write_subscribers(subscribers.export_subscribers(open_portal().context, operator())), nl=False)
