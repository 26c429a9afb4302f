"""Passwords: hashed with Argon2id (parameters of OWASP's password storage sheet), asked for nothing but length."""

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.domain.errors import Invalid, NotSignedIn
from portal.store import passwords as store
from portal.store import people
from portal.verbs import sessions
from portal.verbs.commands_people import SetPassword
from portal.verbs.context import Actor, Context, Written
from portal.verbs.sessions import Session, Visitor

HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
AT_ONCE = threading.BoundedSemaphore(2)
"""Hashes that are made at the same time; each takes 19 MiB and a processor."""
NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$edqCe7XIU9m6qU6WO/0j7A$Ip29BL8q9hlrvQkKaxFQmN1dYSvbP0mfqYYUVAimMr0"
"""Compared for an address without a password, which then takes as long as any other."""
WRONG = "That is not the right address and password. A one-time link from an admin signs you in without a password."


def sign_in_by_password(context: Context, email: str, password: str, visitor: Visitor) -> str:
    """The token of a new session. NotSignedIn, in the same words and time, whatever of the two is wrong."""
    row = store.password_of(context.database.connection(), email.strip())
    known = row["hash"] if row is not None else NOBODYS
    if not _fits(known, password) or row is None:
        raise NotSignedIn(WRONG)
    with context.write(Actor(row["email"], sessions.permissions_of(row["permissions"]))) as write:
        still = store.password_of(write.db, row["email"])
        if still is None or still["hash"] != known:
            raise NotSignedIn(WRONG)
        if HASHER.check_needs_rehash(known):
            store.save_password(write.db, row["person_id"], _hash(password), write.now)
        return sessions.begin(write, row["person_id"], "password", visitor)


def known_here(context: Context, email: str, address: str) -> bool:
    """Whether this person has signed in from this address before: then strangers' wrong tries don't keep them out."""
    return store.signed_in_from(context.database.connection(), email.strip(), address)


def password_since(context: Context, session: Session) -> str | None:
    """When the password of whoever is signed in was set; None when there is none."""
    return store.changed_at(context.database.connection(), session.person_id)


def set_password(context: Context, session: Session, command: SetPassword) -> Written:
    """Set one's own password; all other sessions end, and links that were not used. Who came by a one-time link need
    not know the old one."""
    if session.how != "link":
        row = store.password_of(context.database.connection(), session.email)
        if row is not None and not _fits(row["hash"], command.current or ""):
            raise Invalid("The password was not changed.", {"current": ["That is not the password you have now."]})
    hashed = _hash(command.password)
    with context.write(session.actor) as write:
        store.save_password(write.db, session.person_id, hashed, write.now)
        ended = sessions.end_all(write, session.person_id, but=session.id)
        people.end_links(write.db, session.person_id, write.now)
        write.audit("password.set", session.email, {"sessions_ended": ended})
        return write.written({"changed_at": write.now, "sessions_ended": ended})


def _hash(password: str) -> str:
    with AT_ONCE:
        return HASHER.hash(_bytes(password))


def _fits(hashed: str, password: str) -> bool:
    with AT_ONCE:
        try:
            return HASHER.verify(hashed, _bytes(password))
        except (VerificationError, InvalidHashError):
            return False


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")
