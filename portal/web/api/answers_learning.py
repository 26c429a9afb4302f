"""What the API answers about learning: postmortems of all incidents, their versions, who asked, and the numbers."""

from typing import Literal

from pydantic import Field

from portal.domain.insight import By
from portal.domain.names import PostmortemState, Severity
from portal.web.api.answers import Answer, Day, Moment, Page, Ref, Written
from portal.web.api.answers_after import Followup


class PostmortemListed(Answer):
    ref: Ref
    incident_title: str
    severity: Severity
    title: str
    state: PostmortemState
    public: bool
    owner: str | None
    reviewer: str | None
    due_at: Moment | None
    overdue: bool = Field(description="due, and neither published nor waived")
    waived_reason: str | None
    published_at: Moment | None
    updated_at: Moment
    asking: int = Field(description="customers who asked for it and were not told yet")


class Postmortems(Page):
    items: list[PostmortemListed]


class PostmortemVersion(Answer):
    id: int = Field(description="its number, from 1")
    at: Moment
    by: str
    title: str
    state: PostmortemState
    note: str | None = Field(description="its line of the public changelog")
    autosaved: bool
    changed: list[str] = Field(description="the sections in which it differs from the one before")


class PostmortemVersions(Page):
    items: list[PostmortemVersion]


class Piece(Answer):
    change: Literal["same", "removed", "added"]
    text: str


class PostmortemComparison(Answer):
    id: int
    against: int = Field(description="the version that it is compared with; 0 is the empty one")
    at: Moment
    by: str
    title: str
    state: PostmortemState
    note: str | None
    autosaved: bool
    sections: dict[str, list[Piece]] = Field(description="sections that differ, as pieces in order")


class PostmortemPreview(Answer):
    """The two renderings of the saved words, as HTML."""

    ref: Ref
    public_title: str
    public: str = Field(description="as the public reads it: people are roles, nothing internal is in it")
    internal_title: str
    internal: str


class PostmortemRequest(Answer):
    id: int
    ref: Ref
    name: str
    contact: str | None
    note: str | None
    recorded_by: str
    asked_at: Moment
    told_at: Moment | None
    told_by: str | None


class PostmortemRequestWritten(PostmortemRequest, Written):
    pass


class PostmortemRequests(Page):
    items: list[PostmortemRequest]


class FollowupListed(Followup):
    incident_title: str
    overdue: bool


class AllFollowups(Page):
    items: list[FollowupListed]


class Spread(Answer):
    count: int
    median_s: float
    low_s: int
    high_s: int


class Dot(Answer):
    ref: Ref
    title: str
    seconds: int


class InsightGroup(Spread):
    group: str = Field(description="a month, a severity or a component's slug")
    words: str
    dots: list[Dot] = Field(description="the newest incidents of the group")


class InsightMeasure(Answer):
    name: str
    words: str
    all: Spread | None = Field(description="null when it is known of no incident")
    groups: list[InsightGroup]
    dots_left_out: int = Field(description="incidents that are counted but have no dot here")


class InsightPromises(Answer):
    group: str
    words: str
    made: int
    kept: int
    share: float | None


class InsightOnTime(Answer):
    made: int
    kept: int
    share: float | None
    groups: list[InsightPromises]


class InsightFalsePositive(Answer):
    ref: Ref
    title: str
    what_was_seen: str | None
    lesson: str | None


class InsightFalsePositives(Answer):
    count: int
    share: float | None
    with_lesson: int
    items: list[InsightFalsePositive] = Field(description="the newest")


class InsightFollowup(Answer):
    id: int
    ref: Ref
    title: str
    owner: str | None
    due: Day | None


class InsightFollowups(Answer):
    open: int
    overdue: int
    items: list[InsightFollowup] = Field(description="the ones that are overdue longest")


class Insight(Answer):
    """The numbers of PROCESS over a period; durations in seconds."""

    since: Day
    until: Day
    by: By
    incidents: int = Field(description="how many are measured")
    measures: list[InsightMeasure]
    on_time: InsightOnTime
    false_positives: InsightFalsePositives
    not_measured: int = Field(description="duplicates and cancelled ones")
    followups: InsightFollowups
