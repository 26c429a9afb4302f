"""`portal serve --demo`: a made-up company with a year behind it, told through the same verbs as a real one."""

import pathlib
import secrets
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from portal import wiring
from portal.cli.demo.story import ADMIN, Story
from portal.cli.opening import open_portal
from portal.config import Settings
from portal.domain.times import to_text
from portal.store import copies
from portal.store.database import Database
from portal.store.portal_row import ensure_portal_row
from portal.verbs import windows
from portal.verbs.commands_keeper import PlanWindow
from portal.verbs.context import Context, random_public_id
from portal.verbs.rota import NAME

BEGINNING = timedelta(days=366)
"""How long ago the made-up company opened its page."""


def open_demo(settings: Settings, now: datetime | None = None) -> wiring.Portal:
    """The demo's portal. An empty home gets the whole story first, ending at `now`; a home with a database stays."""
    if not settings.database_path.exists():
        _make(settings, now or datetime.now(UTC))
    return open_portal(settings)


def _make(settings: Settings, now: datetime) -> None:
    """Tell the story in a home beside, then put its database in place: a broken attempt leaves nothing behind."""
    beside = settings.home.with_name(settings.home.name + ".unfinished")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    settings.home.mkdir(parents=True, exist_ok=True)
    try:
        database = Database(beside / "portal.db")
        _tell(settings.model_copy(update={"home": beside}), database, now)
        shutil.copy(pathlib.Path(__file__).with_name(NAME), settings.home / NAME)
        copies.copy_out(database.connection(), settings.database_path.absolute())
        database.close()
    finally:
        shutil.rmtree(beside)


def _tell(settings: Settings, database: Database, now: datetime) -> None:
    """Every step at its own moment, so that the records look as if they had been written then."""
    database.migrate()
    database.connection().execute("PRAGMA synchronous = OFF")
    with database.transaction() as db:
        ensure_portal_row(db, secrets.token_hex(8), random_public_id(), to_text(now - BEGINNING))
    context = Context(database, settings)
    for moment, step in Story(now, now - BEGINNING).steps():
        step(replace(context, now=partial(_held, moment)))
    launch = PlanWindow(
        title="Launch of the new editor",
        starts_at=now + timedelta(days=5),
        ends_at=now + timedelta(days=5, hours=6),
        owner="mara.lindqvist@larkspur.example",
        plan="A post and a mail to everybody at the start; Mara can hold both until ten minutes before.",
    )
    windows.plan_window(replace(context, now=partial(_held, now)), ADMIN, launch)


def _held(moment: datetime) -> datetime:
    return moment
