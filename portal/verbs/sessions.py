"""Being signed in: sessions that can be seen and ended, and the one-time links that begin them."""

import contextlib
import hashlib
import hmac
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from portal.domain.errors import NotFound, NotSignedIn
from portal.domain.names import Permission
from portal.domain.times import from_text, to_text
from portal.store import sessions as store
from portal.verbs.access import require
from portal.verbs.context import Actor, Context, Write, Written

How = Literal["link", "password", "oidc"]
SEEN_EACH = timedelta(minutes=1)
"""A session notes that it is used at most this often: each note is a write."""
LINK_GONE = "This link was used already, or it is too old. Ask an admin for another one: `portal user link ADDRESS`."


@dataclass(frozen=True)
class Visitor:
    """Who asks, from where: what a session remembers so that people recognise their own."""

    address: str
    browser: str


@dataclass(frozen=True)
class Session:
    """A session that works. `token` is known to the browser alone; the database has its hash."""

    id: int
    person_id: int
    email: str
    name: str
    team: str | None
    permissions: frozenset[Permission]
    how: str
    token: str

    @property
    def actor(self) -> Actor:
        return Actor(self.email, self.permissions)

    @property
    def csrf(self) -> str:
        """What every form of this session carries; another site can't know it."""
        return self.seal("form")

    def seal(self, text: str) -> str:
        """Proof that a text comes from this session."""
        return hmac.new(self.token.encode(), text.encode(), hashlib.sha256).hexdigest()


def link_waits_for_press(context: Context, token: str) -> bool:
    """Whether this one-time link signs in only when its button is pressed. NotSignedIn for one that is of no use."""
    row = store.link_by_hash(context.database.connection(), hash_of(token), to_text(context.now()))
    if row is None:
        raise NotSignedIn(LINK_GONE)
    return bool(row["pressed"])


def sign_in_by_link(context: Context, token: str, visitor: Visitor) -> str:
    """Use a one-time link; answers the new session's token. NotSignedIn for a link that is of no use."""
    row = store.link_by_hash(context.database.connection(), hash_of(token), to_text(context.now()))
    if row is None:
        raise NotSignedIn(LINK_GONE)
    actor = Actor(row["email"], permissions_of(row["permissions"]))
    with context.write(actor) as write:
        row = store.link_by_hash(write.db, hash_of(token), write.now)
        if row is None:
            raise NotSignedIn(LINK_GONE)
        store.use_link(write.db, row["id"], write.now)
        return begin(write, row["person_id"], "link", visitor)


def begin(write: Write, person_id: int, how: How, visitor: Visitor) -> str:
    """A new session inside a transaction; answers its token."""
    token = secrets.token_urlsafe(32)
    store.insert_session(
        write.db,
        person_id,
        hash_of(token),
        how=how,
        address=visitor.address,
        browser=visitor.browser[:300],
        now=write.now,
        expires_at=to_text(write.moment + timedelta(days=write.settings.sessions.days)),
    )
    write.audit("session.begin", write.actor.name, {"how": how, "address": visitor.address})
    return token


def read_session(context: Context, token: str) -> Session | None:
    """The session of a cookie, or None when there is none that works (any more)."""
    moment = context.now()
    row = store.live_session(context.database.connection(), hash_of(token), to_text(moment), _idle_since(context))
    if row is None:
        return None
    if moment - from_text(row["seen_at"]) >= SEEN_EACH:
        with contextlib.suppress(sqlite3.OperationalError, OSError), context.database.transaction() as db:
            store.touch(db, row["id"], to_text(moment))  # a busy or full disk must not keep people out
    return Session(
        row["id"],
        row["person_id"],
        row["email"],
        row["name"],
        row["team"],
        permissions_of(row["permissions"]),
        row["how"],
        token,
    )


def list_sessions(context: Context, actor: Actor, email: str | None = None) -> dict[str, Any]:
    """Sessions that work, last used first: one's own, or (for admins) another person's or, with None, everybody's."""
    if email is None or email.lower() != actor.name.lower():
        require(actor, Permission.ADMIN, "see the sessions of others")
    with context.database.snapshot() as db:
        rows = store.live_sessions(db, to_text(context.now()), _idle_since(context))
    columns = ("id", "email", "how", "address", "browser", "created_at", "seen_at", "expires_at")
    items = [
        {name: row[name] for name in columns} for row in rows if email is None or row["email"].lower() == email.lower()
    ]
    return {"items": items, "next_cursor": None}


def end_session(context: Context, actor: Actor, session_id: int) -> Written:
    """End one of one's own sessions, or (for admins) anybody's. NotFound for one that is not there or not theirs."""
    with context.write(actor) as write:
        rows = store.live_sessions(write.db, write.now, _idle_since(context))
        row = next((one for one in rows if one["id"] == session_id), None)
        if row is None or not (row["email"] == actor.name or actor.may(Permission.ADMIN)):
            raise NotFound("There is no such session; it may have ended already.")
        store.end_session(write.db, session_id, write.now)
        write.audit("session.end", row["email"], {"session": session_id})
        return write.written({"id": session_id, "ended_at": write.now})


def end_all(write: Write, person_id: int, but: int | None = None) -> int:
    """End a person's sessions inside a transaction, except one; answers how many ended."""
    return store.end_sessions(write.db, person_id, write.now, but)


def hash_of(token: str) -> str:
    """What of a random token is stored."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def permissions_of(stored: str) -> frozenset[Permission]:
    return frozenset(Permission(one) for one in stored.split(","))


def _idle_since(context: Context) -> str:
    return to_text(context.now() - timedelta(hours=context.settings.sessions.idle_hours))
