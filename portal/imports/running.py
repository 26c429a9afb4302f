"""One import from its files to its lines: read, write, say what became of everything."""

import pathlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from portal.domain.past import History, PastIncident
from portal.imports.cstate import SOURCE as CSTATE
from portal.imports.files import read_cstate, read_statuspage
from portal.imports.reading import Reading, Skipped
from portal.imports.statuspage import SOURCE as STATUSPAGE
from portal.verbs.context import Actor, Context
from portal.verbs.import_history import import_history

READERS: Mapping[str, Callable[[Sequence[pathlib.Path]], Reading]] = {
    STATUSPAGE: read_statuspage,
    CSTATE: read_cstate,
}
STATUSES = ("created", "updated", "unchanged", "skipped")


@dataclass(frozen=True)
class Report:
    """What an import did: a line per file or item, the counts, and whether something could not be read."""

    lines: tuple[str, ...]
    counts: Counter[str]
    broken: bool
    change: int | None

    @property
    def summary(self) -> str:
        return ", ".join(f"{status} {self.counts[status]}" for status in STATUSES)


def run_import(context: Context, actor: Actor, source: str, paths: Sequence[pathlib.Path]) -> Report:
    """Import what the paths hold of `source` (a key of READERS). Everything readable goes in."""
    reading = READERS[source](paths)
    incidents = tuple(one for one in reading.told if isinstance(one, PastIncident))
    written = import_history(context, actor, History(source, incidents, tuple(reading.components)))
    items = iter(written.answer["items"])
    told: list[tuple[str, str, str]] = []
    for one in reading.told:
        if isinstance(one, Skipped):
            told.append((one.label, "skipped", one.why))
        else:
            item = next(items)
            told.append((item["label"], item["status"], item["why"]))
    fresh = {
        "created": set(written.answer["components"]["created"]),
        "updated": set(written.answer["components"]["changed"]),
    }
    told += [_bare(name, ids, fresh) for name, ids in reading.bare]
    return Report(
        lines=tuple(f"{label}: {status}{f' ({why})' if why else ''}" for label, status, why in told),
        counts=Counter(status for _, status, _ in told),
        broken=any(isinstance(one, Skipped) and one.broken for one in reading.told),
        change=written.change,
    )


def _bare(name: str, ids: frozenset[str], fresh: Mapping[str, set[str]]) -> tuple[str, str, str]:
    """The line of a file that holds components and no incident."""
    why = f"{len(ids)} component{'' if len(ids) == 1 else 's'}, no incident" if ids else "no incident in it"
    status = next((status for status, known in fresh.items() if ids & known), "unchanged")
    return name, status, why
