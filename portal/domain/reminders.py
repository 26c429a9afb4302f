"""Which reminders the process asks for, when, and whom they are for (PROCESS: roles, cadence, legal clocks, after).

Pure: facts and `now` in, reminders out. `who` holds mail addresses, `role:lead` (whoever holds it), `team:support`,
`channel:incidents` and `permission:security`; whom that reaches, and how, is for whoever delivers it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby

from portal.domain.times import to_text
from portal.domain.wording import clock

SECURITY = "permission:security"
INCIDENTS = "channel:incidents"
SUPPORT = "team:support"
MARKETING = "team:marketing"

REPEAT = timedelta(minutes=10)
"""A late update is asked for again this often, until a post comes."""
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Reminder:
    """One reminder. What is about the same thing has the same `chain`; (chain, step) is filed once."""

    chain: str
    step: str
    due_at: datetime
    who: tuple[str, ...]
    words: str
    link: str
    incident_id: int | None = None
    pages: bool = False
    """somebody is paged, not only told"""

    @property
    def key(self) -> str:
        return f"{self.chain}/{self.step}"

    @property
    def kind(self) -> str:
        """What sort of reminder it is, such as `next_update`."""
        return self.chain.split("/")[1]


@dataclass(frozen=True)
class Numbers:
    """Minutes, from the settings."""

    offer: int = 5
    messenger: int = 10
    reporter: int = 10
    page: int = 10
    summary: int = 30


@dataclass(frozen=True)
class Offer:
    id: int
    role: str
    person: str
    offered_by: str
    offered_at: datetime


@dataclass(frozen=True)
class Call:
    """Somebody, or a team, was paged and has not answered."""

    id: int
    whom: str
    called_by: str
    called_at: datetime


@dataclass(frozen=True)
class Facts:
    """What is known of one open incident, at one moment."""

    id: int
    ref: str
    title: str
    kind: str
    private: bool
    severity: str
    customer_impact: str
    declared_at: datetime
    declared_by: str
    impact_known_at: datetime | None = None
    first_post_at: datetime | None = None
    next_update_due: datetime | None = None
    summary_at: datetime | None = None
    post_state: str | None = None
    triage: bool = False
    auto: bool = True
    scheduled_for: datetime | None = None
    scheduled_until: datetime | None = None
    remind_minutes: int | None = None
    roles: Mapping[str, str] = field(default_factory=dict)
    """role -> who holds it"""
    offers: Sequence[Offer] = ()
    calls: Sequence[Call] = ()
    todo: frozenset[str] = frozenset()
    """keys of checklist rows that wait"""
    reply: str | None = None
    """the ready reply to whoever reported it"""
    numbers: Numbers = Numbers()

    @property
    def named(self) -> str:
        return self.ref if self.private else f"{self.ref} ({self.title})"

    @property
    def link(self) -> str:
        return f"/desk/incidents/{self.ref}"

    @property
    def room(self) -> str:
        """Everybody who is concerned: a private incident has no channel."""
        return SECURITY if self.private else INCIDENTS

    def role(self, name: str) -> str:
        """Whoever holds the role, else the lead, else everybody."""
        held = next((one for one in (name, "lead") if one in self.roles), None)
        return f"role:{held}" if held else self.room


Step = tuple[timedelta, tuple[str, ...], str]
"""When, counted from what is promised; whom; in which words."""


def of_incident(facts: Facts, now: datetime) -> list[Reminder]:
    """The reminders of one open incident; of those that repeat the latest up to `now` and the next."""
    parts = (_posts, _offers, _messenger, _reporter, _calls, _summary, _clocks, _maintenance)
    return [one for part in parts for one in part(facts, now)]


def _posts(facts: Facts, now: datetime) -> Iterator[Reminder]:
    due = facts.next_update_due
    if due is None or facts.private or facts.kind == "drill":
        return
    at = clock(to_text(due), to_text(now))
    messenger, room = facts.role("messenger"), facts.room
    both = _distinct(facts.role("lead"), facts.role("buddy"))
    if facts.first_post_at is None:
        said = f"The first post of {facts.named} was due at {at}: customers are affected and have read nothing yet."
        steps: list[Step] = [(timedelta(0), _distinct(messenger, room), said)]
        name = "first_post"
    else:
        soon = f"The next update of {facts.named} is due at {at}."
        steps = [(timedelta(minutes=-5), (messenger,), soon), (timedelta(0), (room,), soon)]
        name = "next_update"
    late = f"{facts.named} has had no post since {at}, when one was due."
    steps.append((timedelta(minutes=10), both, late))
    yield from _ladder(facts, name, to_text(due), due, steps, now=now, repeat=REPEAT)


def _offers(facts: Facts, now: datetime) -> Iterator[Reminder]:
    for offer in facts.offers:
        said = (
            f"{offer.person} has not answered the offer of {offer.role} in {facts.named}: offer it to somebody else,"
            " or take it."
        )
        who = _distinct(offer.offered_by, facts.role("lead"))
        steps: list[Step] = [(timedelta(minutes=facts.numbers.offer), who, said)]
        yield from _ladder(facts, "role_offer", str(offer.id), offer.offered_at, steps, now=now)


def _messenger(facts: Facts, now: datetime) -> Iterator[Reminder]:
    """Support decides while it is unknown whether customers are affected; only when they are, somebody is paged."""
    if facts.kind != "incident" or facts.private or facts.triage:
        return
    if "messenger" in facts.roles or facts.customer_impact == "no":
        return
    felt = facts.customer_impact == "yes"
    why = "customers are affected" if felt else "it is not known whether customers are affected"
    said = f"{facts.named} has no messenger, and {why}: take the role, or say that it is not needed."
    since = facts.declared_at
    if felt and facts.impact_known_at:
        since = max(since, facts.impact_known_at)
    steps: list[Step] = [(timedelta(minutes=facts.numbers.messenger), (SUPPORT,), said)]
    for one in _ladder(facts, "messenger", "felt" if felt else "unknown", since, steps, now=now):
        yield replace(one, pages=felt)


def _reporter(facts: Facts, now: datetime) -> Iterator[Reminder]:
    if "reporter" not in facts.todo:
        return
    ready = f" A ready reply: {facts.reply}" if facts.reply else ""
    said = f"Acknowledge whoever reported {facts.named}.{ready}"
    steps: list[Step] = [(timedelta(minutes=facts.numbers.reporter), (facts.role("messenger"),), said)]
    yield from _ladder(facts, "reporter", "declared", facts.declared_at, steps, now=now)


def _calls(facts: Facts, now: datetime) -> Iterator[Reminder]:
    for call in facts.calls:
        minutes = facts.numbers.page
        said = f"{call.whom} was called to {facts.named} and has not answered in {minutes} minutes: call the next."
        by = () if call.called_by == "portal" else (call.called_by,)
        who = _distinct(*by, facts.role("lead"))
        steps: list[Step] = [(timedelta(minutes=facts.numbers.page), who, said)]
        yield from _ladder(facts, "page", str(call.id), call.called_at, steps, now=now)


def _summary(facts: Facts, now: datetime) -> Iterator[Reminder]:
    if facts.summary_at is None or facts.kind == "maintenance":
        return
    said = f"The summary of {facts.named} is older than {facts.numbers.summary} minutes: say what is known now."
    steps: list[Step] = [(timedelta(minutes=facts.numbers.summary), (facts.role("lead"),), said)]
    yield from _ladder(facts, "summary", to_text(facts.summary_at), facts.summary_at, steps, now=now)


_LEGAL = {
    "clients_24h": (24, (-4, -1, 0), "clients whose data is affected hear of it", 4),
    "clients_72h": (72, (-12, -2, 0), "those clients get the details", 12),
}
"""checklist row -> hours, reminders in hours around them, what is owed, and how often it is asked for again"""


def _clocks(facts: Facts, now: datetime) -> Iterator[Reminder]:
    """The legal clocks of a private incident run from when it was known that customers are affected."""
    for key, (hours, around, owed, every) in _LEGAL.items():
        if key in facts.todo and facts.private:
            end = (facts.impact_known_at or facts.declared_at) + timedelta(hours=hours)
            said = f"{facts.ref}: by {clock(to_text(end), to_text(now))} {owed} ({hours} hours)."
            who = _distinct(SECURITY, facts.role("lead"))
            steps: list[Step] = [(timedelta(hours=one), who, said) for one in around]
            yield from _ladder(facts, key, to_text(end), end, steps, now=now, repeat=timedelta(hours=every))


def _maintenance(facts: Facts, now: datetime) -> Iterator[Reminder]:
    """Whoever planned it is reminded before it starts; one that is run by hand, of its start and its end too."""
    if facts.kind != "maintenance" or facts.scheduled_for is None or facts.scheduled_until is None:
        return
    who = (facts.role("lead"),)
    if facts.post_state == "scheduled":
        at, begin = clock(to_text(facts.scheduled_for), to_text(now)), facts.scheduled_for
        steps: list[Step] = []
        if facts.remind_minutes:
            before = timedelta(minutes=-facts.remind_minutes)
            steps.append((before, who, f"The maintenance {facts.named} starts at {at}."))
        if not facts.auto:
            steps.append((timedelta(0), who, f"{facts.named} was to start at {at}: post in_progress, or move it."))
        yield from _ladder(facts, "maintenance_start", to_text(begin), begin, steps, now=now)
    elif not facts.auto:
        at, end = clock(to_text(facts.scheduled_until), to_text(now)), facts.scheduled_until
        said = f"{facts.named} was to end at {at}: post completed, or extend it."
        yield from _ladder(
            facts, "maintenance_end", to_text(end), end, [(timedelta(0), who, said)], now=now, repeat=REPEAT
        )


def _distinct(*who: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(who))


def _ladder(
    facts: Facts,
    kind: str,
    what: str,
    moment: datetime,
    steps: Sequence[Step],
    *,
    now: datetime,
    repeat: timedelta | None = None,
) -> Iterator[Reminder]:
    return ladder(f"{facts.ref}/{kind}/{what}", moment, steps, now, facts.link, repeat=repeat, incident_id=facts.id)


def ladder(
    chain: str,
    moment: datetime,
    steps: Sequence[Step],
    now: datetime,
    link: str,
    *,
    repeat: timedelta | None = None,
    incident_id: int | None = None,
) -> Iterator[Reminder]:
    """A reminder per step; with `repeat` the last one moves on, so that after a sleep of hours it is asked for once,
    and the time after it is there too."""
    if repeat is not None and steps:
        offset, who, words = steps[-1]
        offset += max(0, (now - moment - offset) // repeat) * repeat
        steps = [*steps[:-1], (offset, who, words), (offset + repeat, who, words)]
    for offset, who, words in steps:
        yield Reminder(chain, _signed(offset), moment + offset, who, words, link, incident_id)


def _signed(offset: timedelta) -> str:
    return f"{int(offset.total_seconds() // 60):+d}"


def snoozed(reminders: Iterable[Reminder], until: Mapping[str, datetime]) -> list[Reminder]:
    """What is left when some chains are snoozed `until` a moment: one reminder then, instead of those before it."""
    left: list[Reminder] = []
    for chain, group in groupby(sorted(reminders, key=lambda one: (one.chain, one.due_at)), lambda one: one.chain):
        mine = list(group)
        moment = until.get(chain)
        if moment is not None and (muted := [one for one in mine if one.due_at <= moment]):
            again = replace(muted[-1], step=f"again {to_text(moment)}", due_at=moment)
            mine = [again, *mine[len(muted) :]]
        left += mine
    return sorted(left, key=lambda one: (one.due_at, one.key))


def latest(reminders: Iterable[Reminder], now: datetime) -> list[Reminder]:
    """Of each chain the newest reminder that is due, oldest first: what somebody should see now."""
    due = {one.chain: one for one in sorted(reminders, key=lambda one: one.due_at) if one.due_at <= now}
    return sorted(due.values(), key=lambda one: (one.due_at, one.key))
