"""Which artifacts a change touches. A table to be read; the full build never asks it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from portal.domain.touches import Touches


class Artifact(NamedTuple):
    """Something that is rendered as one: `kind` names the renderer, `key` what it is about."""

    kind: str
    key: str = ""


ALWAYS = ("index", "status", "embed", "published")
"""Every change shows in these: the status page, status.json with its siblings and badges, what other sites embed, and
published.json."""


@dataclass(frozen=True)
class Plan:
    artifacts: frozenset[Artifact] = field(default_factory=frozenset)
    full: bool = False
    """More than these files is touched: a full build must follow. What must not be public any more is gone already."""


def plan(touched: Iterable[Touches]) -> Plan:
    """The artifacts that must be rendered again after some changes."""
    touches = Touches()
    for one in touched:
        touches |= one
    if not touches:
        return Plan()
    chosen = {Artifact(kind) for kind in ALWAYS}
    chosen |= {Artifact("incident", public_id) for public_id in touches.incidents | touches.beside}
    chosen |= {Artifact("month", month) for month in touches.months}
    chosen |= {Artifact("year", year) for year in touches.years}
    chosen |= {Artifact("listing", key) for key in touches.listings}
    chosen |= {Artifact("component", slug) for slug in touches.components}
    chosen |= {Artifact("postmortem", slug) for slug in touches.postmortems}
    chosen |= {Artifact("facet", f"{kind}/{value}") for kind, value in touches.facets}
    chosen |= {Artifact("redirect", path) for path in touches.redirects}
    if touches.incidents:
        chosen |= {Artifact("feeds"), Artifact("incident-lists"), Artifact("search")}
    if touches.maintenance:
        chosen |= {Artifact("maintenance"), Artifact("maintenance-lists")}
    if touches.years:
        chosen |= {Artifact("history")}
    if touches.archive:
        chosen |= {Artifact("sitemap")}
    if touches.postmortems:
        chosen |= {Artifact("archive"), Artifact("search"), Artifact("sitemap")}
    if touches.day:
        chosen |= {Artifact("all-components")}
    return Plan(frozenset(chosen), touches.everything)


def feeds_of(touches: Touches, components: Collection[str]) -> list[str]:
    """Paths of the feeds that a change may have changed; `components` are the slugs of those that are public."""
    found: list[str] = []
    if touches.incidents or touches.everything:
        found += ["updates.rss", "updates.atom", "updates.json", "history.rss", "history.atom"]
        named = components if touches.everything else touches.components & set(components)
        found += [f"components/{slug}/updates.{kind}" for slug in sorted(named) for kind in ("rss", "atom")]
    if touches.postmortems or touches.everything:
        found.append("postmortems.rss")
    return found
