"""The commands about posts that are not published yet."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from portal.domain.names import PostState
from portal.verbs.commands import Command, FindingId, Levels, Line, Moment, Text, _clean

LONGEST = 20_000
"""Characters that a draft holds; a post holds fewer, and says so when it is published."""

Words = Annotated[str, Field(max_length=LONGEST), BeforeValidator(_clean)]
Confirmed = Annotated[
    list[FindingId] | None, Field(max_length=200, description="ids of findings to confirm, and of no others")
]


class SaveDraft(Command):
    """The whole draft: what is left out is empty. With `publish_at` or `review` it must be fit to be published."""

    state: PostState | None = None
    body: Words = ""
    components: Levels | None = None
    next_update_minutes: int | None = Field(default=None, ge=1, le=1440)
    customer_action: Words | None = None
    public_title: Line | None = None
    happened_at: Moment | None = None
    corrects: int | None = Field(default=None, ge=1, le=1_000_000, description="seq of the post that this one corrects")
    notify: bool = True
    accept: dict[str, Text] | None = Field(default=None, description="rule -> why it does not apply here")
    seen: int | None = Field(default=None, ge=0, le=1_000_000, description="how many posts its writer had read")
    publish_at: Moment | None = Field(default=None, description="publish it then, by itself")
    review: bool = Field(default=False, description="ask a second person to read and publish it")
    confirm: bool = False
    confirmed: Confirmed = None
    unreviewed: Text | None = Field(default=None, description="why no second person could read it first")
    version: int | None = Field(default=None, ge=1, description="the version that was changed")
    tab: Annotated[str, Field(max_length=64)] | None = Field(
        default=None, description="any text of your own: who saves twice with it changes its own words"
    )
    autosave: bool = Field(default=False, description="saved by an editor while its person types")


class PublishDraft(Command):
    version: int = Field(ge=1, description="the version that was read")
    confirm: bool = False
    confirmed: Confirmed = None
    seen: int | None = Field(
        default=None, ge=0, le=1_000_000, description="how many posts were read; the draft's unless given"
    )
    unreviewed: Text | None = Field(default=None, description="why no second person could read it first")


class ApproveDraft(Command):
    version: int = Field(ge=1, description="the version that was read")
    confirm: bool = False
    confirmed: Confirmed = None
    seen: int | None = Field(
        default=None, ge=0, le=1_000_000, description="how many posts were read; the draft's unless given"
    )
