"""A postmortem as the public would read it if it were published as it stands; for previews, never for public files."""

from dataclasses import replace

from portal.domain.public import PublicPostmortem
from portal.store.postmortems import postmortem_of
from portal.store.public import PublicReader

_FOLLOWUPS = "SELECT title, due, state, done_at FROM followup WHERE incident_id = ? AND (public = 1 OR ?) ORDER BY id"


def unpublished(reader: PublicReader, incident_id: int, now: str, *, with_people: bool) -> PublicPostmortem | None:
    """The article of an incident in whatever state it is, published `now` unless it was before; None while it has none.
    `with_people` is the internal rendering: names, internal sections and internal follow-ups stay."""
    row = postmortem_of(reader.db, incident_id)
    if row is None:
        return None
    article = reader.article(row, reader.db.execute(_FOLLOWUPS, (incident_id, with_people)), with_people=with_people)
    return replace(article, published_at=article.published_at or now)
