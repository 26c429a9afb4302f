"""`portal init`: the settings file and the first admin."""

import json
import os
import pathlib

import click

from portal import config
from portal.cli.opening import Sorry, open_portal, operator
from portal.cli.people import address
from portal.domain.names import Permission

FILE = pathlib.Path("portal.toml")


@click.command()
@click.option("--name", prompt="Name on the status page", help="For example: Example Status")
@click.option("--site-url", prompt="Public address", help="For example: https://status.example.com")
@click.option("--support-email", prompt="Support address, printed in every first post")
@click.option("--admin", prompt="Mail address of the first admin")
def init(name: str, site_url: str, support_email: str, admin: str) -> None:
    """Ask for what is missing, write portal.toml and make the first admin, their sign-in link and API token."""
    from portal.verbs.people import add_person, add_token

    if FILE.exists():
        raise Sorry(f"There is a {FILE} already. Change that one, or start in another folder.")
    settings = {"site_name": name.strip(), "site_url": site_url.strip().rstrip("/"), "support_email": support_email}
    for what, value in (("the support address", support_email), ("the admin's address", admin)):
        if "@" not in value:
            raise Sorry(f"{value!r} is no mail address ({what}).")
    if not settings["site_url"].startswith(("https://", "http://")):
        raise Sorry(f"{site_url!r} does not start with https:// or http://.")
    _write_private(FILE, "".join(f"{key} = {_quoted(value)}\n" for key, value in settings.items()))
    try:
        portal = open_portal(config.load())
        link = add_person(portal.context, operator(), admin, [Permission.ADMIN])
        token = add_token(portal.context, operator(), f"{admin.replace('@', ' at ')}, first admin", [Permission.ADMIN])
    except BaseException:
        FILE.unlink()
        raise
    click.echo(f"Wrote {FILE} (readable by you alone). Start with: portal serve")
    click.echo(f"Then sign in at the desk with this link, which works once and for 24 hours (as {admin}):")
    click.echo(address(portal.settings.desk_base, link))
    click.echo(f"API token of {admin}, shown this once:")
    click.echo(token)


def _quoted(value: str) -> str:
    """A TOML basic string; JSON's escapes are a subset of TOML's."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _write_private(path: pathlib.Path, text: str) -> None:
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.write(
            "# Settings of this portal; docs/operations.md lists all of them. Variables PORTAL_* win over this file.\n"
        )
        file.write(text)
