"""Turns a claimed delivery into a mail, at the moment of sending, from what the public may read at that moment."""

import json
import sqlite3
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import dkim

from portal.config import Settings
from portal.domain.public import PublicIncident, PublicPost
from portal.language import SOURCE, Words, languages, words_of
from portal.notify import letters, mime
from portal.notify.bounces import verp
from portal.notify.channel import Parcel
from portal.notify.letters import Desk
from portal.notify.mime import Envelope, Letter, Sender
from portal.notify.templates import load_mail
from portal.site.full import reader_for
from portal.store import outbox
from portal.store.database import Database
from portal.verbs.choices import told_choices
from portal.verbs.delivering import Claimed

KEPT = 100
"""Letters; one is the same for all who get it, until something public changes."""
SIGNED = [b"from", b"to", b"subject", b"date", b"message-id", b"in-reply-to", b"references", b"list-id"]
SIGNED += [b"list-unsubscribe", b"list-unsubscribe-post", b"mime-version", b"content-type"]


@dataclass
class Postman:
    """Shared by the threads that deliver."""

    settings: Settings
    database: Database

    def __post_init__(self) -> None:
        self._render = load_mail()
        self._kept: OrderedDict[tuple[object, ...], Letter | None] = OrderedDict()
        self._lock = threading.Lock()

    @cached_property
    def sender(self) -> Sender:
        chosen = self.settings
        given = mime.sender_of(chosen.mail_from or chosen.support_email, chosen.base_url, chosen.mail_bounces)
        return given if given.name else Sender(chosen.site_name, given.address, given.bounces, given.site)

    @cached_property
    def desk(self) -> Desk:
        chosen = self.settings
        return Desk(chosen.base_url, chosen.desk_base, chosen.site_name, chosen.support_email)

    def parcel(self, claimed: Claimed, now: datetime) -> Parcel | None:
        """The mail of a delivery; None when there is nothing any more that its reader may be told."""
        with self.database.snapshot() as db:
            letter = self.letter(db, claimed)
        if letter is None:
            return None
        envelope = Envelope(claimed.to, claimed.key, claimed.token, claimed.previous)
        body = mime.message(letter, envelope, self.sender, now)
        back = verp(self.sender.bounces, claimed.id, claimed.token) if claimed.subscriber else self.sender.bounces
        return Parcel(claimed.to, self._signed(body), back, claimed.key)

    def letter(self, db: sqlite3.Connection, claimed: Claimed) -> Letter | None:
        """What a delivery says, without what is its reader's own."""
        event, words = claimed.event, self._words(claimed.language)
        if event["event"] == "confirmation":
            chosen = told_choices(db, json.loads(claimed.choices or "{}"), words)
            return letters.confirmation_letter(self._render, words, self.desk, chosen)
        details = json.loads(event["details"])
        if event["event"] not in _LETTERS:
            said = str(details.get("text") or event["event"].replace("_", " ").capitalize())
            return letters.internal_letter(self._render, words_of(SOURCE), self.desk, said, details.get("link"))
        change = outbox.change_of(db, event["incident_id"])
        if change is None and event["event"] != "postmortem_published":
            return None
        version = outbox.newest_change(db) if event["event"] == "postmortem_published" else change
        key = (event["event"], tuple(one["id"] for one in claimed.events), version, words.language)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            letter = _LETTERS[event["event"]](self, db, claimed.events, words)
            self._kept[key] = letter
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return letter

    def _words(self, language: str) -> Words:
        return words_of(language if language in languages() else SOURCE)

    def _post(self, db: sqlite3.Connection, events: tuple[sqlite3.Row, ...], words: Words) -> Letter | None:
        reader = reader_for(db, self.settings)
        found = reader.incidents("id = ?", (events[0]["incident_id"],))
        if not found:
            return None
        told = {one["post_id"] for one in events}
        posts = [latest(found[0], post) for post in found[0].posts if post.id in told]
        chosen = list(dict.fromkeys(posts))
        return letters.post_letter(self._render, words, self.desk, reader.page, incident=found[0], posts=chosen)

    def _reminder(self, db: sqlite3.Connection, events: tuple[sqlite3.Row, ...], words: Words) -> Letter | None:
        if not outbox.still_ahead(db, events[0]["incident_id"]):
            return None
        return self._newest(db, events, words, reminder=True)

    def _present(self, db: sqlite3.Connection, events: tuple[sqlite3.Row, ...], words: Words) -> Letter | None:
        return self._newest(db, events, words, reminder=False)

    def _newest(
        self, db: sqlite3.Connection, events: tuple[sqlite3.Row, ...], words: Words, *, reminder: bool
    ) -> Letter | None:
        reader = reader_for(db, self.settings)
        found = reader.incidents("id = ?", (events[0]["incident_id"],))
        if not found:
            return None
        posts = found[0].posts[-1:]
        return letters.post_letter(
            self._render, words, self.desk, reader.page, incident=found[0], posts=posts, reminder=reminder
        )

    def _postmortem(self, db: sqlite3.Connection, events: tuple[sqlite3.Row, ...], words: Words) -> Letter | None:
        reader = reader_for(db, self.settings)
        slug = outbox.postmortem_slug(db, events[0]["incident_id"])
        article = reader.postmortem(slug) if slug else None
        if article is None:
            return None
        return letters.postmortem_letter(self._render, words, self.desk, reader.page, article)

    def _signed(self, body: bytes) -> bytes:
        chosen = self.settings.dkim
        if chosen.key is None:
            return body
        present = set(mime.names_of(body))
        names = [name for name in SIGNED if name in present]
        domain = (chosen.domain or self.sender.domain).encode()
        signature: bytes = dkim.sign(
            body,
            chosen.selector.encode(),
            domain,
            self._key,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=names,
        )
        return signature + body

    @cached_property
    def _key(self) -> bytes:
        assert self.settings.dkim.key is not None  # noqa: S101
        return self.settings.dkim.key.read_bytes()


_LETTERS = {
    "post_published": Postman._post,
    "maintenance_reminder": Postman._reminder,
    "postmortem_published": Postman._postmortem,
    "present_state": Postman._present,
}


def latest(incident: PublicIncident, post: PublicPost) -> PublicPost:
    """A post as it is now: the last of the silent corrections that were made of it."""
    for other in reversed(incident.posts):
        if other.corrects == post.public_id and not other.notify:
            return latest(incident, other)
    return post
