"""What the API answers, as schemas. Tests hold real answers against them, and a field that is not here fails."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from portal.domain.names import (
    Breadth,
    ComponentStatus,
    CustomerImpact,
    FindingLevel,
    IncidentState,
    Kind,
    Outcome,
    PostState,
    RoleName,
    Severity,
)

_UTC = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$"
Moment = Annotated[str, Field(pattern=_UTC, json_schema_extra={"format": "date-time"})]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$", json_schema_extra={"format": "date"})]
Ref = Annotated[str, Field(pattern=r"^INC-[1-9]\d*$", description="for people inside, such as INC-42")]
PublicId = Annotated[str, Field(description="the random part of a public address; it never changes")]


class Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Page(Answer):
    """A page of a list."""

    next_cursor: str | None = Field(description="send it as `cursor` for the next page; null on the last one")


class Written(Answer):
    """What every write says beside its own fields."""

    change: int | None = Field(description="the number of the public change; null when nothing public changed")
    published: bool = Field(description="true when the public files already show the change")


class Problem(Answer):
    """An error (RFC 9457)."""

    type: str = Field(description="where this kind of error is explained")
    title: str
    status: int
    detail: str = Field(description="what is wrong and what to do")
    errors: dict[str, list[str]] | None = Field(default=None, description="sentences by field")
    findings: list["Finding"] | None = Field(default=None, description="what the post rules say")
    reasons: list[str] | None = Field(default=None, description="what a gate misses, a sentence each")
    meanwhile: dict[str, "Meanwhile"] | None = Field(
        default=None, description="sections of a postmortem that somebody else has changed since they were read"
    )


class Meanwhile(Answer):
    """What stands in a section now."""

    text: str
    version: str = Field(description="what `based_on` must say to overwrite it")
    by: str
    at: Moment


class Finding(Answer):
    """What a rule says about a post."""

    id: str | None = Field(default=None, description="send it as one of `confirmed`; the same for the same remark")
    rule: str = Field(description="such as P3")
    level: FindingLevel = Field(description="block: must change; confirm: send it again with confirm; warn: a hint")
    message: str
    field: str = Field(description="which text start and end point into: body, public_title or customer_action")
    start: int = Field(description="in characters")
    end: int
    suggestion: str | None = Field(description="what to write instead of the words from start to end")
    reason: str | None = Field(default=None, description="why it does not apply, from the post's `accept`")


class Findings(Answer):
    """What the rules say about a post, and the post as it would be published."""

    findings: list[Finding]
    body: str
    html: str
    next_update_due: Moment | None


class Component(Answer):
    slug: str
    public_id: PublicId
    name: str
    group: str | None
    status: ComponentStatus = Field(description="what the public sees now: the worst of what incidents report")
    description: str | None
    owner: str | None = Field(description="who takes care of it; never public")
    position: int
    start_date: Day | None
    showcase: bool
    hidden: bool
    created_at: Moment
    updated_at: Moment
    retired_at: Moment | None


class ComponentWritten(Component, Written):
    pass


class Components(Page):
    items: list[Component]


class Move(Answer):
    """What a post says about one component."""

    slug: str
    name: str
    old_status: ComponentStatus
    new_status: ComponentStatus


class StatusPost(Answer):
    ref: Ref
    seq: int = Field(description="its position among the incident's posts, from 1")
    public_id: PublicId
    public_url: str | None = Field(description="where the public reads it")
    state: PostState
    body: str = Field(description="Markdown, as it was written")
    html: str = Field(description="the same as a safe HTML fragment")
    customer_action: str | None
    display_at: Moment = Field(description="the time that the public reads")
    published_at: Moment
    next_update_due: Moment | None
    corrects: int | None = Field(description="seq of the post that this one corrects")
    notify: bool
    automatic: bool
    author: str
    redacted_at: Moment | None
    findings: list[Finding]
    components: list[Move]


class PostWritten(StatusPost, Written):
    pass


class Posts(Page):
    items: list[StatusPost]


class Informant(Answer):
    """Who reported it from outside."""

    kind: str
    name: str | None
    contact: str | None


class Offer(Answer):
    person: str
    offered_by: str
    offered_at: Moment
    lapses_at: Moment


class RolePlace(Answer):
    person: str | None = Field(description="who holds the role")
    acting: bool = Field(description="true until somebody accepts it")
    accepted_at: Moment | None
    offer: Offer | None


class Related(Answer):
    relation: str
    ref: Ref
    title: str


class IncidentSummary(Answer):
    ref: Ref
    public_id: PublicId
    public_url: str | None = Field(description="null while nothing of it is public")
    kind: Kind
    title: str
    public_title: str | None
    state: IncidentState
    post_state: PostState | None = Field(description="what the newest post says")
    severity: Severity
    severity_reason: str | None
    customer_impact: CustomerImpact
    security: bool = Field(description="true: private")
    outcome: Outcome | None
    disclosed_as: str | None
    audience: str | None
    breadth: Breadth | None
    summary: str | None
    summary_at: Moment | None
    workaround: str | None
    started_at: Moment
    detected_at: Moment | None
    declared_at: Moment
    declared_by: str
    acknowledged_at: Moment | None
    impact_known_at: Moment | None = Field(description="when it was known whether customers feel it")
    mitigated_at: Moment | None
    resolved_at: Moment | None
    closed_at: Moment | None
    end_unknown: bool = Field(description="true for an imported incident whose end nobody wrote down")
    first_post_at: Moment | None
    last_post_at: Moment | None
    next_update_due: Moment | None
    scheduled_for: Moment | None
    scheduled_until: Moment | None
    auto: bool = Field(description="a maintenance that starts and ends by the clock")
    remind_minutes: int | None
    reporter: Informant | None
    lesson: str | None
    what_was_seen: str | None
    close_reason: str | None
    duplicate_of: Ref | None
    components: dict[str, ComponentStatus] = Field(description="what this incident says of them now, by slug")
    created_at: Moment
    updated_at: Moment


class Metrics(Answer):
    """How long things took, in seconds; null where a moment is not known."""

    detected_after_s: int | None = Field(description="from start to detection")
    declared_after_s: int | None = Field(description="from start to declaration")
    acknowledged_after_s: int | None = Field(description="from detection until somebody accepted the lead")
    first_post_after_s: int | None = Field(description="from detection to the first post")
    mitigated_after_s: int | None = Field(description="from start to mitigation")
    resolved_after_s: int | None = Field(description="from start to the end")
    largest_gap_s: int | None = Field(description="between two posts")
    promises: int = Field(description="of a next update")
    promises_kept: int
    on_time_share: float | None = Field(description="0 to 1")


class Incident(IncidentSummary):
    roles: dict[RoleName, RolePlace]
    posts: list[StatusPost]
    related: list[Related]
    metrics: Metrics | None = Field(description="null for a false positive")


class IncidentWritten(Incident, Written):
    pass


class IncidentChanged(IncidentWritten):
    findings: list[Finding] = Field(description="what the rules say about a new public title")


class OpenIssue(Answer):
    url: str
    title: str | None
    state: str | None


class IncidentClosed(IncidentWritten):
    open_issues: list[OpenIssue] = Field(description="linked issues that are not closed yet")


class Incidents(Page):
    items: list[IncidentSummary]


class Impact(Answer):
    id: int
    ref: Ref
    component: str = Field(description="its slug")
    name: str
    level: ComponentStatus
    from_at: Moment
    to_at: Moment | None = Field(description="null: it goes on")


class ImpactWritten(Impact, Written):
    pass


class Impacts(Page):
    items: list[Impact]


class Link(Answer):
    id: int
    url: str
    kind: str
    title: str | None
    state: str | None
    created_by: str
    created_at: Moment


class LinkWritten(Link, Written):
    pass


class Links(Page):
    items: list[Link]


class RoleWritten(Written):
    ref: Ref
    role: RoleName
    person: str | None
    acting: bool
    accepted_at: Moment | None
    offer: Offer | None


class TimelineEntry(Answer):
    id: int
    happened_at: Moment
    recorded_at: Moment
    actor: str
    kind: str
    text: str
    details: dict[str, Any] | None


class TimelineWritten(TimelineEntry, Written):
    pass


class Timeline(Page):
    items: list[TimelineEntry]
