"""The status ladder: from the components' states to one overall indicator, and from levels to an incident's impact."""

from collections.abc import Sequence
from typing import NamedTuple

from portal.domain.names import ComponentStatus
from portal.language import N_


class Overall(NamedTuple):
    """Statuspage v2's `status`: indicator none, minor, major, critical or maintenance, and its fixed words."""

    indicator: str
    description: str


OPERATIONAL = Overall("none", N_("All Systems Operational"))
MAINTENANCE = Overall("maintenance", N_("Service Under Maintenance"))
DEGRADED = Overall("minor", N_("Partially Degraded Service"))
MINOR = Overall("minor", N_("Minor Service Outage"))
PARTIAL = Overall("major", N_("Partial System Outage"))
MAJOR = Overall("critical", N_("Major System Outage"))

_RUNGS = (OPERATIONAL, MAINTENANCE, DEGRADED, MINOR, PARTIAL, MAJOR)
_LOOSE = {"maintenance": MAINTENANCE, "minor": DEGRADED, "major": PARTIAL, "critical": MAJOR}

IMPACT_OF = {
    ComponentStatus.OPERATIONAL: "none",
    ComponentStatus.UNDER_MAINTENANCE: "maintenance",
    ComponentStatus.DEGRADED_PERFORMANCE: "minor",
    ComponentStatus.PARTIAL_OUTAGE: "major",
    ComponentStatus.MAJOR_OUTAGE: "critical",
}
"""What an incident's `impact` says when this is the worst level it has recorded."""


def overall(statuses: Sequence[ComponentStatus], loose_impacts: Sequence[str] = ()) -> Overall:
    """The rung for the states of all visible components and the impacts of open incidents that name no component.

    From the top: half or more in major outage: Major System Outage; any in major outage, or half or more in partial
    outage: Partial System Outage; any partial outage: Minor Service Outage; any degraded: Partially Degraded Service;
    any under maintenance: Service Under Maintenance. An open incident without components counts by its own impact.
    The words and indicators are Statuspage v2's; the rungs agree with twenty recorded pages.
    """
    rungs = [_LOOSE[impact] for impact in loose_impacts if impact in _LOOSE]
    half = len(statuses) / 2
    major = statuses.count(ComponentStatus.MAJOR_OUTAGE)
    partial = statuses.count(ComponentStatus.PARTIAL_OUTAGE)
    if major:
        rungs.append(MAJOR if major >= half else PARTIAL)
    if partial:
        rungs.append(PARTIAL if major + partial >= half else MINOR)
    if ComponentStatus.DEGRADED_PERFORMANCE in statuses:
        rungs.append(DEGRADED)
    if ComponentStatus.UNDER_MAINTENANCE in statuses:
        rungs.append(MAINTENANCE)
    return max(rungs, key=_RUNGS.index, default=OPERATIONAL)


def impact_of(levels: Sequence[ComponentStatus], own: str | None) -> str:
    """An incident's `impact`: the worst level it recorded on any component, else the level it keeps itself."""
    worst = max(levels, key=lambda level: level.rank, default=ComponentStatus.OPERATIONAL)
    if worst is ComponentStatus.OPERATIONAL:
        return own or "none"
    return IMPACT_OF[worst]
