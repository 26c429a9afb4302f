"""What comes after an incident, by API: two writers of one section, reviews, lists over all incidents."""

import pytest

from portal.domain.postmortems import version_of
from tests.verbs.conftest import POSTMORTEM

RESOLVED = {"state": "resolved", "body": "Searching works for all customers of the Search component again."}


@pytest.fixture
def over(api, incident) -> str:
    api.ok("POST", f"/incidents/{incident}/posts", RESOLVED)
    return incident


def test_the_second_writer_of_a_section_is_told_what_stands_there(api, caller, over):
    here = f"/incidents/{over}/postmortem"
    read = api.ok("GET", here)["versions"]
    caller("messenger").ok("PUT", here, {"sections": {"summary": "Theirs."}, "based_on": read})
    refused = api("PUT", here, {"sections": {"summary": "Mine."}, "based_on": read})
    assert refused.status_code == 409
    said = refused.json["meanwhile"]["summary"]
    assert (said["text"], said["version"], said["by"]) == ("Theirs.", version_of("Theirs."), "messenger")
    again = {"sections": {"summary": "Mine."}, "based_on": {"summary": said["version"]}}
    assert api.ok("PUT", here, again)["sections"]["summary"] == "Mine."
    assert api("PUT", here, {"based_on": {"blame": "x"}}).status_code == 422


def test_one_token_may_record_the_whole_way_to_publication(api, over):
    here = f"/incidents/{over}/postmortem"
    api.ok("PUT", here, {"sections": POSTMORTEM, "public": True})
    for state in ("in_review", "reviewed", "published"):
        assert api.ok("POST", f"{here}/state", {"to": state})["state"] == state


def test_what_the_public_must_not_read_is_a_reason(api, over):
    here = f"/incidents/{over}/postmortem"
    api.ok("PUT", here, {"sections": POSTMORTEM | {"resolution": "TODO"}, "public": True})
    for state in ("in_review", "reviewed"):
        api.ok("POST", f"{here}/state", {"to": state})
    refused = api("POST", f"{here}/state", {"to": "published"})
    assert refused.status_code == 409
    assert refused.json["reasons"] == [
        "What stopped it: “TODO” is a blank that was not filled in; write what belongs there."
    ]


def test_lists_over_all_incidents_are_filtered(api, over):
    api.ok("POST", f"/incidents/{over}/followups", {"title": "Widen it", "due": "2026-11-01"})
    assert [one["overdue"] for one in api.ok("GET", "/followups?overdue=true")["items"]] == [True]
    assert api.ok("GET", "/followups?state=done")["items"] == []
    assert [one["ref"] for one in api.ok("GET", "/postmortems?state=draft")["items"]] == [over]
    for wrong in ("/followups?overdue=yes", "/followups?state=late", "/postmortems?owner=%00", "/insight?by=weather"):
        assert api("GET", wrong).status_code == 400


def test_the_numbers_of_a_period(api, over):
    said = api.ok("GET", "/insight?by=component&since=2026-11-01&until=2026-11-30")
    assert said["incidents"] == 1
    resolved = next(one for one in said["measures"] if one["name"] == "resolved_after_s")
    assert [(one["group"], one["count"], one["dots"][0]["ref"]) for one in resolved["groups"]] == [("search", 1, over)]
