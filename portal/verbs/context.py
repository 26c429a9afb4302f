"""What a verb needs: who acts, and the transaction that holds everything the verb writes."""

import contextlib
import json
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from portal.config import Settings
from portal.domain.errors import Invalid
from portal.domain.names import Permission
from portal.domain.times import to_text
from portal.domain.touches import Touches
from portal.store import kept_answers, ledger
from portal.store.database import Database
from portal.verbs.clock import cross_boundaries

IDEMPOTENCY_KEPT = timedelta(hours=72)
"""The day that is promised, and two by which a clock moves that was a day slow, then a day fast, between two tries."""
_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"


def random_public_id() -> str:
    """Twelve random lower-case letters and digits: a public address that can't be guessed or counted."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(12))


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Actor:
    """Who does it: a person's address or a token's name, and what they may do. `portal` acts for itself."""

    name: str
    permissions: frozenset[Permission]
    system: bool = False

    def may(self, permission: Permission) -> bool:
        """Admins may do what messengers and responders may; only `security` opens private incidents."""
        if self.system or permission in self.permissions:
            return True
        above = {
            Permission.RESPONDER: {Permission.MESSENGER, Permission.ADMIN, Permission.SECURITY},
            Permission.MESSENGER: {Permission.ADMIN},
        }
        return bool(above.get(permission, set()) & self.permissions)


PORTAL = Actor("portal", frozenset(), system=True)
"""The clock worker and other automatic acts."""


@dataclass(frozen=True)
class IdempotencyKey:
    """A request that may be sent twice: its key, what it asked for, and the status its answer has."""

    key: str
    route: str
    request_hash: str
    status: int


class AlreadyDone(Exception):
    """The same request was carried out before; `answer` is what it was told then."""

    def __init__(self, status: int, answer: dict[str, Any], change: int | None) -> None:
        super().__init__("already done")
        self.status, self.answer, self.change = status, answer, change


@dataclass(frozen=True)
class Written:
    """What a verb did: the answer for whoever asked, and the public change it made (None: nothing public)."""

    answer: dict[str, Any]
    change: int | None


@dataclass(frozen=True)
class Context:
    """The portal as verbs see it. `now` and `new_id` are arguments, so tests can hold them."""

    database: Database
    settings: Settings
    now: Callable[[], datetime] = utc_now
    new_id: Callable[[], str] = random_public_id
    idempotency: IdempotencyKey | None = None

    @contextlib.contextmanager
    def write(self, actor: Actor) -> Iterator["Write"]:
        """One transaction; boundaries of time that have passed are crossed first, so no change is filed under them.

        Raises AlreadyDone when this request's idempotency key has an answer, Invalid when it came with another body.
        """
        with self.database.transaction() as db:
            moment = self.now()
            write = Write(db, actor, moment, to_text(moment), self.settings, self.new_id, self.idempotency)
            write.refuse_repetition()
            cross_boundaries(db, write.now)
            yield write


@dataclass
class Write:
    """An open transaction, with the marks that every verb leaves."""

    db: sqlite3.Connection
    actor: Actor
    moment: datetime
    now: str
    settings: Settings
    new_id: Callable[[], str]
    idempotency: IdempotencyKey | None = None
    change: int | None = field(default=None, init=False)
    """The sequence of the last public change that this transaction made."""

    @property
    def _forgotten(self) -> str:
        """Answers of this moment and older ones are not repeated any more."""
        return to_text(self.moment - IDEMPOTENCY_KEPT)

    def refuse_repetition(self) -> None:
        """Raise AlreadyDone for a repeated request, Invalid for a key that was used for something else."""
        if self.idempotency is None:
            return
        row = kept_answers.find(self.db, self.actor.name, self.idempotency.key, self._forgotten)
        if row is None:
            return
        if (row["route"], row["request_hash"]) != (self.idempotency.route, self.idempotency.request_hash):
            raise Invalid("This Idempotency-Key was used for another request; take a new key for a new request.")
        kept = json.loads(row["answer"])
        raise AlreadyDone(row["status"], kept["answer"], kept["change"])

    def written(self, answer: dict[str, Any]) -> Written:
        """The verb's last line: keeps the answer under the idempotency key, in the same transaction."""
        if self.idempotency is not None:
            kept_answers.forget(self.db, self._forgotten)
            kept_answers.keep(
                self.db,
                self.actor.name,
                self.idempotency.key,
                route=self.idempotency.route,
                request_hash=self.idempotency.request_hash,
                status=self.idempotency.status,
                answer=json.dumps({"answer": answer, "change": self.change}, ensure_ascii=False),
                now=self.now,
            )
        return Written(answer, self.change)

    def audit(self, action: str, subject: str, details: Mapping[str, Any] | None = None) -> None:
        ledger.record_audit(self.db, action, subject, details or {}, actor=self.actor.name, now=self.now)

    def timeline(
        self,
        incident_id: int,
        kind: str,
        text: str,
        happened_at: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> int:
        return ledger.record_timeline(
            self.db,
            incident_id,
            kind,
            text,
            actor=self.actor.name,
            now=self.now,
            happened_at=happened_at,
            details=details,
        )

    def tell(
        self,
        event: str,
        key: str,
        *,
        incident_id: int | None = None,
        post_id: int | None = None,
        details: Mapping[str, Any] | None = None,
        wait: timedelta = timedelta(0),
    ) -> bool:
        """File what is to be told outside, in this transaction; each `key` once, which the answer says."""
        return ledger.record_event(
            self.db,
            event,
            key,
            at=self.now,
            not_before=to_text(self.moment + wait),
            incident_id=incident_id,
            post_id=post_id,
            details=details,
        )

    @contextlib.contextmanager
    def touching_incident(self, incident_id: int) -> Iterator[None]:
        """Around every write to an incident or what belongs to it: records where it was or now is public."""
        before = ledger.incident_footprint(self.db, incident_id)
        yield
        after = ledger.incident_footprint(self.db, incident_id)
        moved = Touches(archive=before.touches != after.touches)
        lists = before.lists | after.lists if before.face != after.face else Touches()
        self._changed("incident", before.touches | after.touches | moved | lists)

    @contextlib.contextmanager
    def touching_component(self, component_id: int) -> Iterator[None]:
        """Around every write to a component: when its name or visibility changes, so do its incidents' pages."""
        before = ledger.component_footprint(self.db, component_id)
        incidents = ledger.incidents_of_component(self.db, component_id)
        yield
        after = ledger.component_footprint(self.db, component_id)
        touches = before.touches | after.touches
        if before.face != after.face:
            touches |= incidents | ledger.incidents_of_component(self.db, component_id) | Touches(archive=True)
            touches |= ledger.namesakes(self.db, [*before.face[1:2], *after.face[1:2]])
        self._changed("component", touches)

    def component_appeared(self, component_id: int) -> None:
        """After a component was added: unless it is hidden, it joins the lists of all of them."""
        new = ledger.component_footprint(self.db, component_id)
        if new.touches:
            others = ledger.namesakes(self.db, new.face[1:2])
            self._changed("component", new.touches | others | Touches(archive=True))

    def touching_names(self, names: Sequence[str], only: int | None = None) -> None:
        """After a name has become known, or its role another: articles that mention it (or the one of the incident
        `only`, if it does) print other words now."""
        touches = Touches()
        for incident_id in ledger.articles_naming(self.db, names):
            if only in (None, incident_id):
                touches |= ledger.incident_footprint(self.db, incident_id).touches
        self._changed("postmortem", touches)

    def touched(self, subject: str, touches: Touches) -> None:
        """Record a change directly, where before and after can't be compared (an import, a new component)."""
        self._changed(subject, touches)

    def _changed(self, subject: str, touches: Touches) -> None:
        seq = ledger.record_change(self.db, subject, touches, self.now)
        if seq is not None:
            self.change = seq
