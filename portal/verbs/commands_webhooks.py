"""The commands of following by webhook: the public's, and those of staff."""

from typing import Annotated

from pydantic import Field

from portal.verbs.commands_subscriptions import News

Address = Annotated[str, Field(min_length=1, max_length=2000)]


class FollowByWebhook(News):
    """A request by anybody. `website` is a field that people do not see: who fills it in is a program."""

    url: Address
    website: Annotated[str, Field(max_length=2000)] = ""


class AddWebhook(News):
    """Staff add an address, which answers a challenge like every other."""

    url: Address
