"""A post as the public would read it, before it is published: by the macros of its incident's page."""

from dataclasses import replace

from portal.domain.public import PublicIncident
from portal.site.blocks import Blocks


def preview(incident: PublicIncident, post_id: int, blocks: Blocks, root: str) -> str:
    """The promise and one post of an incident as HTML; `root` is where its links start, with a slash at the end."""
    one = replace(incident, posts=tuple(post for post in incident.posts if post.id == post_id))
    return blocks("preview", incident=one, root=root).source
