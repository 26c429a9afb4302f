"""A portal with a mail server, and its mail workers stepped by hand."""

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from portal.config import Settings, Smtp
from portal.verbs import subscribing
from portal.verbs.commands_subscriptions import Subscribe
from portal.verbs.context import Context
from portal.verbs.fanning import confirm_once, fan_out_once, sweep_once
from portal.workers.delivery import MAIL, Deliveries
from portal.workers.postman import Postman
from portal.workers.smtp import Mail
from tests.mailserver import MailServer, Taken
from tests.verbs.conftest import Desk, desk  # noqa: F401  (a fixture)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as made:
        yield made


@pytest.fixture
def settings(tmp_path: Any, server: MailServer) -> Settings:
    return Settings(
        home=tmp_path,
        site_url="https://status.example.com",
        site_name="Example",
        support_email="support@example.com",
        mail_from="status@example.com",
        smtp=Smtp(host="127.0.0.1", port=server.port, timeout=1, connections=1),
    )


@dataclass
class Mailing:
    """The mail side of a portal: who follows, what is due, what arrived."""

    context: Context
    server: MailServer
    clock: Any
    step: Callable[[], bool]
    deliveries: Deliveries

    def subscribe(self, email: str, **choices: Any) -> str:
        """Somebody asks, gets the mail, and presses its button; answers the token of their page."""
        subscribing.subscribe(self.context, Subscribe(email=email, **choices), "192.0.2.7")
        self.deliver()
        return subscribing.confirm(self.context, self.link(self.server.to(email)[-1], "confirm"))

    def link(self, mail: Taken, kind: str) -> str:
        found = re.search(rf"https://status\.example\.com/subscriptions/{kind}/(\S+)", mail.text)
        assert found, mail.text
        return found[1]

    def fan_out(self) -> None:
        while any([fan_out_once(self.context), sweep_once(self.context), confirm_once(self.context)]):
            pass

    def deliver(self, **later: float) -> list[Taken]:
        """All that is due, after some time; answers what arrived."""
        if later:
            self.clock.forward(**later)
        seen = len(self.server.taken)
        self.fan_out()
        while self.step():
            pass
        return self.server.taken[seen:]

    def states(self) -> list[str]:
        rows = self.context.database.connection().execute("SELECT state FROM delivery ORDER BY id")
        return [row[0] for row in rows]


@pytest.fixture
def mailing(context: Context, server: MailServer, clock: Any, settings: Settings) -> Iterator[Mailing]:
    postman = Postman(settings, context.database)
    channel = Mail(settings.smtp, "example.com")
    deliveries = Deliveries(context, postman, lambda: channel, threads=1, queues=MAIL)
    yield Mailing(context, server, clock, lambda: deliveries._deliver_once(channel), deliveries)
    channel.close()


@pytest.fixture
def stop() -> threading.Event:
    return threading.Event()
