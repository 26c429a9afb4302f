"""What a post or a change does to an incident's impacts: intervals end, begin, or are corrected where they began."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.domain.names import ComponentStatus


@dataclass(frozen=True)
class Step:
    """One write: end the open interval at `ends_at`, or begin (`replaces`: rewrite the open one) `level` at `at`."""

    component: int
    level: ComponentStatus
    at: str
    ends_at: str | None = None
    replaces: bool = False


def steps(
    open_ones: Mapping[int, tuple[ComponentStatus, str]],
    wanted: Mapping[int, ComponentStatus],
    at: str,
    *,
    keep_operational: bool = False,
) -> list[Step]:
    """The writes that bring each named component to its wanted level from `at` on; others keep theirs.

    `open_ones` maps a component to (level, since). Operational ends an interval; where none is open it does nothing,
    unless `keep_operational` says that naming a component is worth keeping (a declaration). An interval that began
    at `at` or later is rewritten, so that none has no length.
    """
    done: list[Step] = []
    for component, level in wanted.items():
        now = open_ones.get(component)
        if now is None:
            if level is not ComponentStatus.OPERATIONAL or keep_operational:
                done.append(Step(component, level, at))
            continue
        was, since = now
        if level is was and since <= at:
            continue
        if level is ComponentStatus.OPERATIONAL:
            done.append(Step(component, level, at, ends_at=max(at, since)))
        elif since >= at:
            done.append(Step(component, level, at, replaces=True))
        else:
            done += [Step(component, level, at, ends_at=at), Step(component, level, at)]
    return done


def ended(open_ones: Mapping[int, tuple[ComponentStatus, str]], at: str) -> list[Step]:
    """The writes that end everything: an incident is resolved, completed or closed."""
    return [
        Step(component, ComponentStatus.OPERATIONAL, at, ends_at=max(at, since))
        for component, (_, since) in open_ones.items()
    ]
