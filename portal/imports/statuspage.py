"""Statuspage's JSON (API v2, the manage API's lists, webhook bodies, page dumps) as values."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from portal.domain.names import INCIDENT_STATES, MAINTENANCE_STATES, ComponentStatus, Kind, PostState
from portal.domain.past import PastComponent, PastIncident, PastMove, PastPost
from portal.imports.ids import derived_id, public_id
from portal.imports.limits import body_of, title_of
from portal.imports.reading import Reading

SOURCE = "statuspage"
IMPACTS = frozenset({"none", "minor", "major", "critical", "maintenance"})
_LEVELS = {level.value: level for level in ComponentStatus}
_AS_MAINTENANCE = dict(zip(INCIDENT_STATES, (PostState.IN_PROGRESS, PostState.IN_PROGRESS), strict=False)) | {
    PostState.MONITORING: PostState.VERIFYING,
    PostState.RESOLVED: PostState.COMPLETED,
}
_AS_INCIDENT = dict(zip(MAINTENANCE_STATES, INCIDENT_STATES, strict=True))
_STATES = {state.value: state for state in PostState} | {"postmortem": PostState.RESOLVED}

Record = Mapping[str, Any]


class NotHistory(Exception):
    """JSON that is no part of a status page's history; says what it is instead."""


def read_json(document: Any, file: str, reading: Reading) -> None:
    """Add what a document tells to `reading`. Raises NotHistory when it tells nothing about a status page."""
    components, incidents = list(_components(document)), list(_incidents(document))
    if not components and not incidents and not _is_page(document):
        raise NotHistory(_what(document))
    seen: dict[str, PastComponent] = {}
    groups = {one["id"]: one["name"] for one in components if _is_group(one)}
    made = [_component(one, groups) for one in components if not _is_group(one)]
    reading.components += made
    for kind, record in incidents:
        try:
            incident = _incident(record, kind, file, seen)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            reading.skip(f"{file} {_label(record)}", f"this incident can't be read ({error!r})", broken=True)
            continue
        reading.told.append(incident)
    reading.components += seen.values()
    if not incidents:
        reading.bare.append((file, frozenset(one.source_id for one in made)))


def _is_page(document: Any) -> bool:
    return isinstance(document, dict) and (
        isinstance(document.get("page"), dict)
        or any(isinstance(document.get(name), list) for name in ("incidents", "components", "scheduled_maintenances"))
    )


def _what(document: Any) -> str:
    if isinstance(document, dict) and ("swagger" in document or "openapi" in document):
        return "the description of an API, not a history"
    if isinstance(document, list) and not document:
        return "an empty list"
    return "no status page: it has neither incidents nor components"


def _incidents(document: Any) -> Iterator[tuple[Kind | None, Record]]:
    if isinstance(document, list):
        yield from ((None, one) for one in document if _is_incident(one))
    elif isinstance(document, dict):
        if _is_incident(document):
            yield None, document
        for name, kind in (("incident", None), ("scheduled_maintenance", Kind.MAINTENANCE)):
            if isinstance(document.get(name), dict):
                yield kind, document[name]
        for name, kind in (("incidents", None), ("scheduled_maintenances", Kind.MAINTENANCE)):
            listed = document.get(name)
            yield from ((kind, one) for one in (listed if isinstance(listed, list) else ()) if isinstance(one, dict))


def _is_incident(record: Any) -> bool:
    return (
        isinstance(record, dict)
        and isinstance(record.get("name"), str)
        and isinstance(record.get("status"), str)
        and record["status"] in _STATES
        and ("incident_updates" in record or "body" in record)
    )


def _components(document: Any) -> Iterator[Record]:
    found: list[Any] = []
    if isinstance(document, list):
        found = document
    elif isinstance(document, dict):
        listed = document.get("components")
        found = [*(listed if isinstance(listed, list) else ()), document.get("component")]
    yield from (one for one in found if _is_component(one))


def _is_component(record: Any) -> bool:
    return (
        isinstance(record, dict)
        and isinstance(record.get("id"), str)
        and isinstance(record.get("name"), str)
        and "incident_updates" not in record
        and ("position" in record or "group_id" in record or "showcase" in record)
    )


def _is_group(record: Record) -> bool:
    """The manage API's examples call everything a group; a real one has members and no group of its own."""
    return bool(record.get("group")) and not record.get("group_id")


def _component(record: Record, groups: Mapping[str, str]) -> PastComponent:
    position, group = record.get("position"), record.get("group_id")
    return PastComponent(
        source_id=record["id"],
        name=title_of(record["name"]),
        described=True,
        public_id=public_id(SOURCE, "component", record["id"]),
        description=body_of(record.get("description") or "")[0] or None,
        group=title_of(groups[group]) if isinstance(group, str) and group in groups else None,
        position=position if isinstance(position, int) else 0,
        showcase=record.get("showcase") is not False,
        start_date=_day(record.get("start_date")),
        created_at=moment(record.get("created_at")),
    )


def _incident(record: Record, listed_as: Kind | None, file: str, seen: dict[str, PastComponent]) -> PastIncident:
    identity = str(record["id"])
    updates = record.get("incident_updates") or ([record] if record.get("body") else [])
    kind = listed_as or _kind(record, updates)
    created = moment(record.get("created_at"))
    posts, cut = [], 0
    for number, update in enumerate(updates):
        post, too_long = _post(update, identity, kind, len(updates) - number, created)
        posts.append(post)
        cut += too_long
    first = min((post.display_at for post in posts), default=None)
    planned, until = moment(record.get("scheduled_for")), moment(record.get("scheduled_until"))
    started = moment(record.get("started_at")) or created or first
    if kind is Kind.MAINTENANCE:
        started = planned or started
    if started is None:
        raise ValueError("it has no time at all")
    notes = [f"{cut} texts were longer than 25,000 characters and were cut"] if cut else []
    if not posts:
        state = state_for(record.get("status"), kind)
        posts = [
            PastPost(state, title_of(record.get("name")), started, public_id=derived_id(SOURCE, identity, "title"))
        ]
        notes.append("has no updates: its title stands in for one")
    listed = [one for one in record.get("components") or () if _is_component(one)]
    _see(listed, updates, seen)
    changed = [at for at in (moment(record.get("updated_at")), *(post.display_at for post in posts)) if at]
    impact = record.get("impact_override") or record.get("impact") or "none"
    return PastIncident(
        label=f"{file} {identity}" if file else identity,
        source_id=identity,
        public_id=public_id(SOURCE, "incident", identity),
        kind=kind,
        title=title_of(record.get("name")),
        impact=impact if impact in IMPACTS else "none",
        started_at=started,
        resolved_at=_resolved(record, posts),
        posts=tuple(reversed(posts)),
        components=tuple(one["id"] for one in listed),
        updated_at=max(changed, default=None),
        scheduled_for=planned,
        scheduled_until=max(until, planned) if until and planned else until,
        notes=tuple(notes),
    )


def _see(listed: Iterable[Record], updates: Iterable[Record], seen: dict[str, PastComponent]) -> None:
    """Remember components by id: a whole record before a name in an update."""
    for one in listed:
        if one["id"] not in seen or not seen[one["id"]].described:
            seen[one["id"]] = _component(one, {})
    for update in updates:
        for one in _affected(update):
            if (code := _code(one)) not in seen:
                seen[code] = PastComponent(code, title_of(one["name"]), public_id=public_id(SOURCE, "component", code))


def _kind(record: Record, updates: Iterable[Record]) -> Kind:
    states = [record.get("status"), *(update.get("status") for update in updates)]
    planned = record.get("scheduled_for") or any(state.value in states for state in MAINTENANCE_STATES)
    return Kind.MAINTENANCE if planned else Kind.INCIDENT


def _post(update: Record, incident: str, kind: Kind, number: int, created: datetime | None) -> tuple[PastPost, bool]:
    at = moment(update.get("display_at")) or moment(update.get("created_at")) or created
    if at is None:
        raise ValueError("an update has no time")
    body, too_long = body_of(update.get("body") or "")
    identity = str(update.get("id") or number)
    known = identity if identity != incident else None
    return (
        PastPost(
            state=state_for(update.get("status"), kind),
            body=body,
            display_at=at,
            source_id=known,
            public_id=public_id(SOURCE, incident, known) if known else derived_id(SOURCE, incident, str(at)),
            moves=tuple(_moves(update)),
            notify=update.get("deliver_notifications") is not False,
        ),
        too_long,
    )


def state_for(status: Any, kind: Kind) -> PostState:
    """What an update says, in the words of its kind of incident; unknown words count as investigating."""
    state = _STATES.get(status if isinstance(status, str) else "", PostState.INVESTIGATING)
    if kind is Kind.MAINTENANCE:
        return _AS_MAINTENANCE.get(state, state)
    return _AS_INCIDENT.get(state, state)


def _affected(update: Record) -> Iterator[Record]:
    for one in update.get("affected_components") or ():
        if isinstance(one, dict) and isinstance(one.get("name"), str) and (one.get("code") or one.get("id")):
            yield one


def _code(affected: Record) -> str:
    return str(affected.get("code") or affected["id"])


def _moves(update: Record) -> Iterator[PastMove]:
    seen = set()
    for one in _affected(update):
        new = _LEVELS.get(one.get("new_status") or "")
        if new is not None and _code(one) not in seen:
            seen.add(_code(one))
            yield PastMove(_code(one), _LEVELS.get(one.get("old_status") or "", ComponentStatus.OPERATIONAL), new)


def _resolved(record: Record, posts: Iterable[PastPost]) -> datetime | None:
    """A resolve time, or the time of the post that says so when the incident itself is over."""
    if at := moment(record.get("resolved_at")):
        return at
    if record.get("status") not in ("resolved", "completed", "postmortem"):
        return None
    over = [post.display_at for post in posts if post.state in (PostState.RESOLVED, PostState.COMPLETED)]
    return min(over, default=None) or moment(record.get("updated_at"))


def moment(value: Any) -> datetime | None:
    """An ISO 8601 time as aware UTC; without a zone it is UTC already."""
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _day(value: Any) -> str | None:
    at = moment(value)
    return at.date().isoformat() if at else None


def _label(record: Any) -> str:
    return str(record.get("id") or record.get("name") or "?") if isinstance(record, dict) else "?"
