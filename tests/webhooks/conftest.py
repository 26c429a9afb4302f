"""A portal whose webhooks go to a real HTTPS server, its workers stepped by hand, and the public's door."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.config import Settings
from portal.store import webhooks as store
from portal.verbs import webhooks
from portal.verbs.commands_webhooks import FollowByWebhook
from portal.verbs.context import Context
from portal.web import shell, subscriptions
from portal.web import webhooks as door
from portal.workers.delivery import WEBHOOKS, WEBHOOKS_LATE, Deliveries
from portal.workers.fanout import STEPS
from portal.workers.outward import Outward
from portal.workers.webhook import Messages, Webhook
from tests.hookserver import HookServer, certificate  # noqa: F401  (a fixture)
from tests.verbs.conftest import desk  # noqa: F401  (a fixture)
from tests.web.api.conftest import OpenPortal, ReadyPublisher
from tests.workers.test_outward import answering


@pytest.fixture
def settings(tmp_path: Any) -> Settings:
    return Settings(home=tmp_path, site_url="https://status.example.com", site_name="Example")


@pytest.fixture
def server(certificate: Any) -> Iterator[HookServer]:  # noqa: F811
    with HookServer(certificate) as made:
        yield made


@dataclass
class Hooking:
    context: Context
    server: HookServer
    clock: Any
    queues: list[tuple[Deliveries, Webhook]]

    def ask(self, path: str = "/hook", **choices: Any) -> dict[str, str]:
        command = FollowByWebhook(url=self.server.url(path), **choices)
        return webhooks.ask_webhook(self.context, command, "192.0.2.7")

    def follow(self, path: str = "/hook", **choices: Any) -> dict[str, str]:
        """Somebody asks, and the address answers its challenge."""
        kept = self.ask(path, **choices)
        webhooks.challenge_webhook(self.context, kept["token"])
        self.deliver()
        assert webhooks.webhook_state(self.context, kept["token"]) == "follows"
        return kept

    def fan_out(self) -> None:
        while sum(step(self.context) for step in STEPS):
            pass

    def deliver(self, **later: float) -> None:
        """All that is due, after some time."""
        if later:
            self.clock.forward(**later)
        for _ in range(3):
            self.fan_out()
            for deliveries, channel in self.queues:
                while deliveries._deliver_once(channel):
                    pass

    def queue(self, path: str = "/hook") -> tuple[str, str | None]:
        """The queue of a webhook, and why it is paused."""
        with self.context.database.snapshot() as db:
            row = store.by_url(db, self.server.url(path))
            found = db.execute("SELECT * FROM subscriber WHERE id = ?", (row["subscriber_id"],)).fetchone()
        return found["channel"], found["pause_reason"]

    def states(self) -> list[tuple[str, str]]:
        sql = "SELECT event, state FROM delivery JOIN outbox ON outbox.id = outbox_id ORDER BY delivery.id"
        return [tuple(row) for row in self.context.database.connection().execute(sql)]


@pytest.fixture
def hooking(context: Context, server: HookServer, clock: Any, settings: Settings, certificate: Any) -> Hooking:  # noqa: F811
    trust = ssl.create_default_context(cafile=str(certificate[0]))
    outward = Outward(answering("127.0.0.1"), permits=lambda address: True, trust=trust, timeout_s=5.0)
    messages, channel = Messages(settings, context.database), Webhook(outward)
    queues = [Deliveries(context, messages, lambda: channel, 1, one) for one in (WEBHOOKS, WEBHOOKS_LATE)]
    return Hooking(context, server, clock, [(one, channel) for one in queues])


@pytest.fixture
def browser(context: Context) -> FlaskClient:
    app = Flask("portal.web", static_folder=None)
    portal = OpenPortal(context.settings, context.database, context, ReadyPublisher())
    app.extensions["portal"] = portal
    shell.register(app, portal)
    app.register_blueprint(subscriptions.bp)
    app.register_blueprint(door.bp)
    return app.test_client()
