"""The past as pages: the overview of a year, its parts by component and by kind, and its months."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

from markupsafe import Markup

from portal.domain.names import ComponentStatus
from portal.domain.public import PublicIncident, PublicListing, PublicYear
from portal.domain.uptime import NOT_YET
from portal.domain.wording import level_words
from portal.language import N_, Words
from portal.site.blocks import Blocks
from portal.site.doc import Doc, Heading, Html
from portal.site.pages import PART

OF_A_YEAR = {
    "incident": N_("Incidents of %(year)s"),
    "advisory": N_("Advisories of %(year)s"),
    "maintenance": N_("Maintenance of %(year)s"),
}
KINDS = {"incident": N_("Incidents"), "advisory": N_("Advisories"), "maintenance": N_("Maintenance")}
FEW_PARTS = 12
"""So many components of a year stand open as a choice; more open on demand."""
_LEVELS = {str(level.rank): level for level in ComponentStatus}


def history(newest: PublicYear | None, years: Sequence[str], blocks: Blocks) -> Doc:
    """The overview of the newest year, and the way to the others."""
    _ = blocks.words
    meta = {"title": _("History"), "description": _("All incidents by year and month.")}
    if newest is None:
        nothing = blocks("note", text=_("No incident has been published yet."), link=None)
        return Doc("history/index.md", meta, [nothing])
    return Doc(
        "history/index.md",
        {**meta, **_calendar(newest, _)},
        [_kinds(newest, years, "../", blocks), PART, *_components(newest, "../", blocks)],
    )


def year(one: PublicYear, blocks: Blocks) -> Doc:
    """A year: its months as calendars that show the worst level of each day, and its parts."""
    _ = blocks.words
    title = _("History of %(year)s", year=one.name)
    all_years = blocks("note", text="", link="../", link_words=_("All years"))
    return Doc(
        f"history/{one.name}.md",
        {"title": title, "description": title, **_calendar(one, _)},
        [_kinds(one, [], "../../", blocks), PART, *_components(one, "../../", blocks), all_years],
    )


def listing(part: PublicListing, blocks: Blocks) -> Doc:
    """The incidents of a year that are of one kind or affected one component, by month, newest first."""
    _ = blocks.words
    _facet, value, name = part.key.split("/")
    named = part.component and _("%(name)s in %(year)s", name=part.component.label, year=name)
    title = named or _(OF_A_YEAR[value], year=name)
    root = "../../../../../"
    parts: list[Heading | Html] = []
    for month_name, some in groupby(part.incidents, key=lambda one: one.started_at[:7]):
        parts += [Heading(_.month_words(month_name), month_name), blocks("list", incidents=list(some), root=root)]
    more = part.count - len(part.incidents)
    said = _.plural("and %(number)s earlier one, by month:", "and %(number)s earlier ones, by month:", more)
    link_words = _("All of %(year)s", year=name)
    parts.append(blocks("note", text=said if more else "", link=f"{root}history/{name}/", link_words=link_words))
    return Doc(f"history/by/{part.key}.md", {"title": title, "description": title, "noindex": True}, parts)


def card(one: PublicIncident, made: Html, blocks: Blocks) -> Html:
    """One incident in its month's page, with all its posts (`made`)."""
    return blocks("card", incident=one, root="../../", newest=None, heading="h2", posts=Markup(made.source))  # noqa: S704


def month(name: str, cards: Sequence[Html], before: str | None, after: str | None, blocks: Blocks) -> Doc:
    """Every incident that started in a month; `cards` are theirs. `before` and `after` are the months (`2026-11`) with
    something nearest to it."""
    _ = blocks.words
    title = _("Incidents and maintenance: %(month)s", month=_.month_words(name))
    earlier, later = (beside and (f"../{beside}/", _.month_words(beside)) for beside in (before, after))
    above = f"../{name[:4]}/", _("All of %(year)s", year=name[:4])
    parts = [*cards, blocks("neighbours", before=earlier, after=later, above=above)]
    return Doc(f"history/{name}.md", {"title": title, "description": title}, parts)


def _calendar(one: PublicYear, _: Words) -> dict[str, Any]:
    """Front matter of an overview: each month that has begun or holds something, newest first, with a digit a day; one
    in which nothing was has no more to tell."""
    counts = dict(one.months)
    first = date(int(one.name), 1, 1)
    months = []
    for number in range(12, 0, -1):
        begin = date(first.year, number, 1)
        start = (begin - first).days
        digits = one.digits[start : start + monthrange(first.year, number)[1]]
        name = f"{one.name}-{number:02}"
        if digits.strip(NOT_YET) or name in counts:
            count = counts.get(name, 0)
            months.append(
                {
                    "name": name if count else "",
                    "words": _.month_words(name),
                    "count": _.plural("%(number)s entry", "%(number)s entries", count) if count else _("No entry"),
                    "first": begin.weekday(),
                    "days": digits,
                    "told": _told(digits, _) if count or digits.strip("0-") else "",
                    "alternative": _alternative(digits, _),
                }
            )
    legend = [(digit, level_words(_LEVELS[digit], _)) for digit in "1234"]
    return {"template": "year.html", "months": months, "legend": legend}


def _told(digits: str, _: Words) -> str:
    """A month's days in a few words."""
    bad = sum(1 for digit in digits if digit in "234")
    return _.plural("%(number)s disturbed day", "%(number)s disturbed days", bad) if bad else _("No disturbed day")


def _alternative(digits: str, _: Words) -> str:
    """The disturbed days of a month with their levels (`3: Partial outage, 17-19: ...`), for who can't see them."""
    said = []
    for digit, run in groupby(enumerate(digits, 1), key=lambda day: day[1]):
        days = [str(number) for number, _digit in run]
        if digit in "1234":
            said.append(f"{'-'.join(dict.fromkeys((days[0], days[-1])))}: {level_words(_LEVELS[digit], _)}")
    return ", ".join(said)


def _kinds(one: PublicYear, years: Sequence[str], root: str, blocks: Blocks) -> Html:
    kinds = [(kind, blocks.words(KINDS[kind]), count) for kind, count in one.kinds]
    return blocks("year_kinds", year=one.name, kinds=kinds, years=years if len(years) > 1 else [], root=root)


def _components(one: PublicYear, root: str, blocks: Blocks) -> list[Html]:
    if not one.components:
        return []
    return [blocks("year_components", year=one.name, components=one.components, few=FEW_PARTS, root=root)]
