"""What the API answers about posts that are being written, and about where published ones went."""

from pydantic import Field

from portal.domain.names import ComponentStatus, PostState
from portal.web.api.answers import Answer, Finding, Moment, Page, Ref, Written


class DoneMeanwhile(Answer):
    """What somebody else did after the draft was begun."""

    at: Moment
    who: str
    what: str = Field(description="a post's state, or what else changed")
    text: str


class Draft(Answer):
    id: int
    ref: Ref
    person: str = Field(description="who writes it")
    mine: bool
    version: int = Field(description="counts its saves")
    state: PostState | None
    body: str
    components: dict[str, ComponentStatus] | None
    next_update_minutes: int | None
    customer_action: str | None
    public_title: str | None
    happened_at: Moment | str | None
    corrects: int | None
    notify: bool
    accept: dict[str, str] | None
    confirmed: list[str] | None
    unreviewed: str | None
    seen: int | None = Field(description="how many posts its writer had read")
    publish_at: Moment | None = Field(description="when it is published by itself")
    review_asked_at: Moment | None
    approved_by: str | None
    approved_at: Moment | None
    refusal: str | None = Field(description="why it was not published at its time")
    findings: list[Finding]
    meanwhile: list[DoneMeanwhile]
    forked_from: int | None = Field(description="the draft that had been changed meanwhile and was left as it is")
    post_seq: int | None = Field(description="the post that it became")
    created_at: Moment
    updated_at: Moment
    ended_at: Moment | None


class DraftWritten(Draft, Written):
    pass


class Drafts(Page):
    items: list[Draft]


class Templates(Answer):
    ref: Ref
    texts: dict[PostState, str] = Field(description="state -> the text that its post can begin with")


class Mail(Answer):
    """How many mails of a post wait, were sent, were refused by their server, or withdrawn before they were sent."""

    not_before: Moment
    withdrawn_at: Moment | None
    waiting: int
    sent: int
    refused: int
    withdrawn: int


class ReadyTexts(Answer):
    social: str = Field(description="at most 280 characters with the link")
    customer: str
    internal: str


class WhereItWent(Answer):
    ref: Ref
    seq: int
    public_url: str | None
    feeds: list[str]
    mail: Mail | None = Field(description="null for a post that tells nobody")
    texts: ReadyTexts | None = Field(description="null while the public sees nothing of the incident")
