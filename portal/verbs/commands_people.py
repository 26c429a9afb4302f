"""Commands about people, their passwords and their tokens."""

from typing import Annotated

from pydantic import Field

from portal.domain.names import Permission
from portal.verbs.commands import Command, Line, Moment

Permissions = Annotated[list[Permission], Field(min_length=1, max_length=4)]


class AddPerson(Command):
    email: Line
    name: Line | None = None
    team: Line | None = None
    permissions: Permissions


class ChangePerson(Command):
    """Fields that are left out stay as they are; `team` null takes it away."""

    name: Line | None = None
    team: Line | None = None
    permissions: Permissions | None = None
    disabled: bool | None = None


class AddToken(Command):
    name: Line
    permissions: Permissions


class RevokeToken(Command):
    name: Line


class SetPassword(Command):
    current: Annotated[str, Field(max_length=1000)] | None = Field(default=None, repr=False)
    password: str = Field(min_length=12, max_length=1000, repr=False)


class AuditFilters(Command):
    """Which rows of the audit log: all filters must hold."""

    actor: Line | None = Field(default=None, description="a person's address or a token's name")
    action: Line | None = Field(default=None, description="such as post.redact; post: all about posts")
    subject: Line | None = Field(default=None, description="such as INC-42")
    since: Moment | None = None
    until: Moment | None = None
