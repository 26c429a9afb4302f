"""What the API answers about reminders, announcement windows, signals and the rota."""

from typing import Literal

from pydantic import Field

from portal.web.api.answers import Answer, Moment, Page, Ref, Written


class Reminder(Answer):
    """What waits for somebody, until it is done."""

    id: int
    ref: Ref | None = Field(description="the incident that it is about; null when it is about none")
    kind: str = Field(description="such as next_update, first_post, role_offer, messenger, postmortem")
    due_at: Moment
    text: str = Field(description="what to do")
    link: str = Field(description="the page of the desk where it is done")
    to: list[str] = Field(description="mail addresses, role:lead, team:support, channel:incidents, permission:security")
    mine: bool = Field(description="true when it is for whoever asks, by name or by role")
    snoozed_until: Moment | None
    snoozes: int = Field(description="how often it was put off")


class ReminderWritten(Reminder, Written):
    pass


class Reminders(Page):
    items: list[Reminder]


class AnnouncementWindow(Answer):
    id: int
    title: str
    starts_at: Moment
    ends_at: Moment
    owner: str | None
    plan: str | None
    notify: list[str]
    missing: list[Literal["owner", "plan"]] = Field(description="what it still needs")
    current: bool = Field(description="true while it lasts")
    over: bool = Field(description="true when it has ended or was cancelled")
    created_by: str
    created_at: Moment
    updated_at: Moment
    cancelled_at: Moment | None
    reason: str | None = Field(description="why it was cancelled")


class AnnouncementWindowWritten(AnnouncementWindow, Written):
    pass


class AnnouncementWindows(Page):
    items: list[AnnouncementWindow]


class Signal(Answer):
    """An alert or a report from outside."""

    id: int
    ref: Ref | None = Field(description="the incident that it belongs to")
    kind: Literal["alert", "report"]
    source: str
    key: str
    title: str
    text: str | None
    component: str | None
    severity: Literal["critical", "major", "none"]
    url: str | None
    channel: str | None
    on_behalf_of: str | None
    contact: str | None
    received_by: str
    times: int = Field(description="how often it was sent while it lasted")
    started_at: Moment
    received_at: Moment
    seen_at: Moment = Field(description="when it was sent last")
    ended_at: Moment | None
    settled_at: Moment | None = Field(description="when somebody had dealt with it")
    settled_by: str | None
    reason: str | None


class SignalWritten(Signal, Written):
    pass


class Signals(Page):
    items: list[Signal]


class AlertsTaken(Written):
    received: int = Field(description="how many alerts came")
    items: list[Signal]


class SignalDismissed(Written):
    id: int
    settled_at: Moment
    reason: str


class Turn(Answer):
    person: str
    from_at: Moment
    until_at: Moment
    override: bool = Field(description="true when somebody stands in")


class OnCall(Turn):
    name: str = Field(description="the rota's name")
    next: list[Turn]


class Rota(Answer):
    """Who is on call, and how old that answer is."""

    at: Moment
    items: list[OnCall]
    changed_at: Moment | None = Field(description="when the file was changed last")
    read_at: Moment | None = Field(description="when the portal read it")
    age_days: int | None = Field(description="how old the file is")
    fault: str | None = Field(description="why a newer rota.yaml could not be read; the last good one counts")
