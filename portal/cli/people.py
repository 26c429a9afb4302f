"""`portal user` and `portal token`."""

import click

from portal.cli import telling
from portal.cli.opening import open_portal, operator, recording
from portal.domain.names import Permission

role = click.option(
    "--role",
    "roles",
    type=click.Choice([str(one) for one in Permission]),
    multiple=True,
    required=True,
    help="What they may do; can be given more than once.",
)


@click.group()
def user() -> None:
    """People who work here."""


@user.command("add")
@click.argument("email")
@click.option("--name", help="Full name; posts should not name people who work here.")
@role
@recording()
def add_user(email: str, name: str | None, roles: tuple[str, ...]) -> None:
    """Add a person, or change what they may do."""
    from portal.verbs.people import add_person

    add_person(open_portal().context, operator(), email, [Permission(one) for one in roles], name)
    click.echo(f"{email} may act as {', '.join(roles)}.")


@user.command("list")
def list_users() -> None:
    """Everybody who was added."""
    from portal.verbs.people import list_people

    rows = list_people(open_portal().context, operator())["items"]
    telling.table(
        ("EMAIL", "NAME", "MAY ACT AS", "SINCE"),
        [(row["email"], row["name"], ", ".join(row["permissions"]), telling.moment(row["created_at"])) for row in rows],
        "Nobody has been added.",
    )


@click.group()
def token() -> None:
    """API tokens."""


@token.command("add")
@click.argument("name")
@role
@recording()
def add_token(name: str, roles: tuple[str, ...]) -> None:
    """Make a token and print it, alone. It is shown this once."""
    from portal.verbs import people

    click.echo(people.add_token(open_portal().context, operator(), name, [Permission(one) for one in roles]))


@token.command("list")
def list_tokens() -> None:
    """Names, first characters and permissions; not the tokens, which nobody knows any more."""
    from portal.verbs import people

    rows = people.list_tokens(open_portal().context, operator())["items"]
    telling.table(
        ("NAME", "STARTS WITH", "MAY ACT AS", "SINCE", "REVOKED"),
        [
            (
                row["name"],
                row["prefix"],
                ", ".join(row["permissions"]),
                telling.moment(row["created_at"]),
                telling.moment(row["revoked_at"]),
            )
            for row in rows
        ],
        "There are no tokens.",
    )


@token.command("revoke")
@click.argument("name")
@recording()
def revoke_token(name: str) -> None:
    """The token stops working at once."""
    from portal.verbs import people

    people.revoke_token(open_portal().context, operator(), name)
    click.echo(f"{name} no longer works.")
