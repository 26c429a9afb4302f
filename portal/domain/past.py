"""What other status pages recorded, as values: the importers read files into these, one verb writes them."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from portal.domain.names import ComponentStatus, Kind, PostState

FORGOTTEN = timedelta(days=30)
"""An incident that nobody resolved and nobody wrote about for this long is over; its end is unknown."""

SOURCES = ("statuspage", "cstate")
"""Whose histories can be imported; an imported incident was declared by its source."""

LEVEL_OF = {
    "minor": ComponentStatus.DEGRADED_PERFORMANCE,
    "major": ComponentStatus.PARTIAL_OUTAGE,
    "critical": ComponentStatus.MAJOR_OUTAGE,
    "maintenance": ComponentStatus.UNDER_MAINTENANCE,
}
"""Statuspage's impact of an incident -> the level that its components take when no update names theirs."""


@dataclass(frozen=True, slots=True)
class PastComponent:
    """A component of another page; `source_id` is what incidents name it by. Only a name may be known of it."""

    source_id: str
    name: str
    described: bool = False
    """its whole record was seen, not only its name in an update"""
    public_id: str | None = None
    description: str | None = None
    group: str | None = None
    position: int = 0
    showcase: bool = True
    start_date: str | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PastMove:
    component: str
    """a PastComponent's source_id"""
    old: ComponentStatus
    new: ComponentStatus


@dataclass(frozen=True, slots=True)
class PastPost:
    """One update; `source_id` is None where the source gives updates no name (feeds, texts)."""

    state: PostState
    body: str
    display_at: datetime
    source_id: str | None = None
    public_id: str | None = None
    moves: tuple[PastMove, ...] = ()
    notify: bool = True


@dataclass(frozen=True, slots=True)
class PastImpact:
    component: str
    level: ComponentStatus
    from_at: datetime
    to_at: datetime | None


@dataclass(frozen=True, slots=True)
class PastIncident:
    """An incident, advisory or maintenance as its source tells it; `settled` makes it consistent."""

    label: str
    """what the import's line calls it"""
    source_id: str
    kind: Kind
    title: str
    started_at: datetime
    posts: tuple[PastPost, ...]
    impact: str = "none"
    """none, minor, major, critical or maintenance"""
    resolved_at: datetime | None = None
    components: tuple[str, ...] = ()
    level: ComponentStatus | None = None
    """what `components` suffered from start to end, where no post moves any"""
    public_id: str | None = None
    updated_at: datetime | None = None
    """when its source last changed it; an older telling never undoes a newer one"""
    scheduled_for: datetime | None = None
    scheduled_until: datetime | None = None
    redirects: tuple[str, ...] = ()
    """old addresses, as paths below the site"""
    partial: bool = False
    """told by a feed: times are whole minutes, components are not named"""
    notes: tuple[str, ...] = ()
    end_unknown: bool = False
    impacts: tuple[PastImpact, ...] = ()
    """filled in by `settled`"""


@dataclass(frozen=True, slots=True)
class History:
    """What one source tells, in the order in which it was read."""

    source: str
    """statuspage or cstate"""
    incidents: tuple[PastIncident, ...]
    components: tuple[PastComponent, ...] = ()


def settled(told: PastIncident, now: datetime) -> PastIncident:
    """The same incident with posts in order, an end that fits its start and posts, and its impacts as intervals.

    What had to be decided is added to `notes`, a phrase each.
    """
    told = replace(told, posts=tuple(sorted(told.posts, key=lambda post: post.display_at)))
    if told.kind is Kind.INCIDENT and told.resolved_at is None and told.started_at > now:
        told = _planned(told, now)
    told = _ended(_begun(told), now)
    return _naming_all(replace(told, impacts=tuple(_intervals(told))))


def _planned(told: PastIncident, now: datetime) -> PastIncident:
    """Something announced for later, by a source that knows no maintenances."""
    posts = tuple(replace(post, state=PostState.SCHEDULED, display_at=min(post.display_at, now)) for post in told.posts)
    return replace(
        told,
        kind=Kind.MAINTENANCE,
        impact="maintenance",
        level=ComponentStatus.UNDER_MAINTENANCE,
        scheduled_for=told.started_at,
        scheduled_until=max(told.scheduled_until or told.started_at, told.started_at),
        posts=posts,
        notes=(*told.notes, "starts in the future: kept as a maintenance"),
    )


def _begun(told: PastIncident) -> PastIncident:
    """Back-filled histories may start after they were resolved: then the first post tells the start."""
    if told.resolved_at is None or told.resolved_at >= told.started_at:
        return told
    first = told.posts[0].display_at if told.posts else told.started_at
    if first <= told.resolved_at:
        note = "resolved before it started: starts with its first post"
        return replace(told, started_at=first, notes=(*told.notes, note))
    note = "resolved before it started: its end is taken as unknown"
    return replace(told, resolved_at=max(told.started_at, _last(told)), end_unknown=True, notes=(*told.notes, note))


def _ended(told: PastIncident, now: datetime) -> PastIncident:
    if told.resolved_at is not None:
        return told
    last = max(_last(told), told.started_at)
    if max(last, told.scheduled_until or last) > now - FORGOTTEN:
        return told
    note = "not resolved and older than 30 days: its end is unknown"
    return replace(told, resolved_at=last, end_unknown=True, notes=(*told.notes, note))


def _last(told: PastIncident) -> datetime:
    return told.posts[-1].display_at if told.posts else told.started_at


def _intervals(told: PastIncident) -> list[PastImpact]:
    if told.kind is Kind.ADVISORY:
        return []
    return _moved(told) if any(post.moves for post in told.posts) else _throughout(told)


def _naming_all(told: PastIncident) -> PastIncident:
    """A component that was listed but never suffered is named by the first post."""
    known = {move.component for post in told.posts for move in post.moves} | {one.component for one in told.impacts}
    fine = ComponentStatus.OPERATIONAL
    more = tuple(PastMove(one, fine, fine) for one in dict.fromkeys(told.components) if one not in known)
    if not more or not told.posts:
        return told
    first = replace(told.posts[0], moves=told.posts[0].moves + more)
    return replace(told, posts=(first, *told.posts[1:]))


def _moved(told: PastIncident) -> list[PastImpact]:
    """Intervals between the moves that posts tell; what is still open ends with the incident."""
    found: list[PastImpact] = []
    since: dict[str, tuple[ComponentStatus, datetime]] = {}
    for number, post in enumerate(told.posts):
        at = min(told.started_at, post.display_at) if number == 0 and told.kind is Kind.INCIDENT else post.display_at
        for move in post.moves:
            level, begin = since.get(move.component, (ComponentStatus.OPERATIONAL, at))
            if move.new is level:
                continue
            if level is not ComponentStatus.OPERATIONAL:
                found.append(_capped(move.component, level, begin, at, told.resolved_at))
            since[move.component] = (move.new, at)
    for component, (level, begin) in since.items():
        if level is not ComponentStatus.OPERATIONAL:
            found.append(_capped(component, level, begin, told.resolved_at, told.resolved_at))
    return found


def _capped(
    component: str, level: ComponentStatus, begin: datetime, end: datetime | None, over: datetime | None
) -> PastImpact:
    """Never past the incident's end, never shorter than nothing."""
    if over is not None:
        begin, end = min(begin, over), min(end or over, over)
    return PastImpact(component, level, begin, end if end is None else max(begin, end))


def _throughout(told: PastIncident) -> list[PastImpact]:
    """No post tells levels: all components had the incident's own from start to end."""
    level = told.level or LEVEL_OF.get(told.impact)
    if level is None:
        return []
    begin, end = told.started_at, told.resolved_at
    if told.kind is Kind.MAINTENANCE:
        running = [post.display_at for post in told.posts if post.state is not PostState.SCHEDULED]
        if not running:
            return []
        begin = min(running)
        end = max(begin, end) if end else None
    return [PastImpact(component, level, begin, end) for component in told.components]
