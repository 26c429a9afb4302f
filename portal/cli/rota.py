"""`portal rota`: who is on call."""

from typing import Any

import click

from portal.cli import telling
from portal.cli.acting import as_json, query_of, read
from portal.verbs import rota as rotas
from portal.web.api.queries_keeper import OnCallAt


@click.command(name="rota")
@click.option("--at", metavar="MOMENT", help="Now unless given, such as 2026-12-24T12:00:00Z.")
@as_json
def rota(at: str | None, as_json: bool) -> None:
    """Who is on call, from rota.yaml."""
    read(rotas.on_call, tell=_tell, as_json=as_json, **query_of(OnCallAt, at=at))


def _tell(answer: dict[str, Any]) -> None:
    rows = ([one["name"], one["person"], telling.moment(one["until_at"])] for one in answer["items"])
    telling.table(["ROTA", "ON CALL", "UNTIL"], rows, "There is no rota: write rota.yaml in the portal's home.")
    if answer["fault"]:
        click.echo(answer["fault"])
    if answer["changed_at"]:
        click.echo(f"rota.yaml is of {telling.moment(answer['changed_at'])}.")
