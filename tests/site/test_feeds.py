"""How entries of the feeds are named: by their addresses in RSS, by tag: URIs in Atom."""

import pytest
from lxml import etree

from portal.verbs.commands import AddComponent, Declare
from portal.verbs.components import add_component
from portal.verbs.incidents import declare
from tests.proofs.feed_rules import ids
from tests.site.public_files import PublicFiles


@pytest.fixture
def feeds(context, admin):
    files = PublicFiles(context)
    return lambda path: etree.fromstring(files[path].encode())


def test_an_entry_is_named_by_its_address_in_rss_and_by_a_tag_in_atom(context, admin, feeds):
    add_component(context, admin, AddComponent(name="Search"))
    post = {"state": "investigating", "body": "Searches in the Search component fail.", "confirm": True}
    declared = Declare.model_validate({"title": "Search fails", "components": {"search": "major_outage"}, "post": post})
    made = declare(context, admin, declared).answer
    incident, first = made["public_id"], made["posts"][0]["public_id"]
    address, tag = f"https://status.example.com/incidents/{incident}/", "tag:status.example.com,2026:"
    assert ids(feeds("history.rss")) == [address]
    assert ids(feeds("history.atom")) == [f"{tag}incident/{incident}"]
    for name in ("updates", "components/search/updates"):
        assert ids(feeds(f"{name}.rss")) == [f"{address}#{first}"]
        assert ids(feeds(f"{name}.atom")) == [f"{tag}post/{first}"]
