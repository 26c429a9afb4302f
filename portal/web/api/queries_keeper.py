"""Query parameters of the process keeper's routes."""

from typing import Annotated

from pydantic import Field

from portal.verbs.commands import Moment
from portal.web.api.queries import Query


class OnCallAt(Query):
    at: Annotated[Moment | None, Field(description="a moment, such as 2026-11-23T14:05:00Z; now unless given")] = None
