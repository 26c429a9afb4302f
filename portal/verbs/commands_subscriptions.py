"""The commands of following by mail: the public's, and those of staff."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from portal.language import SOURCE, languages
from portal.verbs.commands import Command, Line, Slug

Kind = Literal["incidents", "advisories", "maintenances", "postmortems"]
KINDS: tuple[Kind, ...] = ("incidents", "advisories", "maintenances", "postmortems")
PUBLIC_ID = r"^[a-z0-9]{6,40}$"


class News(Command):
    """What somebody wants to hear of. No components means all, also those that come later."""

    components: list[Slug] = Field(default=[], max_length=500)
    kinds: list[Kind] = Field(default=list(KINDS), max_length=4)
    updates: Literal["all", "ends"] = "all"
    """`ends`: only when something begins and when it is over."""


class Asking(News):
    """What anybody may ask for. `website` is a field that people do not see: who fills it in is a program."""

    incident: Annotated[str, Field(pattern=PUBLIC_ID)] | None = None
    """Follow just this one: the random part of its public address."""
    website: Annotated[str, Field(max_length=2000)] = ""


class Choices(News):
    """What somebody wants to hear of by mail, and how."""

    digest: bool = False
    """At most one mail in an hour about one incident, after its first."""
    language: Annotated[str, Field(max_length=20)] = SOURCE

    @field_validator("language")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in languages():
            raise ValueError(f"use one of {', '.join(languages())}")
        return value


class Subscribe(Asking, Choices):
    """A request to follow by mail."""

    email: Line


class ChangeSubscription(Choices):
    """The choices of somebody who follows already."""

    incidents_too: bool = True
    """False: let go of the incidents that are followed one by one."""


class AddSubscriber(Choices):
    """Staff ask an address whether it wants to follow; it confirms like everybody else."""

    email: Line


class StopMail(Command):
    """Send nothing more about a post."""

    reason: Line | None = None


class NoteBounce(Command):
    """What a mail provider reports about an address of ours."""

    email: Line
    kind: Literal["permanent", "temporary", "complaint"]
    said: Annotated[str, Field(max_length=500)] = ""
