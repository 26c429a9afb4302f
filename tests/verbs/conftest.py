"""A desk: the verbs, called as one person, with words that the rules have nothing against."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from portal.verbs import checklist, closing, commands, components, incidents, maintenances, postmortems, posts
from portal.verbs.context import Actor, Context, Written

WORDS = {
    "investigating": "Searches in the Search component fail for some customers. We are looking into it.",
    "identified": "A configuration change broke searches in the Search component. We are rolling it back.",
    "monitoring": "The change to the Search component is rolled back and searches succeed. We keep watching.",
    "resolved": "Searches in the Search component work again for all customers.",
    "scheduled": "Search is read-only for all customers while we upgrade its database.",
    "in_progress": "The upgrade of the Search database has begun; Search is read-only for all customers.",
    "verifying": "The upgrade of the Search database is done and we check that searches answer for all customers.",
    "completed": "The upgrade of the Search database is done; all customers can search and save again.",
}
POSTMORTEM = {
    "summary": "Searches failed for 12 minutes.",
    "impact": "3 % of searches failed.",
    "contributing_factors": "- A change was not covered by the canary.\n- The alert fired late.",
}


@dataclass
class Desk:
    """`as_` gives the same desk to somebody else; `last` is what the latest write answered beside its answer."""

    context: Context
    actor: Actor
    last: Written | None = None

    def as_(self, actor: Actor) -> "Desk":
        return replace(self, actor=actor)

    def do(self, verb: Any, *asked: Any) -> dict[str, Any]:
        self.last = verb(self.context, self.actor, *asked)
        return self.last.answer

    def component(self, name: str, **fields: Any) -> dict[str, Any]:
        return self.do(components.add_component, commands.AddComponent(name=name, **fields))

    def declare(self, title: str = "Search fails", **fields: Any) -> dict[str, Any]:
        return self.do(incidents.declare, commands.Declare.model_validate({"title": title, **fields}))

    def change(self, ref: str, **fields: Any) -> dict[str, Any]:
        return self.do(incidents.change_incident, ref, commands.ChangeIncident.model_validate(fields))

    def post(self, ref: str, state: str, body: str | None = None, **fields: Any) -> dict[str, Any]:
        given = {"state": state, "body": body or WORDS[state], **fields}
        return self.do(posts.post, ref, commands.Post.model_validate(given))

    def get(self, ref: str) -> dict[str, Any]:
        return incidents.get_incident(self.context, self.actor, ref)

    def close(self, ref: str, outcome: str = "resolved", **fields: Any) -> dict[str, Any]:
        return self.do(closing.close, ref, commands.Close(outcome=outcome, **fields))

    def write_postmortem(self, ref: str, **fields: Any) -> dict[str, Any]:
        return self.do(postmortems.write_postmortem, ref, commands.WritePostmortem.model_validate(fields))

    def move_postmortem(self, ref: str, *states: str) -> dict[str, Any]:
        answer: dict[str, Any] = {}
        for state in states:
            answer = self.do(postmortems.move_postmortem, ref, commands.MovePostmortem(to=state))
        return answer

    def published_postmortem(self, ref: str, **fields: Any) -> dict[str, Any]:
        self.write_postmortem(ref, **{"public": True, "sections": POSTMORTEM, **fields})
        return self.move_postmortem(ref, "in_review", "reviewed", "published")

    def plan(self, begin: Any, end: Any, **fields: Any) -> dict[str, Any]:
        given = {
            "title": "Upgrade of the Search database",
            "body": WORDS["scheduled"],
            "scheduled_for": begin,
            "scheduled_until": end,
            **fields,
        }
        return self.do(maintenances.plan_maintenance, commands.PlanMaintenance.model_validate(given))

    def tick_all(self, ref: str) -> None:
        for item in checklist.list_checklist(self.context, self.actor, ref, 100)["items"]:
            self.do(checklist.change_checklist_item, item["id"], commands.ChangeChecklistItem(state="done"))

    def status(self, slug: str) -> str:
        return str(components.get_component(self.context, self.actor, slug)["status"])

    def counts(self) -> dict[str, int]:
        """Rows per table: what a refused write must leave as it was."""
        db = self.context.database.connection()
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}

    def dump(self) -> list[str]:
        """Every row of every table, to compare with."""
        return list(self.context.database.connection().iterdump())

    def sql(self, sql: str, *values: Any) -> list[Any]:
        return self.context.database.connection().execute(sql, values).fetchall()


def three_components(desk: Desk) -> Desk:
    for name in ("Search", "Sign-in", "Code intelligence"):
        desk.component(name, group="Product")
    return desk


@pytest.fixture
def desk(context, admin) -> Desk:
    """An admin's desk with three components in one group."""
    return three_components(Desk(context, admin))
