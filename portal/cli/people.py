"""`portal user`, `portal session` and `portal token`."""

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
to_send = click.option(
    "--to-send", is_flag=True, help="Ask for a press of a button: for a link that goes by mail or chat."
)


@click.group()
def user() -> None:
    """People who work here."""


@user.command("add")
@click.argument("email")
@click.option("--name", help="Full name; posts should not name people who work here.")
@click.option("--team", help="Such as support or engineering.")
@role
@to_send
@recording()
def add_user(email: str, name: str | None, team: str | None, roles: tuple[str, ...], to_send: bool) -> None:
    """Add a person, or change what they may do; prints a link that signs them in once."""
    from portal.verbs.people import add_person

    portal = open_portal()
    wanted = [Permission(one) for one in roles]
    token = add_person(portal.context, operator(), email, wanted, name, team=team, pressed=to_send)
    click.echo(f"{email} may act as {', '.join(roles)}. One-time sign-in link, for 24 hours:")
    click.echo(address(portal.settings.desk_base, token))


@user.command("link")
@click.argument("email")
@to_send
@recording()
def link_user(email: str, to_send: bool) -> None:
    """Print another link that signs this person in once; those before it end."""
    from portal.verbs.people import new_link

    portal = open_portal()
    click.echo(address(portal.settings.desk_base, new_link(portal.context, operator(), email, pressed=to_send)))


@user.command("disable")
@click.argument("email")
@recording()
def disable_user(email: str) -> None:
    """Sign a person out everywhere and let them in no more; what they did stays."""
    _disable(email, True)
    click.echo(f"{email} can't sign in any more.")


@user.command("enable")
@click.argument("email")
@recording()
def enable_user(email: str) -> None:
    """Let a disabled person sign in again."""
    _disable(email, False)
    click.echo(f"{email} may sign in again.")


def _disable(email: str, disabled: bool) -> None:
    from portal.verbs.commands_people import ChangePerson
    from portal.verbs.people import change_person

    change_person(open_portal().context, operator(), email, ChangePerson(disabled=disabled))


@user.command("list")
def list_users() -> None:
    """Everybody who was added."""
    from portal.verbs.people import list_people

    rows = list_people(open_portal().context, operator())["items"]
    telling.table(
        ("EMAIL", "NAME", "TEAM", "MAY ACT AS", "SINCE", "DISABLED"),
        [
            (
                row["email"],
                row["name"],
                row["team"] or "",
                ", ".join(row["permissions"]),
                telling.moment(row["created_at"]),
                telling.moment(row["disabled_at"]),
            )
            for row in rows
        ],
        "Nobody has been added.",
    )


@click.group()
def session() -> None:
    """Who is signed in at the desk."""


@session.command("list")
def list_sessions() -> None:
    """Every session that works, last used first."""
    from portal.verbs import sessions

    rows = sessions.list_sessions(open_portal().context, operator())["items"]
    telling.table(
        ("ID", "EMAIL", "BY", "FROM", "SINCE", "LAST USED"),
        [
            (
                str(row["id"]),
                row["email"],
                row["how"],
                row["address"],
                telling.moment(row["created_at"]),
                telling.moment(row["seen_at"]),
            )
            for row in rows
        ],
        "Nobody is signed in.",
    )


@session.command("end")
@click.argument("session_id", type=int, metavar="ID")
@recording()
def end_session(session_id: int) -> None:
    """Sign one session out."""
    from portal.verbs import sessions

    sessions.end_session(open_portal().context, operator(), session_id)
    click.echo(f"Session {session_id} has ended.")


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


def address(base: str, token: str) -> str:
    """Where a one-time link leads."""
    return f"{base}/desk/sign-in/link/{token}"
