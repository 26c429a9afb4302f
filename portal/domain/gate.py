"""The gate before an incident is closed: what is still missing, a sentence each."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.domain.lifecycle import LAST
from portal.domain.names import CustomerImpact, Kind, Outcome, PostState


@dataclass(frozen=True)
class Facts:
    """What the gate looks at. `post_state` None: it was never public."""

    kind: Kind
    private: bool
    customer_impact: CustomerImpact
    post_state: PostState | None
    open_impacts: Sequence[tuple[str, str]] = ()
    """(component, level)"""
    todo: Sequence[str] = ()
    """titles of checklist rows that are neither done nor not applicable"""
    loose_followups: Sequence[tuple[str, Sequence[str]]] = ()
    """(title, what it lacks), of open follow-ups without a reason"""
    postmortem_done: bool = False
    """published, or waived with a reason"""
    has_end: bool = False
    """resolved or mitigated at a known time"""


def own_fields(outcome: Outcome, lesson: str | None, what_was_seen: str | None, reason: str | None) -> list[str]:
    """What an outcome other than resolved has to say for itself."""
    missing = []
    if outcome is Outcome.FALSE_POSITIVE:
        if not what_was_seen:
            missing.append("Say what was seen, so that others recognise it.")
        if not lesson:
            missing.append("Say what this false positive teaches: its lesson.")
    if outcome is Outcome.CANCELLED and not reason:
        missing.append("Say why it is cancelled.")
    return missing


def still_open_in_public(post_state: PostState | None) -> list[str]:
    """One sentence when the last thing that the public read is not an end."""
    if post_state is None or post_state in LAST:
        return []
    return [
        f"The public page still says {post_state.value}: publish a resolved post first"
        " (for a false positive, one that says it was a false alarm)."
    ]


Missing = tuple[str, str]
"""(where it is mended: impacts, post, severity, checklist, followups, postmortem or times; a sentence)"""


def reasons(facts: Facts) -> list[str]:
    """Why an incident can't be closed as resolved yet; none when it can."""
    return [said for _, said in missing(facts)]


def missing(facts: Facts) -> list[Missing]:
    """The reasons with the places where they are mended."""
    never_public = facts.private or facts.kind is Kind.DRILL
    way_out = "end the impact." if never_public else "publish a resolved post, or end the impact."
    said = [("impacts", f"{component} is still at {level}: {way_out}") for component, level in facts.open_impacts]
    said += [("post", one) for one in still_open_in_public(facts.post_state)]
    if facts.post_state is None and not never_public:
        if facts.customer_impact is CustomerImpact.YES:
            said.append(("post", "Customers were affected and have read nothing: publish a resolved post."))
        elif facts.customer_impact is CustomerImpact.UNKNOWN:
            said.append(("severity", "Say whether customers were affected: yes or no."))
    said += [
        ("checklist", f"Checklist: {title} - mark it done, or not applicable with a reason.") for title in facts.todo
    ]
    said += [
        ("followups", f"Follow-up {title!r} has no {' and no '.join(lacks)}: add it, or give a reason.")
        for title, lacks in facts.loose_followups
    ]
    if facts.kind is Kind.INCIDENT and not facts.postmortem_done:
        words = "The postmortem is not published: publish it, or waive it with a reason."
        said.append(("postmortem", words))
    if not facts.has_end:
        said.append(("times", "Nobody has said when it was over: say when customers no longer felt it."))
    return said
