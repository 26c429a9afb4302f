"""Options that several commands share."""

import sys
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any

import click

Decorated = Callable[..., Any]


def words(names: type[StrEnum] | Iterable[str]) -> click.Choice[str]:
    """One of a closed list of words."""
    return click.Choice([str(name) for name in names])


def pairs(ctx: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """`name=value`, as often as it is said."""
    del ctx
    split = [one.partition("=") for one in given]
    if wrong := [name for name, sign, value in split if not (name and sign and value)]:
        raise click.BadParameter(f"{wrong[0]!r} is not like name=value", param=parameter)
    return {name: value for name, _, value in split}


def text(ctx: click.Context, parameter: click.Parameter, given: str | None) -> str | None:
    """A text, or `-` for standard input."""
    del ctx, parameter
    return sys.stdin.read() if given == "-" else given


def several(*options: Callable[[Decorated], Decorated]) -> Callable[[Decorated], Decorated]:
    """Some options as one decorator, in the order in which the help lists them."""

    def decorate(command: Decorated) -> Decorated:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


component_levels = click.option(
    "--component",
    "components",
    multiple=True,
    callback=pairs,
    metavar="SLUG=STATUS",
    help="What a component suffers, such as search=major_outage; can be said again.",
)
post_wording = several(
    click.option(
        "--next-update", "next_update_minutes", type=int, metavar="MINUTES", help="Promise the next post by then."
    ),
    click.option("--customer-action", callback=text, help="What customers should do; none unless given."),
    click.option("--confirm", is_flag=True, help="Publish it although the rules asked for another look."),
    click.option(
        "--accept",
        multiple=True,
        callback=pairs,
        metavar="RULE=REASON",
        help="Why a rule does not apply here; recorded.",
    ),
    click.option("--no-notify", is_flag=True, help="Send no mail, as for a corrected typo."),
    click.option("--confirmed", multiple=True, metavar="ID", help="A finding to confirm; can be said again."),
    click.option("--seen", type=int, metavar="NUMBER", help="How many posts you have read; refused if there are more."),
    click.option("--unreviewed", callback=text, metavar="REASON", help="Why no second person could read it first."),
)
paging = several(
    click.option("--limit", type=int, help="How many at most (25)."),
    click.option("--cursor", help="Go on where the page before ended."),
)
