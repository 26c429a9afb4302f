"""`portal backup` and `portal restore`."""

import itertools
import pathlib
import secrets
from datetime import UTC, datetime

import click

from portal import config
from portal.cli.opening import Sorry, hold, open_portal, operator, recording
from portal.cli.publishing import build_or_sorry
from portal.cli.running import InUse, alone
from portal.domain.times import to_text
from portal.store import copies
from portal.store.database import Database

File = click.Path(dir_okay=False, path_type=pathlib.Path)


@click.command()
@click.argument("file", type=File)
@click.option("--replace", is_flag=True, help="Replace FILE when it exists.")
def backup(file: pathlib.Path, replace: bool) -> None:
    """Copy the database into FILE, also while the portal runs.

    FILE holds everything but portal.toml; the public files can be made from it. It is readable by its owner alone.
    """
    settings = config.load()
    if not settings.database_path.exists():
        raise Sorry(f"There is no database at {settings.database_path}.")
    if file.exists() and not replace:
        raise Sorry(f"{file} exists. Choose another name, or say --replace.")
    if not file.absolute().parent.is_dir():
        raise Sorry(f"There is no folder {file.absolute().parent}.")
    hold(settings)
    with recording("The backup is not complete"):
        copies.copy_out(Database(settings.database_path).connection(), file.absolute())
    held = copies.facts(file)
    click.echo(f"{file}: {held.records} audit records, the last at {held.last_at or 'no time'}")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=pathlib.Path))
@click.option("--force", is_flag=True, help="Also when the database in place has more than the backup.")
def restore(file: pathlib.Path, force: bool) -> None:
    """Put the backup FILE in place of the database, then publish it.

    No portal may run in this home, and no other command. The database that was there is kept beside it.
    """
    settings = config.load()
    now = datetime.now(UTC)
    try:
        with alone(settings.home), recording("The restore is not complete, run it again"):
            try:
                wanted = copies.facts(file)
                aside = _keep_present(settings.database_path, wanted, force, now)
                gone = copies.departures_of(settings.database_path)
                epoch, actor = secrets.token_hex(8), operator().name
                left = copies.put_in_place(file, settings.database_path, epoch, actor, to_text(now), gone=gone)
            except copies.BadCopy as error:
                raise Sorry(f"{error}. Nothing was changed.") from error
    except InUse:
        raise Sorry(f"A portal or a command runs in {settings.home}. Stop it, then restore.") from None
    portal = open_portal(settings)
    build_or_sorry(portal, "The backup is in place; mend that, then run `portal build`.")
    click.echo(f"Restored {file} ({wanted.records} audit records) and published it.")
    if left:
        click.echo(f"{left} who follow in it have left since, and stay away.")
    if aside:
        click.echo(f"The database that was there is kept as {aside}.")


def _keep_present(path: pathlib.Path, wanted: copies.Facts, force: bool, now: datetime) -> pathlib.Path | None:
    if not path.exists():
        return None
    try:
        present = copies.facts(path)
    except copies.BadCopy:
        present = None
    if not force and present and (present.page_id != wanted.page_id or present.records > wanted.records):
        more = (
            "belongs to another portal"
            if present.page_id != wanted.page_id
            else f"has {present.records - wanted.records} audit records more, the last at {present.last_at}"
        )
        raise Sorry(f"The database in place {more}; restoring would take them off the page. Say --force to do it.")
    aside = _free(path.with_name(f"portal-before-restore-{now:%Y%m%dT%H%M%SZ}.db"))
    if present:
        database = Database(path)
        copies.copy_out(database.connection(), aside)
        database.close()
    else:
        path.rename(aside)
    return aside


def _free(path: pathlib.Path) -> pathlib.Path:
    """A name that nothing has yet; the file of a restore in the same second may be what is restored now."""
    names = (path.with_stem(f"{path.stem}-{number}") for number in itertools.count(2))
    return next(one for one in itertools.chain([path], names) if not one.exists())
