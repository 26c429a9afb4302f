"""Commands of the incident room: calling people, coming and going, ticking a playbook's steps, who owns what."""

from pydantic import Field

from portal.verbs.commands import Command, Line, Moment, Slug, Text, Url


class PagePerson(Command):
    """Either a person or a team."""

    person: Line | None = None
    team: Line | None = None
    reason: Text | None = Field(default=None, description="asked for from the fourth team on")


class AcknowledgeCall(Command):
    person: Line | None = Field(default=None, description="who answers, when you record it for somebody else")


class Attend(Command):
    attends: bool = True
    note: Text | None = None


class TickStep(Command):
    playbook: Slug
    step: int = Field(ge=1, le=1000)
    done: bool = True
    note: Text | None = None


class SetOwner(Command):
    """Null takes the owner away."""

    owner: Line | None


class RecordChange(Command):
    what: Line
    person: Line | None = Field(default=None, description="who changed it; yourself unless given")
    happened_at: Moment | None = None
    url: Url | None = None
