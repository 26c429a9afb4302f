"""Mail as a channel: SMTP on one connection that is kept from mail to mail."""

import re
import smtplib
import socket
import ssl

from portal.config import Smtp
from portal.notify.channel import Later, Parcel, Refused, Result, Sent, Unreachable

_ENHANCED = re.compile(r"\b[245]\.(\d{1,3})\.(\d{1,3})\b")
NO_SUCH_MAILBOX = {550, 551, 553}


class Lost(Exception):
    """The connection is gone, or the server is about to close it."""


class Mail:
    """A `Channel`. Every answer of the server is about one recipient, since each mail has exactly one."""

    def __init__(self, settings: Smtp, our_name: str) -> None:
        self._settings = settings
        self._our_name = our_name
        self._server: smtplib.SMTP | None = None

    def send(self, parcel: Parcel) -> Result:
        """Deliver one mail. An answer that was lost after the last dot can't be told from success: it is tried again,
        with the same Message-ID."""
        kept = self._server is not None
        try:
            server = self._server or self._connect()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Unreachable(_words(error))
        try:
            try:
                self._begin(server, parcel.sender)
            except Lost:
                self.close()
                if not kept:
                    raise
                server = self._connect()  # a connection that was kept may have been closed meanwhile
                self._begin(server, parcel.sender)
        except (Lost, OSError, smtplib.SMTPException) as error:
            self.close()
            return Unreachable(_words(error))
        try:
            return self._deliver(server, parcel)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Later(_words(error))

    def close(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            try:
                if server.sock is not None:
                    server.sock.settimeout(2)
                server.quit()
            except (OSError, smtplib.SMTPException):
                server.close()

    def _connect(self) -> smtplib.SMTP:
        chosen = self._settings
        assert chosen.host is not None  # noqa: S101
        server: smtplib.SMTP
        if chosen.tls == "tls":
            secure = ssl.create_default_context()
            server = smtplib.SMTP_SSL(chosen.host, chosen.port, self._our_name, timeout=chosen.timeout, context=secure)
        else:
            server = smtplib.SMTP(chosen.host, chosen.port, self._our_name, timeout=chosen.timeout)
        try:
            if server.sock is not None:
                server.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            server.ehlo_or_helo_if_needed()
            if chosen.tls == "starttls":
                server.starttls(context=ssl.create_default_context())
                server.ehlo()
            if chosen.user is not None:
                server.login(chosen.user, chosen.password or "")
        except BaseException:
            server.close()
            raise
        self._server = server
        return server

    def _begin(self, server: smtplib.SMTP, sender: str) -> None:
        try:
            code, said = server.mail(sender)
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            raise Lost(_words(error)) from error
        if code == 421:
            raise Lost(_line(code, said))
        if code != 250:
            self._reset(server)
            raise smtplib.SMTPSenderRefused(code, said, sender)

    def _deliver(self, server: smtplib.SMTP, parcel: Parcel) -> Result:
        code, said = server.rcpt(parcel.recipient)
        if code in (250, 251):
            try:
                code, said = server.data(parcel.body)
            except smtplib.SMTPDataError as error:
                code, said = error.smtp_code, _bytes(error.smtp_error)
            if code == 250:
                return Sent(_line(code, said))
        if code == 421:
            self.close()
        else:
            self._reset(server)
        line = _line(code, said)
        return Refused(line, bounced=_no_such_mailbox(code, line)) if 500 <= code < 600 else Later(line)

    def _reset(self, server: smtplib.SMTP) -> None:
        try:
            server.rset()
        except (OSError, smtplib.SMTPException):
            self.close()


def _no_such_mailbox(code: int, line: str) -> bool:
    """Whether a refusal says that the address is none: by its enhanced code (RFC 3463) where there is one."""
    found = _ENHANCED.search(line)
    if found is None:
        return code in NO_SUCH_MAILBOX
    return found[1] == "1" or (found[1], found[2]) == ("2", "1")


def _line(code: int, said: bytes) -> str:
    return f"{code} {' '.join(said.decode('utf-8', 'replace').split())}"[:400]


def _bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode()


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _line(error.smtp_code, _bytes(error.smtp_error))
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "the recipient was refused"
    return f"{type(error).__name__}: {error}"[:400]
