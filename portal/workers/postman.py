"""Turns a claimed delivery into a mail, at the moment of sending."""

from datetime import datetime
from functools import cached_property, lru_cache

import dkim

from portal.config import Settings
from portal.notify import mime
from portal.notify.bounces import verp
from portal.notify.channel import Parcel
from portal.notify.mime import Envelope, Sender
from portal.store.database import Database
from portal.verbs.delivering import Claimed
from portal.verbs.letters import Letters

SIGNED = [b"from", b"to", b"subject", b"date", b"message-id", b"in-reply-to", b"references", b"list-id"]
SIGNED += [b"list-unsubscribe", b"list-unsubscribe-post", b"mime-version", b"content-type"]


class Postman:
    """Shared by the threads that deliver."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self.settings = settings
        self.database = database
        self._letters = Letters(settings)
        self._written = lru_cache(maxsize=100)(lambda letter: mime.written(letter, self.sender))

    @cached_property
    def sender(self) -> Sender:
        chosen = self.settings
        given = mime.sender_of(chosen.mail_from or chosen.support_email, chosen.base_url, chosen.mail_bounces)
        return given if given.name else Sender(chosen.site_name, given.address, given.bounces, given.site)

    def parcel(self, claimed: Claimed, now: datetime) -> Parcel | None:
        """The mail of a delivery; None when there is nothing any more that its reader may be told."""
        with self.database.snapshot() as db:
            letter = self._letters.write(db, claimed.events, claimed.language, claimed.choices)
        if letter is None:
            return None
        envelope = Envelope(claimed.to, claimed.key, claimed.token, claimed.previous)
        body = mime.message(self._written(letter), envelope, now)
        back = verp(self.sender.bounces, claimed.id, claimed.token) if claimed.subscriber else self.sender.bounces
        return Parcel(claimed.to, self._signed(body), back, claimed.key)

    def _signed(self, body: bytes) -> bytes:
        chosen = self.settings.dkim
        if chosen.key is None:
            return body
        present = set(mime.names_of(body))
        domain = (chosen.domain or self.sender.domain).encode()
        signature: bytes = dkim.sign(
            body,
            chosen.selector.encode(),
            domain,
            self._key,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=[name for name in SIGNED if name in present],
        )
        return signature + body

    @cached_property
    def _key(self) -> bytes:
        assert self.settings.dkim.key is not None  # noqa: S101
        return self.settings.dkim.key.read_bytes()
