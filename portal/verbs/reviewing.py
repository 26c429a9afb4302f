"""The second person who reads a post first, where the settings ask for one."""

from portal.domain.errors import Conflict
from portal.verbs.context import Write


def require_second_reader(write: Write, incident_id: int, reason: str | None) -> None:
    """Conflict when a post has to be read by somebody else first. Whoever can't wait gives a reason, which the timeline
    keeps: nobody is left without a way to publish the truth."""
    if not write.settings.process.review_posts:
        return
    if reason is None:
        raise Conflict(
            "Posts are read by a second person here: save this as a draft and ask for a review, or say in `unreviewed`"
            " why it can't wait."
        )
    write.timeline(incident_id, "unreviewed", f"Published without a second reader: {reason}")
