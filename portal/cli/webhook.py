"""`portal webhook`: who follows by webhook."""

from typing import Any

import click

from portal.cli import telling
from portal.cli.acting import as_json, command_of, query_of, read, write
from portal.cli.options import paging, words
from portal.verbs import commands_webhooks as commands
from portal.verbs import webhooks
from portal.verbs.commands_subscriptions import KINDS
from portal.web.api.queries import Page


@click.group()
def group() -> None:
    """Who follows by webhook."""


@group.command(name="list")
@paging
@as_json
def list_(as_json: bool, **filters: Any) -> None:
    """List webhooks in the order in which they answered their challenge."""
    tell = telling.listed(
        ["ID", "ADDRESS", "SINCE", "FAILING SINCE", "PAUSED"],
        ["id", "url", "confirmed_at", "failing_since", "paused_at"],
        "Nobody follows by webhook.",
    )
    read(webhooks.list_webhooks, tell=tell, as_json=as_json, **query_of(Page, **filters))


@group.command()
@click.argument("url")
@click.option("--component", "components", multiple=True, metavar="SLUG", help="Only this; can be said again.")
@click.option("--kind", "kinds", type=words(KINDS), multiple=True, help="Only this; can be said again.")
@click.option("--updates", type=words(("all", "ends")), help="`ends`: only when something begins and is over.")
@as_json
def add(url: str, as_json: bool, **given: Any) -> None:
    """Add URL, an https address; it follows once it has answered the challenge that its page sends."""
    given = {name: list(value) if isinstance(value, tuple) else value for name, value in given.items() if value}
    command = command_of(commands.AddWebhook, url=url, **given)
    tell = telling.said("Its secret, told this once: {secret}\nIts page, whose button sends the challenge: {page}")
    write(webhooks.add_webhook, command, tell=tell, as_json=as_json)


@group.command()
@click.argument("number", type=int, metavar="ID")
@as_json
def remove(number: int, as_json: bool) -> None:
    """Erase the webhook ID, as `portal webhook list` names it."""
    write(webhooks.remove_webhook, number, tell=telling.said("{url} is erased."), as_json=as_json)
