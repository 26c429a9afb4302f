"""What the API answers about an incident's aftermath: follow-ups, checklist, postmortem, recap."""

from typing import Literal

from pydantic import Field

from portal.domain.names import (
    ChecklistState,
    ComponentStatus,
    CustomerImpact,
    FindingLevel,
    FollowupState,
    IncidentState,
    Kind,
    Outcome,
    PostmortemState,
    PostState,
    Severity,
)
from portal.web.api.answers import Answer, Day, Moment, Page, Ref, RolePlace, StatusPost, Written


class Followup(Answer):
    id: int
    ref: Ref
    title: str
    owner: str | None
    due: Day | None
    type: str
    priority: str
    public: bool
    state: FollowupState
    reason: str | None
    issue_url: str | None
    created_at: Moment
    updated_at: Moment
    done_at: Moment | None


class FollowupWritten(Followup, Written):
    pass


class Followups(Page):
    items: list[Followup]


class ChecklistItem(Answer):
    id: int
    ref: Ref
    key: str
    title: str
    state: ChecklistState
    reason: str | None
    link: str | None
    changed_by: str | None
    changed_at: Moment | None


class ChecklistItemWritten(ChecklistItem, Written):
    pass


class Checklist(Page):
    items: list[ChecklistItem]


class Remark(Answer):
    """What a careful reader would say about a postmortem; never in the way."""

    rule: str
    level: FindingLevel = Field(description="block: the public must not read it so; warn: a hint")
    message: str
    section: str
    start: int = Field(description="code points of the section; 0 to 0 means all of it")
    end: int
    suggestion: str | None = Field(description="what may stand there instead")


class Revision(Answer):
    at: Moment
    note: str


class Postmortem(Answer):
    ref: Ref
    slug: str | None
    public_url: str | None
    title: str
    state: PostmortemState
    public: bool
    sections: dict[str, str]
    versions: dict[str, str] = Field(description="section -> the version that `based_on` names")
    tags: list[str]
    owner: str | None
    due_at: Moment | None
    reviewer: str | None
    review_reason: str | None = Field(description="why its author reviewed it")
    waived_reason: str | None
    retrospective: Literal["yes", "no"] | None
    retrospective_at: Moment | None
    published_at: Moment | None
    findings: list[Remark]
    changelog: list[Revision] = Field(description="what the public reads about changes after publication")
    created_at: Moment
    updated_at: Moment


class PostmortemWritten(Postmortem, Written):
    pass


class OpenAction(Answer):
    kind: Literal["checklist", "followup"]
    id: int
    title: str


class PlaybookInBrief(Answer):
    slug: str
    title: str


class PostmortemInBrief(Answer):
    state: PostmortemState
    owner: str | None
    due_at: Moment | None


class Recap(Answer):
    """One answer for `what is going on`; `text` is all of it in words."""

    text: str
    ref: Ref
    title: str
    state: IncidentState
    post_state: PostState | None
    outcome: Outcome | None
    severity: Severity
    kind: Kind
    customer_impact: CustomerImpact
    started_at: Moment
    resolved_at: Moment | None
    scheduled_for: Moment | None
    scheduled_until: Moment | None
    components: dict[str, ComponentStatus]
    summary: str | None
    summary_at: Moment | None
    summary_stale: bool
    workaround: str | None
    next_update_due: Moment | None
    public_url: str | None
    now: Moment
    age_minutes: int
    lead: RolePlace
    messenger: RolePlace
    last_post: StatusPost | None
    last_post_age_minutes: int | None
    open_actions: list[OpenAction]
    playbooks: list[PlaybookInBrief] = Field(description="those that fit, rollback first; none once it is over")
    postmortem: PostmortemInBrief | None
