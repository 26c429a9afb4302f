"""What the API answers about subscribers' webhooks."""

from typing import Literal

from pydantic import Field

from portal.web.api.answers import Answer, Moment, Page, Written


class Webhook(Answer):
    id: int
    url: str
    kinds: list[str] = Field(description="incidents, advisories, maintenances, postmortems")
    updates: Literal["all", "ends"] = Field(description="ends: only when something begins and when it is over")
    components: list[str] = Field(description="slugs of those that are followed by name")
    every_component: bool
    incidents: list[str] = Field(description="titles of public incidents that are followed one by one")
    proof: str = Field(description="how it is known that the address asked")
    confirmed_at: Moment
    failing_since: Moment | None = Field(description="null while it answers with 2xx")
    paused_at: Moment | None = Field(description="since when nothing is sent, because it failed for days")
    pause_reason: str | None


class Webhooks(Page):
    items: list[Webhook]


class WebhookAsked(Written):
    url: str
    secret: str = Field(description="told this once; messages are signed with it as Standard Webhooks says")
    page: str = Field(description="its owner's own page; POST there sends the challenge")
    asked_at: Moment


class WebhookRemoved(Written):
    id: int
    url: str
    removed_at: Moment
