"""`portal import`: the history of a Statuspage or cState page."""

import pathlib

import click

from portal.cli.opening import open_portal, operator, recording
from portal.cli.publishing import publish_or_leave
from portal.imports.running import run_import

PATHS = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=pathlib.Path))
UNREADABLE = 3


@click.group()
def import_command() -> None:
    """Bring in the history of another status page. Doing it twice, or with newer files, makes no duplicates.

    A line says what became of each file or incident; the exit code is 3 when something could not be read.
    """


@import_command.command()
@PATHS
def statuspage(paths: tuple[pathlib.Path, ...]) -> None:
    """Statuspage: files of its API v2 (also packed with gzip), webhook bodies, history feeds, or folders of them."""
    _import("statuspage", paths)


@import_command.command()
@PATHS
def cstate(paths: tuple[pathlib.Path, ...]) -> None:
    """cState: the folder of a site, its content, or issue files."""
    _import("cstate", paths)


def _import(source: str, paths: tuple[pathlib.Path, ...]) -> None:
    portal = open_portal()
    with recording():
        report = run_import(portal.context, operator(), source, paths)
    for line in report.lines:
        click.echo(line)
    try:
        if report.change is not None and not publish_or_leave(portal, report.change):
            click.echo("The running portal will publish this shortly.", err=True)
    finally:
        click.echo(report.summary)
    if report.broken:
        raise SystemExit(UNREADABLE)
