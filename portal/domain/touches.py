"""What a change touches in public, as a value that is kept as JSON in the `change` table."""

import json
from dataclasses import dataclass
from typing import Any

_SETS = ("incidents", "beside", "months", "years", "listings", "components", "postmortems", "redirects")
_FLAGS = ("archive", "maintenance", "day", "everything")


@dataclass(frozen=True)
class Touches:
    """What the public files of a change depend on: names of pages, not pages. Sets are unions of before and after."""

    incidents: frozenset[str] = frozenset()
    """public ids"""
    beside: frozenset[str] = frozenset()
    """public ids of those whose page only names one of them as the earlier or later one"""
    months: frozenset[str] = frozenset()
    """`2026-11`"""
    years: frozenset[str] = frozenset()
    """`2026`: its incidents' names or times, or the levels of its days"""
    listings: frozenset[str] = frozenset()
    """`component/search/2026` or `kind/advisory/2026`: a part of a year's incidents"""
    components: frozenset[str] = frozenset()
    """slugs"""
    postmortems: frozenset[str] = frozenset()
    """slugs"""
    facets: frozenset[tuple[str, str]] = frozenset()
    """of the postmortem archive: (year | component | tag, value)"""
    redirects: frozenset[str] = frozenset()
    """old addresses, as paths below the site"""
    archive: bool = False
    """an incident or component came into the lists of all of them, or left one"""
    maintenance: bool = False
    day: bool = False
    """the as-of day moved"""
    everything: bool = False

    def __or__(self, other: "Touches") -> "Touches":
        return Touches(
            self.incidents | other.incidents,
            self.beside | other.beside,
            self.months | other.months,
            self.years | other.years,
            self.listings | other.listings,
            self.components | other.components,
            self.postmortems | other.postmortems,
            self.facets | other.facets,
            self.redirects | other.redirects,
            self.archive or other.archive,
            self.maintenance or other.maintenance,
            self.day or other.day,
            self.everything or other.everything,
        )

    def __bool__(self) -> bool:
        return self != Touches()

    def to_json(self) -> str:
        kept: dict[str, Any] = {}
        for name in _SETS:
            if values := getattr(self, name):
                kept[name] = sorted(values)
        if self.facets:
            kept["facets"] = sorted(list(facet) for facet in self.facets)
        kept |= {name: True for name in _FLAGS if getattr(self, name)}
        return json.dumps(kept, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Touches":
        kept: dict[str, Any] = json.loads(text)
        fields: dict[str, Any] = {name: frozenset(kept.get(name, ())) for name in _SETS}
        fields |= {name: name in kept for name in _FLAGS}
        return cls(**fields, facets=frozenset((facet, value) for facet, value in kept.get("facets", ())))
