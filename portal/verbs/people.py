"""People who work here and the tokens of their programs."""

import hashlib
import re
import secrets
import string
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from portal.domain.errors import Conflict, Invalid, NotFound, NotSignedIn
from portal.domain.names import Permission
from portal.domain.past import SOURCES
from portal.domain.times import to_text
from portal.store import people as store
from portal.verbs.access import require
from portal.verbs.context import PORTAL, Actor, Context, Written

TOKEN_START = "abp_"  # noqa: S105
"""Lets secret scanners recognise a token that was pasted somewhere (the post rules do, too)."""
LINK_LASTS = timedelta(hours=24)
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")
_TAKEN = {PORTAL.name, *SOURCES}
"""Whoever has such a name would own what the portal or an import has declared."""
_NAME = re.compile(r"[^@\x00-\x1f\x7f]{1,80}")


def add_person(
    context: Context, actor: Actor, email: str, permissions: Iterable[Permission], name: str | None = None
) -> str:
    """A one-time sign-in token for the person of this address, who is added, or changed when already there."""
    require(actor, Permission.ADMIN, "add people")
    email = email.strip()
    if not _EMAIL.fullmatch(email):
        raise Invalid("That is no mail address.", {"email": [f"{email[:80]} is no mail address."]})
    token = secrets.token_urlsafe(32)
    with context.write(actor) as write:
        called = (name or email).strip()
        known = any(row["email"].lower() == email.lower() and row["name"] == called for row in store.people(write.db))
        person_id = store.save_person(write.db, email, called, _stored(permissions), write.now)
        if not known:
            write.touching_names([email, called])
        expires_at = to_text(write.moment + LINK_LASTS)
        store.insert_link(write.db, person_id, _hash(token), now=write.now, expires_at=expires_at)
        write.audit("person.add", email, {"permissions": _stored(permissions)})
    return token


def add_token(context: Context, actor: Actor, name: str, permissions: Iterable[Permission]) -> str:
    """A new token's text, shown this once. Conflict while a live token has the name."""
    require(actor, Permission.ADMIN, "add tokens")
    name = " ".join(name.split())
    if not _NAME.fullmatch(name) or name in _TAKEN:
        raise Invalid(
            "A token needs another name.",
            {"name": [f"1 to 80 characters without @, which only people have; not {' or '.join(sorted(_TAKEN))}."]},
        )
    token = TOKEN_START + "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(40))
    with context.write(actor) as write:
        if store.live_token(write.db, name):
            raise Conflict(f"There is already a token named {name}; revoke it first, or take another name.")
        store.insert_token(
            write.db,
            name,
            prefix=token[: len(TOKEN_START) + 4],
            token_hash=_hash(token),
            permissions=_stored(permissions),
            now=write.now,
        )
        write.audit("token.add", name, {"permissions": _stored(permissions)})
    return token


def revoke_token(context: Context, actor: Actor, name: str) -> Written:
    """The token stops working at once."""
    require(actor, Permission.ADMIN, "revoke tokens")
    with context.write(actor) as write:
        row = store.live_token(write.db, name)
        if row is None:
            raise NotFound(f"There is no token named {name[:80]}.")
        store.revoke(write.db, row["id"], write.now)
        write.audit("token.revoke", name)
        return write.written({"name": name, "revoked_at": write.now})


def actor_for_token(context: Context, token: str) -> Actor:
    """Whoever the token stands for. NotSignedIn for a token that is unknown or revoked."""
    row = store.token_by_hash(context.database.connection(), _hash(token))
    if row is None:
        raise NotSignedIn("This token is not known here, or it was revoked.")
    return Actor(row["name"], _permissions(row["permissions"]))


def list_people(context: Context, actor: Actor) -> dict[str, Any]:
    require(actor, Permission.ADMIN, "list people")
    with context.database.snapshot() as db:
        items = [
            {name: row[name] for name in ("email", "name", "team", "created_at", "disabled_at")}
            | {"permissions": row["permissions"].split(",")}
            for row in store.people(db)
        ]
    return {"items": items, "next_cursor": None}


def list_tokens(context: Context, actor: Actor) -> dict[str, Any]:
    """Names, beginnings and permissions; never the tokens, which nobody knows any more."""
    require(actor, Permission.ADMIN, "list tokens")
    with context.database.snapshot() as db:
        items = [
            {name: row[name] for name in ("name", "prefix", "created_at", "revoked_at")}
            | {"permissions": row["permissions"].split(",")}
            for row in store.tokens(db)
        ]
    return {"items": items, "next_cursor": None}


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def _stored(permissions: Iterable[Permission]) -> str:
    given = sorted({Permission(one).value for one in permissions})
    if not given:
        raise Invalid("Give at least one permission.", {"permissions": [f"One of {', '.join(Permission)}."]})
    return ",".join(given)


def _permissions(stored: str) -> frozenset[Permission]:
    return frozenset(Permission(one) for one in stored.split(","))
