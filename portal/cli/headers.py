"""`portal headers`: what `portal serve` says with each file, for the web server that serves the folder itself."""

import os
from collections.abc import Iterator, Mapping, Sequence

import click

from portal import config
from portal.cli.opening import Sorry


@click.command()
@click.argument("server", type=click.Choice(["nginx", "caddy"]))
def headers(server: str) -> None:
    """Headers of this site, as configuration for nginx or Caddy: security, caching, and who may read what.

    They hold the hashes of the inline scripts that the theme has: write them again after an upgrade.
    """
    from portal.web.headers import InlineHashes

    root = os.path.realpath(config.load().home / "site")
    if not os.path.isdir(root):
        raise Sorry("Nothing has been published yet; `portal build` makes the first release.")
    hashes = dict(InlineHashes().of(root))
    for line in _nginx(hashes) if server == "nginx" else _caddy(hashes):
        click.echo(line)


def _nginx(hashes: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Maps from the path to a header's value; an empty value leaves the header out. They belong into `http`."""
    from portal.web.headers import ASK_EACH_TIME, FOR_EVER, FOR_OTHERS, FRAMED, HASH_NAMED, SHORT, content_policy

    others = FOR_OTHERS.pattern.replace("^", "^/", 1)
    kept = HASH_NAMED.pattern.replace("^", "^/", 1)
    frames = FRAMED.pattern.replace("^", "^/", 1)
    yield "# Made by `portal headers nginx`; include it in http, and make it again after an upgrade."
    plain, framed = content_policy(hashes), content_policy(hashes, framed=True)
    yield f'map $uri $portal_policy {{ default "{plain}"; "~{frames}" "{framed}"; }}'
    yield f'map $uri $portal_frames {{ default "DENY"; "~{frames}" ""; }}'
    yield f'map $uri $portal_origins {{ default ""; "~{others}" "*"; }}'
    yield (
        f'map $uri $portal_keep {{ default "{ASK_EACH_TIME}"; "/published.json" "{ASK_EACH_TIME}"; '
        f'"~{kept}" "{FOR_EVER}"; "~{others}" "{SHORT}"; }}'
    )


def _caddy(hashes: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """A snippet that a site imports; inside `route` the later line wins."""
    from portal.web.headers import ALWAYS, ASK_EACH_TIME, FOR_EVER, FOR_OTHERS, HASH_NAMED, SHORT, content_policy

    yield "# Made by `portal headers caddy`; import it before the site, and make it again after an upgrade."
    yield "(portal_headers) {"
    yield "\troute {"
    for name, value in ALWAYS.items():
        yield f'\t\theader {name} "{value}"'
    yield f'\t\theader Content-Security-Policy "{content_policy(hashes)}"'
    yield "\t\theader X-Frame-Options DENY"
    yield f'\t\theader Cache-Control "{ASK_EACH_TIME}"'
    yield "\t\t@framed path /embed/ /embed/index.html"
    yield f'\t\theader @framed Content-Security-Policy "{content_policy(hashes, framed=True)}"'
    yield "\t\theader @framed -X-Frame-Options"
    yield f"\t\t@others path_regexp `{FOR_OTHERS.pattern.replace('^', '^/', 1)}`"
    yield '\t\theader @others Access-Control-Allow-Origin "*"'
    yield f'\t\theader @others Cache-Control "{SHORT}"'
    yield f"\t\t@named path_regexp `{HASH_NAMED.pattern.replace('^', '^/', 1)}`"
    yield f'\t\theader @named Cache-Control "{FOR_EVER}"'
    yield "\t\t@now path /published.json"
    yield f'\t\theader @now Cache-Control "{ASK_EACH_TIME}"'
    yield "\t}"
    yield "}"
