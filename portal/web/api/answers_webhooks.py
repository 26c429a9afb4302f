"""What the API answers about subscribers' webhooks."""

from pydantic import Field

from portal.web.api.answers import Moment, Page, Written
from portal.web.api.answers_subscriptions import Follower


class Webhook(Follower):
    url: str
    failing_since: Moment | None = Field(description="null while it answers with 2xx")


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
