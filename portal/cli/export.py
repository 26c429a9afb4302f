"""`portal export`: everything, in two forms that outlive the program."""

import pathlib

import click

from portal import config
from portal.cli.opening import Sorry, hold
from portal.store.database import Database


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=pathlib.Path))
def export(folder: pathlib.Path) -> None:
    """Write everything into DIR: each table as JSON lines, each incident and postmortem as Markdown.

    Private incidents are included; tokens and one-time links are not.
    """
    from portal.verbs import exporting

    settings = config.load()
    if not settings.database_path.exists():
        raise Sorry(f"There is no database at {settings.database_path}.")
    if folder.exists() and any(folder.iterdir()):
        raise Sorry(f"{folder} is not empty. Choose an empty folder, so that nothing old is mixed in.")
    hold(settings)
    rows = tables = pages = 0
    with Database(settings.database_path).snapshot() as db:
        for path, lines in exporting.files(db):
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            count = 0
            with place.open("w", encoding="utf-8") as file:
                for count, line in enumerate(lines(), 1):  # noqa: B007
                    file.write(line + "\n")
            if path.startswith("tables/"):
                rows, tables = rows + count, tables + 1
            else:
                pages += 1
    click.echo(f"{folder}: {rows} rows of {tables} tables, {pages} Markdown pages")
