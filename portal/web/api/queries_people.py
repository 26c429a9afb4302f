"""Query parameters of what admins list."""

from pydantic import Field

from portal.verbs.commands import Moment
from portal.web.api.queries import Page


class AuditFilters(Page):
    """Which rows of the audit log: all filters must hold."""

    actor: str | None = Field(default=None, max_length=320, description="a person's address or a token's name")
    action: str | None = Field(
        default=None, max_length=80, description="such as post.redact; post: all that are about posts"
    )
    subject: str | None = Field(default=None, max_length=320, description="such as INC-42")
    since: Moment | None = None
    until: Moment | None = None
