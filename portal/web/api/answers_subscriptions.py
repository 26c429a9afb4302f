"""What the API answers about subscribers and mail."""

from typing import Literal

from pydantic import Field

from portal.web.api.answers import Answer, Moment, Page, Ref, Written


class Follower(Answer):
    """What is followed by a mail address and by a webhook alike."""

    id: int
    kinds: list[str] = Field(description="incidents, advisories, maintenances, postmortems")
    updates: Literal["all", "ends"] = Field(description="ends: only when something begins and when it is over")
    components: list[str] = Field(description="slugs of those that are followed by name")
    every_component: bool
    incidents: list[str] = Field(description="titles of public incidents that are followed one by one")
    proof: str = Field(description="how it is known that the address asked")
    confirmed_at: Moment
    paused_at: Moment | None = Field(description="since when nothing is sent, because too much of it failed")
    pause_reason: str | None


class Subscriber(Follower):
    email: str
    language: str
    digest: bool = Field(description="true: at most one mail an hour about an incident, after its first")


class Subscribers(Page):
    items: list[Subscriber]


class SubscriberAsked(Written):
    email: str
    asked_at: Moment = Field(description="nobody follows before the button of that mail is pressed")


class SubscriberRemoved(Written):
    email: str
    removed_at: Moment


class BounceNoted(Written):
    email: str
    kind: Literal["permanent", "temporary", "complaint"]
    paused_at: Moment | None


class MailEvent(Answer):
    """Something that subscribers are told of, and how far that has gone."""

    id: int
    event: str = Field(description="post_published, maintenance_reminder, postmortem_published or present_state")
    ref: Ref | None
    seq: int | None = Field(description="the post's position, for a post")
    filed_at: Moment
    not_before: Moment
    seconds_left: int = Field(description="until the mails go out; 0 when they do")
    withdrawn_at: Moment | None
    withdrawn_because: str | None
    recipients: int | None = Field(description="how many will be told; null once that is under way")
    waiting: int
    sent: int
    refused: int
    withdrawn: int


class MailFailure(Answer):
    address: str | None = Field(description="for admins alone")
    event: str
    state: Literal["waiting", "refused"]
    attempts: int
    next_at: Moment
    done_at: Moment | None
    answer: str | None = Field(description="what the mail server said; for others than admins its codes alone")


class MailOverview(Page):
    server: str | None = Field(description="null: there is no mail server, so mail waits")
    mail_from: str
    unreachable_since: Moment | None
    server_said: str | None
    waiting: int = Field(description="mails, webhooks and messages that wait")
    events: int = Field(description="events that wait")
    subscribers: int
    paused: int
    items: list[MailEvent]
    failures: list[MailFailure]


class MailPreview(Answer):
    ref: Ref
    seq: int
    subject: str
    text: str
    html: str
    recipients: int
    told: MailEvent | None = Field(description="null for a post that nobody is told of")


class LetterPreview(Answer):
    kind: str
    ref: Ref | None = Field(description="null for a confirmation")
    subject: str
    text: str
    html: str
    recipients: int | None = Field(description="null where it is for one reader")


class MailStopped(Written):
    ref: Ref
    seq: int
    sent: int = Field(description="mails that had gone out before")
