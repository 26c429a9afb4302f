"""The commands of the process keeper: reminders, announcement windows, signals, triage."""

from typing import Literal

from pydantic import ConfigDict, Field

from portal.domain.names import Severity
from portal.verbs.commands import Command, Line, Moment, Slug, Text, Url


class SnoozeReminder(Command):
    minutes: int = Field(ge=1, le=10_080)
    reason: Text | None = None


class PlanWindow(Command):
    """A window without owner or plan is taken, and shown in red until it has both."""

    starts_at: Moment
    ends_at: Moment
    title: Line = "Announcement"
    owner: Line | None = None
    plan: Text | None = None
    notify: list[Line] = Field(default_factory=list, max_length=20)


class ChangeWindow(Command):
    """Fields that are left out stay as they are."""

    starts_at: Moment | None = None
    ends_at: Moment | None = None
    title: Line | None = None
    owner: Line | None = None
    plan: Text | None = None
    notify: list[Line] | None = Field(default=None, max_length=20)


class CancelWindow(Command):
    reason: Text | None = None


class AskAdvice(Command):
    title: Line
    text: Text | None = None
    component: Slug | None = None


class FileReport(Command):
    """What somebody says does not work; `on_behalf_of` names the customer of whoever passes it on."""

    text: Text
    title: Line | None = None
    component: Slug | None = None
    channel: Line | None = None
    on_behalf_of: Line | None = None
    contact: Line | None = None


class Promote(Command):
    """What it becomes: an incident with a lead, as if it had just been declared."""

    title: Line | None = None
    severity: Literal[Severity.CRITICAL, Severity.MAJOR] | None = None
    reason: Text | None = None


class Dismiss(Command):
    reason: Text


class SendSignal(Command):
    """One alert, which goes on until it is sent as `resolved`, or what one person reports."""

    title: Line
    kind: Literal["alert", "report"] = "alert"
    status: Literal["firing", "resolved"] = "firing"
    source: Line = "api"
    key: Line | None = None
    severity: Literal["critical", "major", "none"] = "major"
    component: Slug | None = None
    text: Text | None = None
    url: Url | None = None
    channel: Line | None = None
    on_behalf_of: Line | None = None
    contact: Line | None = None
    started_at: Moment | None = None


class _Foreign(Command):
    """What another program sends: it may grow fields that we do not know."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Alert(_Foreign):
    """One alert of Alertmanager's webhook, version 4."""

    status: Literal["firing", "resolved"]
    labels: dict[str, str] = Field(default_factory=dict)
    annotations: dict[str, str] = Field(default_factory=dict)
    startsAt: str | None = None
    generatorURL: str | None = None
    fingerprint: str | None = None


class AlertmanagerAlerts(_Foreign):
    """The body of Alertmanager's webhook, version 4; fields that are not used here are left alone."""

    alerts: list[Alert] = Field(max_length=1000)
    version: str = "4"
    groupKey: str | None = None
    receiver: str | None = None
