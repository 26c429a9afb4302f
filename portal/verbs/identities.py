"""Signing in by the company's own accounts: the first time makes a responder."""

from dataclasses import dataclass

from portal.domain.errors import NotAllowed
from portal.domain.names import Permission
from portal.store import passwords as store
from portal.store import people
from portal.verbs import sessions
from portal.verbs.context import Actor, Context
from portal.verbs.sessions import Visitor


@dataclass(frozen=True)
class Identity:
    """Whom an identity provider vouches for, as its checked ID token says."""

    issuer: str
    subject: str
    email: str
    email_verified: bool
    name: str


def sign_in_by_identity(context: Context, identity: Identity, visitor: Visitor) -> str:
    """The token of a new session, of the person who has this identity or this address, or of a new responder.

    NotAllowed for a disabled account, an address that is not verified, and a stranger of another domain.
    """
    email = identity.email.strip()
    with context.write(Actor(email or "unknown", frozenset())) as write:
        row = store.person_of_identity(write.db, identity.issuer, identity.subject)
        if row is None:
            if not identity.email_verified or "@" not in email:
                raise NotAllowed("Your account has no verified mail address, so it can't be told whose it is.")
            row = people.person_by_email(write.db, email)
            if row is None:
                _refuse_stranger(email, context.settings.oidc.domains)
                called = identity.name.strip()[:200] or email
                person_id = people.save_person(write.db, email, called, Permission.RESPONDER.value, write.now)
                write.touching_names([email, called])
                write.audit("person.join", email, {"permissions": Permission.RESPONDER.value, "by": identity.issuer})
            else:
                person_id = row["id"]
            store.insert_identity(write.db, person_id, identity.issuer, identity.subject, write.now)
            row = store.person_of_identity(write.db, identity.issuer, identity.subject)
            assert row is not None  # noqa: S101
        if row["disabled_at"] is not None:
            raise NotAllowed(f"The account of {row['email']} is disabled here. An admin can enable it again.")
        write.actor = Actor(row["email"], sessions.permissions_of(row["permissions"]))
        return sessions.begin(write, row["id"], "oidc", visitor)


def _refuse_stranger(email: str, domains: list[str]) -> None:
    domain = email.rpartition("@")[2].lower()
    if domain not in {one.strip().lower().lstrip("@") for one in domains}:
        raise NotAllowed(f"People of {domain[:80]} have no account here yet. An admin can add you by your address.")
