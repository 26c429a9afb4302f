"""The generated pages: public state in, a page as a value out. No clock, no file, no database."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from portal.domain import wording
from portal.domain.names import ComponentStatus
from portal.domain.public import Neighbour, Page, PublicComponent, PublicIncident
from portal.domain.uptime import NOT_YET, Record
from portal.language import Words
from portal.site import share
from portal.site.blocks import Blocks
from portal.site.doc import Doc, Heading, Html, heading
from portal.text import plain

RECENT_DAYS = 14
NEWEST_POSTS = 1
"""Posts of an open incident on the status page; its own page has all of them."""
FEW_COMPONENTS = 6
"""So many of an incident's components stand above its posts (macros.html); if there are more, all below."""
PART = Html("<!-- part -->")
"""Where the theme's index.html cuts: what is going on, what is planned, then (after the components) what was."""
FEW_ROWS = 40
"""So many components stand open on the status page; of more, only the groups that have something to say do."""


def index(page: Page, recent: Sequence[tuple[str, Sequence[PublicIncident]]], soon: str, blocks: Blocks) -> Doc:
    """The status page: `recent` holds the last days, newest first, each with its incidents; maintenances that start
    before `soon` are shown, and with what is open those that run."""
    _ = blocks.words
    running = [one for one in page.maintenances if one.is_running]
    planned = [one for one in page.maintenances if not one.is_running and (one.scheduled_for or "") <= soon]
    parts: list[Heading | Html] = [
        *_cards(heading("Open incidents", _), sorted(page.open, key=_worst_first), blocks),
        *_cards(heading("Running maintenance", _), running, blocks),
        PART,
        *_cards(heading("Planned maintenance", _), planned, blocks),
        PART,
        heading("Past incidents", _),
    ]
    parts += [blocks("day", day=day, incidents=incidents, root="") for day, incidents in recent]
    parts.append(blocks("note", text=_("Older incidents:"), link="history/", link_words=_("history by month")))
    overall = _(page.overall.description)
    return Doc(
        "index.md",
        {
            "template": "index.html",
            "description": _("%(state)s: the current status of %(name)s.", state=overall, name=page.name),
            "overall": overall,
            "indicator": page.overall.indicator,
            "changed_at": page.changed_at,
            "share": share.of_index(page, _),
            "groups": [
                _group(group.name if group else "", members, page, len(page.components) <= FEW_ROWS, _)
                for group, members in page.grouped()
            ],
        },
        parts,
    )


def posts(one: PublicIncident, blocks: Blocks) -> Html:
    """Every post of an incident, newest first: on its own page, and in its month."""
    return blocks("posts", incident=one, root="../../")


def incident(one: PublicIncident, made: Html, before: Neighbour | None, after: Neighbour | None, blocks: Blocks) -> Doc:
    """One incident, advisory or maintenance: facts, its posts (`made`), the intervals of its impacts, and the ways to
    what began before and after it."""
    _ = blocks.words
    parts: list[Heading | Html] = [
        blocks("incident", incident=one, root="../../"),
        heading("Updates", _),
        made,
    ]
    if one.impacts or len(one.components) > FEW_COMPONENTS:
        parts.append(heading("Affected components", _))
    if one.impacts:
        parts.append(blocks("impacts", rows=_alike(one), root="../../"))
    spared = {component.id for component in one.components} - {impact.component.id for impact in one.impacts}
    if spared and len(one.components) > FEW_COMPONENTS:
        parts.append(blocks("tags", incident=one, root="../../"))
    parts.append(blocks("follow", incident=one, root="../../"))
    earlier, later = (beside and (f"../{beside.public_id}/", beside.title) for beside in (before, after))
    month = one.started_at[:7]
    above = f"../../history/{month}/", _.month_words(month)
    parts.append(blocks("neighbours", before=earlier, after=later, above=above))
    return Doc(
        f"incidents/{one.public_id}.md",
        {
            "template": "incident.html",
            "title": one.title,
            "description": shortened(plain(one.posts[-1].body)),
            "share": share.of_incident(one, _),
            "state": one.state,
            "state_words": _("Closed") if one.end_unknown else wording.state_words(one.state, _),
            "impact": one.impact,
            "impact_words": wording.impact_words(one, _),
        },
        parts,
    )


def _alike(one: PublicIncident) -> list[tuple[ComponentStatus, str, str | None, list[PublicComponent]]]:
    """(level, from, to, components) of its impacts; components that suffered the same share a row."""
    rows: dict[tuple[ComponentStatus, str, str | None], list[PublicComponent]] = {}
    for impact in one.impacts:
        rows.setdefault((impact.level, impact.from_at, impact.to_at), []).append(impact.component)
    return [(*interval, sorted(some, key=lambda one: (one.position, one.id))) for interval, some in rows.items()]


def component(page: Page, one: PublicComponent, incidents: Sequence[PublicIncident], more: bool, blocks: Blocks) -> Doc:
    """A component: its state, 90 days, its newest incidents (perhaps there are `more`), its feeds."""
    _ = blocks.words
    listed = blocks("list", incidents=incidents, root="../../")
    nothing = blocks("note", text=_("No incident has affected this component."), link=None)
    row = _component_row(one, page.records[one.id], page.as_of, _)
    disturbed = _disturbed(page.records[one.id], page.as_of)
    days: list[Heading | Html] = [heading("Disturbed days", _), blocks("days", days=disturbed)] if disturbed else []
    older: list[Html] = []
    if incidents and more:
        year = incidents[-1].started_at[:4]
        link = f"../../history/by/component/{one.slug}/{year}/"
        older = [blocks("note", text="", link=link, link_words=_("All incidents of %(year)s", year=year))]
    return Doc(
        f"components/{one.slug}.md",
        {
            "template": "component.html",
            "title": one.label,
            "description": _(
                "%(component)s: %(state)s. Status and history of the last 90 days.",
                component=one.label,
                state=row["words"],
            ),
            "status": row["status"],
            "words": row["words"],
            "text": plain(one.description) if one.description else "",
            "days": row["days"],
            "percent": row["percent"],
        },
        [
            *days,
            heading("Incidents", _),
            listed if incidents else nothing,
            *older,
            blocks("component_feeds", slug=one.slug, root="../../"),
        ],
    )


def maintenance(page: Page, listed: Sequence[PublicIncident], blocks: Blocks) -> Doc:
    """Planned and running maintenances in full, then the newest past ones as a list."""
    _ = blocks.words
    past = [one for one in listed if one.resolved_at]
    parts: list[Heading | Html] = [heading("Planned and running", _)]
    parts += [blocks("card", incident=one, root="../", newest=NEWEST_POSTS) for one in page.maintenances]
    if not page.maintenances:
        parts.append(blocks("note", text=_("No maintenance is planned."), link=None))
    if past:
        parts += [heading("Past", _), blocks("list", incidents=past, root="../")]
    in_calendar = _("Every maintenance in your calendar:")
    parts.append(blocks("note", text=in_calendar, link="../maintenance.ics", link_words="maintenance.ics"))
    return Doc("maintenance.md", {"title": _("Maintenance"), "description": _("Planned work.")}, parts)


def _cards(title: Heading, some: Sequence[PublicIncident], blocks: Blocks) -> list[Heading | Html]:
    """What is open or to come on the status page; of nothing, not even the heading."""
    return [title, *(blocks("card", incident=one, root="", newest=NEWEST_POSTS) for one in some)] if some else []


def _worst_first(one: PublicIncident) -> int:
    """For a stable sort: of those that are equally bad, the newest stays on top."""
    return -["none", "maintenance", "minor", "major", "critical"].index(one.impact)


def _group(name: str, members: Sequence[PublicComponent], page: Page, few: bool, words: Words) -> dict[str, Any]:
    worst = max((one.status for one in members), key=lambda level: level.rank)
    return {
        "name": name,
        "status": worst.value,
        "words": wording.level_words(worst, words),
        "open": few or worst != ComponentStatus.OPERATIONAL,
        "components": [_component_row(one, page.records[one.id], page.as_of, words) for one in members],
    }


def _component_row(one: PublicComponent, record: Record, as_of: str, words: Words) -> dict[str, Any]:
    return {
        "slug": one.slug,
        "name": one.name,
        "status": one.status.value,
        "words": wording.level_words(one.status, words),
        "days": _days(record, as_of, words),
        "percent": words.decimal(percent_words(record.percent)),
    }


def percent_words(percent: float | None) -> str:
    """`99.98`, never rounded up to 100; empty while there is no complete day."""
    if percent is None:
        return ""
    return "100" if percent >= 100 else f"{int(percent * 100) / 100:.2f}"


def _days(record: Record, as_of: str, _: Words) -> dict[str, Any]:
    """The 90 days for a bar chart: the digits, one SVG path per level that occurs (a cell is 6 x 30, the bar 4 wide,
    the higher the worse the day was), the minutes of the days that have some (`day:minutes`), the last day, and the
    same in words."""
    paths = []
    for digit in sorted(set(record.digits)):
        cells = [number for number, found in enumerate(record.digits) if found == digit]
        path = "".join(f"M{6 * number + 1} {_TOPS[digit]}h4V30h-4z" for number in cells)
        paths.append([_LEVELS[digit].value if digit in _LEVELS else "none", path])
    bad = sum(1 for digit in record.digits if digit in "234")
    lived = sum(1 for digit in record.digits if digit != "-")
    words = (
        _("%(bad)s of the last %(days)s days with degraded service or an outage", bad=bad, days=lived)
        if bad
        else _.plural("%(number)s day without a disturbance", "%(number)s days without a disturbance", lived)
    )
    minutes = " ".join(f"{number}:{found}" for number, found in enumerate(record.minutes) if found)
    return {"digits": record.digits, "minutes": minutes, "last": as_of[:10], "paths": paths, "words": words}


def _disturbed(record: Record, as_of: str) -> list[tuple[str, ComponentStatus, int]]:
    """(day, worst level, minutes) of the days that were not all operational, newest first."""
    today = date.fromisoformat(as_of[:10])
    last = len(record.digits) - 1
    return [
        ((today - timedelta(days=last - number)).isoformat(), _LEVELS[digit], record.minutes[number])
        for number, digit in reversed(list(enumerate(record.digits)))
        if digit in "1234"
    ]


_LEVELS = {str(level.rank): level for level in ComponentStatus}
_TOPS = {NOT_YET: 26, "0": 9, "1": 6, "2": 6, "3": 3, "4": 0}
"""Where a day's bar begins, so that no day is told by its colour alone; one without a record is a stub."""


def shortened(text: str, length: int = 200) -> str:
    return text if len(text) <= length else text[: length - 1].rsplit(" ", 1)[0] + "…"
