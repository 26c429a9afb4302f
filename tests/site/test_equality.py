"""The most important test: what was published step by step equals a clean full build, byte for byte."""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import invariant

from portal.site import full
from portal.site.plan import Plan
from portal.workers import building, publisher
from tests.site.history import History, accepted, fresh_renderer

EXAMPLES = int(os.environ.get("PROVE_EXAMPLES", "25"))
STEPS = int(os.environ.get("PROVE_STEPS", "30"))


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
    phases=list(Phase) if os.environ.get("PROVE_SHRINK") else [Phase.explicit, Phase.reuse, Phase.generate],
)
TestEquality = EqualAfterEveryStep.TestCase


@pytest.mark.parametrize("forgotten", ["month", "component", "feeds", "history", "facet"])
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


def test_every_verb_was_really_carried_out():
    """Runs after the histories: a machine that is refused everywhere would prove nothing."""
    verbs = {
        "add_component",
        "change_component",
        "remove_component",
        "declare",
        "post",
        "redact",
        "reopen",
        "close",
        "change_incident",
        "disclose",
        "add_impact",
        "plan_maintenance",
        "change_maintenance",
        "cancel_maintenance",
        "write_postmortem",
        "move_postmortem",
        "add_followup",
        "change_followup",
        "accept_role",
        "add_person",
    }
    assert not verbs - set(accepted), f"never carried out: {verbs - set(accepted)}; counts {accepted}"
