"""Past incidents of another status page, written in one transaction; the same history twice changes nothing."""

from collections import Counter
from collections.abc import Iterable

from portal.domain.names import Permission
from portal.domain.past import History
from portal.domain.touches import Touches
from portal.store import ledger, past
from portal.store.components import remember_start
from portal.store.past import StoredIncident
from portal.verbs.access import require
from portal.verbs.context import Actor, Context, Write, Written
from portal.verbs.past_archive import Archive
from portal.verbs.past_components import Placed, place_components


def import_history(context: Context, actor: Actor, history: History) -> Written:
    """Answers items [{label, status, why}] in the order of the history, and components {created, changed}.

    An incident that staff made private, or changed since its source last did, is left as it is.
    """
    require(actor, Permission.ADMIN, "import")
    with context.write(actor) as write:
        placed = place_components(write, history.source, history.components)
        archive = Archive(write, history, placed)
        items = [archive.take(told) for told in history.incidents]
        before = _footprints(write, archive.changed) if archive.small else Touches()
        past.write_new(write.db, archive.new, actor.name, write.now)
        past.write_changed(write.db, archive.changed, actor.name, write.now)
        remember_start(write.db, archive.firsts())
        counts = Counter(item.status for item in items)
        if archive.new or archive.changed or placed.created or placed.changed:
            write.audit("history.import", history.source, dict(counts) | {"components": len(placed.created)})
            _mark(write, archive, placed, before)
        return write.written(
            {
                "items": [{"label": one.label, "status": one.status, "why": one.why} for one in items],
                "components": {"created": placed.created, "changed": placed.changed},
            }
        )


def _mark(write: Write, archive: Archive, placed: Placed, before: Touches) -> None:
    """One change for the whole import: page by page when it is small, everything when it is not."""
    if not archive.small:
        write.touched("everything", Touches(everything=True))
        return
    touches = before | _footprints(write, [*archive.new, *archive.changed])
    slugs = frozenset({*placed.created.values(), *placed.changed.values()})
    touches |= Touches(components=slugs, archive=True) | ledger.namesakes(write.db, ledger.names_of(write.db, slugs))
    write.touched("incident" if touches.incidents else "component", touches)


def _footprints(write: Write, incidents: Iterable[StoredIncident]) -> Touches:
    touches = Touches()
    for one in incidents:
        if one.id is not None:
            footprint = ledger.incident_footprint(write.db, one.id)
            touches |= footprint.touches | footprint.lists
    near = (found for month in touches.months for found in ledger.months_beside(write.db, month) if found)
    return touches | Touches(months=frozenset(near))  # a month of theirs may be new, or gone
