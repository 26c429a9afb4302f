"""People who work here and the tokens of their programs."""

import re
import secrets
import sqlite3
import string
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from portal.domain.errors import Conflict, Invalid, NotFound, NotSignedIn
from portal.domain.names import Permission
from portal.domain.past import SOURCES
from portal.domain.times import to_text
from portal.store import people as store
from portal.verbs import sessions
from portal.verbs.access import require
from portal.verbs.commands_people import ChangePerson
from portal.verbs.context import PORTAL, Actor, Context, Write, Written

TOKEN_START = "abp_"  # noqa: S105
"""Lets secret scanners recognise a token that was pasted somewhere (the post rules do, too)."""
LINK_LASTS = timedelta(hours=24)
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")
_TAKEN = {PORTAL.name, *SOURCES}
"""Whoever has such a name would own what the portal or an import has declared."""
_NAME = re.compile(r"[^@\x00-\x1f\x7f]{1,80}")


def add_person(
    context: Context,
    actor: Actor,
    email: str,
    permissions: Iterable[Permission],
    name: str | None = None,
    *,
    team: str | None = None,
    pressed: bool = False,
) -> str:
    """A one-time sign-in token for the person of this address, who is added, or changed when already there. `pressed`:
    the link asks for a press of its button, for links that are sent through something that opens links. Conflict when
    nobody would be left who may add people."""
    require(actor, Permission.ADMIN, "add people")
    email = email.strip()
    if not _EMAIL.fullmatch(email):
        raise Invalid("That is no mail address.", {"email": [f"{email[:80]} is no mail address."]})
    with context.write(actor) as write:
        called = (name or email).strip()
        before = store.person_by_email(write.db, email)
        person_id = store.save_person(write.db, email, called, _stored(permissions), write.now)
        if team is not None:
            store.update_person(write.db, person_id, write.now, team=team)
        if before is not None and _is_admin(before):
            _keep_an_admin(write)
        if before is None or before["name"] != called:
            write.touching_names([email, called, before["name"] if before else ""])
        store.end_links(write.db, person_id, write.now)
        write.audit("person.add", email, {"permissions": _stored(permissions)})
        return _link(write, person_id, pressed)


def change_person(context: Context, actor: Actor, email: str, command: ChangePerson) -> Written:
    """Change what a person is called, belongs to and may do; a disabled one is signed out everywhere at once.
    Conflict when nobody would be left who may add people."""
    require(actor, Permission.ADMIN, "change people")
    with context.write(actor) as write:
        row = _find(write, email)
        columns = command.model_dump(include={"name", "team"}, exclude_unset=True)
        if command.name is None:
            columns.pop("name", None)
        if command.permissions is not None:
            columns["permissions"] = _stored(command.permissions)
        if command.disabled is not None and command.disabled != bool(row["disabled_at"]):
            columns["disabled_at"] = write.now if command.disabled else None
        store.update_person(write.db, row["id"], write.now, **columns)
        if _is_admin(row):
            _keep_an_admin(write)
        if columns.get("disabled_at"):
            sessions.end_all(write, row["id"])
            store.end_links(write.db, row["id"], write.now)
        if columns.get("name", row["name"]) != row["name"]:
            write.touching_names([row["email"], columns["name"], row["name"]])
        write.audit("person.change", row["email"], columns)
        changed = store.person_by_email(write.db, row["email"])
        assert changed is not None  # noqa: S101
        return write.written(_person(changed))


def new_link(context: Context, actor: Actor, email: str, *, pressed: bool = False) -> str:
    """Another one-time sign-in token; those before it that were not used end."""
    require(actor, Permission.ADMIN, "make sign-in links")
    with context.write(actor) as write:
        row = _find(write, email)
        if row["disabled_at"] is not None:
            raise Conflict(f"{row['email']} is disabled; enable the account first.")
        store.end_links(write.db, row["id"], write.now)
        write.audit("person.link", row["email"])
        return _link(write, row["id"], pressed)


def first_link(context: Context, actor: Actor) -> str | None:
    """A one-time sign-in token for the first admin as long as nobody has ever signed in, beside those that were made
    before; None afterwards, and while there is no admin."""
    require(actor, Permission.ADMIN, "make sign-in links")
    with context.write(actor) as write:
        admin = store.admin_before_anybody(write.db)
        if admin is None:
            return None
        write.audit("person.link", admin["email"])
        return _link(write, admin["id"], pressed=False)


def _find(write: Write, email: str) -> sqlite3.Row:
    row = store.person_by_email(write.db, email.strip())
    if row is None:
        raise NotFound(f"There is nobody with the address {email.strip()[:80]}.")
    return row


def _keep_an_admin(write: Write) -> None:
    if not any(_is_admin(row) for row in store.people(write.db)):
        raise Conflict("Somebody must stay who may add people: make another person an admin first.")


def _is_admin(row: sqlite3.Row) -> bool:
    return row["disabled_at"] is None and Permission.ADMIN in sessions.permissions_of(row["permissions"])


def _link(write: Write, person_id: int, pressed: bool) -> str:
    token = secrets.token_urlsafe(32)
    store.insert_link(
        write.db,
        person_id,
        sessions.hash_of(token),
        pressed=pressed,
        now=write.now,
        expires_at=to_text(write.moment + LINK_LASTS),
    )
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
            token_hash=sessions.hash_of(token),
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
    row = store.token_by_hash(context.database.connection(), sessions.hash_of(token))
    if row is None:
        raise NotSignedIn("This token is not known here, or it was revoked.")
    return Actor(row["name"], sessions.permissions_of(row["permissions"]))


def list_people(context: Context, actor: Actor) -> dict[str, Any]:
    require(actor, Permission.ADMIN, "list people")
    with context.database.snapshot() as db:
        items = [_person(row) for row in store.people(db)]
    return {"items": items, "next_cursor": None}


def colleagues(context: Context, actor: Actor) -> list[str]:
    """Addresses of people with an open account, for whoever has to name one of them."""
    require(actor, Permission.RESPONDER, "name people")
    with context.database.snapshot() as db:
        return [row["email"] for row in store.people(db) if row["disabled_at"] is None]


def names_of_colleagues(context: Context, actor: Actor) -> dict[str, str]:
    """Address -> name, of everybody who has or had an account and a name beside the address."""
    require(actor, Permission.RESPONDER, "name people")
    with context.database.snapshot() as db:
        return {row["email"]: row["name"] for row in store.people(db) if row["name"] != row["email"]}


def get_person(context: Context, actor: Actor, email: str) -> dict[str, Any]:
    require(actor, Permission.ADMIN, "see people")
    row = store.person_by_email(context.database.connection(), email.strip())
    if row is None:
        raise NotFound(f"There is nobody with the address {email.strip()[:80]}.")
    return _person(row)


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


def _person(row: sqlite3.Row) -> dict[str, Any]:
    return {name: row[name] for name in ("email", "name", "team", "created_at", "disabled_at")} | {
        "permissions": row["permissions"].split(",")
    }


def _stored(permissions: Iterable[Permission]) -> str:
    given = sorted({Permission(one).value for one in permissions})
    if not given:
        raise Invalid("Give at least one permission.", {"permissions": [f"One of {', '.join(Permission)}."]})
    return ",".join(given)
