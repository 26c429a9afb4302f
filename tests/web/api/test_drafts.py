"""Drafts over HTTP: kept, told, published once."""

import pytest

WORDS = {"state": "identified", "body": "We found what broke searches in the Search component and are rolling it back."}


@pytest.fixture
def draft(api, incident):
    return api.ok("POST", f"/incidents/{incident}/drafts", {**WORDS, "seen": 1})


def test_a_draft_has_an_address_and_is_listed(api, incident, draft):
    assert api.ok("GET", f"/drafts/{draft['id']}")["body"] == WORDS["body"]
    assert [one["id"] for one in api.ok("GET", f"/incidents/{incident}/drafts")["items"]] == [draft["id"]]
    assert draft["change"] is None


def test_a_draft_is_published_as_a_post(api, incident, draft):
    said = api.ok("POST", f"/drafts/{draft['id']}/publish", {"version": 1})
    assert (said["seq"], said["state"], said["published"]) == (2, "identified", True)
    assert api("POST", f"/drafts/{draft['id']}/publish", {"version": 1}).status_code == 409


def test_the_second_writer_is_told_what_the_first_said(api, caller, incident, draft):
    caller("messenger").ok("POST", f"/incidents/{incident}/posts", {**WORDS, "seen": 1})
    refused = api("POST", f"/drafts/{draft['id']}/publish", {"version": 1})
    assert refused.status_code == 409
    assert refused.json["type"].endswith("#error-overtaken")
    assert "messenger" in refused.json["detail"]
    assert WORDS["body"] in refused.json["reasons"][0]
    direct = api("POST", f"/incidents/{incident}/posts", {**WORDS, "seen": 1})
    assert direct.json["type"].endswith("#error-overtaken")


def test_findings_that_were_read_are_confirmed_by_their_ids(api, incident):
    body = {"state": "identified", "body": "Search fails since 9am for some customers, and we are rolling it back."}
    refused = api("POST", f"/incidents/{incident}/posts", body)
    ids = [one["id"] for one in refused.json["findings"] if one["level"] == "confirm"]
    assert ids
    assert api("POST", f"/incidents/{incident}/posts", {**body, "confirmed": ["0" * 12]}).status_code == 422
    assert api("POST", f"/incidents/{incident}/posts", {**body, "confirmed": ids}).status_code == 201


def test_templates_are_filled_with_what_the_incident_says(api, incident):
    texts = api.ok("GET", f"/incidents/{incident}/templates")["texts"]
    assert texts["monitoring"] == "A fix for the issue with Search is in place, and we are watching the results."
    assert set(texts) == {"investigating", "identified", "monitoring", "resolved"}


def test_a_post_says_where_it_went_with_texts_for_everywhere_else(api, incident):
    said = api.ok("GET", f"/incidents/{incident}/posts/1/reach")
    assert said["public_url"].startswith("https://status.example.com/incidents/")
    assert len(said["texts"]["social"]) <= 280
    assert said["texts"]["social"].endswith(said["public_url"].partition("#")[0])
    assert said["mail"]["waiting"] == 0
