"""Disclosing a private incident: the only way in which anything of it becomes public."""

from portal.domain.errors import Conflict, Invalid
from portal.domain.names import ChecklistState, Kind, Permission, PostState
from portal.store import checklists, incidents, postmortems
from portal.verbs.access import find_incident, ref_of, require
from portal.verbs.answers import incident_answer
from portal.verbs.commands import Declare, Disclose, Post
from portal.verbs.context import Actor, Context, Write, Written
from portal.verbs.declaring import open_incident
from portal.verbs.posting import publish
from portal.verbs.postmortem_requests import tell_when_out
from portal.verbs.reviewing import require_second_reader


def disclose(context: Context, actor: Actor, ref: str, command: Disclose) -> Written:
    """As an advisory: a new public incident with these words, linked to the private one, which stays private. As a
    postmortem: the postmortem may show once it is published as public. Answers the incident that is public then."""
    require(actor, Permission.SECURITY, "disclose")
    with context.write(actor) as write:
        incident = find_incident(write.db, actor, ref)
        if not incident["security"]:
            raise Conflict(f"{ref_of(incident['id'])} is not private; post about it instead.")
        if command.as_ == "advisory":
            shown = _advisory(write, incident["id"], command)
        else:
            shown = incident["id"]
            _refuse_words(command)
            article = postmortems.postmortem_of(write.db, shown)
            if article is not None and article["state"] == "published" and article["public"]:
                with write.touching_incident(shown):
                    incidents.update_incident(write.db, shown, write.now, disclosed_as="postmortem")
            else:
                incidents.update_incident(write.db, shown, write.now, disclosed_as="postmortem")
            tell_when_out(write, shown)
        write.timeline(incident["id"], "disclosed", f"Disclosed as {command.as_}")
        write.audit("incident.disclose", ref_of(incident["id"]), {"as": command.as_, "shown": ref_of(shown)})
        return write.written(incident_answer(write.db, write.settings, actor, shown))


def speak_for(context: Context, actor: Actor, ref: str, command: Declare) -> Written:
    """When customers feel a private incident: open a neutral one that speaks for it, linked to it for those who may
    see both. Its words are its own; nothing of the private one is taken over. Answers the new one."""
    require(actor, Permission.SECURITY, "speak for a private incident")
    with context.write(actor) as write:
        incident = find_incident(write.db, actor, ref)
        if not incident["security"]:
            raise Conflict(f"{ref_of(incident['id'])} is not private; post about it instead.")
        if command.security or command.kind is not Kind.INCIDENT:
            raise Invalid(
                "It speaks in public.", {"kind": ["An incident that is not private speaks for a private one."]}
            )
        if incident["title"].casefold() in (command.title.casefold(), (command.public_title or "").casefold()):
            raise Invalid(
                "Its title is its own.", {"title": ["This is the private incident's title; write a neutral one."]}
            )
        other = open_incident(write, command)
        incidents.relate(write.db, other, incident["id"], "speaks_for")
        if command.post is not None:
            row = incidents.incident_by_id(write.db, other)
            assert row is not None  # noqa: S101
            require_second_reader(write, other, command.post.unreviewed)
            with write.touching_incident(other):
                publish(write, row, command.post)
        write.timeline(incident["id"], "speaks_for", f"{ref_of(other)} speaks for it in public")
        write.audit("incident.speak_for", ref_of(incident["id"]), {"by": ref_of(other)})
        return write.written(incident_answer(write.db, write.settings, actor, other))


def _advisory(write: Write, incident_id: int, command: Disclose) -> int:
    missing = {name: ["An advisory needs this."] for name in ("title", "body") if getattr(command, name) is None}
    if missing:
        raise Invalid("An advisory is a public title and a first post.", missing)
    assert command.title is not None  # noqa: S101
    assert command.body is not None  # noqa: S101
    advisory = open_incident(write, Declare(title=command.title, public_title=command.title, kind=Kind.ADVISORY))
    incidents.relate(write.db, advisory, incident_id, "discloses")
    row = incidents.incident_by_id(write.db, advisory)
    assert row is not None  # noqa: S101
    require_second_reader(write, advisory, command.unreviewed)
    with write.touching_incident(advisory):
        publish(write, row, Post(state=PostState.IDENTIFIED, body=command.body, confirm=command.confirm))
    for item in checklists.checklist_of(write.db, incident_id):
        if item["key"] == "advisory" and item["state"] == ChecklistState.TODO:
            checklists.mark_item(
                write.db, item["id"], state="done", reason=None, link=None, actor=write.actor.name, now=write.now
            )
    if incidents.incident_by_id(write.db, incident_id)["disclosed_as"] is None:  # type: ignore[index]
        incidents.update_incident(write.db, incident_id, write.now, disclosed_as="advisory")
    return advisory


def _refuse_words(command: Disclose) -> None:
    given = [name for name in ("title", "body") if getattr(command, name) is not None]
    if given:
        raise Invalid(
            "A postmortem has its own words.", {name: ["Write it in the postmortem instead."] for name in given}
        )
