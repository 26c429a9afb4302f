"""A post as the public would read it, before it is published: by the macros of its incident's page."""

from portal.domain.public import PublicIncident, PublicPost
from portal.site.blocks import Blocks

PREVIEW = "preview"
"""Stands for the public id that the post does not have yet."""


def preview(post: PublicPost, title: str, kind: str, blocks: Blocks, root: str) -> str:
    """The promise and the post as HTML; `root` is where its links start, with a slash at the end."""
    one = PublicIncident(
        id=0,
        public_id=PREVIEW,
        kind=kind,
        title=title,
        severity="major",
        own_impact=None,
        false_alarm=False,
        breadth=None,
        audience=None,
        started_at=post.display_at,
        resolved_at=post.display_at if post.state in ("resolved", "completed") else None,
        end_unknown=False,
        next_update_due=post.next_update_due,
        promise_passed=False,
        scheduled_for=None,
        scheduled_until=None,
        change_seq=0,
        posts=(post,),
        impacts=(),
    )
    return blocks("preview", incident=one, root=root).source
