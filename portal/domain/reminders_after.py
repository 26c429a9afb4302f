"""Reminders that outlive an incident, or have none: postmortems, follow-ups, announcement windows, requests. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.domain.reminders import DAY, INCIDENTS, MARKETING, Reminder, Step, ladder
from portal.domain.times import to_text
from portal.domain.wording import clock, day_words

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Article:
    """A postmortem that is not published, waived or withdrawn."""

    incident_id: int
    ref: str
    owner: str | None
    due_at: datetime


@dataclass(frozen=True)
class Task:
    """An open follow-up; `due` is the midnight at which its last day begins."""

    id: int
    incident_id: int
    ref: str
    title: str
    owner: str | None
    due: datetime


@dataclass(frozen=True)
class Window:
    """An announcement window that is not over."""

    id: int
    title: str
    starts_at: datetime
    owner: str | None
    plan: str | None
    created_by: str
    created_at: datetime

    @property
    def missing(self) -> str:
        """`owner`, `plan`, `owner and plan`, or nothing."""
        return " and ".join(name for name in ("owner", "plan") if not getattr(self, name))


@dataclass(frozen=True)
class Request:
    """Somebody asked for a postmortem that is out now, and has not been told."""

    id: int
    incident_id: int
    ref: str
    name: str
    owner: str | None
    published_at: datetime


def of_article(one: Article, now: datetime) -> Iterator[Reminder]:
    """A day before, when it is due, and every week that it is late."""
    at = clock(to_text(one.due_at), to_text(now))
    owner = one.owner or "role:lead"
    steps: list[Step] = [
        (-DAY, (owner,), f"The postmortem of {one.ref} is due at {at}."),
        (timedelta(0), tuple(dict.fromkeys((owner, "role:lead"))), f"The postmortem of {one.ref} was due at {at}."),
    ]
    link = f"/desk/incidents/{one.ref}/postmortem"
    chain = f"{one.ref}/postmortem/{to_text(one.due_at)}"
    return ladder(chain, one.due_at, steps, now, link, repeat=WEEK, incident_id=one.incident_id)


def of_task(one: Task, now: datetime) -> Iterator[Reminder]:
    """On its day, on the day after, and every week that it is late."""
    day = day_words(to_text(one.due))
    owner = one.owner or "role:lead"
    steps: list[Step] = [
        (timedelta(0), (owner,), f"A follow-up of {one.ref} is due today, {day}: {one.title}"),
        (
            DAY,
            tuple(dict.fromkeys((owner, "role:lead"))),
            f"A follow-up of {one.ref} was due on {day}: {one.title}",
        ),
    ]
    link = f"/desk/incidents/{one.ref}"
    chain = f"{one.ref}/followup/{one.id} {to_text(one.due)}"
    return ladder(chain, one.due, steps, now, link, repeat=WEEK, incident_id=one.incident_id)


def of_window(one: Window, now: datetime) -> Iterator[Reminder]:
    """A window needs an owner and a plan: asked for when it is made, a day before, and when it starts."""
    if not one.missing:
        return iter(())
    at = clock(to_text(one.starts_at), to_text(now))
    said = f"The announcement window {one.title} from {at} has no {one.missing.replace(' and ', ' and no ')}."
    who = tuple(dict.fromkeys((one.owner or one.created_by, MARKETING)))
    first = min(one.created_at - one.starts_at, timedelta(0))
    steps: list[Step] = [(offset, who, said) for offset in (first, -DAY, timedelta(0)) if offset >= first]
    chain = f"window/announcement_window/{one.id} {to_text(one.starts_at)}"
    return ladder(chain, one.starts_at, list(dict.fromkeys(steps)), now, f"/desk/windows/{one.id}")


def of_requests(waiting: Sequence[Request], now: datetime) -> Iterator[Reminder]:
    """Customers who asked for a postmortem that is out and were not told: asked for again every day."""
    first = waiting[0]
    names = ", ".join(one.name for one in waiting[:5]) + (" and others" if len(waiting) > 5 else "")
    said = f"The postmortem of {first.ref} is out; it was asked for by {names}: tell them."
    who = tuple(dict.fromkeys((first.owner or "role:lead", INCIDENTS)))
    steps: list[Step] = [(DAY, who, said)]
    link = f"/desk/incidents/{first.ref}/postmortem"
    chain = f"{first.ref}/postmortem_request/{to_text(first.published_at)}"
    return ladder(chain, first.published_at, steps, now, link, repeat=DAY, incident_id=first.incident_id)


def acknowledgement(reporter: str | None, title: str, support_email: str) -> str:
    """The ready reply to whoever reported something: thanks, nothing promised, and where to go on."""
    name = f" {reporter}" if reporter else ""
    return (
        f"Thank you{name} for telling us ({title}). We are looking into it and will write to you when we know more."
        f" If anything changes on your side, write to {support_email}."
    )
