"""A real SMTP server in this process, which answers as a test tells it to and keeps what it took."""

import asyncio
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

Answer = Callable[[str, str], str | None]
"""answer(step, recipient) for the steps MAIL, RCPT, DATA and DOT: a reply, or None for 250. `drop` ends the connection,
`stall` says nothing for a while, `drop after` takes the mail and ends the connection."""


@dataclass(frozen=True)
class Taken:
    sender: str
    recipient: str
    raw: bytes
    answered: bool
    """False when the final reply was never sent."""

    @property
    def mail(self) -> EmailMessage:
        made = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(made, EmailMessage)
        return made

    @property
    def text(self) -> str:
        part = self.mail.get_body(("plain",))
        return part.get_content() if part else ""

    @property
    def html(self) -> str:
        part = self.mail.get_body(("html",))
        return part.get_content() if part else ""


@dataclass
class Handler:
    answer: Answer
    taken: list[Taken] = field(default_factory=list)
    stall_s: float = 3.0

    async def _say(self, server: SMTP, step: str, address: str) -> str | None:
        said = self.answer(step, address)
        if said == "drop":
            server.transport.abort()
            return "421 gone"
        if said == "stall":
            await asyncio.sleep(self.stall_s)
            return "451 too late"
        return said

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        said = await self._say(server, "MAIL", address)
        if said is None:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return said or "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        said = await self._say(server, "RCPT", address)
        if said is None:
            envelope.rcpt_tos.append(address)
        return said or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        to = envelope.rcpt_tos[0]
        said = self.answer("DOT", to)
        lost = said in ("drop after", "stall after")
        if said is None or lost or said.startswith("250"):
            assert len(envelope.rcpt_tos) == 1
            mail = Taken(str(envelope.mail_from), to, bytes(envelope.content), not lost)
            self.taken.append(mail)
        if said in ("drop", "drop after"):
            server.transport.abort()
        if said in ("stall", "stall after"):
            await asyncio.sleep(self.stall_s)
            return "451 too late"
        return said if said and said[:1].isdigit() else "250 OK"


class MailServer:
    """Use as a context manager; it may be stopped and started again on the same port."""

    def __init__(self, answer: Answer = lambda step, recipient: None, **more: Any) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.handler = Handler(answer)
        self._more = more
        self._controller: Controller | None = None
        self._lock = threading.Lock()

    @property
    def taken(self) -> list[Taken]:
        return self.handler.taken

    def start(self, **other: Any) -> None:
        """`other`: what the server is this once, such as one without TLS."""
        more = {**self._more, **other}
        self._controller = Controller(self.handler, hostname="127.0.0.1", port=self.port, **more)
        self._controller.start()

    def stop(self) -> None:
        controller, self._controller = self._controller, None
        if controller is not None:
            controller.stop()

    def __enter__(self) -> "MailServer":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def to(self, address: str) -> list[Taken]:
        return [one for one in self.taken if one.recipient == address]
