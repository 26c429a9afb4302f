"""What the API answers about the board and the incident room: calls, playbooks, owners, tasks."""

from typing import Literal

from pydantic import Field

from portal.domain.names import IncidentState, PostState, RoleName, Severity
from portal.web.api.answers import Answer, Day, IncidentSummary, IncidentWritten, Moment, Page, Ref, RolePlace, Written


class SimilarIncident(Answer):
    """An open incident that looks like the one that is declared."""

    ref: Ref
    title: str
    severity: Severity
    state: IncidentState
    post_state: PostState | None
    started_at: Moment
    lead: str | None
    shared_components: list[str] = Field(description="slugs")
    why: str


class SimilarIncidents(Page):
    items: list[SimilarIncident]


class IncidentDeclared(IncidentWritten):
    similar: list[SimilarIncident] = Field(description="open incidents that it may belong to")
    support_called: bool = Field(description="true: whoever declared is in no team that knows what to do next")


class Call(Answer):
    """Somebody was called to an incident."""

    id: int
    ref: Ref
    person: str | None
    team: str | None
    called_by: str
    called_at: Moment
    reason: str | None
    acknowledged_by: str | None
    acknowledged_at: Moment | None
    late: bool = Field(description="true: nobody has answered in time")
    next: str | None = Field(description="who could be called then")


class CallWritten(Call, Written):
    repeated: bool | None = Field(default=None, description="true: they were called a moment ago, so not again")
    remarks: list[str] | None = Field(default=None, description="what is worth a word, never in the way")


class Calls(Page):
    items: list[Call]


class AttendanceWritten(Written):
    ref: Ref
    person: str
    attends: bool
    present: list[str] = Field(description="everybody who takes part")


class PlaybookStep(Answer):
    number: int
    text: str
    rollback: bool
    done_by: str | None = Field(description="who ticked it in this incident")
    done_at: Moment | None


class Playbook(Answer):
    slug: str
    title: str
    components: list[str] = Field(description="slugs; none: any")
    severity: list[Severity] = Field(description="none: any")
    symptoms: list[str]
    last_reviewed: Day | None
    stale: bool = Field(description="true: nobody has reviewed it for long")
    steps: list[PlaybookStep] = Field(description="rollback first")
    problem: str | None = Field(description="why the file can't be used")


class PlaybookWritten(Playbook, Written):
    pass


class Playbooks(Page):
    items: list[Playbook]


class OwnerWritten(Written):
    slug: str
    owner: str | None


class ComponentChange(Answer):
    """Something of a component was changed, such as by a deploy."""

    id: int
    component: str
    happened_at: Moment
    person: str
    what: str
    url: str | None
    recorded_by: str


class ComponentChangeWritten(ComponentChange, Written):
    pass


class ComponentChanges(Page):
    items: list[ComponentChange]


class Suggestion(Answer):
    """Whom to ask, and why."""

    person: str
    reason: Literal["changed", "owns", "on_call"]
    component: str | None
    what: str | None
    url: str | None
    at: Moment | None


class Suggestions(Page):
    items: list[Suggestion]


class Task(Answer):
    kind: Literal["call", "role", "draft", "checklist", "followup", "postmortem"]
    ref: Ref
    id: int
    title: str
    role: RoleName | None
    due_at: Moment | None
    overdue: bool


class BoardLine(IncidentSummary):
    age_minutes: int
    lead: RolePlace
    messenger: RolePlace
    needs_messenger: bool = Field(description="true: nobody writes the posts, and customers are or may be affected")
    last_post_age_minutes: int | None
    due_in_minutes: int | None = Field(description="until the next post is due; below zero when it is late")
    due_since: Moment | None = Field(description="when that clock began")


class Board(Answer):
    now: Moment
    open: list[BoardLine] = Field(description="overdue first")
    triage: list[BoardLine] = Field(description="reports that wait for a decision")
    unfinished: list[BoardLine] = Field(description="resolved, but not closed")
    maintenances: list[BoardLine] = Field(description="running, or within a week")
    tasks: list[Task] = Field(description="one's own")
