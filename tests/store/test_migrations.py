"""Schema steps that change what is there."""

import pytest
from sqlite_utils import Database

from portal.store.migrations.outbox import m147_planned_ends


@pytest.mark.parametrize(
    ("resolved_at", "end_unknown", "until"),
    [
        (None, 0, "2026-11-02"),
        ("2026-11-03", 0, "2026-11-03"),
        ("2026-11-03", 1, "2026-11-02"),
        ("2026-11-01", 0, "2026-11-02"),
    ],
)
def test_a_maintenance_without_a_planned_end_gets_the_one_that_an_import_gives(resolved_at, end_unknown, until):
    db = Database(memory=True)
    told = {"resolved_at": resolved_at, "end_unknown": end_unknown}
    maintenance = {"scheduled_for": "2026-11-02", "scheduled_until": None, **told}
    planned = {"scheduled_for": "2026-11-02", "scheduled_until": "2026-11-09", **told}
    db["incident"].insert_all([maintenance, planned, {"scheduled_for": None, "scheduled_until": None, **told}])
    m147_planned_ends(db)
    assert [row["scheduled_until"] for row in db["incident"].rows] == [until, "2026-11-09", None]
