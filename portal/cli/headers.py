"""`portal headers`: the security headers of the published site, for the web server that serves the folder itself."""

import os

import click

from portal import config
from portal.cli.opening import Sorry


@click.command()
@click.argument("server", type=click.Choice(["nginx", "caddy"]))
def headers(server: str) -> None:
    """Security headers of this site, as configuration for nginx or Caddy.

    They hold the hashes of the inline scripts that the theme has; write them again after an upgrade.
    """
    from portal.web.headers import ALWAYS, InlineHashes, content_policy

    root = os.path.realpath(config.load().home / "site")
    if not os.path.isdir(root):
        raise Sorry("Nothing has been published yet; `portal build` makes the first release.")
    policy = content_policy(dict(InlineHashes().of(root)))
    for name, value in {**ALWAYS, "X-Frame-Options": "DENY", "Content-Security-Policy": policy}.items():
        click.echo(f'add_header {name} "{value}" always;' if server == "nginx" else f'header {name} "{value}"')
