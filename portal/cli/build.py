"""`portal build` and `portal check`."""

import sqlite3

import click

from portal import config, wiring
from portal.cli.opening import hold, open_portal
from portal.cli.publishing import build_or_sorry
from portal.config import Settings
from portal.store.checks import database_faults
from portal.store.database import Database
from portal.store.witness import witness_faults
from portal.verbs.context import Context


@click.command()
def build() -> None:
    """Render everything into a new release, then switch to it. Works beside a running portal."""
    portal = open_portal()
    build_or_sorry(portal, "The old one stays, if there is one.")
    click.echo(f"Published change {portal.publisher.status().sequence} in {portal.settings.home / 'site'}")


@click.command()
def check() -> None:
    """Compare database, audit log and public files with what they must be.

    Exit code 0 only if everything is as it must be; otherwise each line names a difference, and the code is 1.
    """
    faults = _faults(config.load())
    for fault in faults:
        click.echo(fault)
    if faults:
        raise SystemExit(1)
    click.echo("All is as it must be: database, schema, audit chain, public files.")


def _faults(settings: Settings) -> list[str]:
    if not settings.database_path.exists():
        return [f"database: there is none at {settings.database_path}"]
    hold(settings)
    database = Database(settings.database_path)
    try:
        faults = list(database_faults(database.connection()))
        if not faults:
            faults += witness_faults(settings.home, database.connection())
    except sqlite3.DatabaseError as error:
        return [f"database: {error}"]
    if not any(fault.startswith(("database:", "schema:")) for fault in faults):
        faults += wiring.Portal(settings, database, Context(database, settings)).publisher.check()
    return faults
