"""Who may see and do what; the words INC-42 and the row behind them."""

import re
import sqlite3

from portal.domain.errors import NotAllowed, NotFound
from portal.domain.names import Kind, Permission, RoleName
from portal.store import roles
from portal.store.incidents import incident_by_id
from portal.store.people import open_account
from portal.verbs.context import Actor

_REF = re.compile(r"INC-([1-9][0-9]{0,15})", re.IGNORECASE)


def ref_of(incident_id: int) -> str:
    return f"INC-{incident_id}"


def named(incident: sqlite3.Row) -> str:
    """How a message to people inside calls it: `INC-42 (Search fails)`, a drill as one; a private one by its number."""
    if incident["security"]:
        return ref_of(incident["id"])
    return f"{'the drill ' if incident['kind'] == Kind.DRILL else ''}{ref_of(incident['id'])} ({incident['title']})"


def number_of(ref: str) -> int | None:
    """42 for INC-42, in any case; None for everything else."""
    match = _REF.fullmatch(ref)
    return int(match[1]) if match else None


def require(actor: Actor, permission: Permission, what: str) -> None:
    """NotAllowed unless the actor has the permission; `what` completes "Only ... may "."""
    if not actor.may(permission):
        raise NotAllowed(f"{actor.name} may not {what}: that needs the {permission.value} permission.")


def may_see(actor: Actor, incident: sqlite3.Row) -> bool:
    """A private incident is seen by the security role and by whoever declared it."""
    return not incident["security"] or actor.may(Permission.SECURITY) or incident["declared_by"] == actor.name


def may_be_told(db: sqlite3.Connection, incident: sqlite3.Row, email: str) -> bool:
    """Whether what is sent about an incident may go to this address: of a private one only to who may see it."""
    if not incident["security"] or incident["declared_by"] == email:
        return True
    row = open_account(db, email)
    return row is not None and Permission.SECURITY in row["permissions"].split(",")


def seen_by(actor: Actor) -> str | None:
    """For lists: None sees everything, a name sees only its own private incidents."""
    return None if actor.may(Permission.SECURITY) else actor.name


def find_incident(db: sqlite3.Connection, actor: Actor, ref: str) -> sqlite3.Row:
    """The incident's row. NotFound also for a private one that the actor may not see."""
    require(actor, Permission.RESPONDER, "read incidents")
    number = number_of(ref)
    row = incident_by_id(db, number) if number is not None else None
    if row is None or not may_see(actor, row):
        raise NotFound(f"There is no incident {ref[:80]}.")
    return row


def may_publish(db: sqlite3.Connection, actor: Actor, incident_id: int) -> bool:
    """Messengers publish everywhere; others where they hold the lead or the messenger role."""
    return actor.may(Permission.MESSENGER) or roles.holds_any(
        db, incident_id, actor.name, (RoleName.LEAD, RoleName.MESSENGER)
    )


def require_publishing(db: sqlite3.Connection, actor: Actor, incident_id: int) -> None:
    if not may_publish(db, actor, incident_id):
        raise NotAllowed(
            f"{actor.name} may not publish for {ref_of(incident_id)}: that needs the messenger permission,"
            " or the lead or messenger role of this incident."
        )
