"""The commands: one value per verb, parsed the same way for API, desk, chat and CLI.

Every model refuses unknown fields. Texts are cleaned (`portal.text.clean`) before their length is judged.
Moments are ISO 8601 with a zone; they become aware UTC datetimes.
"""

import contextlib
import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from portal.domain.names import (
    Breadth,
    ChecklistState,
    ComponentStatus,
    CustomerImpact,
    FollowupState,
    Kind,
    PostmortemState,
    PostState,
    Severity,
)
from portal.text import clean

TITLE_LENGTH = 300
POST_LENGTH = 5_000
SECTION_LENGTH = 25_000
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"


def _clean(value: Any) -> Any:
    return clean(value).strip() if isinstance(value, str) else value


def _web_address(value: str) -> str:
    if not value.lower().startswith(("https://", "http://")):
        raise ValueError("an address starts with https:// or http://")
    return value


def _one_line(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value := _clean(value), str) else value


def _moment(value: Any) -> Any:
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            value = datetime.fromisoformat(value.upper()) if _DASHED.match(value) else value
    if not isinstance(value, datetime):
        raise ValueError("write a date and time with its zone, such as 2026-11-23T14:05:00Z")
    return value


def _day(value: Any) -> Any:
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            value = date.fromisoformat(value) if _DASHED.match(value) else value
    if not isinstance(value, date):
        raise ValueError("write a day, such as 2026-11-23")
    return value


def _utc(value: datetime) -> datetime:
    if not 1970 <= value.year <= 2199:
        raise ValueError("a moment lies between the years 1970 and 2199")
    return value.astimezone(UTC)


_DASHED = re.compile(r"\d{4}-\d{2}-\d{2}")
"""Moments are parsed here because pydantic reads the text "0" as seconds since 1970."""

Line = Annotated[str, Field(min_length=1, max_length=TITLE_LENGTH), BeforeValidator(_one_line)]
Text = Annotated[str, Field(min_length=1, max_length=POST_LENGTH), BeforeValidator(_clean)]
Slug = Annotated[str, Field(pattern=SLUG, max_length=80)]
Url = Annotated[str, Field(max_length=2000), AfterValidator(_web_address), BeforeValidator(_one_line)]
Moment = Annotated[AwareDatetime, BeforeValidator(_moment), AfterValidator(_utc)]
Day = Annotated[date, BeforeValidator(_day)]
Levels = dict[Slug, ComponentStatus]
Seen = dict[Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")], Annotated[str | None, BeforeValidator(_clean)]]
FindingId = Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")]


class Command(BaseModel):
    """What all commands share: no unknown fields, immutable, no coercion of numbers into texts or moments."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class AddComponent(Command):
    name: Line
    slug: Slug | None = None
    description: Text | None = None
    group: Line | None = None
    position: int | None = Field(default=None, ge=0, le=100_000)
    showcase: bool = True
    hidden: bool = False


class ChangeComponent(Command):
    """Fields that are left out stay as they are; `group` or `description` null takes them away."""

    name: Line | None = None
    slug: Slug | None = None
    description: Text | None = None
    group: Line | None = None
    position: int | None = Field(default=None, ge=0, le=100_000)
    showcase: bool | None = None
    hidden: bool | None = None


class Post(Command):
    """POST-BODY of the contract: one public status post."""

    state: PostState
    body: Text
    components: Levels | None = None
    next_update_minutes: int | None = Field(default=None, ge=1, le=1440)
    customer_action: Text | None = None
    happened_at: Moment | None = None
    corrects: int | None = Field(default=None, ge=1, le=1_000_000, description="seq of the post that this one corrects")
    notify: bool = True
    public_title: Line | None = Field(default=None, description="with the first post: what the public page calls it")
    confirm: bool = False
    confirmed: list[FindingId] | None = Field(default=None, max_length=200, description="ids of findings to confirm")
    accept: dict[str, Text] | None = Field(default=None, description="rule -> why it does not apply here")
    seen: int | None = Field(default=None, ge=0, le=1_000_000, description="how many posts its writer had read")
    unreviewed: Text | None = Field(default=None, description="why no second person could read it first")


class Lint(Post):
    ref: str | None = None


class Reporter(Command):
    kind: Line
    name: Line | None = None
    contact: Line | None = None


class Declare(Command):
    title: Line
    public_title: Line | None = None
    severity: Severity = Severity.MAJOR
    reason: Text | None = Field(default=None, description="why a minor problem is an incident all the same")
    kind: Kind = Kind.INCIDENT
    customer_impact: CustomerImpact = CustomerImpact.UNKNOWN
    security: bool = False
    audience: Line | None = None
    breadth: Breadth | None = None
    components: Levels | None = None
    summary: Text | None = None
    started_at: Moment | None = None
    detected_at: Moment | None = None
    lead: Line | None = None
    messenger: Line | None = None
    reporter: Reporter | None = None
    post: Post | None = None


class ChangeIncident(Command):
    """Fields that are left out stay as they are."""

    title: Line | None = None
    public_title: Line | None = None
    severity: Severity | None = None
    reason: Text | None = Field(default=None, description="needed when severity is lowered")
    customer_impact: CustomerImpact | None = None
    security: bool | None = None
    audience: Line | None = None
    breadth: Breadth | None = None
    summary: Text | None = None
    workaround: Text | None = None
    started_at: Moment | None = None
    detected_at: Moment | None = None
    mitigated_at: Moment | None = None
    components: Levels | None = None
    seen: Seen | None = Field(default=None, description="field -> the value that its writer saw")


class AddImpact(Command):
    component: Slug
    level: ComponentStatus
    from_at: Moment
    to_at: Moment | None = None


class ChangeImpact(Command):
    level: ComponentStatus | None = None
    from_at: Moment | None = None
    to_at: Moment | None = None


class AddLink(Command):
    url: Url
    kind: Literal["issue", "chat", "dashboard", "other"] = "other"
    title: Line | None = None
    state: Line | None = None


class Disclose(Command):
    as_: Literal["advisory", "postmortem"] = Field(alias="as")
    title: Line | None = Field(default=None, description="the advisory's public title")
    body: Text | None = Field(default=None, description="the advisory's first post")
    confirm: bool = False
    unreviewed: Text | None = Field(default=None, description="why no second person could read it first")

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Redact(Command):
    words: Annotated[str, Field(min_length=2, max_length=1000), BeforeValidator(_clean)]


class OfferRole(Command):
    person: Line


class AddTimeline(Command):
    """A line. An update has three parts instead of a text, which then says them all."""

    kind: Literal["note", "intent", "update", "decision", "action", "observation"] = "note"
    text: Text | None = None
    did: Text | None = None
    result: Text | None = None
    next: Text | None = None
    happened_at: Moment | None = None


class Close(Command):
    outcome: Literal["resolved", "false_positive", "duplicate", "cancelled"]
    lesson: Text | None = None
    what_was_seen: Text | None = None
    duplicate_of: str | None = None
    reason: Text | None = None


class Reopen(Command):
    reason: Text


SectionName = Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,39}$")]


class WritePostmortem(Command):
    """Sections that are left out stay as they are; an empty text empties a section."""

    title: Line | None = None
    sections: dict[SectionName, Annotated[str, Field(max_length=SECTION_LENGTH), BeforeValidator(_clean)]] = Field(
        default_factory=dict
    )
    based_on: dict[SectionName, Annotated[str, Field(max_length=64)]] | None = Field(
        default=None,
        description="section -> the version that its writer read (of `versions`); when somebody has changed it since,"
        " nothing is saved and the answer shows both",
    )
    autosave: bool = Field(default=False, description="saved by an editor while its person types")
    tags: list[Slug] | None = Field(default=None, max_length=20)
    public: bool | None = None
    owner: Line | None = None
    due_at: Moment | None = None
    waived_reason: Text | None = Field(default=None, description="why this incident gets no postmortem")
    retrospective: Literal["yes", "no"] | None = Field(default=None, description="whether people meet to talk about it")
    retrospective_at: Moment | None = Field(default=None, description="when they meet")
    note: Line | None = Field(default=None, description="after publishing: the line of the public changelog")


class MovePostmortem(Command):
    to: PostmortemState
    reviewer: Line | None = Field(default=None, description="who is asked to review it, or who did")
    reason: Text | None = Field(default=None, description="why its author reviews it, when nobody else can")


class AddFollowup(Command):
    title: Line
    owner: Line | None = None
    due: Day | None = None
    type: Line = "fix"
    priority: Line = "normal"
    public: bool = False
    issue_url: Url | None = None


class ChangeFollowup(Command):
    title: Line | None = None
    owner: Line | None = None
    due: Day | None = None
    type: Line | None = None
    priority: Line | None = None
    public: bool | None = None
    state: FollowupState | None = None
    reason: Text | None = None
    issue_url: Url | None = None


class AddChecklistItem(Command):
    title: Line


class ChangeChecklistItem(Command):
    state: ChecklistState
    reason: Text | None = None
    link: Url | None = None
    seen: ChecklistState | None = Field(default=None, description="the state that its writer saw")


class PlanMaintenance(Command):
    title: Line
    body: Text
    components: list[Slug] = Field(default_factory=list)
    scheduled_for: Moment
    scheduled_until: Moment
    auto: bool = True
    remind_minutes: int = Field(default=60, ge=0, le=10_080)
    confirm: bool = False
    confirmed: list[FindingId] | None = Field(default=None, max_length=200, description="ids of findings to confirm")


class ChangeMaintenance(Command):
    title: Line | None = None
    components: list[Slug] | None = None
    scheduled_for: Moment | None = None
    scheduled_until: Moment | None = None
    auto: bool | None = None
    remind_minutes: int | None = Field(default=None, ge=0, le=10_080)


class CancelMaintenance(Command):
    body: Text | None = None
    reason: Text | None = None
