"""How entries of the feeds are named: by their addresses in RSS, by tag: URIs in Atom."""

import pytest
from lxml import etree

from portal.site.feeds import HISTORY_SHOWN
from portal.verbs.commands import AddComponent, Declare, PlanMaintenance
from portal.verbs.components import add_component
from portal.verbs.incidents import declare
from portal.verbs.maintenances import plan_maintenance
from tests.proofs.feed_rules import ids
from tests.site.public_files import PublicFiles


@pytest.fixture
def feeds(context, admin):
    files = PublicFiles(context)
    return lambda path: etree.fromstring(files[path].encode())


def declared(context, admin):
    add_component(context, admin, AddComponent(name="Search"))
    post = {"state": "investigating", "body": "Searches in the Search component fail.", "confirm": True}
    values = {"title": "Search fails", "components": {"search": "major_outage"}, "post": post}
    return declare(context, admin, Declare.model_validate(values)).answer


def test_an_entry_is_named_by_its_address_in_rss_and_by_a_tag_in_atom(context, admin, feeds):
    made = declared(context, admin)
    incident, first = made["public_id"], made["posts"][0]["public_id"]
    address, tag = f"https://status.example.com/incidents/{incident}/", "tag:status.example.com,2026:"
    assert ids(feeds("history.rss")) == [address]
    assert ids(feeds("history.atom")) == [f"{tag}incident/{incident}"]
    for name in ("updates", "components/search/updates"):
        assert ids(feeds(f"{name}.rss")) == [f"{address}#{first}"]
        assert ids(feeds(f"{name}.atom")) == [f"{tag}post/{first}"]


def test_planned_maintenances_push_no_incident_out_of_the_feed_of_incidents(context, admin, feeds):
    made = declared(context, admin)
    values = {"title": "Upgrade", "body": "Search is read-only for all customers.", "confirm": True}
    values |= {"scheduled_for": "2026-12-24T10:00:00Z", "scheduled_until": "2026-12-24T11:00:00Z"}
    for _ in range(2 * HISTORY_SHOWN):
        plan_maintenance(context, admin, PlanMaintenance.model_validate(values))
    assert ids(feeds("history.rss")) == [f"https://status.example.com/incidents/{made['public_id']}/"]
