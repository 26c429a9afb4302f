"""The most important test: what was published step by step equals a clean full build, byte for byte."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import invariant

from portal.site import full
from portal.site.plan import Plan
from portal.workers import building, publisher
from tests.proofs import FULL
from tests.site.history import FAILS, WORKS, History, accepted, fresh_renderer

EXAMPLES, STEPS = (100, 60) if FULL else (12, 30)


class EqualAfterEveryStep(History):
    @invariant()
    def published_equals_rebuilt(self):
        if self.publisher.releases.current() is None:
            return
        self.publisher.publish_pending()
        fresh = self.publisher.releases.begin()
        try:
            full.build_share(self.settings, self.database, fresh, renderer=fresh_renderer(self.settings))
            found = list(full.differences(self.publisher.releases.current(), fresh))
            assert not found, f"published differs from rebuilt: {found[:10]}"
        finally:
            building.discard(fresh)


EqualAfterEveryStep.TestCase.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
    phases=list(Phase) if FULL else [Phase.explicit, Phase.reuse, Phase.generate],
)
TestEquality = EqualAfterEveryStep.TestCase


@pytest.mark.parametrize("forgotten", ["month", "year", "listing", "component", "feeds", "history", "facet", "embed"])
def test_a_plan_that_forgets_something_is_caught(monkeypatch, forgotten):
    real = publisher.plan

    def careless(touched):
        found = real(touched)
        return Plan(frozenset(one for one in found.artifacts if one.kind != forgotten), found.full)

    monkeypatch.setattr(publisher, "plan", careless)
    machine = EqualAfterEveryStep()
    try:
        machine.begin()
        machine.move_postmortem(0, False)
        with pytest.raises(AssertionError, match="published differs from rebuilt"):
            machine.published_equals_rebuilt()
    finally:
        machine.teardown()


def test_a_history_that_has_everything():
    """Chance may leave a verb out; this history is one that carries out all of them, and stays equal."""
    accepted.clear()
    machine = EqualAfterEveryStep()
    steps = [
        lambda: machine.move_postmortem(0, False),
        lambda: machine.follow_up(0, "Test the rollback", True),
        lambda: machine.write_postmortem(0, WORKS, "Slow searches", "database", "notes"),
        lambda: machine.add_person("Grace Hopper", "grace@example.com"),
        lambda: machine.hand_over(2, "lead", "Grace Hopper"),
        lambda: machine.correct(2, WORKS),
        lambda: machine.back_fill(2, FAILS, 300),
        lambda: machine.redact(2),
        lambda: machine.change_component(0, "Finding", False, 3),
        lambda: machine.change_component(1, "Sign-in", True, 0),
        lambda: machine.add_component("Third", "<Group>"),
        lambda: machine.remove_component(2),
        lambda: machine.change_incident(0, "Another title", 40, True),
        lambda: machine.add_impact(0, 1, "partial_outage", 800, 5),
        lambda: machine.change_maintenance(0, 60, False),
        lambda: machine.time_passes(1440),
        lambda: machine.change_maintenance(0, 0, True),
        lambda: machine.reopen(0),
        lambda: machine.post(0, WORKS, "resolved", 0, "operational", None),
        lambda: machine.declare("A false alarm", None, 0, "operational", "incident", False),
        lambda: machine.close(3, "false_positive"),
        machine.backup_or_restore,
        lambda: machine.move_postmortem(0, True),
        lambda: machine.make_private_or_disclose(2, "advisory"),
        lambda: machine.time_passes(9 * 1440),
        machine.backup_or_restore,
    ]
    try:
        machine.begin()
        for step in steps:
            step()
            machine.published_equals_rebuilt()
    finally:
        machine.teardown()
    verbs = (
        "add_component change_component remove_component declare post redact reopen close change_incident disclose"
        " add_impact plan_maintenance change_maintenance cancel_maintenance write_postmortem move_postmortem"
        " add_followup change_followup accept_role add_person"
    )
    assert not set(verbs.split()) - set(accepted), f"never carried out: {set(verbs.split()) - set(accepted)}"
