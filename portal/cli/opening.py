"""How a command gets at the portal: settings, database and who is acting."""

import contextlib
import getpass
import sqlite3
from collections.abc import Iterator

import click

from portal import config, wiring
from portal.cli.running import InUse, in_use
from portal.config import Settings
from portal.domain.names import Permission
from portal.store import witness
from portal.store.database import SchemaTooNew, Uncertain
from portal.verbs.context import Actor


class Sorry(click.ClickException):
    """One sentence on standard error, and exit code 2."""

    exit_code = 2

    def show(self, file: object = None) -> None:  # noqa: ARG002
        click.echo(self.message, err=True)


def open_portal(settings: Settings | None = None) -> wiring.Portal:
    """The portal of these settings (those of portal.toml and the environment when none are given), ready for verbs."""
    settings = settings or config.load()
    try:
        hold(settings)
        portal = wiring.assemble(settings)
    except SchemaTooNew as error:
        raise Sorry(str(error)) from error
    except (OSError, sqlite3.DatabaseError) as error:
        raise Sorry(f"The database {settings.database_path} can't be opened: {error}") from error
    _note_at_the_end(portal)
    return portal


def _note_at_the_end(portal: wiring.Portal) -> None:
    """When the command ends, note how the audit log does."""
    command = click.get_current_context(silent=True)
    if command is None:
        return

    def note() -> None:
        with contextlib.suppress(sqlite3.Error):
            witness.note(portal.settings.home, portal.database.connection())

    command.call_on_close(note)


@contextlib.contextmanager
def recording(otherwise: str = "Nothing was recorded") -> Iterator[None]:
    """Around a verb: a disk that fails under it ends in a sentence which says whether anything was recorded."""
    try:
        yield
    except Uncertain as error:
        raise Sorry(f"The disk failed ({error}). It is not certain whether this was recorded: look first.") from error
    except (OSError, sqlite3.Error) as error:
        raise Sorry(f"{otherwise}: {error}.") from error


def hold(settings: Settings) -> None:
    """Until the command ends, no restore may put another database in place under it. Sorry when one is at work."""
    command = click.get_current_context(silent=True)
    if command is None:
        return
    try:
        command.with_resource(in_use(settings.home))
    except InUse:
        raise Sorry(f"A backup is being restored in {settings.home}; try again when that is done.") from None


def operator() -> Actor:
    """Whoever runs the command line can read the database anyway, so may do everything; the audit log names them."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = "unknown"
    return Actor(f"{name} (command line)", frozenset(Permission))
