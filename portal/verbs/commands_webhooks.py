"""The commands of following by webhook: the public's, and those of staff."""

from typing import Annotated

from pydantic import Field

from portal.verbs.commands_subscriptions import Asking, News

Address = Annotated[str, Field(min_length=1, max_length=2000)]


class FollowByWebhook(Asking):
    """A request to follow by webhook."""

    url: Address


class AddWebhook(News):
    """Staff add an address, which answers a challenge like every other."""

    url: Address
