"""Roles: offered, then accepted. Whoever holds one keeps it until the next person accepts."""

from datetime import timedelta
from typing import Any

from portal.domain.errors import Conflict, Invalid
from portal.domain.names import IncidentState, RoleName
from portal.domain.times import from_text
from portal.store import incidents, people
from portal.store import roles as store
from portal.verbs.access import find_incident, may_be_told, named, ref_of
from portal.verbs.answers import roles_answer
from portal.verbs.commands import OfferRole
from portal.verbs.context import Actor, Context, Write, Written


def offer_role(context: Context, actor: Actor, ref: str, role: str, command: OfferRole) -> Written:
    """Offer a role. Naming oneself takes it at once where it is empty or only acted, or where the holder let an
    earlier request lapse; otherwise it stays a request until either of the two accepts it."""
    name = RoleName(role)
    with context.write(actor) as write:
        incident = find_incident(write.db, actor, ref)
        _refuse_closed(incident)
        person = known_as(write, command.person)
        require_reader(write, incident["id"], person, "person")
        holder = store.holder(write.db, incident["id"], name)
        if holder is not None and holder["person"] == person and not holder["acting"]:
            raise Conflict(f"{person} already holds the role of {name} in {ref_of(incident['id'])}.")
        offers = store.offers(write.db, incident["id"], name)
        mine = [one for one in offers if one["person"] == person]
        waited = any(one["offered_by"] == actor.name and _lapsed(write, one) for one in mine)
        free = holder is None or holder["acting"] or holder["person"] == person
        for one in offers:
            store.end_role(write.db, one["id"], write.now)
        row_id = store.insert_role(write.db, incident["id"], name, person, offered_by=actor.name, at=write.now)
        if person == actor.name and (free or waited):
            why = "" if free or holder is None else f"; {holder['person']} did not answer"
            _hand_over(write, incident["id"], name, row_id, f"{person} takes the role of {name}{why}")
        else:
            write.timeline(incident["id"], "role", f"The role of {name} is offered to {person}")
            tell_offer(write, incident["id"], name, row_id, person)
        write.audit("role.offer", ref_of(incident["id"]), {"role": name, "person": person})
        return write.written(_answer(write, incident["id"], name))


def accept_role(context: Context, actor: Actor, ref: str, role: str, command: OfferRole | None = None) -> Written:
    """Accept an offer: one's own, or (with a person) theirs, recorded as said by the actor. The holder so far is
    relieved; the first acceptance is the acknowledge time. Conflict without a live offer."""
    name = RoleName(role)
    with context.write(actor) as write:
        incident = find_incident(write.db, actor, ref)
        _refuse_closed(incident)
        person = known_as(write, command.person) if command else actor.name
        offers = store.offers(write.db, incident["id"], name)
        holder = store.holder(write.db, incident["id"], name)
        mine = next((one for one in offers if one["person"] == person), None)
        if mine is None and holder is not None and holder["person"] == person and holder["acting"]:
            mine = holder
        if mine is None and holder is not None and holder["person"] == person and not command:
            mine = next((one for one in offers if one["offered_by"] == one["person"]), None)  # relieved on request
        if mine is None:
            to = f"it is offered to {offers[0]['person']}" if offers else "it is offered to nobody"
            raise Conflict(
                f"No offer of {name} waits for {person}: {to}. Offer the role first; offering it to yourself takes it."
            )
        if mine is not holder and _lapsed(write, mine):
            raise Conflict(f"The offer of {mine['offered_at']} has lapsed; offer the role to {mine['person']} again.")
        by = "" if mine["person"] == actor.name else f" (said by {actor.name})"
        _hand_over(write, incident["id"], name, mine["id"], f"{mine['person']} accepts the role of {name}{by}")
        write.audit("role.accept", ref_of(incident["id"]), {"role": name, "person": mine["person"]})
        return write.written(_answer(write, incident["id"], name))


def require_reader(write: Write, incident_id: int, person: str, field: str) -> None:
    """Refuses to give a role in a private incident to a colleague who could not read it."""
    incident = incidents.incident_by_id(write.db, incident_id)
    assert incident is not None  # noqa: S101
    if people.open_account(write.db, person) and not may_be_told(write.db, incident, person):
        said = [f"{ref_of(incident_id)} is private, and {person} has no security permission."]
        raise Invalid("They could not read it.", {field: said})


def tell_offer(write: Write, incident_id: int, role: RoleName, row_id: int, person: str) -> None:
    """Whom the role is offered to hears of it at once; when somebody asks for it, whoever holds it does. Of a private
    incident only those who may read it, and not what it is about."""
    incident = incidents.incident_by_id(write.db, incident_id)
    assert incident is not None  # noqa: S101
    ref, minutes = ref_of(incident_id), write.settings.process.offer_minutes
    holder = store.holder(write.db, incident_id, role) if person == write.actor.name else None
    to = person if holder is None else str(holder["person"])
    said = f"offers you the role of {role} in" if holder is None else f"asks for your role of {role} in"
    if may_be_told(write.db, incident, to):
        write.tell(
            "role_offered",
            f"role_offered:{row_id}",
            incident_id=incident_id,
            details={
                "to": [to],
                "text": f"{write.actor.name} {said} {named(incident)}: answer within {minutes} minutes.",
                "link": f"/desk/incidents/{ref}?at=roles#roles",
            },
        )


def known_as(write: Write, word: str) -> str:
    """The address of a person with an account, else the word as it stands."""
    person = people.person_called(write.db, word)
    if person:
        return str(person["email"])
    if len(word) > 200:
        raise Invalid("That is no person.", {"person": ["Give a name or a mail address."]})
    return word


def _refuse_closed(incident: Any) -> None:
    if incident["state"] == IncidentState.CLOSED:
        raise Conflict(f"{ref_of(incident['id'])} is closed; reopen it first.")


def _lapsed(write: Write, offer: Any) -> bool:
    return write.moment > from_text(offer["offered_at"]) + timedelta(minutes=write.settings.process.offer_minutes)


def _hand_over(write: Write, incident_id: int, role: RoleName, row_id: int, text: str) -> None:
    holder = store.holder(write.db, incident_id, role)
    if holder is not None and holder["id"] != row_id:
        store.end_role(write.db, holder["id"], write.now)
    for one in store.offers(write.db, incident_id, role):
        if one["id"] != row_id:
            store.end_role(write.db, one["id"], write.now)
    person = store.accept(write.db, row_id, write.now)
    write.touching_names([person], incident_id)  # nobody else's words change, and those in no other article
    incident = incidents.incident_by_id(write.db, incident_id)
    if incident is not None and incident["acknowledged_at"] is None:
        incidents.update_incident(write.db, incident_id, write.now, acknowledged_at=write.now)
    write.timeline(incident_id, "role", text)


def _answer(write: Write, incident_id: int, role: RoleName) -> dict[str, Any]:
    said: dict[str, Any] = {"ref": ref_of(incident_id), "role": role.value}
    return {**said, **roles_answer(write.db, write.settings, incident_id)[role]}
