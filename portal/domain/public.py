"""What the public can see, as values: the store reads them, the renderers print them. Moments are stored texts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from portal.domain.ladder import IMPACT_OF, Overall, impact_of
from portal.domain.names import ComponentStatus, worst
from portal.domain.times import from_text
from portal.domain.uptime import Record


@dataclass(frozen=True, slots=True)
class PublicGroup:
    id: int
    public_id: str
    name: str
    position: int
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class PublicComponent:
    id: int
    public_id: str
    slug: str
    name: str
    description: str | None
    group_id: int | None
    position: int
    showcase: bool
    start_date: str | None
    created_at: str
    updated_at: str
    retired: bool
    status: ComponentStatus = ComponentStatus.OPERATIONAL
    status_since: str | None = None
    """When the last impact on it began or ended; None when it never had one."""
    group_name: str | None = None
    """Its group, where another component has the same name."""

    @property
    def label(self) -> str:
        """Its name where its group does not stand beside it."""
        return f"{self.name} ({self.group_name})" if self.group_name else self.name


def told_apart(components: Sequence[PublicComponent], groups: Mapping[int, str]) -> dict[int, PublicComponent]:
    """Components by id; those that share their name know their group's (`groups`: names by id)."""
    names = Counter(one.name for one in components)
    return {
        one.id: replace(one, group_name=groups.get(one.group_id or 0)) if names[one.name] > 1 else one
        for one in components
    }


@dataclass(frozen=True, slots=True)
class PublicMove:
    """One component of a post: what it was and what it is now, as this incident records it."""

    component: PublicComponent
    old_status: ComponentStatus
    new_status: ComponentStatus

    @property
    def same(self) -> bool:
        return self.old_status == self.new_status


@dataclass(frozen=True, slots=True)
class PublicPost:
    id: int
    public_id: str
    seq: int
    """Position in its incident by (display time, sequence), from 1."""
    state: str
    body: str
    customer_action: str | None
    next_update_due: str | None
    display_at: str
    published_at: str
    notify: bool
    corrects: str | None
    """The public id of the post that this one corrects."""
    moves: tuple[PublicMove, ...] = ()


@dataclass(frozen=True, slots=True)
class PublicImpact:
    component: PublicComponent
    level: ComponentStatus
    from_at: str
    to_at: str | None


RUNNING = ("in_progress", "verifying")
"""What the newest post of a maintenance says while it goes on."""


@dataclass(frozen=True)
class PublicIncident:
    id: int
    public_id: str
    kind: str
    title: str
    severity: str
    own_impact: str | None
    false_alarm: bool
    breadth: str | None
    audience: str | None
    started_at: str
    resolved_at: str | None
    end_unknown: bool
    next_update_due: str | None
    promise_passed: bool
    scheduled_for: str | None
    scheduled_until: str | None
    change_seq: int
    posts: tuple[PublicPost, ...]
    """Oldest first."""
    impacts: tuple[PublicImpact, ...]
    postmortem_slug: str | None = None
    postmortem_at: str | None = None

    @property
    def state(self) -> str:
        """What its newest post says; an imported incident may be over although no post says so."""
        said = self.posts[-1].state
        over = "completed" if self.is_maintenance else "resolved"
        return over if self.resolved_at else said

    @property
    def is_maintenance(self) -> bool:
        return self.kind == "maintenance"

    @property
    def is_running(self) -> bool:
        """Whether it is a maintenance that has begun and is not over."""
        return self.is_maintenance and self.state in RUNNING

    @property
    def _ran_from(self) -> str | None:
        """When a maintenance began to run by its posts; None before, and after it was put off to another time."""
        begun = None
        for post in self.posts:
            if post.corrects is None and post.state == "scheduled":
                begun = None
            elif post.state in RUNNING:
                begun = begun or post.display_at
        return begun

    @property
    def begins_at(self) -> str:
        """When it began; a maintenance as planned, or with the first post that says it runs if that is earlier."""
        if not self.is_maintenance or self.scheduled_for is None:
            return self.started_at
        return min(self.scheduled_for, self._ran_from or self.scheduled_for)

    @property
    def ends_at(self) -> str | None:
        """When it ended, None while it lasts; a maintenance as planned unless it ran and is over."""
        if not self.is_maintenance:
            return self.resolved_at
        known = self._ran_from is not None and self.resolved_at is not None and not self.end_unknown
        return self.resolved_at if known else self.scheduled_until

    @property
    def cancelled(self) -> bool:
        """Whether it is a maintenance that was over before it began."""
        over_at = self.resolved_at
        return (
            self.is_maintenance
            and self._ran_from is None
            and over_at is not None
            and over_at <= (self.scheduled_for or "")
        )

    @property
    def updated_at(self) -> str:
        """The last time anything public happened to it."""
        return max(self.posts[-1].display_at, *(post.published_at for post in self.posts), self.postmortem_at or "")

    @cached_property
    def components(self) -> tuple[PublicComponent, ...]:
        """Every component that it names, in the page's order."""
        named = {impact.component.id: impact.component for impact in self.impacts}
        named |= {move.component.id: move.component for post in self.posts for move in post.moves}
        return tuple(sorted(named.values(), key=lambda one: (one.position, one.id)))

    @cached_property
    def impact(self) -> str:
        """none, minor, major, critical or maintenance."""
        if self.is_maintenance:
            return "maintenance"
        if self.false_alarm or self.kind == "advisory":
            return "none"
        return impact_of([impact.level for impact in self.impacts], self.own_impact)

    @property
    def minutes(self) -> int | None:
        """How long it lasted, in whole minutes; None while it lasts or when its end is unknown."""
        if self.resolved_at is None or self.end_unknown:
            return None
        return max(0, round((from_text(self.resolved_at) - from_text(self.begins_at)).total_seconds() / 60))

    def level_of(self, component_id: int) -> ComponentStatus:
        """What this incident alone says of a component right now; operational once it has ended."""
        return worst([one.level for one in self.impacts if one.component.id == component_id and one.to_at is None])

    @property
    def colours(self) -> str | None:
        """Its impact while it is open and names no component: such an incident counts in the ladder by itself."""
        if self.resolved_at or self.impacts or self.impact == "none":
            return None
        return self.impact if self.kind == "incident" or self.is_running else None


@dataclass(frozen=True, slots=True)
class PublicYear:
    """What a year's overview prints; counts are of incidents, advisories and maintenances that began in it."""

    name: str
    """`2026`"""
    digits: str
    """A digit for each day, as in `uptime.Record`: the worst level of anything; `-` for days to come."""
    months: tuple[tuple[str, int], ...]
    """(`2026-11`, number), newest first; months that have some."""
    kinds: tuple[tuple[str, int], ...]
    """(kind, number)"""
    components: tuple[tuple["PublicComponent", int], ...]
    """Live ones, in the page's order."""


@dataclass(frozen=True, slots=True)
class PublicListing:
    """A part of a year: what is of one kind, or affected one component."""

    key: str
    """`kind/advisory/2026` or `component/search/2026`"""
    component: "PublicComponent | None"
    incidents: tuple["PublicIncident", ...]
    """Newest first; perhaps not all."""
    count: int
    """All of them."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An incident as the pages of the one before and the one after it name it."""

    public_id: str
    title: str


@dataclass(frozen=True, slots=True)
class PublicFollowup:
    title: str
    due: str | None
    state: str
    done_at: str | None


@dataclass(frozen=True, slots=True)
class PublicPostmortem:
    slug: str
    title: str
    sections: dict[str, str]
    """Public sections only, people already written as roles."""
    tags: tuple[str, ...]
    published_at: str
    updated_at: str
    incident: PublicIncident | None
    """None when it was disclosed out of a private incident."""
    followups: tuple[PublicFollowup, ...] = ()
    changelog: tuple[tuple[str, str], ...] = ()
    """(moment, what changed), newest first."""


@dataclass(frozen=True, slots=True)
class PostmortemEntry:
    """A line of the archive."""

    slug: str
    title: str
    summary: str
    published_at: str
    happened_at: str
    """When its incident began; its publication, where the incident itself is not public."""
    components: tuple[tuple[str, str], ...]
    """(slug, name)"""
    tags: tuple[str, ...]
    minutes: int | None


@dataclass(frozen=True)
class Page:
    """What every artifact may print: who publishes, the moment it holds for, and the state of everything."""

    id: str
    name: str
    url: str
    support_email: str
    time_zone: str
    created_at: str
    as_of: str
    """The last boundary of time that was crossed; windows of days count from it."""
    changed_at: str
    """The time of the last public change."""
    sequence: int
    epoch: str
    groups: tuple[PublicGroup, ...]
    components: tuple[PublicComponent, ...]
    """Live ones, in the page's order."""
    overall: Overall
    open: tuple[PublicIncident, ...]
    """Unresolved incidents and advisories, newest first."""
    maintenances: tuple[PublicIncident, ...]
    """Scheduled or running ones, soonest first."""
    records: dict[int, Record] = field(default_factory=dict)

    def grouped(self) -> list[tuple[PublicGroup | None, list[PublicComponent]]]:
        """Components by group in order; those without a group come first, under None."""
        by_id: dict[int | None, list[PublicComponent]] = {}
        for component in self.components:
            by_id.setdefault(component.group_id, []).append(component)
        rows: list[tuple[PublicGroup | None, list[PublicComponent]]] = []
        if None in by_id:
            rows.append((None, by_id[None]))
        rows += [(group, by_id[group.id]) for group in self.groups if group.id in by_id]
        return rows


__all__ = [
    "IMPACT_OF",
    "Neighbour",
    "Page",
    "PostmortemEntry",
    "PublicComponent",
    "PublicFollowup",
    "PublicGroup",
    "PublicImpact",
    "PublicIncident",
    "PublicListing",
    "PublicMove",
    "PublicPost",
    "PublicPostmortem",
    "PublicYear",
    "told_apart",
]
