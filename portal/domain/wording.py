"""The words that pages, feeds and mail share for states, levels and times: English, to be translated when printed.

`minute`, `clock`, `day_words` and `duration` are for people inside, who read English; for the public there
are those of `Words`.
"""

from portal.domain.names import ComponentStatus
from portal.domain.public import PublicIncident, PublicPost
from portal.language import N_, Words, units_of

STATE_WORDS = {
    "investigating": N_("Investigating"),
    "identified": N_("Identified"),
    "monitoring": N_("Monitoring"),
    "resolved": N_("Resolved"),
    "postmortem": N_("Postmortem"),
    "scheduled": N_("Scheduled"),
    "in_progress": N_("In progress"),
    "verifying": N_("Verifying"),
    "completed": N_("Completed"),
}

LEVEL_WORDS = {
    ComponentStatus.OPERATIONAL: N_("Operational"),
    ComponentStatus.UNDER_MAINTENANCE: N_("Under maintenance"),
    ComponentStatus.DEGRADED_PERFORMANCE: N_("Degraded performance"),
    ComponentStatus.PARTIAL_OUTAGE: N_("Partial outage"),
    ComponentStatus.MAJOR_OUTAGE: N_("Major outage"),
}

IMPACT_WORDS = {
    "none": N_("No impact"),
    "minor": N_("Minor impact"),
    "major": N_("Major impact"),
    "critical": N_("Critical impact"),
    "maintenance": N_("Maintenance"),
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


def duration(minutes: int) -> str:
    """`45 minutes`, `2 hours 5 minutes`, `3 days 1 hour`: two units at most."""
    counted = (f"{number} {unit}{'' if number == 1 else 's'}" for number, unit in units_of(minutes))
    return " ".join(counted) or "less than a minute"


def state_words(state: str, words: Words) -> str:
    return words(STATE_WORDS[state])


def level_words(level: ComponentStatus, words: Words) -> str:
    return words(LEVEL_WORDS[level])


def impact_words(incident: PublicIncident, words: Words) -> str:
    if incident.false_alarm:
        return words("False alarm")
    if incident.kind == "advisory":
        return words("Advisory")
    return words(IMPACT_WORDS[incident.impact])


def post_heading(incident: PublicIncident, post: PublicPost, words: Words) -> str:
    """A feed entry's title: `Investigating: Search is slow`, marked when it corrects an earlier post."""
    state = state_words(post.state, words)
    if post.corrects:
        state = words("%(state)s (correction)", state=state)
    return f"{state}: {incident.title}"
