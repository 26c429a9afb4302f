"""Mails in words, from what the public may read at this moment: for sending, and for looking at beforehand."""

import json
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

from portal.config import Settings
from portal.domain.public import PublicIncident, PublicPost
from portal.language import SOURCE, Words, languages, words_of
from portal.notify import letters
from portal.notify.letters import Desk
from portal.notify.mime import Letter
from portal.notify.templates import load_mail
from portal.site.full import reader_for
from portal.store import outbox
from portal.store.counts import newest_change
from portal.verbs.choices import told_choices

KEPT = 100
"""Letters; one is the same for all who get it, until something public changes."""
Event = Any
"""A row of the outbox, or what one would be."""


class Letters:
    """Writes what events say; shared by threads."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.desk = Desk(settings.base_url, settings.desk_base, settings.site_name, settings.support_email)
        self._known = frozenset(languages())
        self._render = load_mail()
        self._kept: OrderedDict[tuple[object, ...], Letter | None] = OrderedDict()
        self._lock = threading.Lock()

    def write(
        self, db: sqlite3.Connection, events: Sequence[Event], language: str, choices: str | None = None
    ) -> Letter | None:
        """One mail about some events of an incident, or about the one of another kind. None when there is nothing any
        more that its reader may be told. `choices` are those of a sign-up."""
        event, words = events[0], words_of(language if language in self._known else SOURCE)
        kind = event["event"]
        if kind == "confirmation":
            chosen: Mapping[str, Any] = json.loads(choices or "{}")
            return letters.confirmation_letter(self._render, words, self.desk, told_choices(db, chosen, words))
        if kind not in _ABOUT:
            details = json.loads(event["details"])
            said = str(details.get("text") or kind.replace("_", " ").capitalize())
            return letters.internal_letter(self._render, words_of(SOURCE), self.desk, said, details.get("link"))
        change = outbox.change_of(db, event["incident_id"])
        if kind == "postmortem_published":
            change = newest_change(db)
        if change is None:
            return None
        key = (kind, tuple(one["id"] for one in events), change, words.language)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = _ABOUT[kind](self, db, events, words)
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return self._kept[key]

    def _posts(self, db: sqlite3.Connection, events: Sequence[Event], words: Words) -> Letter | None:
        told = {one["post_id"] for one in events}
        return self._incident(
            db, events, words, lambda one: [latest(one, post) for post in one.posts if post.id in told]
        )

    def _reminder(self, db: sqlite3.Connection, events: Sequence[Event], words: Words) -> Letter | None:
        if not outbox.still_ahead(db, events[0]["incident_id"]):
            return None
        return self._incident(db, events, words, lambda one: one.posts[-1:], reminder=True)

    def _present(self, db: sqlite3.Connection, events: Sequence[Event], words: Words) -> Letter | None:
        return self._incident(db, events, words, lambda one: one.posts[-1:])

    def _incident(
        self, db: sqlite3.Connection, events: Sequence[Event], words: Words, choose: Any, *, reminder: bool = False
    ) -> Letter | None:
        reader = reader_for(db, self.settings)
        found = reader.incidents("id = ?", (events[0]["incident_id"],))
        posts = list(dict.fromkeys(choose(found[0]))) if found else []
        if not posts:
            return None
        return letters.post_letter(
            self._render, words, self.desk, reader.page, incident=found[0], posts=posts, reminder=reminder
        )

    def _postmortem(self, db: sqlite3.Connection, events: Sequence[Event], words: Words) -> Letter | None:
        reader = reader_for(db, self.settings)
        slug = outbox.postmortem_slug(db, events[0]["incident_id"])
        article = reader.postmortem(slug) if slug else None
        if article is None:
            return None
        return letters.postmortem_letter(self._render, words, self.desk, reader.page, article)


_ABOUT = {
    "post_published": Letters._posts,
    "maintenance_reminder": Letters._reminder,
    "postmortem_published": Letters._postmortem,
    "present_state": Letters._present,
}


def latest(incident: PublicIncident, post: PublicPost) -> PublicPost:
    """A post as it is now: the last of the silent corrections that were made of it."""
    for other in reversed(incident.posts):
        if other.corrects == post.public_id and not other.notify:
            return latest(incident, other)
    return post
