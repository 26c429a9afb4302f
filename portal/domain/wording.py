"""The words that pages, feeds and mail share for states, levels and times."""

from datetime import date

from portal.domain.names import ComponentStatus
from portal.domain.public import PublicIncident, PublicPost

STATE_WORDS = {
    "investigating": "Investigating",
    "identified": "Identified",
    "monitoring": "Monitoring",
    "resolved": "Resolved",
    "postmortem": "Postmortem",
    "scheduled": "Scheduled",
    "in_progress": "In progress",
    "verifying": "Verifying",
    "completed": "Completed",
}

LEVEL_WORDS = {
    ComponentStatus.OPERATIONAL: "Operational",
    ComponentStatus.UNDER_MAINTENANCE: "Under maintenance",
    ComponentStatus.DEGRADED_PERFORMANCE: "Degraded performance",
    ComponentStatus.PARTIAL_OUTAGE: "Partial outage",
    ComponentStatus.MAJOR_OUTAGE: "Major outage",
}

IMPACT_WORDS = {
    "none": "No impact",
    "minor": "Minor impact",
    "major": "Major impact",
    "critical": "Critical impact",
    "maintenance": "Maintenance",
}

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def minute(moment: str) -> str:
    """`2026-11-23 14:05 UTC`, from a stored moment."""
    return f"{moment[:10]} {moment[11:16]} UTC"


def clock(moment: str, day: str | None = None) -> str:
    """`14:05 UTC`, with the date in front when it is not `day` (a stored moment or date)."""
    return f"{moment[11:16]} UTC" if day and moment[:10] == day[:10] else minute(moment)


def day_words(day: str) -> str:
    """`23 November 2026`, from a stored date or moment."""
    return f"{int(day[8:10])} {MONTHS[int(day[5:7]) - 1]} {day[:4]}"


def month_words(month: str) -> str:
    """`November 2026`, from `2026-11`."""
    return f"{MONTHS[int(month[5:7]) - 1]} {month[:4]}"


def weekday(day: str) -> str:
    return f"{date.fromisoformat(day[:10]):%A}"


def duration(minutes: int) -> str:
    """`45 minutes`, `2 hours 5 minutes`, `3 days 1 hour`: two units at most."""
    if minutes < 1:
        return "less than a minute"
    days, rest = divmod(minutes, 1440)
    hours, left = divmod(rest, 60)
    parts = [
        f"{number} {unit}{'' if number == 1 else 's'}"
        for number, unit in ((days, "day"), (hours, "hour"), (left, "minute"))
        if number
    ]
    return " ".join(parts[:2])


def post_heading(incident: PublicIncident, post: PublicPost) -> str:
    """A feed entry's title: `Investigating: Search is slow`, marked when it corrects an earlier post."""
    words = STATE_WORDS[post.state] + (" (correction)" if post.corrects else "")
    return f"{words}: {incident.title}"
