"""The one place that assembles a portal from its settings, and its doors from a portal."""

import pathlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from portal.config import Settings
from portal.domain.times import to_text
from portal.site.release import Releases
from portal.store.database import Database
from portal.store.portal_row import ensure_portal_row, renew_epoch_of_older_copy
from portal.verbs.context import Actor, Context, random_public_id, utc_now

if TYPE_CHECKING:
    from flask import Flask

    from portal.imports.running import Report
    from portal.workers.delivery import Deliveries
    from portal.workers.publisher import Publisher


@dataclass(frozen=True)
class Portal:
    """Everything a door or a worker needs."""

    settings: Settings
    database: Database
    context: Context

    @cached_property
    def publisher(self) -> "Publisher":
        """Made on first use: it brings MkDocs along, which a short command should not wait for."""
        from portal.workers.publisher import Publisher

        return Publisher(self.settings, self.database)

    def import_history(self, actor: Actor, source: str, paths: Sequence[pathlib.Path]) -> "Report":
        """Bring in what the paths hold of another status page's history."""
        from portal.imports.running import run_import

        return run_import(self.context, actor, source, paths)

    @cached_property
    def deliveries(self) -> "Deliveries":
        """Mail, by the server of the settings."""
        from portal.workers.delivery import MAIL, Deliveries
        from portal.workers.postman import Postman
        from portal.workers.smtp import Mail

        postman, smtp = Postman(self.settings, self.database), self.settings.smtp
        name = postman.sender.domain
        return Deliveries(self.context, postman, lambda: Mail(smtp, name), threads=smtp.connections, queues=MAIL)

    @cached_property
    def announcements(self) -> "Deliveries":
        """Chats and push services of people inside; a dead one delays no other for longer than its answer takes."""
        from portal.workers.announce import Announcements, Apprise
        from portal.workers.delivery import ANNOUNCEMENTS, Deliveries

        announcements = Announcements(self.settings)
        return Deliveries(
            self.context, announcements, lambda: Apprise(self.settings.announce), threads=2, queues=ANNOUNCEMENTS
        )

    @cached_property
    def webhooks(self) -> "tuple[Deliveries, Deliveries]":
        """Posts to addresses of subscribers, and to those that failed the last time: nobody waits behind these."""
        from portal.workers.delivery import WEBHOOKS, WEBHOOKS_LATE, Deliveries
        from portal.workers.outward import Outward
        from portal.workers.webhook import Messages, Webhook

        messages, outward = Messages(self.settings, self.database), Outward()
        prompt = Deliveries(self.context, messages, lambda: Webhook(outward), threads=4, queues=WEBHOOKS)
        late = Deliveries(self.context, messages, lambda: Webhook(outward), threads=2, queues=WEBHOOKS_LATE)
        return prompt, late

    @cached_property
    def hub(self) -> "Deliveries":
        """News of the feeds for their hub; the settings name it, so it may be anywhere."""
        from portal.workers.delivery import HUB, Deliveries
        from portal.workers.hub import Pings
        from portal.workers.outward import Outward
        from portal.workers.webhook import Webhook

        outward = Outward(permits=lambda _: True)
        return Deliveries(self.context, Pings(self.settings), lambda: Webhook(outward), threads=1, queues=HUB)


def assemble(settings: Settings) -> Portal:
    """A portal whose home exists, whose schema is current and which has an identity."""
    database = Database(settings.database_path)
    database.migrate()
    now = to_text(utc_now())
    release = Releases(settings.home).current()
    shown = release.identity() if release else None  # read first: the database is never behind what is public
    with database.transaction() as db:
        ensure_portal_row(db, secrets.token_hex(8), random_public_id(), now)
        if shown is not None:
            renew_epoch_of_older_copy(db, (shown.epoch, shown.sequence), secrets.token_hex(8), now)
    return Portal(settings, database, Context(database, settings))


def create_app(portal: Portal, only: Literal["public", "desk"] | None = None) -> "Flask":
    """The WSGI application: the public files, the doors for people inside, or (None) both. Health is always there."""
    from portal.web import application

    return application.create(portal, public=only != "desk", desk=only != "public")
