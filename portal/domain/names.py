"""The closed lists of words that the whole portal shares, as they are stored and as the API says them."""

from enum import StrEnum


class ComponentStatus(StrEnum):
    """Statuspage v2 names, best first apart from maintenance."""

    OPERATIONAL = "operational"
    UNDER_MAINTENANCE = "under_maintenance"
    DEGRADED_PERFORMANCE = "degraded_performance"
    PARTIAL_OUTAGE = "partial_outage"
    MAJOR_OUTAGE = "major_outage"

    @property
    def rank(self) -> int:
        """0 (operational) to 4 (major outage): which of two states is worse."""
        return _RANKS[self]


_RANKS = {status: rank for rank, status in enumerate(ComponentStatus)}


def worst(levels: "list[ComponentStatus]") -> ComponentStatus:
    """The worst of some levels; operational when there is none."""
    return max(levels, key=lambda level: level.rank, default=ComponentStatus.OPERATIONAL)


class PostState(StrEnum):
    """What a public post says about an incident or advisory, or (the last four) about a maintenance."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"
    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    VERIFYING = "verifying"
    COMPLETED = "completed"


INCIDENT_STATES = (PostState.INVESTIGATING, PostState.IDENTIFIED, PostState.MONITORING, PostState.RESOLVED)
MAINTENANCE_STATES = (PostState.SCHEDULED, PostState.IN_PROGRESS, PostState.VERIFYING, PostState.COMPLETED)


class IncidentState(StrEnum):
    """The internal life of an incident, kept apart from what its posts say."""

    TRIAGE = "triage"
    ACTIVE = "active"
    RESOLVED = "resolved"
    LEARNING = "learning"
    CLOSED = "closed"


class Outcome(StrEnum):
    RESOLVED = "resolved"
    FALSE_POSITIVE = "false_positive"
    DUPLICATE = "duplicate"
    CANCELLED = "cancelled"


class Kind(StrEnum):
    INCIDENT = "incident"
    ADVISORY = "advisory"
    MAINTENANCE = "maintenance"
    DRILL = "drill"


class Severity(StrEnum):
    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"


class CustomerImpact(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Audience(StrEnum):
    """Who is concerned; the list can be replaced in the settings, these are the defaults."""

    CLOUD = "cloud"
    MANAGED = "managed"
    SELF_HOSTED = "self-hosted"


class Breadth(StrEnum):
    ONE = "one"
    SOME = "some"
    MANY = "many"
    ALL = "all"


class RoleName(StrEnum):
    LEAD = "lead"
    MESSENGER = "messenger"
    BUDDY = "buddy"
    RESOLVER = "resolver"


class Permission(StrEnum):
    RESPONDER = "responder"
    MESSENGER = "messenger"
    ADMIN = "admin"
    SECURITY = "security"


class PostmortemState(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    REVIEWED = "reviewed"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class FollowupState(StrEnum):
    OPEN = "open"
    DONE = "done"
    WONT_DO = "wont_do"


class ChecklistState(StrEnum):
    TODO = "todo"
    DONE = "done"
    NA = "na"


class FindingLevel(StrEnum):
    BLOCK = "block"
    CONFIRM = "confirm"
    WARN = "warn"
