"""The demo's story as steps in time: what the YAML files beside this one say, carried out by verbs."""

import importlib.resources
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import yaml

from portal.domain.names import CustomerImpact, Permission, PostmortemState, PostState, Severity
from portal.domain.times import to_text
from portal.verbs import (
    automation,
    checklist,
    closing,
    components,
    followups,
    incidents,
    maintenances,
    people,
    postmortems,
    posts,
)
from portal.verbs.commands import (
    AddComponent,
    AddFollowup,
    ChangeChecklistItem,
    ChangeFollowup,
    Close,
    Declare,
    MovePostmortem,
    PlanMaintenance,
    Post,
    WritePostmortem,
)
from portal.verbs.context import Actor, Context

QUARTERS = ("first-quarter", "second-quarter", "third-quarter", "fourth-quarter")
ADMIN = Actor("hana.ibarra@larkspur.example", frozenset({Permission.ADMIN, Permission.SECURITY}))
RESPONDERS = (
    Actor("mara.lindqvist@larkspur.example", frozenset({Permission.RESPONDER, Permission.MESSENGER})),
    Actor("tomas.okafor@larkspur.example", frozenset({Permission.RESPONDER, Permission.MESSENGER})),
)
ANNOUNCED = timedelta(days=6)
"""How long before its beginning a maintenance is announced."""
STATES = {str(state) for state in PostState}

Step = Callable[[Context], None]


def read(name: str) -> Any:
    return yaml.safe_load(importlib.resources.files(__package__).joinpath(f"{name}.yaml").read_text("utf-8"))


@dataclass
class Story:
    """A year that ends at `now`."""

    now: datetime
    beginning: datetime
    _steps: list[tuple[datetime, Step]] = field(default_factory=list)

    def steps(self) -> Iterator[tuple[datetime, Step]]:
        """(moment, what happens then), in order; nothing after `now`."""
        company = read("company")
        self._opening(company)
        self._articles = read("postmortems")
        told = [(self._day(one["day"], one["at"]), one) for quarter in QUARTERS for one in read(quarter)]
        current = read("now")
        told.append((self.now.replace(second=0, microsecond=0) - timedelta(minutes=current["ago"]), current))
        for number, (start, one) in enumerate(told):
            _Telling(self, start, one, RESPONDERS[number % len(RESPONDERS)]).plan()
        for one in company["maintenances"]:
            self._maintenance(one)
        yield from sorted((step for step in self._steps if step[0] <= self.now), key=lambda step: step[0])

    def at(self, moment: datetime, step: Step) -> None:
        self._steps.append((moment, step))

    def article(self, name: str) -> Any:
        return self._articles[name]

    def _day(self, back: int, clock: str) -> datetime:
        hour, minute = clock.split(":")
        day = (self.now - timedelta(days=back)).date()
        return datetime(day.year, day.month, day.day, int(hour), int(minute), tzinfo=UTC)

    def _opening(self, company: Any) -> None:
        for person in company["people"]:
            allowed = [Permission(one) for one in person["permissions"]]
            self.at(self.beginning, partial(_add_person, person["email"], allowed, person["name"], person["team"]))
        for one in company["components"]:
            self.at(self.beginning, partial(_add_component, AddComponent(**one)))

    def _maintenance(self, one: Any) -> None:
        start = self._day(one["day"], one["at"])
        end = start + timedelta(minutes=one["minutes"])
        command = PlanMaintenance(
            title=one["title"],
            body=one["body"],
            components=one["components"],
            scheduled_for=to_text(start),
            scheduled_until=to_text(end),
        )
        announced = min(start - ANNOUNCED, self.now - timedelta(days=1)) if one["day"] < 0 else start - ANNOUNCED
        self.at(announced, partial(_plan, command))
        for moment in (start, end):
            self.at(moment, _pass_time)


@dataclass
class _Telling:
    """One incident of the story: its start, what the file says of it, and who leads it."""

    story: Story
    start: datetime
    told: Any
    lead: Actor
    ref: str = ""

    def plan(self) -> None:
        first, *later = self.told["posts"]
        self.story.at(self._after(first["after"]), partial(self._declare, first))
        for one in later:
            self.story.at(self._after(one["after"]), partial(self._post, one))
        ended = self._after(self.told["posts"][-1]["after"])
        if "ago" in self.told:
            return
        if "postmortem" in self.told:
            self._plan_article(self.story.article(self.told["postmortem"]))
        else:
            self.story.at(ended + timedelta(days=1, hours=2), self._close)

    def _after(self, minutes: int) -> datetime:
        return self.start + timedelta(minutes=minutes)

    def _declare(self, first: Any, context: Context) -> None:
        command = Declare(
            title=self.told["title"],
            public_title=self.told["public_title"],
            severity=Severity(self.told["severity"]),
            customer_impact=CustomerImpact.YES,
            breadth=self.told["breadth"],
            components=self.told["components"],
            started_at=to_text(self.start),
            detected_at=to_text(self._after(min(3, first["after"]))),
            post=self._command(first),
        )
        self.ref = incidents.declare(context, self.lead, command).answer["ref"]

    def _post(self, one: Any, context: Context) -> None:
        posts.post(context, self.lead, self.ref, self._command(one))

    def _command(self, one: Any) -> Post:
        state = next(key for key in one if key in STATES)
        given = {"components": one.get("components"), "next_update_minutes": one.get("next")}
        given |= {"customer_action": self._timed(one["action"]) if "action" in one else None}
        return Post(
            state=PostState(state),
            body=self._timed(one[state]),
            **{name: value for name, value in given.items() if value is not None},
        )

    def _timed(self, text: str) -> str:
        """`{+12}` becomes the clock time twelve minutes after the incident began."""
        return re.sub(r"\{([+-]\d+)\}", lambda found: f"{self._after(int(found[1])):%H:%M}", text.strip())

    def _close(self, context: Context) -> None:
        for row in checklist.list_checklist(context, self.lead, self.ref)["items"]:
            if row["state"] == "todo":
                done = ChangeChecklistItem(state="done")
                checklist.change_checklist_item(context, self.lead, row["id"], done)
        alarm = self.told.get("false_alarm")
        if alarm:
            command = Close(outcome="false_positive", what_was_seen=alarm["seen"], lesson=alarm["lesson"])
        else:
            command = Close(outcome="resolved")
            if "postmortem" not in self.told:
                waived = WritePostmortem(waived_reason="Known cause, corrected at once, no more to learn from it.")
                postmortems.write_postmortem(context, self.lead, self.ref, waived)
        closing.close(context, self.lead, self.ref, command)

    def _plan_article(self, article: Any) -> None:
        published = self.start + timedelta(days=article["after_days"])
        self.story.at(published - timedelta(days=1), partial(self._write, article))
        self.story.at(published, partial(self._publish, article["owner"]))
        for one in article["followups"]:
            if one["state"] == "done":
                done_at = self.start + timedelta(days=one["due"])
                self.story.at(done_at, partial(self._finish, one["title"]))

    def _write(self, article: Any, context: Context) -> None:
        due = {one["title"]: (self.start + timedelta(days=one["due"])).date() for one in article["followups"]}
        command = WritePostmortem(
            title=article["title"],
            sections=article["sections"],
            tags=article["tags"],
            public=True,
            owner=article["owner"],
        )
        postmortems.write_postmortem(context, self.lead, self.ref, command)
        for number, one in enumerate(article["followups"]):
            added = AddFollowup(
                title=one["title"],
                owner=article["owner"],
                due=due[one["title"]],
                type=one.get("type", "fix"),
                priority=one.get("priority", "normal"),
                public=True,
                issue_url=f"https://issues.larkspur.example/{self.ref}-{number + 1}",
            )
            followups.add_followup(context, self.lead, self.ref, added)

    def _publish(self, owner: str, context: Context) -> None:
        wrote = {owner, self.lead.name}
        reviewer = next(
            one["email"] for one in people.list_people(context, ADMIN)["items"] if one["email"] not in wrote
        )
        postmortems.move_postmortem(context, self.lead, self.ref, MovePostmortem(to=PostmortemState.IN_REVIEW))
        reviewed = MovePostmortem(to=PostmortemState.REVIEWED, reviewer=reviewer)
        postmortems.move_postmortem(context, ADMIN, self.ref, reviewed)
        postmortems.move_postmortem(context, ADMIN, self.ref, MovePostmortem(to=PostmortemState.PUBLISHED))
        self._close(context)

    def _finish(self, title: str, context: Context) -> None:
        rows = followups.list_followups(context, self.lead, self.ref)["items"]
        number = next(row["id"] for row in rows if row["title"] == title)
        followups.change_followup(context, self.lead, number, ChangeFollowup(state="done"))


def _add_person(email: str, allowed: list[Permission], name: str, team: str, context: Context) -> None:
    people.add_person(context, ADMIN, email, allowed, name, team=team)


def _add_component(command: AddComponent, context: Context) -> None:
    components.add_component(context, ADMIN, command)


def _plan(command: PlanMaintenance, context: Context) -> None:
    maintenances.plan_maintenance(context, ADMIN, command)


def _pass_time(context: Context) -> None:
    """What the clock worker does: maintenances begin and end by themselves."""
    automation.run_due(context)
