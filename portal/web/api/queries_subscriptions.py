"""Query parameters of subscribers and mail."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from portal.web.api.queries import Page, Query, _printable


class SubscriberFilters(Page):
    q: Annotated[
        str | None, Field(max_length=200, description="a part of the address"), BeforeValidator(_printable)
    ] = None


class OneSubscriber(Query):
    email: Annotated[str, Field(max_length=300, description="the address"), BeforeValidator(_printable)] = ""


class AboutIncident(Query):
    incident: Annotated[str, Field(max_length=80, description="such as INC-42"), BeforeValidator(_printable)] = ""
    language: Annotated[str, Field(max_length=20, description="such as de"), BeforeValidator(_printable)] = "en"


class InLanguage(Query):
    language: Annotated[str, Field(max_length=20, description="such as de"), BeforeValidator(_printable)] = "en"
