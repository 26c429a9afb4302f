"""What must not be public stands in no file, answer, log or metric, and nothing public tells of it."""

import pytest
from hypothesis import HealthCheck, Phase, settings

from portal.store import components
from tests.conftest import Tell
from tests.proofs import FULL
from tests.proofs.twins import Twins, compared, kept_secrets
from tests.site.history import FAILS, WORKS

EXAMPLES, STEPS = (200, 50) if FULL else (4, 30)

Twins.TestCase.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, *([Phase.shrink] if FULL else [])],
)
TestSecretsShowNowhere = Twins.TestCase


@pytest.fixture
def twins():
    made = Twins()
    made.begin()
    yield made
    made.teardown()


def test_every_kind_of_secret_beside_every_kind_of_news(twins: Twins) -> None:
    before = kept_secrets.copy()
    steps = [
        lambda: twins.secret_incident("unposted", "Search is slow", 0, "major_outage", 0),
        lambda: twins.secret_incident("private", "Search is slow", 1, "partial_outage", 30),
        lambda: twins.secret_incident("drill", "A drill", 1, "major_outage", 2),
        lambda: twins.secret_component("Shadow", "Later"),
        lambda: twins.secret_component("Shadow", "Secret group"),
        lambda: twins.add_component("Third", "Later"),
        lambda: [twins.secret_impact(pick, pick, "major_outage", 50) for pick in range(4)],
        lambda: twins.move_postmortem(0, False),
        lambda: [twins.secret_postmortem(pick, "Slow searches", True) for pick in range(3)],
        lambda: [twins.secret_record(pick, "note", "Secret Person") for pick in range(3)],
        lambda: [twins.secret_fields(pick) for pick in range(3)],
        lambda: twins.secret_notes(0),
        lambda: [twins.secret_attempt(pick) for pick in range(3)],
        lambda: [twins.secret_room(pick) for pick in range(3)],
        lambda: twins.secret_person(0),
        lambda: twins.time_passes(31),
        lambda: [twins.secret_end(pick, "false_positive") for pick in range(3)],
        lambda: twins.declare("Search is slow", FAILS, 0, "major_outage", "incident", False),
        lambda: twins.post(3, WORKS, "resolved", 0, "operational", None),
        lambda: twins.write_postmortem(3, WORKS, "Slow searches", "hush", "notes"),
        lambda: twins.move_postmortem(3, False),
        lambda: [twins.secret_component_change(0, what) for what in ("name", "group", "position", "remove")],
        lambda: twins.time_passes(1440),
    ]
    for step in steps:
        step()
        twins.nobody_can_tell()
    assert (kept_secrets - before).keys() >= {
        "accept_role",
        "acknowledge_call",
        "add_checklist_item",
        "add_component",
        "add_followup",
        "add_impact",
        "add_link",
        "add_person",
        "add_timeline",
        "add_token",
        "attend",
        "change_component",
        "change_incident",
        "close",
        "declare",
        "lint",
        "move_postmortem",
        "offer_role",
        "page_person",
        "record_change",
        "remove_component",
        "set_owner",
        "tick_step",
        "write_postmortem",
    }


def test_a_gap_that_tells_of_a_hidden_component_is_caught(twins: Twins, monkeypatch: pytest.MonkeyPatch) -> None:
    query = "SELECT coalesce(max(position), 0) + 1 FROM component WHERE retired_at IS NULL"
    monkeypatch.setattr(components, "next_position", lambda db: int(db.execute(query).fetchone()[0]))
    twins.secret_component("Shadow", None)
    twins.add_component("Third", None)
    with pytest.raises(AssertionError, match="the secrets show"):
        twins.nobody_can_tell()


def test_how_much_was_compared(tell: Tell) -> None:
    secrets = sum(kept_secrets.values())
    tell("embargo, twins", f"{compared['sites']} sites with {secrets} secrets equal those without, byte for byte")
