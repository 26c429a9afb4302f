"""The two state machines, kept apart: an incident's internal life, and what its posts say."""

from portal.domain.names import (
    INCIDENT_STATES,
    MAINTENANCE_STATES,
    IncidentState,
    Kind,
    PostState,
)

MOVES: dict[IncidentState, frozenset[IncidentState]] = {
    IncidentState.TRIAGE: frozenset({IncidentState.ACTIVE, IncidentState.CLOSED}),
    IncidentState.ACTIVE: frozenset({IncidentState.RESOLVED, IncidentState.CLOSED}),
    IncidentState.RESOLVED: frozenset({IncidentState.LEARNING, IncidentState.CLOSED, IncidentState.ACTIVE}),
    IncidentState.LEARNING: frozenset({IncidentState.CLOSED, IncidentState.ACTIVE}),
    IncidentState.CLOSED: frozenset({IncidentState.ACTIVE}),
}
"""Back to active is reopening, and needs a reason."""

OVER = frozenset({IncidentState.RESOLVED, IncidentState.LEARNING, IncidentState.CLOSED})
LAST = frozenset({PostState.RESOLVED, PostState.COMPLETED})


def may_move(before: IncidentState, after: IncidentState) -> bool:
    return after in MOVES[before]


def post_states(kind: Kind) -> tuple[PostState, ...]:
    """The states that posts of this kind of incident may have, in their order."""
    return MAINTENANCE_STATES if kind is Kind.MAINTENANCE else INCIDENT_STATES
