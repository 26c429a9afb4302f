"""Drafts on the command line."""

WORDS = "We have identified the cause of the Search errors and are rolling back to a known good version."


def test_a_draft_is_kept_changed_shown_and_published(portal, incident):
    made = portal.json("incident", "draft", "save", incident, "--body", "We have", "--state", "identified")
    number = str(made["id"])
    assert "We have" not in portal.page("/")
    said = portal("incident", "draft", "change", number, "--version", "1", "--state", "identified", "--body", WORDS)
    assert "version 2" in said.output
    assert WORDS in portal("incident", "draft", "show", number).output
    assert WORDS[:30] in portal("incident", "draft", "list", incident).output
    assert "#2 of" in portal("incident", "draft", "publish", number, "--version", "2").output
    assert WORDS in portal.page("/")
    assert "published as post 2" in portal("incident", "draft", "publish", number, "--version", "2", code=2).output


def test_a_draft_of_an_older_version_is_kept_beside(portal, incident):
    number = str(portal.json("incident", "draft", "save", incident, "--body", "One")["id"])
    portal("incident", "draft", "change", number, "--version", "1", "--body", "Two")
    said = portal("incident", "draft", "change", number, "--version", "1", "--body", "Three").output
    assert f"Draft {number} was changed meanwhile" in said
    assert portal("incident", "draft", "list", incident).output.count("identified") == 0
    portal("incident", "draft", "discard", number)
    assert "Two" not in portal("incident", "draft", "list", incident).output


def test_what_the_rules_say_is_pointed_out_when_it_is_to_be_scheduled(portal, incident):
    words = ["--state", "identified", "--body", "Search is down, TODO.", "--publish-at", "2199-01-01T00:00:00Z"]
    said = portal("incident", "draft", "save", incident, *words, code=2).output
    assert "P7 must change" in said
    assert "^^^^" in said


def test_findings_are_confirmed_by_their_ids(portal, incident):
    words = ["incident", "post", incident, "identified", "Search fails since 9am, and we are rolling it back for all."]
    refused = portal.json(*words, code=2)
    ids = [one["id"] for one in refused["findings"] if one["level"] == "confirm"]
    portal(*words, "--seen", "0", *[part for one in ids for part in ("--confirmed", one)], code=2)
    portal(*words, "--seen", "1", *[part for one in ids for part in ("--confirmed", one)])


def test_where_a_post_went_and_what_the_next_can_begin_with(portal, incident):
    said = portal("incident", "reach", incident, "1").output
    for words in ("Page: http", "updates.rss", "Mail: ", "social:", "Please say no more than this"):
        assert words in said
    assert "monitoring: A fix for the issue with Search" in portal("incident", "templates", incident).output


def test_nobody_approves_their_own_words(portal, incident):
    number = str(portal.json("incident", "draft", "save", incident, "--body", WORDS, "--state", "identified")["id"])
    assert "somebody else reads it" in portal("incident", "draft", "approve", number, "--version", "1", code=2).output
