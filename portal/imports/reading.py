"""What reading a source's files gives: its history, and what could not be part of it, by name."""

from dataclasses import dataclass, field

from portal.domain.past import PastComponent, PastIncident


@dataclass(frozen=True)
class Skipped:
    """A file or item that is not imported. `broken` means it should have been readable."""

    label: str
    why: str
    broken: bool = False


@dataclass
class Reading:
    """What the files held, in their order; `told` keeps skipped ones at their place among the incidents."""

    told: list[PastIncident | Skipped] = field(default_factory=list)
    components: list[PastComponent] = field(default_factory=list)
    bare: list[tuple[str, frozenset[str]]] = field(default_factory=list)
    """files that hold components and no incident: (name, source ids)"""

    def skip(self, label: str, why: str, *, broken: bool = False) -> None:
        self.told.append(Skipped(label, why, broken))
