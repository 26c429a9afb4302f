"""Query parameters of the routes of the incident room."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from portal.web.api.queries import Query, _printable


class LikeThis(Query):
    """What the incident is about that somebody wants to declare."""

    components: Annotated[
        str | None, Field(max_length=2000, description="slugs, with commas between them"), BeforeValidator(_printable)
    ] = None
    title: Annotated[str | None, Field(max_length=300, description="its title"), BeforeValidator(_printable)] = None
