"""A month as a calendar's weeks, with what is planned on each of its days."""

from calendar import Calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from portal.domain.times import from_text


@dataclass(frozen=True)
class Day:
    date: date
    inside: bool
    """Whether it is a day of this month, not of its neighbours."""
    items: list[dict[str, Any]]


def month_of(asked: str, now: datetime) -> date:
    """The first day of a month such as `2026-11`; of this month for anything else."""
    try:
        return date.fromisoformat(asked[:7] + "-01")
    except ValueError:
        return now.date().replace(day=1)


def neighbours(first: date) -> tuple[date, date]:
    """The first days of the months before and after."""
    return (first - timedelta(days=1)).replace(day=1), (first + timedelta(days=32)).replace(day=1)


def weeks(first: date, items: Sequence[dict[str, Any]]) -> list[list[Day]]:
    """Weeks from Monday to Sunday; an item stands on every day (UTC) that its window touches."""
    found = []
    for week in Calendar(firstweekday=0).monthdatescalendar(first.year, first.month):
        found.append([Day(day, day.month == first.month, [one for one in items if touches(one, day)]) for day in week])
    return found


def touches(item: dict[str, Any], day: date) -> bool:
    begin, end = from_text(item["scheduled_for"]), from_text(item["scheduled_until"])
    last = (end - timedelta(microseconds=1)).date()
    return begin.date() <= day <= max(begin.date(), last)
