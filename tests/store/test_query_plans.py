"""What a post asks the database touches indexes only, however long the past is."""

import pytest

HOT = {
    "open incidents": "SELECT * FROM public_incident WHERE resolved_at IS NULL ORDER BY started_at DESC, id DESC",
    "newest incidents": "SELECT * FROM public_incident WHERE 1 ORDER BY started_at DESC, id DESC LIMIT 25",
    "a month": "SELECT * FROM public_incident WHERE started_at >= '2026-11-01' AND started_at < '2026-11-32'"
    " ORDER BY started_at DESC, id DESC",
    "is a month's incident alone": "SELECT 1 FROM public_incident WHERE started_at >= '2026-11-01' AND"
    " started_at < '2026-11-32' LIMIT 2",
    "the month before": "SELECT max(started_at) FROM public_incident WHERE started_at < '2026-11-01'",
    "the month after": "SELECT min(started_at) FROM public_incident WHERE started_at >= '2026-11-32'",
    "maintenances": "SELECT * FROM public_incident WHERE kind = 'maintenance' ORDER BY started_at DESC,"
    " id DESC LIMIT 9",
    "newest posts": "SELECT id FROM public_post ORDER BY display_at DESC, id DESC LIMIT 50",
    "impacts of 90 days": "SELECT level FROM public_impact WHERE to_at IS NULL OR to_at >= '2026-08-25'",
    "a component's impacts": "SELECT incident_id FROM public_impact WHERE component_id = 3"
    " ORDER BY from_at DESC, id DESC LIMIT 80",
    "promises": "SELECT id FROM public_incident WHERE resolved_at IS NULL AND next_update_due > '1' AND"
    " next_update_due <= '2'",
    "changes": "SELECT seq FROM change WHERE seq > 7 ORDER BY seq",
    "events that wait": "SELECT * FROM outbox INDEXED BY outbox_waiting WHERE fanned_out_at IS NULL AND"
    " withdrawn_at IS NULL AND (not_before <= '1' OR at > '2') ORDER BY id LIMIT 1",
    "events to sweep": "SELECT * FROM outbox WHERE withdrawn_at IS NOT NULL AND fanned_to > 0 AND swept_at IS NULL"
    " ORDER BY id LIMIT 1",
    "deliveries that wait": "SELECT * FROM delivery WHERE state = 'waiting' AND channel = 'mail' AND next_at <= '1'"
    " AND (leased_until IS NULL OR leased_until <= '1' OR leased_until > '2') ORDER BY next_at, id LIMIT 5",
    "the delivery before": "SELECT * FROM delivery WHERE recipient = '1' AND incident_id = 2 AND id < 3 AND"
    " state = 'waiting' AND channel = 'mail' ORDER BY id LIMIT 1",
    "an incident's posts": "SELECT * FROM public_post WHERE incident_id IN (1) ORDER BY incident_id, display_at, id",
}
PARTIAL = {"outbox_waiting", "outbox_to_sweep", "incident_public_open", "incident_public", "post_by_time"}
"""Indexes that may be walked: they hold only what is asked for, or a LIMIT ends the walk."""


def walks(context, sql: str) -> list[str]:
    """Steps of the plan that read a whole table, or a whole index that is not meant for it."""
    rows = [row["detail"] for row in context.database.connection().execute(f"EXPLAIN QUERY PLAN {sql}")]
    return [one for one in rows if one.startswith("SCAN") and not any(one.endswith(f" {name}") for name in PARTIAL)]


@pytest.mark.parametrize("name", HOT)
def test_a_hot_query_walks_no_table(context, name):
    assert walks(context, HOT[name]) == []


def test_a_walk_is_seen(context):
    assert walks(context, "SELECT * FROM public_incident WHERE title = 'x'")


def test_open_incidents_use_the_index_of_open_ones(context):
    rows = context.database.connection().execute(f"EXPLAIN QUERY PLAN {HOT['open incidents']}")
    assert any("incident_public_open" in row["detail"] for row in rows)
