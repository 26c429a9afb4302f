"""Query parameters, by list. Unknown ones are refused, so that a misspelt filter never means `everything`."""

import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from portal.domain.names import IncidentState, Kind, Outcome, Severity
from portal.verbs.paging import LIMIT, MOST


def _number(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{1,9}", value):
        raise ValueError("write a whole number, such as 20")
    return int(value)


def _printable(value: Any) -> Any:
    if isinstance(value, str) and any(ord(letter) < 32 for letter in value):
        raise ValueError("leave control characters out")
    return value


Cursor = Annotated[
    str | None,
    Field(max_length=200, description="`next_cursor` of the page before; leave it out for the first page"),
    BeforeValidator(_printable),
]


class Query(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NoQuery(Query):
    """This address takes no parameters."""


_Limit = Annotated[int, Field(ge=1, le=MOST), BeforeValidator(_number)]


class Page(Query):
    """A page of a list."""

    limit: _Limit = Field(default=LIMIT, description="how many items at most")
    cursor: Cursor = None


class WholeOrPage(Query):
    """A short list, which comes whole unless a page of it is asked for."""

    limit: _Limit | None = Field(default=None, description="how many items at most; all of them unless given")
    cursor: Cursor = None


class IncidentFilters(Page):
    """Which incidents: all filters must hold."""

    state: IncidentState | None = None
    severity: Severity | None = None
    component: Annotated[
        str | None, Field(max_length=80, description="a component's slug"), BeforeValidator(_printable)
    ] = None
    kind: Kind | None = None
    outcome: Outcome | None = None
    q: Annotated[
        str | None, Field(max_length=200, description="words of the titles and texts"), BeforeValidator(_printable)
    ] = None
