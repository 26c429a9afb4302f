"""The most important test: what was published step by step equals a clean full build, byte for byte."""

import os

import pytest
from hypothesis import HealthCheck, settings

from portal.site import full
from portal.site.plan import Plan
from portal.workers import building, publisher
from tests.site.history import History, fresh_renderer

EXAMPLES = int(os.environ.get("PROVE_EXAMPLES", "12"))
STEPS = int(os.environ.get("PROVE_STEPS", "25"))


class EqualAfterEveryStep(History):
    def check_invariants(self, *args, **kwargs):
        super().check_invariants(*args, **kwargs)
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
        machine.declare("Search is slow", "Searches fail for some people right now, everywhere.", 0, "major_outage", "incident", False)
        machine.post(0, "Searches work again for all people everywhere.", "resolved", 0, "operational", None)
        machine.write_postmortem(0, "Searches failed.", "Slow searches", "deploy", "n")
        machine.move_postmortem(0, False)
        with pytest.raises(AssertionError, match="published differs from rebuilt"):
            machine.check_invariants({})
    finally:
        machine.teardown()

