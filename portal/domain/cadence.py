"""When the next update is due (PROCESS, Cadence)."""

from datetime import datetime, timedelta

from portal.domain.names import CustomerImpact, Kind, PostState, Severity

_MINUTES: dict[PostState, tuple[int, int]] = {
    PostState.INVESTIGATING: (15, 30),
    PostState.IDENTIFIED: (20, 30),
    PostState.MONITORING: (30, 60),
}
_FIRST = (5, 10)


def cadence(state: PostState | None, severity: Severity) -> timedelta | None:
    """The longest silence after a post in this state, or (None) before the first; None when nothing is due."""
    minutes = _FIRST if state is None else _MINUTES.get(state)
    if minutes is None:
        return None
    return timedelta(minutes=minutes[0] if severity is Severity.CRITICAL else minutes[1])


def first_post_due(
    kind: Kind, severity: Severity, customer_impact: CustomerImpact, known_at: datetime | None
) -> datetime | None:
    """When customers must have heard something, counted from when it was known that they are affected."""
    if kind is not Kind.INCIDENT or customer_impact is not CustomerImpact.YES or known_at is None:
        return None
    wait = cadence(None, severity)
    return known_at + wait if wait else None


def next_update_due(
    kind: Kind, state: PostState, severity: Severity, at: datetime, promised_minutes: int | None
) -> datetime | None:
    """What the post promises: its own minutes, or the cadence; an advisory or maintenance promises only by itself."""
    if state in (PostState.RESOLVED, PostState.COMPLETED):
        return None
    if promised_minutes is not None:
        return at + timedelta(minutes=promised_minutes)
    wait = cadence(state, severity) if kind is Kind.INCIDENT else None
    return at + wait if wait else None
