"""Query parameters of postmortems, follow-ups and numbers over all incidents."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from portal.domain.insight import By
from portal.domain.names import FollowupState, PostmortemState
from portal.verbs.commands import Day
from portal.web.api.queries import Page, Query, _number, _printable

_Yes = Annotated[Literal["true"] | None, Field(description="`true`: only what should have been done before now")]
_Person = Annotated[
    str | None, Field(max_length=200, description="a mail address, or a name"), BeforeValidator(_printable)
]


class PostmortemFilters(Page):
    """Which postmortems: all filters must hold."""

    state: PostmortemState | None = None
    owner: _Person = None
    overdue: _Yes = None


class FollowupFilters(Page):
    """Which follow-ups: all filters must hold."""

    state: FollowupState | None = None
    owner: _Person = None
    overdue: _Yes = None


class Against(Query):
    """What a version is compared with."""

    against: Annotated[int, Field(ge=0, le=10**9 - 1), BeforeValidator(_number)] | None = Field(
        default=None, description="the number of another version; the one before unless given, 0 for the empty one"
    )


class Period(Query):
    """Which incidents are counted, by the day on which they began."""

    since: Day | None = Field(default=None, description="the first day, such as 2026-01-01; a year before `until`")
    until: Day | None = Field(default=None, description="the last day; today unless given")
    by: By = Field(default=By.MONTH, description="what the numbers are grouped by")
